//! The life of a job: it starts, works, and ends in exactly one way.

use crate::config::{features_of, remove_folder};
use crate::shared::Shared;
use crate::{JobsError, ingest, propagate, review_file};
use domain::{JobId, JobKind, JobRecord, JobState, LiveEvent, SessionId};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use tokio_util::sync::CancellationToken;

/// How long a job waits for a database that fails, for example because the disk is full.
const REST: Duration = Duration::from_secs(2);

/// Works off a ticket: runs the job that is next.
///
/// The ticket only says that some job waits: people change their order.
pub(crate) async fn work_off(shared: &Shared, kind: JobKind) {
    if shared.decoders.stopped() {
        return;
    }
    let next = loop {
        if let Some(next) = settled(shared.store.jobs().next(kind).await).await {
            break next;
        }
    };
    match next {
        Ok(Some(id)) => run(shared, id).await,
        // What it was for was cancelled, or removed with its session.
        Ok(None) => {}
        Err(error) => tracing::error!(%kind, %error, "the next job cannot be found"),
    }
}

/// An outcome that stands; none where the database failed, after a rest: a ticket is used up, so that nobody else would try
/// again.
async fn settled<T>(outcome: Result<T, StoreError>) -> Option<Result<T, StoreError>> {
    match outcome {
        Err(StoreError::Database(error)) => {
            tracing::error!(%error, "the database fails; the jobs go on when it works again");
            tokio::time::sleep(REST).await;
            None
        }
        outcome => Some(outcome),
    }
}

/// Gives a job that waits its ticket as soon as the queue takes it.
pub(crate) async fn push_later(shared: Arc<Shared>, kind: JobKind, id: JobId) {
    loop {
        tokio::time::sleep(REST).await;
        match shared.store.jobs().get(id).await {
            Ok(job) if job.state != JobState::Queued => return,
            Err(StoreError::NotFound(_)) => return,
            Ok(_) | Err(_) => {}
        }
        match shared.queue.push(kind, id).await {
            Ok(()) => return,
            Err(error) => tracing::error!(job = %id, %error, "the queue still fails"),
        }
    }
}

/// Runs a job to its end. Errors and panics end in its record, with the reason.
async fn run(shared: &Shared, id: JobId) {
    let running = shared.running.begin(id);
    let started = loop {
        if let Some(started) = settled(start(shared, id).await).await {
            break started;
        }
    };
    let job = match started {
        Ok(job) => job,
        // Cancelled while it waited, or removed with its session.
        Err(StoreError::JobEnded { .. } | StoreError::NotFound(_)) => return,
        Err(error) => {
            tracing::error!(job = %id, %error, "the job cannot be started");
            let reason = format!("the job cannot be started: {error}");
            return write_end(shared, id, JobState::Failed, Some(&reason), true).await;
        }
    };
    tracing::info!(job = %id, session = %job.session, kind = %job.kind, "the job starts");
    shared.publish_job(&job);
    let published = shared.publish_session(&job.session).await;
    let outcome = match published {
        Ok(()) => AssertUnwindSafe(work(shared, &job, running.wish()))
            .catch_unwind()
            .await
            .unwrap_or_else(|payload| Err(JobsError::panic(&*payload))),
        Err(error) => Err(error.into()),
    };
    // The job neither ended nor failed: the next start takes it up.
    if !matches!(outcome, Err(JobsError::Stopped)) {
        end(shared, &job, outcome).await;
    }
}

/// Notes that the job runs, and with which model.
async fn start(shared: &Shared, id: JobId) -> Result<JobRecord, StoreError> {
    let jobs = shared.store.jobs();
    if jobs.get(id).await?.kind == JobKind::Propagate {
        jobs.set_model(id, &shared.engine.model().id()).await?;
    }
    jobs.set_state(id, JobState::Running, None).await
}

async fn work(shared: &Shared, job: &JobRecord, wish: &CancellationToken) -> Result<(), JobsError> {
    match job.kind {
        JobKind::Ingest => ingest::run(shared, job, wish).await,
        JobKind::Propagate => propagate::run(shared, job, wish).await,
    }
}

