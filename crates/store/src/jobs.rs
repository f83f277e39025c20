//! The records of jobs. A session has at most one job that waits or runs.

use crate::history::note;
use crate::sessions::{self, parse_id};
use crate::{Store, StoreError, now, reviews, uploaded_masks};
use domain::{
    Change, JobId, JobKind, JobProgress, JobRecord, JobState, ModelId, PersonId, SessionEvent,
    SessionId, SessionStatus,
};
use sqlx::{FromRow, SqliteConnection};

/// Functions on job records.
#[derive(Clone, Copy, Debug)]
pub struct Jobs<'a>(pub(crate) &'a Store);

#[derive(FromRow)]
pub(crate) struct JobRow {
    id: i64,
    session: String,
    kind: String,
    state: String,
    done: u32,
    total: u32,
    fps: f32,
    stage: String,
    error: Option<String>,
    created_at: String,
    place: i64,
    model_name: Option<String>,
    model_hash: Option<String>,
}

impl TryFrom<JobRow> for JobRecord {
    type Error = StoreError;

    fn try_from(row: JobRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: JobId(row.id),
            session: parse_id(row.session)?,
            kind: row
                .kind
                .parse()
                .map_err(|e: String| StoreError::damaged("kind of job", e))?,
            state: row
                .state
                .parse()
                .map_err(|e: String| StoreError::damaged("state of a job", e))?,
            progress: JobProgress {
                done: row.done,
                total: row.total,
                fps: row.fps,
                stage: row.stage,
            },
            error: row.error,
            model: row
                .model_name
                .zip(row.model_hash)
                .map(|(name, hash)| ModelId { name, hash }),
            created_at: row.created_at,
            place: row.place,
        })
    }
}

