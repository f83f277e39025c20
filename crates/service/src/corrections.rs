//! What a person says about propagated masks: approved frames, and going back to the masks before the last job.

use crate::{Service, ServiceError};
use domain::{FrameMasks, FrameNumber, FrameSpan, ObjectId, Permission, SessionId, VideoSide};

impl Service {
    /// Approves the masks of an object on a span of frames, so that no later job changes them, or takes that back; *Undo* goes
    /// back. Says of how many frames: those that have a mask, or that were approved.
    ///
    /// # Errors
    /// When the span ends before it begins, or no job has made a mask there.
    pub async fn set_approved(
        &self,
        session: &SessionId,
        span: impl Into<FrameSpan>,
        approved: bool,
    ) -> Result<u32, ServiceError> {
        let span = span.into();
        self.need_with(Permission::Annotate, session).await?;
        if span.to < span.from {
            return Err(ServiceError::Invalid(format!(
                "frame {} lies before frame {}: give the first frame, then the last",
                span.to, span.from
            )));
        }
        let approvals = self.store.approvals();
        let frames = approvals.set(session, span, approved).await?;
        self.publish_masks(session);
        Ok(frames)
    }

    /// The masks that the last job changed, as they were before it; read like [`masks`](Self::masks).
    ///
    /// # Errors
    /// When there is no such session.
    pub async fn former_masks(
        &self,
        session: &SessionId,
        side: VideoSide,
        from: FrameNumber,
        to: FrameNumber,
    ) -> Result<Vec<FrameMasks>, ServiceError> {
        self.store.sessions().get(session).await?;
        let masks = self.store.masks();
        Ok(masks.former_frames(session, side, from.0..to.0).await?)
    }

    /// Gives an object the masks back that it had before the last job, and says on how many frames. Doing it again brings
    /// the newer ones back. The result files follow with the next job.
    ///
    /// # Errors
    /// When there is no earlier run, or a job of the session waits or runs.
    pub async fn take_back(
        &self,
        session: &SessionId,
        side: VideoSide,
        object: ObjectId,
    ) -> Result<u32, ServiceError> {
        self.need_with(Permission::Annotate, session).await?;
        self.check_idle(session).await?;
        let changed = self
            .store
            .masks()
            .swap_former(session, side, object)
            .await?;
        self.publish_masks(session);
        self.review_changed(session).await?;
        Ok(changed)
    }
}
