//! How the whole set is doing, in figures: counted by SQLite, so that ten thousand sessions are no matter.
//!
//! Queries name the index that they were made for where SQLite, which knows no figures of its own about the tables, would
//! take one that makes it read every line of a session, or sort all of them.

mod effort;
mod queue;
mod stuck;

use crate::sessions::parse_status;
use crate::{Store, StoreError};
use domain::{
    Assignee, Dashboard, DashboardQuery, Day, Heaps, PersonFigures, PersonId, SceneFigures,
    SessionStatus,
};
use sqlx::{FromRow, SqliteConnection};
use std::collections::BTreeMap;

/// Functions on the figures of the dashboard.
#[derive(Clone, Copy, Debug)]
pub struct Dashboards<'a>(pub(crate) &'a Store);

/// Which sessions and which time are counted.
struct Scope<'a> {
    scene: Option<&'a str>,
    /// The first day, `2026-01-31`; empty when every day counts.
    from: String,
}

impl Dashboards<'_> {
    /// All figures at the time `now` (UTC, RFC 3339); in a `team` a session that nobody annotates is stuck.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(
        &self,
        query: &DashboardQuery,
        now: &str,
        team: bool,
    ) -> Result<Dashboard, StoreError> {
        let today: Day = now
            .parse()
            .map_err(|e: String| StoreError::damaged("time", e))?;
        let first = query.period.first_day(today);
        let scope = Scope {
            scene: query.scene.as_deref(),
            from: first.map(|day| day.to_string()).unwrap_or_default(),
        };
        // A transaction, so that all figures are of the same moment.
        let mut tx = self.0.readers.begin().await?;
        let mut dashboard = Dashboard {
            query: query.clone(),
            today,
            everybody: true,
            ..Dashboard::default()
        };
        let mut people = people(&mut tx).await?;
        sessions(&mut tx, &scope, &mut dashboard, &mut people).await?;
        dashboard.days = days(&mut tx, &scope).await?;
        dashboard.effort = effort::read(&mut tx, &scope, &mut people).await?;
        dashboard.stuck = stuck::list(&mut tx, &scope, now, team).await?;
        dashboard.queue = queue::read(&mut tx, &scope).await?;
        tx.commit().await?;
        dashboard.people = people.finish();
        Ok(dashboard)
    }
}

/// The figures of everybody, and of nobody.
struct People {
    figures: BTreeMap<Option<i64>, PersonFigures>,
    /// Ids by name, without those who were shut out.
    active: Vec<i64>,
    /// Ids by name.
    all: Vec<i64>,
}

impl People {
    fn of(&mut self, person: Option<i64>) -> &mut PersonFigures {
        self.figures.entry(person).or_default()
    }

    /// Everybody who may work here or has any figure, by name; nobody last.
    fn finish(mut self) -> Vec<PersonFigures> {
        let mut listed = Vec::new();
        for id in self.all {
            let Some(figures) = self.figures.remove(&Some(id)) else {
                continue;
            };
            let idle = PersonFigures {
                person: figures.person.clone(),
                ..PersonFigures::default()
            };
            if figures != idle || self.active.contains(&id) {
                listed.push(figures);
            }
        }
        let nobody = self.figures.remove(&None);
        listed.extend(nobody.filter(|nobody| nobody.sessions.total() > 0));
        listed
    }
}

async fn people(connection: &mut SqliteConnection) -> Result<People, StoreError> {
    let rows: Vec<(i64, String, bool)> = sqlx::query_as(
        "select id, name, disabled or id = 0 from people order by name collate nocase",
    )
    .fetch_all(connection)
    .await?;
    let mut people = People {
        figures: BTreeMap::new(),
        active: Vec::new(),
        all: Vec::new(),
    };
    for (id, name, absent) in rows {
        let person = Some(Assignee {
            id: PersonId(id),
            name,
        });
        people.of(Some(id)).person = person;
        people.all.push(id);
        if !absent {
            people.active.push(id);
        }
    }
    Ok(people)
}

#[derive(FromRow)]
struct Heaped {
    scene_type: String,
    status: String,
    annotator: Option<i64>,
    reviewer: Option<i64>,
    sessions: u32,
}

/// Where the sessions stand: by status, by scene type and by person.
async fn sessions(
    connection: &mut SqliteConnection,
    scope: &Scope<'_>,
    dashboard: &mut Dashboard,
    people: &mut People,
) -> Result<(), StoreError> {
    let rows: Vec<Heaped> = sqlx::query_as(
        "select scene_type, status, annotator, reviewer, count(*) as sessions from sessions
         where deleted_at is null and (?1 is null or scene_type = ?1)
         group by scene_type, status, annotator, reviewer",
    )
    .bind(scope.scene)
    .fetch_all(&mut *connection)
    .await?;
    let mut statuses: Vec<(SessionStatus, u32)> =
        SessionStatus::ALL.iter().map(|s| (*s, 0)).collect();
    let mut scenes: BTreeMap<String, Heaps> = BTreeMap::new();
    for row in rows {
        let status = parse_status(&row.status)?;
        for (known, count) in &mut statuses {
            if *known == status {
                *count += row.sessions;
            }
        }
        let scene = scenes.entry(row.scene_type).or_default();
        scene.add(status, row.sessions);
        people.of(row.annotator).sessions.add(status, row.sessions);
        let waits = matches!(
            status,
            SessionStatus::NeedsReview | SessionStatus::FinishedReannotation
        );
        if waits && row.reviewer.is_some() {
            people.of(row.reviewer).to_review += row.sessions;
        }
    }
    dashboard.statuses = statuses;
    dashboard.scenes = scenes
        .into_iter()
        .map(|(scene, sessions)| SceneFigures { scene, sessions })
        .collect();
    // A stable sort: those with as many sessions stay in order of their names.
    dashboard
        .scenes
        .sort_by_key(|scene| std::cmp::Reverse(scene.sessions.total()));
    dashboard.all_scenes = sqlx::query_scalar(
        "select distinct scene_type from sessions where deleted_at is null
         order by scene_type collate nocase",
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// The days on which sessions were found good.
async fn days(
    connection: &mut SqliteConnection,
    scope: &Scope<'_>,
) -> Result<Vec<(Day, u32)>, StoreError> {
    let rows: Vec<(String, u32)> = sqlx::query_as(
        "select substr(h.at, 1, 10), count(distinct h.session)
         from history h join sessions s on s.id = h.session
         where h.kind = 'status reviewed' and h.at >= ?2
           and s.deleted_at is null and (?1 is null or s.scene_type = ?1)
         group by 1 order by 1",
    )
    .bind(scope.scene)
    .bind(&scope.from)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(day, count)| {
            let day = day.parse();
            Ok((
                day.map_err(|e: String| StoreError::damaged("line of the history", e))?,
                count,
            ))
        })
        .collect()
}
