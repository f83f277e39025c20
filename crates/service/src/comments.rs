//! What people write to each other about a session.

use crate::{Service, ServiceError};
use domain::{
    InvalidComment, LiveEvent, Permission, Pin, Session, SessionId, Thread, ThreadId,
    checked_comment,
};

impl Service {
    /// The conversations about a session, in the order in which they began.
    ///
    /// # Errors
    /// When there is no such session.
    pub async fn threads(&self, session: &SessionId) -> Result<Vec<Thread>, ServiceError> {
        self.store.sessions().get(session).await?;
        Ok(self.store.comments().threads(session).await?)
    }

    /// Begins a conversation.
    ///
    /// # Errors
    /// When nothing or too much is said, the place is outside the video, or the object is gone.
    pub async fn add_comment(
        &self,
        session: &SessionId,
        pin: Pin,
        text: &str,
    ) -> Result<ThreadId, ServiceError> {
        let videos = self.need_to_talk(session).await?.videos;
        let video = &videos[usize::from(pin.side.number()) - 1];
        pin.check(video.frames, video.width, video.height)?;
        let text = checked_comment(text)?;
        let thread = self.store.comments().begin(session, &pin, &text).await?;
        self.publish_comments(session);
        Ok(thread)
    }

    /// Answers in a conversation; one that was settled is open again.
    ///
    /// # Errors
    /// When nothing or too much is said, or there is no such conversation.
    pub async fn reply(&self, thread: ThreadId, text: &str) -> Result<(), ServiceError> {
        let session = self.store.comments().session_of(thread).await?;
        self.need_to_talk(&session).await?;
        let text = checked_comment(text)?;
        self.store.comments().reply(thread, &text).await?;
        self.publish_comments(&session);
        Ok(())
    }

    /// Settles a conversation, or opens it again.
    ///
    /// # Errors
    /// When there is no such conversation.
    pub async fn set_resolved(&self, thread: ThreadId, resolved: bool) -> Result<(), ServiceError> {
        let session = self.store.comments().session_of(thread).await?;
        self.need_to_talk(&session).await?;
        let comments = self.store.comments();
        comments.set_resolved(thread, resolved).await?;
        self.publish_comments(&session);
        Ok(())
    }

    /// Lets those talk who may annotate a session, and those who may review it.
    async fn need_to_talk(&self, session: &SessionId) -> Result<Session, ServiceError> {
        match self.need_with(Permission::Review, session).await {
            Err(ServiceError::Forbidden(_)) => self.need_with(Permission::Annotate, session).await,
            session => session,
        }
    }

    fn publish_comments(&self, session: &SessionId) {
        self.jobs.publish(LiveEvent::Comments {
            session: session.clone(),
        });
    }
}

impl From<InvalidComment> for ServiceError {
    fn from(error: InvalidComment) -> Self {
        Self::Invalid(error.to_string())
    }
}
