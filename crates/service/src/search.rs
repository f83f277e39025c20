//! Looking for an object of one video in the other; what is found is only suggested.

use crate::{Service, ServiceError, is_ingested};
use domain::{ObjectId, Permission, Search, SearchId, SessionId, TrackSample, VideoSide};
use jobs::{Sight, Sighting, Wanted};

/// Frames with prompts that say what the object looks like, at most.
const PROMPTED: usize = 3;
/// Frames to which its mask was carried, at most.
const CARRIED: usize = 4;

impl Service {
    /// Begins to look for an object in `side`, by what is known of it in the other video. Events tell how far it is.
    ///
    /// # Errors
    /// When the videos are not read yet, the object is not in both, or it has no mask in the other video.
    pub async fn begin_search(
        &self,
        session: &SessionId,
        object: ObjectId,
        side: VideoSide,
    ) -> Result<SearchId, ServiceError> {
        if !is_ingested(&self.need_with(Permission::Annotate, session).await?) {
            return Err(ServiceError::Conflict(
                "the videos are still being read: look for objects when their frames are there"
                    .into(),
            ));
        }
        if self.store.objects().session_of(object).await? != *session {
            return Err(ServiceError::NotFound(format!(
                "object {object} belongs to another session"
            )));
        }
        for side in VideoSide::BOTH {
            self.seen_in(object, side).await?;
        }
        let sightings = self.sightings(session, object, side.other()).await?;
        if sightings.is_empty() {
            let title = self.store.objects().get(object).await?.fields.title();
            return Err(ServiceError::Conflict(format!(
                "\"{title}\" has no mask in {}: click it there first",
                side.other()
            )));
        }
        Ok(self.jobs.begin_search(Wanted {
            session: session.clone(),
            object,
            side,
            sightings,
        }))
    }

    /// How far a search is, and what it found.
    ///
    /// # Errors
    /// When it was cancelled, or the server was started again since.
    pub async fn search(&self, session: &SessionId, id: SearchId) -> Result<Search, ServiceError> {
        self.need_with(Permission::Annotate, session).await?;
        self.jobs.search(session, id).ok_or_else(|| {
            ServiceError::NotFound("this search is no longer known: start it again".into())
        })
    }

    /// Stops a search; nothing when it is over already.
    ///
    /// # Errors
    /// When the session is gone or somebody else's.
    pub async fn cancel_search(
        &self,
        session: &SessionId,
        id: SearchId,
    ) -> Result<(), ServiceError> {
        self.need_with(Permission::Annotate, session).await?;
        self.jobs.cancel_search(session, id);
        Ok(())
    }

    /// Frames that show the object, from all over the video: clicked ones first, then those that the offline job is surest of.
    async fn sightings(
        &self,
        session: &SessionId,
        object: ObjectId,
        side: VideoSide,
    ) -> Result<Vec<Sighting>, ServiceError> {
        let prompts = self.store.prompts().current(session).await?;
        let prompted: Vec<Sighting> = prompts
            .into_iter()
            .filter(|(key, _)| key.object == object && key.side == side)
            .map(|(key, prompts)| Sighting {
                frame: key.frame,
                sight: Sight::Prompts(prompts),
            })
            .collect();
        let mut sightings = some_of(&prompted, PROMPTED);
        let tracks = self.store.masks().tracks(session, side).await?;
        let track = tracks.into_iter().find(|track| track.object == object);
        let seen: Vec<TrackSample> = track
            .map(|track| track.samples)
            .unwrap_or_default()
            .into_iter()
            .filter(|sample| sample.area > 0 && sample.score > 0.0)
            .collect();
        for sample in some_of(&seen, CARRIED) {
            let range = sample.frame.0..sample.frame.0 + 1;
            let frames = self.store.masks().frames(session, side, range).await?;
            let masks = frames.into_iter().flat_map(|frame| frame.masks);
            let of_object = masks.filter(|mask| mask.object == object);
            sightings.extend(of_object.map(|mask| Sighting {
                frame: sample.frame,
                sight: Sight::Mask(mask.mask),
            }));
        }
        Ok(sightings)
    }
}

/// At most `count` of them, from the middles of equal parts.
fn some_of<T: Clone>(all: &[T], count: usize) -> Vec<T> {
    let count = count.min(all.len());
    (0..count)
        .map(|part| all[(part * 2 + 1) * all.len() / (count * 2)].clone())
        .collect()
}
