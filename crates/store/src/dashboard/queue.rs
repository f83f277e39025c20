//! The jobs that run, wait and failed.

use super::Scope;
use crate::StoreError;
use crate::jobs::JobRow;
use domain::{JobFailure, JobRecord, Queue};
use sqlx::{FromRow, SqliteConnection};

/// Failures that are listed at most.
const FAILURES_MAX: u32 = 50;

#[derive(FromRow)]
struct Failed {
    #[sqlx(flatten)]
    job: JobRow,
    updated_at: String,
    is_last: bool,
}

/// The jobs of all sessions, and the failures of those that are counted.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    scope: &Scope<'_>,
) -> Result<Queue, StoreError> {
    let jobs: Vec<JobRow> = sqlx::query_as(
        "select * from jobs where state in ('queued', 'running')
         order by state desc, kind desc, place, id",
    )
    .fetch_all(&mut *connection)
    .await?;
    let failures: Vec<Failed> = sqlx::query_as(
        "select j.*, j.kind = 'propagate' and s.id is not null and not exists
                  (select 1 from jobs later where later.session = j.session and later.id > j.id)
                  as is_last
         from jobs j left join sessions s on s.id = j.session and s.deleted_at is null
         where j.state = 'failed' and j.updated_at >= ?2 and (?1 is null or s.scene_type = ?1)
         order by j.id desc limit ?3",
    )
    .bind(scope.scene)
    .bind(&scope.from)
    .bind(FAILURES_MAX)
    .fetch_all(&mut *connection)
    .await?;
    let mean_seconds = sqlx::query_scalar(
        "select avg((julianday(updated_at) - julianday(started_at)) * 86400)
         from (select updated_at, started_at from jobs
               where kind = 'propagate' and state = 'done' and started_at is not null
               order by id desc limit 20)",
    )
    .fetch_one(connection)
    .await?;
    Ok(Queue {
        jobs: jobs
            .into_iter()
            .map(JobRecord::try_from)
            .collect::<Result<_, _>>()?,
        failures: failures
            .into_iter()
            .map(|failed| {
                Ok(JobFailure {
                    job: failed.job.try_into()?,
                    at: failed.updated_at,
                    is_last: failed.is_last,
                })
            })
            .collect::<Result<_, StoreError>>()?,
        mean_seconds,
    })
}
