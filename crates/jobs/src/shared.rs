//! What all jobs work with.

use crate::cancel::RunningJobs;
use crate::config::DataDir;
use crate::engine::Engine;
use crate::events::Events;
use crate::frames::Tables;
use crate::queue::Queue;
use crate::same_place::Known;
use crate::search::Searches;
use crate::worker_process::Decoders;
use domain::{JobRecord, LiveEvent, SessionId};
use std::sync::Arc;
use store::{Store, StoreError};

/// What all jobs work with.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) data: DataDir,
    pub(crate) decoders: Decoders,
    pub(crate) engine: Arc<Engine>,
    pub(crate) tables: Tables,
    pub(crate) events: Events,
    pub(crate) queue: Queue,
    pub(crate) running: RunningJobs,
    pub(crate) same_place: Known,
    /// Whoever holds this writes the file of a review.
    pub(crate) review_files: tokio::sync::Mutex<()>,
    pub(crate) searches: Searches,
    /// Whoever holds this has a `segments.pkl` in memory, which can take more than a gigabyte.
    pub(crate) reading_masks: Arc<tokio::sync::Mutex<()>>,
}

impl Shared {
    /// Tells open pages about a job.
    pub(crate) fn publish_job(&self, job: &JobRecord) {
        self.events.publish(LiveEvent::Job(job.clone()));
    }

    /// Tells open pages how a session stands now.
    ///
    /// # Errors
    /// When the session is gone or the database fails.
    pub(crate) async fn publish_session(&self, session: &SessionId) -> Result<(), StoreError> {
        let session = self.store.sessions().get(session).await?;
        self.events.publish(LiveEvent::Session(session));
        Ok(())
    }
}