async fn end(shared: &Shared, job: &JobRecord, outcome: Result<(), JobsError>) {
    let keep = matches!(&outcome, Err(error) if !error.is_of_the_upload());
    let (state, reason) = match outcome {
        Ok(()) => (JobState::Done, None),
        Err(JobsError::Cancelled) => (JobState::Cancelled, None),
        // What fails then fails for want of its session.
        Err(_) if is_deleted(shared, &job.session).await => (JobState::Cancelled, None),
        Err(error) => (JobState::Failed, Some(error.reason())),
    };
    match &reason {
        Some(reason) => {
            tracing::warn!(job = %job.id, session = %job.session, reason, "the job failed")
        }
        None => tracing::info!(job = %job.id, session = %job.session, %state, "the job ended"),
    }
    write_end(shared, job.id, state, reason.as_deref(), keep).await;
}

async fn write_end(shared: &Shared, id: JobId, state: JobState, reason: Option<&str>, keep: bool) {
    loop {
        match settled(close(shared, id, state, reason, keep).await).await {
            Some(Ok(())) => return,
            Some(Err(error)) => {
                tracing::error!(job = %id, %error, "the end of the job cannot be written down");
                return;
            }
            None => {}
        }
    }
}

/// Writes down how a job ended, and tells open pages. An ingest that did not end well leaves nothing behind, unless it is to
/// `keep` what was uploaded, or people have deleted the session: then it can come back.
///
/// # Errors
/// When the end cannot be written down.
pub(crate) async fn close(
    shared: &Shared,
    id: JobId,
    state: JobState,
    reason: Option<&str>,
    keep: bool,
) -> Result<(), StoreError> {
    let ended = match shared.store.jobs().set_state(id, state, reason).await {
        Ok(job) => job,
        // Ended by somebody else, or removed with its session.
        Err(StoreError::JobEnded { .. } | StoreError::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    if ended.kind == JobKind::Propagate || state == JobState::Done {
        // Masks and status are others now, and so is what was said about them.
        match review_file::refresh(shared, &ended.session).await {
            // Its session was deleted meanwhile.
            Ok(()) | Err(JobsError::Store(StoreError::NotFound(_))) => {}
            Err(error) => {
                tracing::error!(job = %id, reason = error.reason(), "the file of the review is out of date");
            }
        }
    }
    let is_deleted = is_deleted(shared, &ended.session).await;
    shared.publish_job(&ended);
    let told = if is_deleted {
        Ok(())
    } else if ended.kind == JobKind::Ingest && state != JobState::Done && !keep {
        remove_session(shared, &ended.session).await
    } else {
        shared
            .publish_session(&ended.session)
            .await
            .map_err(JobsError::from)
    };
    if let Err(error) = told {
        tracing::error!(job = %id, reason = error.reason(), "the job ended, but not cleanly");
    }
    Ok(())
}

/// Whether a session was deleted, and can come back. Where the database fails, nothing is removed that could.
async fn is_deleted(shared: &Shared, session: &SessionId) -> bool {
    match shared.store.sessions().deleted_at(session).await {
        Ok(time) => time.is_some(),
        Err(error) => {
            tracing::error!(%session, %error, "it cannot be told whether the session is deleted");
            true
        }
    }
}

/// Removes a session with its uploads, frames and results, and tells open pages.
///
/// # Errors
/// When the database fails or a file cannot be removed.
pub(crate) async fn remove_session(shared: &Shared, session: &SessionId) -> Result<(), JobsError> {
    match shared.store.sessions().remove(session).await {
        Ok(()) | Err(StoreError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let data = &shared.data;
    let mut removed = Ok(());
    for folder in [
        data.uploads(session),
        data.cache(session),
        data.results(session),
        data.results_in_work(session),
        data.results_before(session),
    ] {
        removed = removed.and(remove_folder(&folder).await);
    }
    let features = features_of(session);
    let forgotten = shared.engine.forget(&features);
    let forgotten = forgotten.map_err(JobsError::file(
        "remove",
        &shared.data.features().join(features),
    ));
    removed = removed.and(forgotten);
    shared.events.publish(LiveEvent::SessionRemoved {
        session: session.clone(),
    });
    removed
}
