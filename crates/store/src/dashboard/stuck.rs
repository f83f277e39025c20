//! Sessions that do not move, and why.

use super::Scope;
use crate::StoreError;
use crate::sessions::{parse_id, parse_status};
use domain::{Day, STUCK_DAYS, SessionStatus, StuckReason, StuckSession};
use sqlx::{FromRow, SqliteConnection};

#[derive(FromRow)]
struct Row {
    id: String,
    status: String,
    annotator: Option<String>,
    reviewer: Option<String>,
    created_at: String,
    updated_at: String,
    since: String,
    error: Option<String>,
}

/// All of them, by reason, then the oldest first.
pub(super) async fn list(
    connection: &mut SqliteConnection,
    scope: &Scope<'_>,
    now: &str,
    team: bool,
) -> Result<Vec<StuckSession>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "select s.id, s.status, a.name as annotator, r.name as reviewer, s.created_at, s.updated_at,
                coalesce((select h.at from history h indexed by history_of_statuses
                          where h.session = s.id and h.kind >= 'status ' and h.kind < 'status!'
                          order by h.id desc limit 1), s.created_at) as since,
                case s.status when 'failed' then
                  (select error from jobs where session = s.id order by id desc limit 1) end as error
         from sessions s
         left join people a on a.id = s.annotator
         left join people r on r.id = s.reviewer
         where s.deleted_at is null and (?1 is null or s.scene_type = ?1)
           and s.status not in ('queued', 'propagating', 'reviewed')",
    )
    .bind(scope.scene)
    .fetch_all(connection)
    .await?;
    let before = days_before(now)?;
    let mut stuck = Vec::new();
    for row in rows {
        let status = parse_status(&row.status)?;
        let Some(reason) = reason(&row, status, &before, team) else {
            continue;
        };
        stuck.push(StuckSession {
            session: parse_id(row.id)?,
            reason,
            since: match reason {
                StuckReason::Unassigned => row.created_at,
                StuckReason::Incomplete => row.updated_at,
                _ => row.since,
            },
            person: match reason {
                StuckReason::WaitsForReview => row.reviewer,
                _ => row.annotator,
            },
            detail: row.error,
        });
    }
    stuck.sort_by(|a, b| {
        let key = |of: &StuckSession| of.reason as usize;
        (key(a), &a.since, &a.session).cmp(&(key(b), &b.since, &b.session))
    });
    Ok(stuck)
}

fn reason(row: &Row, status: SessionStatus, before: &str, team: bool) -> Option<StuckReason> {
    let waits_long = row.since.as_str() < before;
    let is_nobodys = team && row.annotator.is_none();
    match status {
        SessionStatus::Failed => Some(StuckReason::JobFailed),
        SessionStatus::Draft | SessionStatus::NeedsReannotation if is_nobodys => {
            Some(StuckReason::Unassigned)
        }
        SessionStatus::NeedsReannotation => waits_long.then_some(StuckReason::SentBack),
        SessionStatus::NeedsReview | SessionStatus::FinishedReannotation => {
            waits_long.then_some(StuckReason::WaitsForReview)
        }
        SessionStatus::Ready => waits_long.then_some(StuckReason::NotStarted),
        SessionStatus::Draft => {
            (row.updated_at.as_str() < before).then_some(StuckReason::Incomplete)
        }
        SessionStatus::Queued | SessionStatus::Propagating | SessionStatus::Reviewed => None,
    }
}

/// The same time of the day, [`STUCK_DAYS`] earlier.
fn days_before(now: &str) -> Result<String, StoreError> {
    let today: Day = now
        .parse()
        .map_err(|e: String| StoreError::damaged("time", e))?;
    let time = now.get(10..).unwrap_or_default();
    Ok(format!("{}{time}", today - STUCK_DAYS as i32))
}
