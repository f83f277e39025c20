//! Sessions: the list, one of them, removal.

use crate::upload::finish;
use crate::{Service, ServiceError};
use domain::{
    JobKind, JobState, Looked, ObjectId, PromptedFrame, Session, SessionId, VideoSide, Workspace,
};
use store::StoreError;

impl Service {
    /// Every session, the one changed last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions(&self) -> Result<Vec<Session>, ServiceError> {
        Ok(self.store.sessions().list().await?)
    }

    /// A session with its objects, prompts and job.
    ///
    /// # Errors
    /// When there is no such session; the text says why, if it was removed because a video could not be used.
    pub async fn workspace(&self, id: &SessionId) -> Result<Workspace, ServiceError> {
        let session = match self.store.sessions().get(id).await {
            Err(StoreError::NotFound(_)) => return Err(self.why_gone(id).await?),
            session => session?,
        };
        let prompts = self.store.prompts();
        let prompted = prompts.current(id).await?;
        Ok(Workspace {
            session,
            objects: self.store.objects().list(id).await?,
            prompts: prompted
                .into_iter()
                .map(|(key, prompts)| PromptedFrame { key, prompts })
                .collect(),
            undo: prompts.next_undo(id).await?,
            redo: prompts.next_redo(id).await?,
            done_early: self.store.standing().done_early(id).await?,
            looked: self.store.standing().looked(id).await?,
            job: self.store.jobs().latest_for(id).await?,
        })
    }

    /// Notes that a person called an object done in a video before every view was annotated.
    ///
    /// # Errors
    /// When the object is gone.
    pub async fn done_early(&self, object: ObjectId, side: VideoSide) -> Result<(), ServiceError> {
        let session = self.store.standing().set_done_early(object, side).await?;
        self.publish_session(&session).await
    }

    /// Notes which frames of a video a person looked at; those known already stay.
    ///
    /// # Errors
    /// When there is no such session.
    pub async fn add_looked(
        &self,
        session: &SessionId,
        side: VideoSide,
        frames: &Looked,
    ) -> Result<(), ServiceError> {
        Ok(self
            .store
            .standing()
            .add_looked(session, side, frames)
            .await?)
    }

    /// Removes a session with all its files; its job is stopped first.
    ///
    /// # Errors
    /// When there is no such session, or a file cannot be removed.
    pub async fn remove_session(&self, id: &SessionId) -> Result<(), ServiceError> {
        let (jobs, id) = (self.jobs.clone(), id.clone());
        finish(tokio::spawn(
            async move { Ok(jobs.remove_session(&id).await?) },
        ))
        .await
    }

    /// What to say about a session that is not there.
    async fn why_gone(&self, id: &SessionId) -> Result<ServiceError, ServiceError> {
        let failed = self
            .store
            .jobs()
            .latest_for(id)
            .await?
            .filter(|job| job.kind == JobKind::Ingest && job.state == JobState::Failed);
        let text = match failed.and_then(|job| job.error) {
            Some(reason) => {
                format!("the session {id} was removed, because its videos cannot be used: {reason}")
            }
            None => format!("there is no session {id}: it may have been removed"),
        };
        Ok(ServiceError::NotFound(text))
    }
}
