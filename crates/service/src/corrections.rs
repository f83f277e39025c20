//! What a person says about propagated masks: approved frames, and going back to the masks before the last job.

use crate::{Service, ServiceError};
use domain::{
    Change, FrameKey, FrameMasks, FrameNumber, ObjectId, Permission, SessionId, VideoSide,
};

impl Service {
    /// Approves the mask of an object on a frame, so that no later job changes it, or takes that back.
    ///
    /// # Errors
    /// When no job has made a mask there.
    pub async fn set_approved(
        &self,
        session: &SessionId,
        key: FrameKey,
        approved: bool,
    ) -> Result<(), ServiceError> {
        self.need_with(Permission::Annotate, session).await?;
        let approvals = self.store.approvals();
        if approved {
            approvals.approve(session, key).await?;
        } else {
            approvals.withdraw(session, key).await?;
        }
        let title = self.store.objects().get(key.object).await?.fields.title();
        let change = Change::FrameApproved {
            title,
            side: key.side,
            frame: key.frame,
            approved,
        };
        let history = self.store.history();
        history.note(session, Some(key.object), &change).await?;
        self.publish_masks(session);
        Ok(())
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
        let title = self.store.objects().get(object).await?.fields.title();
        let change = Change::MasksSwapped { title, side };
        let history = self.store.history();
        history.note(session, Some(object), &change).await?;
        self.publish_masks(session);
        Ok(changed)
    }
}
