//! Frames and the masks over them.

use crate::{Service, ServiceError, is_ingested};
use domain::{FrameMasks, FrameNumber, RESTORE_DAYS, SamePlace, SessionId, Track, VideoSide};
use std::path::PathBuf;

impl Service {
    /// The JPEG of the picture that a row of the timeline shows.
    ///
    /// # Errors
    /// When there is no such session or frame.
    pub async fn frame_path(
        &self,
        session: &SessionId,
        side: VideoSide,
        frame: FrameNumber,
    ) -> Result<PathBuf, ServiceError> {
        if self.store.sessions().deleted_at(session).await?.is_some() {
            return Err(ServiceError::NotFound(format!(
                "the session {session} was deleted: a lead can bring it back for {RESTORE_DAYS} days"
            )));
        }
        Ok(self.jobs.frame_path(session, side, frame).await?)
    }

    /// The propagated masks of the frames from `from` to the one before `to`, in order; frames without any are absent.
    ///
    /// # Errors
    /// When there is no such session.
    pub async fn masks(
        &self,
        session: &SessionId,
        side: VideoSide,
        from: FrameNumber,
        to: FrameNumber,
    ) -> Result<Vec<FrameMasks>, ServiceError> {
        self.store.sessions().get(session).await?;
        let range = from.0..to.0;
        Ok(self.store.masks().frames(session, side, range).await?)
    }

    /// Which frames of both videos show the same place; none while that is being found out, which ends with an event.
    ///
    /// # Errors
    /// When there is no such session, or its videos are not read yet.
    pub async fn same_place(&self, session: &SessionId) -> Result<Option<SamePlace>, ServiceError> {
        if !is_ingested(&self.store.sessions().get(session).await?) {
            return Err(ServiceError::Conflict(
                "the videos are still being read".into(),
            ));
        }
        Ok(self.jobs.same_place(session).map(|known| (*known).clone()))
    }

    /// What the last offline job made of every object in one video, in figures.
    ///
    /// # Errors
    /// When there is no such session.
    pub async fn tracks(
        &self,
        session: &SessionId,
        side: VideoSide,
    ) -> Result<Vec<Track>, ServiceError> {
        self.store.sessions().get(session).await?;
        let mut tracks = self.store.masks().tracks(session, side).await?;
        let approved = self.store.approvals().list(session, side).await?;
        let plan = self
            .store
            .masks()
            .finished_plan(session, side, None)
            .await?;
        let mut clicks = plan.as_deref().map(jobs::known_clicks).unwrap_or_default();
        for track in &mut tracks {
            let of_track = approved.iter().filter(|of| of.key.object == track.object);
            track.approved = of_track.map(|of| of.key.frame).collect();
            track.clicks = clicks.remove(&track.object).unwrap_or_default();
        }
        Ok(tracks)
    }
}
