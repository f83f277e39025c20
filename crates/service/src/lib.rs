//! The use cases: what a person can do, one function each.
//!
//! [`Service`] checks what was asked, has it stored, and tells every open page what changed. A click is committed when
//! [`Service::add_prompt`] returns. Errors are texts for the person who asked.

mod accounts;
mod cards;
mod comments;
mod corrections;
mod dashboard;
mod error;
mod frames;
mod inbox;
mod object_database;
mod objects;
mod offline;
mod people;
mod prompts;
mod results;
mod reviews;
mod search;
mod sessions;
mod upload;
mod upload_for_review;

pub use accounts::{Accounts, SIGN_IN_HOURS, SignInError, SignedIn};
pub use error::ServiceError;
pub use jobs::SEGMENTS_MAX;
pub use object_database::ObjectDatabase;
pub use sessions::HISTORY_MAX;
pub use upload::{UploadedFile, VIDEO_EXTENSIONS, video_extension};
pub use upload_for_review::{CheckedSegments, ReviewUpload};

use domain::{IngestState, LiveEvent, ModelInfo, Person, Readiness, Session, SessionId};
use jobs::Jobs;
use std::time::Duration;
use store::Store;
use tokio::sync::broadcast;

/// How often deleted sessions are looked through.
const PURGE_EVERY: Duration = Duration::from_secs(3600);

/// The use cases; cheap to clone.
#[derive(Clone)]
pub struct Service {
    store: Store,
    jobs: Jobs,
    accounts: Accounts,
    person: Person,
    database: Option<ObjectDatabase>,
}

impl Service {
    /// The use cases over a store, the jobs that work on it and the people who do. Takes up what a killed server left
    /// half-made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn start(store: Store, jobs: Jobs, accounts: Accounts) -> Result<Self, ServiceError> {
        let service = Self {
            store,
            jobs,
            accounts,
            person: Person::local(),
            database: None,
        };
        for session in service.store.sessions().list().await? {
            service.take_up(&session).await?;
        }
        service.keep_purging();
        Ok(service)
    }

    /// Frees the disk of sessions that were deleted long enough ago: now, and every hour.
    fn keep_purging(&self) {
        let service = self.clone();
        tokio::spawn(async move {
            let mut hour = tokio::time::interval(PURGE_EVERY);
            loop {
                hour.tick().await;
                match service.purge_deleted().await {
                    Ok(0) => {}
                    Ok(sessions) => tracing::info!(sessions, "removed what was deleted a week ago"),
                    Err(error) => tracing::error!(%error, "a deleted session cannot be removed"),
                }
            }
        });
    }

    /// The use cases as `person` may carry them out.
    #[must_use]
    pub fn acting_as(&self, person: Person) -> Self {
        Self {
            store: self.store.acting_as(person.id),
            person,
            ..self.clone()
        }
    }

    /// What happens from now on, for open pages.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<LiveEvent> {
        self.jobs.subscribe()
    }

    /// The model that answers clicks and runs the offline jobs.
    #[must_use]
    pub fn model(&self) -> ModelInfo {
        self.jobs.model().clone()
    }

    /// Whether the model has made its first calls.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        self.jobs.readiness()
    }

    async fn has_active_job(&self, session: &SessionId) -> Result<bool, ServiceError> {
        let job = self.store.jobs().latest_for(session).await?;
        Ok(job.is_some_and(|job| job.state.is_active()))
    }

    /// Tells open pages how a session stands now.
    async fn publish_session(&self, id: &SessionId) -> Result<(), ServiceError> {
        let session = self.store.sessions().get(id).await?;
        self.jobs.publish(LiveEvent::Session(session));
        Ok(())
    }
}

/// Whether both videos have their frames.
fn is_ingested(session: &Session) -> bool {
    session
        .videos
        .iter()
        .all(|video| video.ingest == IngestState::Ready)
}