impl Jobs<'_> {
    /// Makes a queued job. With [`JobKind::Propagate`] the session becomes queued in the same transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the session has a job that waits or runs, [`StoreError::NotFound`] when there is
    /// no such session.
    pub async fn create(
        &self,
        session: &SessionId,
        kind: JobKind,
    ) -> Result<JobRecord, StoreError> {
        let mut tx = self.0.write().await?;
        sessions::get(&mut tx, session).await?;
        let time = now();
        let id: Option<i64> = sqlx::query_scalar(
            "insert into jobs (session, kind, state, created_at, updated_at, status_before)
             values (?1, ?2, ?3, ?4, ?4,
                     (select case s.status when 'failed'
                             then (select status_before from jobs where session = ?1 order by id desc limit 1)
                             else s.status end
                      from sessions s where s.id = ?1))
             on conflict do nothing returning id",
        )
        .bind(session.as_str())
        .bind(kind.as_str())
        .bind(JobState::Queued.as_str())
        .bind(&time)
        .fetch_optional(&mut *tx)
        .await?;
        let Some(id) = id else {
            return Err(StoreError::Conflict(format!(
                "session {session} already has a job that waits or runs"
            )));
        };
        let change = Change::Job {
            kind,
            state: JobState::Queued,
            reason: None,
        };
        note(&mut tx, self.0.person, session, None, &change).await?;
        if kind == JobKind::Propagate {
            sessions::apply(&mut tx, self.0.person, session, SessionEvent::JobQueued).await?;
        }
        let job = get(&mut tx, JobId(id)).await?;
        tx.commit().await?;
        Ok(job)
    }

    /// One job.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id.
    pub async fn get(&self, id: JobId) -> Result<JobRecord, StoreError> {
        get(&mut *self.0.readers.acquire().await?, id).await
    }

    /// Moves a job to `state`, with the reason when it failed. With [`JobKind::Propagate`] the status of the session
    /// follows in the same transaction, so nothing else has to move it.
    ///
    /// # Errors
    /// [`StoreError::JobEnded`] when the job has ended before, [`StoreError::NotFound`] when there is none with this id.
    pub async fn set_state(
        &self,
        id: JobId,
        state: JobState,
        error: Option<&str>,
    ) -> Result<JobRecord, StoreError> {
        let mut tx = self.0.write().await?;
        let before = get(&mut tx, id).await?;
        if !before.state.is_active() {
            return Err(StoreError::JobEnded {
                id,
                state: before.state,
            });
        }
        sqlx::query(
            "update jobs set state = ?1, error = ?2, updated_at = ?3,
                             started_at = case ?1 when 'running' then ?3 else started_at end
             where id = ?4",
        )
        .bind(state.as_str())
        .bind(error)
        .bind(now())
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        let change = Change::Job {
            kind: before.kind,
            state,
            reason: error.map(str::to_owned),
        };
        note(&mut tx, self.0.person, &before.session, None, &change).await?;
        if before.kind == JobKind::Propagate {
            follow(&mut tx, self.0.person, &before, state).await?;
        }
        let job = get(&mut tx, id).await?;
        tx.commit().await?;
        Ok(job)
    }

    /// The job of one kind that is next: one that was cut off when the server died, as only one runs at a time, else the
    /// first of those that wait.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next(&self, kind: JobKind) -> Result<Option<JobId>, StoreError> {
        let id: Option<i64> = sqlx::query_scalar(
            "select id from jobs where kind = ? and state in ('queued', 'running')
             order by state = 'queued', place, id limit 1",
        )
        .bind(kind.as_str())
        .fetch_optional(&self.0.readers)
        .await?;
        Ok(id.map(JobId))
    }

    /// Puts a job that waits ahead of all others of its kind that wait.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it does not wait, [`StoreError::NotFound`] when there is none with this id.
    pub async fn move_up(&self, id: JobId) -> Result<JobRecord, StoreError> {
        let mut tx = self.0.write().await?;
        let before = get(&mut tx, id).await?;
        if before.state != JobState::Queued {
            return Err(StoreError::Conflict(format!(
                "job {id} is {}: only a job that waits can go ahead of others",
                before.state
            )));
        }
        sqlx::query(
            "update jobs set updated_at = ?, place =
               (select min(place) - 1 from jobs where kind = ? and state = 'queued')
             where id = ?",
        )
        .bind(now())
        .bind(before.kind.as_str())
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        let change = Change::JobMovedUp { kind: before.kind };
        note(&mut tx, self.0.person, &before.session, None, &change).await?;
        let job = get(&mut tx, id).await?;
        tx.commit().await?;
        Ok(job)
    }

    /// Notes how far a job has come.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id.
    pub async fn set_progress(&self, id: JobId, progress: &JobProgress) -> Result<(), StoreError> {
        let changed = sqlx::query(
            "update jobs set done = ?, total = ?, fps = ?, stage = ?, updated_at = ? where id = ?",
        )
        .bind(progress.done)
        .bind(progress.total)
        .bind(progress.fps)
        .bind(&progress.stage)
        .bind(now())
        .bind(id.0)
        .execute(&self.0.writer)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(not_found(id));
        }
        Ok(())
    }

    /// Notes which model a job runs.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id.
    pub async fn set_model(&self, id: JobId, model: &ModelId) -> Result<(), StoreError> {
        let changed = sqlx::query(
            "update jobs set model_name = ?, model_hash = ?, updated_at = ? where id = ?",
        )
        .bind(&model.name)
        .bind(&model.hash)
        .bind(now())
        .bind(id.0)
        .execute(&self.0.writer)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(not_found(id));
        }
        Ok(())
    }

    /// Every job that waits or runs, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unfinished(&self) -> Result<Vec<JobRecord>, StoreError> {
        sqlx::query_as::<_, JobRow>(
            "select * from jobs where state in ('queued', 'running') order by id",
        )
        .fetch_all(&self.0.readers)
        .await?
        .into_iter()
        .map(JobRecord::try_from)
        .collect()
    }

    /// Every job that waits or runs, and whatever else is among the last `count`, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recent(&self, count: u32) -> Result<Vec<JobRecord>, StoreError> {
        sqlx::query_as::<_, JobRow>(
            "select * from jobs
             where state in ('queued', 'running')
                or id in (select id from jobs order by id desc limit ?)
             order by id desc",
        )
        .bind(count)
        .fetch_all(&self.0.readers)
        .await?
        .into_iter()
        .map(JobRecord::try_from)
        .collect()
    }

    /// The last job of a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn latest_for(&self, session: &SessionId) -> Result<Option<JobRecord>, StoreError> {
        sqlx::query_as::<_, JobRow>("select * from jobs where session = ? order by id desc limit 1")
            .bind(session.as_str())
            .fetch_optional(&self.0.readers)
            .await?
            .map(JobRecord::try_from)
            .transpose()
    }
}

