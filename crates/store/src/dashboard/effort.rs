//! What people did, how long it took, and what reviewers decided.

use super::{People, Scope};
use crate::StoreError;
use domain::{Effort, Judged, PAUSE_SECONDS, Work};
use sqlx::{FromRow, SqliteConnection};
use std::collections::BTreeMap;

/// Everybody's effort; that of each person goes to their figures.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    scope: &Scope<'_>,
    people: &mut People,
) -> Result<Effort, StoreError> {
    let mut effort = Effort {
        work: work(connection, scope, people).await?,
        corrections: corrections(connection, scope).await?,
        frames: frames(connection, scope).await?,
        ..Effort::default()
    };
    decisions(connection, scope, people, &mut effort).await?;
    Ok(effort)
}

/// Clicks and objects of each person, then of everybody: two people may have clicked the same object.
macro_rules! clicked {
    ($history:literal) => {
        concat!(
            "with c as materialized (
               select h.session, h.object, h.person, h.clicks
               from (select session, object, person, count(*) as clicks from ",
            $history,
            "     where kind in ('edit done click', 'edit done box', 'edit done drawn mask') and at >= ?2
                  group by session, object, person) h
               join sessions s on s.id = h.session
               where s.deleted_at is null and (?1 is null or s.scene_type = ?1))
             select person, sum(clicks), count(*), 0 from c group by person
             union all
             select null, (select coalesce(sum(clicks), 0) from c), count(*), 1
             from (select distinct session, object from c)"
        )
    };
}

/// Active time, clicks and objects.
async fn work(
    connection: &mut SqliteConnection,
    scope: &Scope<'_>,
    people: &mut People,
) -> Result<Work, StoreError> {
    let mut all = Work::default();
    let active: Vec<(i64, f64)> = sqlx::query_as(
        "select a.person, sum(a.seconds)
         from (select person, session, sum(pause) as seconds from history
               where person is not null and pause < ?3 and at >= ?2 group by person, session) a
         join sessions s on s.id = a.session
         where s.deleted_at is null and (?1 is null or s.scene_type = ?1)
         group by a.person",
    )
    .bind(scope.scene)
    .bind(&scope.from)
    .bind(PAUSE_SECONDS)
    .fetch_all(&mut *connection)
    .await?;
    for (person, seconds) in active {
        people.of(Some(person)).work.active_seconds = seconds;
        all.active_seconds += seconds;
    }
    // Where every day counts, the index of prompts has them in order; sorting them takes three times as long.
    let clicked = match scope.from.as_str() {
        "" => clicked!("history indexed by history_of_prompts"),
        _ => clicked!("history"),
    };
    let clicked: Vec<(Option<i64>, u32, u32, bool)> = sqlx::query_as(clicked)
        .bind(scope.scene)
        .bind(&scope.from)
        .fetch_all(connection)
        .await?;
    for (person, clicks, objects, everybody) in clicked {
        if everybody {
            (all.clicks, all.objects) = (clicks, objects);
        } else if person.is_some() {
            let work = &mut people.of(person).work;
            (work.clicks, work.objects) = (clicks, objects);
        }
    }
    Ok(all)
}

/// Clicks after the first offline job of their session.
async fn corrections(
    connection: &mut SqliteConnection,
    scope: &Scope<'_>,
) -> Result<u32, StoreError> {
    Ok(sqlx::query_scalar(
        "with first as (
           select h.session, min(h.at) as at from history h join sessions s on s.id = h.session
           where h.kind in ('status needs_review', 'status finished_reannotation')
             and s.deleted_at is null and (?1 is null or s.scene_type = ?1)
           group by h.session)
         select count(*) from first f cross join history c
         where c.session = f.session and c.at > f.at and c.at >= ?2
           and c.kind in ('edit done click', 'edit done box', 'edit done drawn mask')",
    )
    .bind(scope.scene)
    .bind(&scope.from)
    .fetch_one(connection)
    .await?)
}

/// Frames of the sessions whose offline job ended well.
async fn frames(connection: &mut SqliteConnection, scope: &Scope<'_>) -> Result<u32, StoreError> {
    Ok(sqlx::query_scalar(
        "select coalesce(sum(v.frames), 0) from videos v join sessions s on s.id = v.session
         where s.deleted_at is null and (?1 is null or s.scene_type = ?1)
           and s.id in (select session from history
                        where kind in ('status needs_review', 'status finished_reannotation')
                          and at >= ?2)",
    )
    .bind(scope.scene)
    .bind(&scope.from)
    .fetch_one(connection)
    .await?)
}

#[derive(FromRow)]
struct Decision {
    reviewer: Option<i64>,
    annotator: Option<i64>,
    good: bool,
    /// Hours; none where nothing waited, as when a session is sent back that had been found good.
    waited: Option<f64>,
}

async fn decisions(
    connection: &mut SqliteConnection,
    scope: &Scope<'_>,
    people: &mut People,
    effort: &mut Effort,
) -> Result<(), StoreError> {
    let decisions: Vec<Decision> = sqlx::query_as(
        "select h.person as reviewer, s.annotator, h.kind = 'status reviewed' as good,
                case when h.change ->> '$.from' = 'reviewed' then null
                     else (julianday(h.at) - julianday(coalesce(
                       (select b.at from history b indexed by history_of_statuses
                        where b.session = h.session and b.id < h.id
                          and b.kind >= 'status ' and b.kind < 'status!'
                        order by b.id desc limit 1), s.created_at))) * 24 end as waited
         from history h join sessions s on s.id = h.session
         where h.kind in ('status reviewed', 'status needs_reannotation') and h.at >= ?2
           -- A job that was stopped also leads back to a session that needs reannotation.
           and h.change ->> '$.from' in ('needs_review', 'finished_reannotation', 'reviewed')
           and s.deleted_at is null and (?1 is null or s.scene_type = ?1)",
    )
    .bind(scope.scene)
    .bind(&scope.from)
    .fetch_all(connection)
    .await?;
    let mut waited: BTreeMap<Option<i64>, Vec<f64>> = BTreeMap::new();
    let mut all_waited = Vec::new();
    for decision in decisions {
        count(&mut effort.judged, decision.good);
        if decision.annotator.is_some() {
            count(&mut people.of(decision.annotator).judged, decision.good);
        }
        if decision.reviewer.is_some() {
            people.of(decision.reviewer).decided += 1;
        }
        if let Some(hours) = decision.waited {
            waited.entry(decision.reviewer).or_default().push(hours);
            all_waited.push(hours);
        }
    }
    effort.turnaround = median(&mut all_waited);
    for (reviewer, mut hours) in waited {
        if reviewer.is_some() {
            people.of(reviewer).turnaround = median(&mut hours);
        }
    }
    Ok(())
}

fn count(judged: &mut Judged, good: bool) {
    if good {
        judged.good += 1;
    } else {
        judged.sent_back += 1;
    }
}

/// The middle value, or the mean of both in the middle; none of nothing.
fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 {
        upper
    } else {
        (values[middle - 1] + upper) / 2.0
    })
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [3.0, 1.0, 9.0]), Some(3.0));
        assert_eq!(median(&mut [4.0, 1.0, 9.0, 3.0]), Some(3.5));
    }
}
