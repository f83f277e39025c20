//! The jobs that run at this moment, and the wish that one should stop.

use domain::JobId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// The jobs that run.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunningJobs(Arc<Mutex<HashMap<JobId, Tokens>>>);

#[derive(Clone, Debug, Default)]
struct Tokens {
    cancel: CancellationToken,
    ended: CancellationToken,
}

/// A job that runs, until it is dropped.
#[derive(Debug)]
pub(crate) struct RunningJob {
    jobs: RunningJobs,
    id: JobId,
    tokens: Tokens,
}

impl RunningJobs {
    /// Notes that a job runs.
    pub(crate) fn begin(&self, id: JobId) -> RunningJob {
        let tokens = Tokens::default();
        self.lock().insert(id, tokens.clone());
        RunningJob {
            jobs: self.clone(),
            id,
            tokens,
        }
    }

    /// Asks a job to stop; says whether it runs at all.
    pub(crate) fn cancel(&self, id: JobId) -> bool {
        let running = self.lock().get(&id).cloned();
        if let Some(tokens) = &running {
            tokens.cancel.cancel();
        }
        running.is_some()
    }

    /// Waits until a job no longer runs.
    pub(crate) async fn ended(&self, id: JobId) {
        let running = self.lock().get(&id).cloned();
        if let Some(tokens) = running {
            tokens.ended.cancelled().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<JobId, Tokens>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RunningJob {
    /// Cancelled when the job should stop.
    pub(crate) fn wish(&self) -> &CancellationToken {
        &self.tokens.cancel
    }
}

impl Drop for RunningJob {
    fn drop(&mut self) {
        self.jobs.lock().remove(&self.id);
        self.tokens.ended.cancel();
    }
}
