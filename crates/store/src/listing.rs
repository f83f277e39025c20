//! The list of sessions, page by page: search, filters and order are SQLite's work, whatever their number.

use crate::StoreError;
use crate::sessions::{SessionRow, Sessions, select};
use domain::{
    PAGE_SIZE, PersonFilter, Session, SessionOrder, SessionPage, SessionQuery, SessionStatus,
};
use sqlx::{QueryBuilder, Sqlite};

impl Sessions<'_> {
    /// One page of the sessions that `query` finds, and what its filters would find.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn page(&self, query: &SessionQuery) -> Result<SessionPage, StoreError> {
        // A transaction, so that figures and rows are of the same moment.
        let mut tx = self.0.readers.begin().await?;

        let mut counts = QueryBuilder::new("select s.status, count(*) from sessions s ");
        filter(&mut counts, query, None);
        counts.push(" group by s.status");
        let counts: Vec<(String, u32)> = counts.build_query_as().fetch_all(&mut *tx).await?;
        let mut statuses = Vec::new();
        for status in SessionStatus::ALL {
            let count = counts.iter().find(|(word, _)| word == status.as_str());
            if let Some((_, count)) = count {
                statuses.push((*status, *count));
            }
        }
        let found = statuses
            .iter()
            .filter(|(status, _)| query.status.is_none_or(|wanted| wanted == *status))
            .map(|(_, count)| count)
            .sum();

        let mut rows = QueryBuilder::new(select!(""));
        filter(&mut rows, query, query.status);
        rows.push(order(query.order.unwrap_or(SessionOrder::Updated)));
        rows.push(" limit ").push_bind(PAGE_SIZE);
        rows.push(" offset ")
            .push_bind(query.page.saturating_mul(PAGE_SIZE));
        let rows: Vec<SessionRow> = rows.build_query_as().fetch_all(&mut *tx).await?;

        let scenes = sqlx::query_scalar(
            "select distinct scene_type from sessions where deleted_at is null
             order by scene_type collate nocase",
        )
        .fetch_all(&mut *tx)
        .await?;
        let (all, deleted, ready) = sqlx::query_as(
            "select count(*) filter (where deleted_at is null),
                    count(*) filter (where deleted_at is not null),
                    count(*) filter (where deleted_at is null and status = 'ready') from sessions",
        )
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(SessionPage {
            sessions: rows
                .into_iter()
                .map(Session::try_from)
                .collect::<Result<_, _>>()?,
            found,
            statuses,
            scenes,
            all,
            deleted,
            ready,
        })
    }
}

/// The conditions of a query, with `status` in the place of its own.
fn filter(sql: &mut QueryBuilder<Sqlite>, query: &SessionQuery, status: Option<SessionStatus>) {
    sql.push(if query.deleted {
        "where s.deleted_at is not null"
    } else {
        "where s.deleted_at is null"
    });
    for word in query.text.to_lowercase().split_whitespace() {
        sql.push(" and instr(s.search, ")
            .push_bind(word.to_owned())
            .push(") > 0");
    }
    if let Some(status) = status {
        sql.push(" and s.status = ").push_bind(status.as_str());
    }
    match query.person {
        None => {}
        Some(PersonFilter::Nobody) => {
            sql.push(" and s.annotator is null");
        }
        Some(PersonFilter::Of(person)) => {
            sql.push(" and (s.annotator = ").push_bind(person.0);
            sql.push(" or s.reviewer = ").push_bind(person.0).push(")");
        }
    }
    if let Some(scene) = &query.scene {
        sql.push(" and s.scene_type = ").push_bind(scene.clone());
    }
    if let Some(from) = &query.from {
        sql.push(" and substr(s.updated_at, 1, 10) >= ")
            .push_bind(from.clone());
    }
    if let Some(to) = &query.to {
        sql.push(" and substr(s.updated_at, 1, 10) <= ")
            .push_bind(to.clone());
    }
}

/// The order of the rows, which is never left to chance.
fn order(order: SessionOrder) -> &'static str {
    match order {
        SessionOrder::Updated => " order by s.updated_at desc, s.id",
        SessionOrder::Created => " order by s.created_at desc, s.id",
        SessionOrder::Name => " order by s.id",
        SessionOrder::Scene => " order by s.scene_type collate nocase, s.updated_at desc, s.id",
        SessionOrder::Status => {
            " order by case s.status
                when 'draft' then 0 when 'ready' then 1 when 'queued' then 2 when 'propagating' then 3
                when 'failed' then 4 when 'needs_review' then 5 when 'needs_reannotation' then 6
                when 'finished_reannotation' then 7 else 8 end, s.updated_at desc, s.id"
        }
    }
}