/// Refuses that prompts and masks change hands while an offline job is busy with them.
pub(crate) async fn check_idle(
    tx: &mut SqliteConnection,
    session: &SessionId,
) -> Result<(), StoreError> {
    let is_busy: bool = sqlx::query_scalar(
        "select exists (select 1 from jobs where session = ? and state in ('queued', 'running'))",
    )
    .bind(session.as_str())
    .fetch_one(tx)
    .await?;
    if is_busy {
        return Err(StoreError::Conflict(
            "the offline job of this session waits or runs: cancel it or wait for its end, then try again"
                .into(),
        ));
    }
    Ok(())
}

/// Moves the session of a propagation along with its job.
async fn follow(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    job: &JobRecord,
    state: JobState,
) -> Result<(), StoreError> {
    let session = &job.session;
    let reannotation = sessions::was_sent_back(tx, session).await?;
    let before = match state {
        JobState::Cancelled => judged_before(tx, person, job).await?,
        _ => None,
    };
    let event = match state {
        JobState::Queued => return Ok(()),
        JobState::Running => SessionEvent::JobStarted,
        JobState::Done => SessionEvent::JobFinished { reannotation },
        JobState::Failed => SessionEvent::JobFailed,
        JobState::Cancelled => SessionEvent::JobCancelled {
            before,
            reannotation,
        },
    };
    sessions::apply(tx, person, session, event).await?;
    match state {
        // Objects may have been added while the job waited.
        JobState::Cancelled => {
            sessions::prompts_changed(tx, person, session).await?;
            // What was uploaded is there to be judged as before.
            if before.is_none() && !reannotation && uploaded_masks::came_with(tx, session).await? {
                sessions::apply(tx, person, session, SessionEvent::MasksUploaded).await?;
            }
            Ok(())
        }
        // The clicks may have been undone while it ran.
        JobState::Failed => sessions::prompts_changed(tx, person, session).await,
        JobState::Done => reviews::job_finished(tx, person, session, job.id).await,
        _ => Ok(()),
    }
}

/// Where a session stands without a job that is cancelled, when there were masks to judge before it. Masks that it has
/// finished all the same, or a failed one before it, are to be judged anew.
async fn judged_before(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    job: &JobRecord,
) -> Result<Option<SessionStatus>, StoreError> {
    let before: Option<String> = sqlx::query_scalar("select status_before from jobs where id = ?")
        .bind(job.id.0)
        .fetch_one(&mut *tx)
        .await?;
    let before = before
        .map(|word| sessions::parse_status(&word))
        .transpose()?
        .filter(|status| status.why_not_judged().is_none());
    let Some(before) = before else {
        return Ok(None);
    };
    let made: Vec<i64> = sqlx::query_scalar(
        "select distinct r.job from mask_runs r join jobs j on j.id = r.job
         where r.session = ? and r.finished = 1 and j.state <> 'done'
           and not exists (select 1 from mask_runs n where n.session = r.session and n.side = r.side
                             and n.finished = 1 and n.id > r.id)",
    )
    .bind(job.session.as_str())
    .fetch_all(&mut *tx)
    .await?;
    for id in &made {
        reviews::masks_replaced(tx, person, &job.session, JobId(*id)).await?;
    }
    Ok(Some(match before {
        SessionStatus::NeedsReannotation => before,
        _ if made.is_empty() => before,
        _ => SessionStatus::NeedsReview,
    }))
}

async fn get(connection: &mut SqliteConnection, id: JobId) -> Result<JobRecord, StoreError> {
    sqlx::query_as::<_, JobRow>("select * from jobs where id = ?")
        .bind(id.0)
        .fetch_optional(connection)
        .await?
        .ok_or_else(|| not_found(id))?
        .try_into()
}

fn not_found(id: JobId) -> StoreError {
    StoreError::NotFound(format!("job {id}"))
}
