//! Work that blocks a thread: files and the model.

use crate::JobsError;
use tokio::task::spawn_blocking;

/// Runs `work` on a thread that may block; a panic in it becomes an error.
///
/// # Errors
/// Those of `work`, and [`JobsError::Panic`].
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JobsError> + Send + 'static,
) -> Result<T, JobsError> {
    match spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(payload) => Err(JobsError::panic(&*payload)),
            // The server is being stopped: what was asked for is neither done nor failed.
            Err(_) => std::future::pending().await,
        },
    }
}
