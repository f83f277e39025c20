//! Clicks and boxes, and the masks that the model answers to them.

use crate::{Service, ServiceError};
use domain::{
    Action, Edit, EditNote, FrameKey, FrameNumber, IngestState, LiveEvent, ObjectAction,
    Permission, PreviewMask, PromptAction, PromptEvent, SessionId, SessionVideo, VideoSide,
};

impl Service {
    /// Stores a click, a box, a drawn mask or a clearing; it is safe when this returns.
    ///
    /// # Errors
    /// When it lies outside the frame, the frame does not exist, or the object is not in that video.
    pub async fn add_prompt(
        &self,
        session: &SessionId,
        key: FrameKey,
        action: PromptAction,
    ) -> Result<PromptEvent, ServiceError> {
        self.check_prompt(session, key, &action).await?;
        let event = self.store.prompts().append(session, key, action).await?;
        self.prompts_changed(session, key.side).await?;
        Ok(event)
    }

    /// The model's mask for the prompts of one object on one frame as they are stored now; none when there are none.
    ///
    /// # Errors
    /// When the frame does not exist or the model fails.
    pub async fn preview_mask(
        &self,
        session: &SessionId,
        key: FrameKey,
    ) -> Result<Option<PreviewMask>, ServiceError> {
        self.store.sessions().get(session).await?;
        let Some(prompts) = self.store.prompts().of(session, key).await? else {
            return Ok(None);
        };
        let answer = self
            .jobs
            .preview(session, key.side, key.frame, &prompts)
            .await?;
        Ok(Some(PreviewMask {
            key,
            seq: prompts.seq,
            mask: answer.mask,
            score: answer.score,
            iou: answer.iou,
        }))
    }

    /// Takes back the last event of a session; none when there is nothing to undo.
    ///
    /// # Errors
    /// When there is no such session, or objects would change hands while an offline job is busy with them.
    pub async fn undo(&self, session: &SessionId) -> Result<Option<EditNote>, ServiceError> {
        self.need_with(Permission::Annotate, session).await?;
        let edit = self.store.prompts().undo(session).await?;
        self.moved(session, edit).await
    }

    /// Brings back what was undone last; none when there is nothing to redo.
    ///
    /// # Errors
    /// When there is no such session, or objects would change hands while an offline job is busy with them.
    pub async fn redo(&self, session: &SessionId) -> Result<Option<EditNote>, ServiceError> {
        self.need_with(Permission::Annotate, session).await?;
        let edit = self.store.prompts().redo(session).await?;
        self.moved(session, edit).await
    }

    /// Lets the model look at a frame before it is clicked, so that the first mask comes fast.
    ///
    /// # Errors
    /// When the frame does not exist or the model fails.
    pub async fn prepare_frame(
        &self,
        session: &SessionId,
        side: VideoSide,
        frame: FrameNumber,
    ) -> Result<(), ServiceError> {
        self.store.sessions().get(session).await?;
        Ok(self.jobs.prepare(session, side, frame).await?)
    }

    /// Tells open pages what was undone or redone.
    async fn moved(
        &self,
        session: &SessionId,
        edit: Option<Edit>,
    ) -> Result<Option<EditNote>, ServiceError> {
        let Some(edit) = edit else {
            return Ok(None);
        };
        match edit.action {
            Action::Object(ObjectAction::Approve { .. }) => self.publish_masks(session),
            Action::Object(_) => self.objects_edited(session).await?,
            Action::Prompt(_) => self.prompts_changed(session, edit.key.side).await?,
        }
        let objects = self.store.objects().list(session).await?;
        Ok(Some(edit.note(&objects)))
    }

    async fn check_prompt(
        &self,
        session: &SessionId,
        key: FrameKey,
        action: &PromptAction,
    ) -> Result<(), ServiceError> {
        let FrameKey {
            object,
            side,
            frame,
        } = key;
        let videos = self.need_with(Permission::Annotate, session).await?.videos;
        let video = &videos[usize::from(side.number() - 1)];
        if video.ingest != IngestState::Ready {
            return Err(ServiceError::Conflict(format!(
                "{side} is still being read: click when its frames are there"
            )));
        }
        check_frame(video, frame)?;
        let fields = self.store.objects().get(object).await?.fields;
        if !fields.is_in(side) {
            return Err(ServiceError::Conflict(format!(
                "\"{}\" is not in {side}: tick {side} in the list of objects first",
                fields.title()
            )));
        }
        action
            .check(video.width, video.height)
            .map_err(|error| ServiceError::Invalid(error.to_string()))
    }

    /// Tells open pages; the status of the session may have changed with its prompts.
    async fn prompts_changed(
        &self,
        session: &SessionId,
        side: VideoSide,
    ) -> Result<(), ServiceError> {
        self.jobs.publish(LiveEvent::Prompts {
            session: session.clone(),
            side,
        });
        self.publish_session(session).await
    }
}

/// Refuses what lies behind the end of a video.
pub(crate) fn check_frame(video: &SessionVideo, frame: FrameNumber) -> Result<(), ServiceError> {
    if frame.0 < video.frames {
        return Ok(());
    }
    Err(ServiceError::Invalid(format!(
        "there is no frame {frame}: {} has frames 0 to {}",
        video.side,
        video.frames.saturating_sub(1)
    )))
}
