//! Jobs and the model that they run.

#[cfg(feature = "ssr")]
use super::service;
use super::{ApiError, Json};
use domain::{JobId, JobRecord, ModelInfo, SessionId};
use leptos::prelude::*;

/// The jobs that wait or run, and those that ended lately.
///
/// # Errors
/// When the server cannot be reached or its database fails.
#[server(prefix = "/api", endpoint = "jobs/list", input = Json, output = Json)]
pub async fn list_jobs() -> Result<Vec<JobRecord>, ApiError> {
    Ok(service()?.jobs().await?)
}

/// Queues the offline job of a session.
///
/// # Errors
/// When nothing was clicked yet, or a job of the session waits or runs already.
#[server(prefix = "/api", endpoint = "jobs/start", input = Json, output = Json)]
pub async fn start_job(session: SessionId) -> Result<JobRecord, ApiError> {
    Ok(service()?.start_job(&session).await?)
}

/// Queues the offline job of every session that is ready for it.
///
/// # Errors
/// When no session is ready.
#[server(prefix = "/api", endpoint = "jobs/start_all", input = Json, output = Json)]
pub async fn start_all_ready() -> Result<Vec<JobRecord>, ApiError> {
    Ok(service()?.start_all_ready().await?)
}

/// Stops a job, queued or running.
///
/// # Errors
/// When the job has ended already.
#[server(prefix = "/api", endpoint = "jobs/cancel", input = Json, output = Json)]
pub async fn cancel_job(job: JobId) -> Result<(), ApiError> {
    service()?.cancel_job(job).await?;
    Ok(())
}

/// Puts a job that waits ahead of all others of its kind.
///
/// # Errors
/// When it does not wait, or whoever asks is no lead.
#[server(prefix = "/api", endpoint = "jobs/move_up", input = Json, output = Json)]
pub async fn move_job_up(job: JobId) -> Result<(), ApiError> {
    service()?.move_job_up(job).await?;
    Ok(())
}

/// Queues the work of a failed or cancelled job again.
///
/// # Errors
/// When the job did not fail, or its session is gone.
#[server(prefix = "/api", endpoint = "jobs/retry", input = Json, output = Json)]
pub async fn retry_job(job: JobId) -> Result<JobRecord, ApiError> {
    Ok(service()?.retry(job).await?)
}

/// The model that answers clicks and runs the offline jobs.
///
/// # Errors
/// When the server cannot be reached.
#[server(prefix = "/api", endpoint = "jobs/model", input = Json, output = Json)]
pub async fn model() -> Result<ModelInfo, ApiError> {
    Ok(service()?.model())
}
