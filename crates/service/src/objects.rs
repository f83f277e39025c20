//! The objects of a session.

use crate::prompts::check_frame;
use crate::{Service, ServiceError};
use domain::{
    FrameKey, LiveEvent, OBJECT_COLOURS, Object, ObjectFields, ObjectId, Permission, SessionId,
    VideoSide,
};

impl Service {
    /// Adds an object at the end of the list.
    ///
    /// # Errors
    /// When a field is wrong, or the label and index are taken.
    pub async fn add_object(
        &self,
        session: &SessionId,
        fields: ObjectFields,
    ) -> Result<Object, ServiceError> {
        self.need_with(Permission::Annotate, session).await?;
        let fields = checked(fields)?;
        let object = self.store.objects().add(session, &fields).await?;
        self.publish_session(session).await?;
        Ok(object)
    }

    /// Changes what is said about an object; where it is known what the person `saw`, only what they changed of that.
    ///
    /// # Errors
    /// When a field is wrong, the label and index are taken, the object is gone, or somebody else changed the same field
    /// meanwhile.
    pub async fn update_object(
        &self,
        id: ObjectId,
        saw: Option<ObjectFields>,
        fields: ObjectFields,
    ) -> Result<Object, ServiceError> {
        let fields = checked(fields)?;
        let session = self.session_to_change(id).await?;
        let object = self
            .store
            .objects()
            .update(id, saw.as_ref(), &fields)
            .await?;
        self.publish_session(&session).await?;
        Ok(object)
    }

    /// Moves an object to a position of its list, from 0.
    ///
    /// # Errors
    /// When the object is gone.
    pub async fn move_object(&self, id: ObjectId, position: u32) -> Result<(), ServiceError> {
        let session = self.session_to_change(id).await?;
        self.store.objects().move_to(id, position).await?;
        self.publish_session(&session).await
    }

    /// Gives an object one of the ten colours, from 0.
    ///
    /// # Errors
    /// When there is no such colour, or the object is gone.
    pub async fn set_object_colour(&self, id: ObjectId, colour: u8) -> Result<(), ServiceError> {
        if usize::from(colour) >= OBJECT_COLOURS.len() {
            return Err(ServiceError::Invalid(format!(
                "there is no colour {colour}: choose 0 to {}",
                OBJECT_COLOURS.len() - 1
            )));
        }
        let session = self.session_to_change(id).await?;
        self.store.objects().set_colour(id, colour).await?;
        self.publish_session(&session).await
    }

    /// Two objects that were mixed up exchange their prompts and masks in the video of `key`, from its frame on.
    ///
    /// # Errors
    /// When one of them is gone or not in that video, or an offline job of the session waits or runs.
    pub async fn swap_objects(&self, key: FrameKey, other: ObjectId) -> Result<(), ServiceError> {
        for id in [key.object, other] {
            self.seen_in(id, key.side).await?;
        }
        let session = self.session_to_change(key.object).await?;
        self.check_key(&session, key).await?;
        self.store.objects().swap(key, other).await?;
        self.objects_edited(&session).await
    }

    /// An object is the same as another: its prompts and masks go to `into` where that has none, and it is removed.
    ///
    /// # Errors
    /// When one of them is gone, or an offline job of the session waits or runs.
    pub async fn merge_objects(&self, id: ObjectId, into: ObjectId) -> Result<(), ServiceError> {
        let session = self.session_to_change(id).await?;
        self.store.objects().merge(id, into).await?;
        self.objects_edited(&session).await
    }

    /// An object is two: its prompts and masks in the video of `key`, from its frame on, go to a new object of the same
    /// label, which is given back.
    ///
    /// # Errors
    /// When the object is gone or not in that video, it would be left in no video, or an offline job of the session waits
    /// or runs.
    pub async fn split_object(&self, key: FrameKey) -> Result<Object, ServiceError> {
        let object = self.seen_in(key.object, key.side).await?;
        let session = self.session_to_change(key.object).await?;
        self.check_key(&session, key).await?;
        if key.frame.0 == 0 && !object.fields.is_in(key.side.other()) {
            return Err(ServiceError::Conflict(format!(
                "nothing would be left of \"{}\": go to the frame from which on it is another object",
                object.fields.title()
            )));
        }
        let all = self.store.objects().list(&session).await?;
        let is_taken = |index: u32| {
            let mut titles = all.iter().map(|object| &object.fields);
            titles.any(|of| of.label == object.fields.label && of.multiplicity == index)
        };
        let presence = object.fields.presence().without(key.side.other());
        let fields = ObjectFields {
            multiplicity: (1..).find(|&index| !is_taken(index)).unwrap_or(u32::MAX),
            in_video1: presence.in_video1,
            in_video2: presence.in_video2,
            change_type: presence.change_type,
            ..object.fields
        };
        let made = self.store.objects().split(key, &fields).await?;
        self.objects_edited(&session).await?;
        Ok(made)
    }

    /// An object that is seen in a video.
    pub(crate) async fn seen_in(
        &self,
        id: ObjectId,
        side: VideoSide,
    ) -> Result<Object, ServiceError> {
        let object = self.store.objects().get(id).await?;
        if object.fields.is_in(side) {
            return Ok(object);
        }
        Err(ServiceError::Conflict(format!(
            "\"{}\" is not in {side}: tick {side} in the list of objects first",
            object.fields.title()
        )))
    }

    /// Refuses a frame that the session does not have.
    async fn check_key(&self, session: &SessionId, key: FrameKey) -> Result<(), ServiceError> {
        let videos = self.store.sessions().get(session).await?.videos;
        check_frame(&videos[usize::from(key.side.number() - 1)], key.frame)
    }

    /// The session of an object, when whoever asks may change it.
    async fn session_to_change(&self, id: ObjectId) -> Result<SessionId, ServiceError> {
        let session = self.store.objects().session_of(id).await?;
        self.need_with(Permission::Annotate, &session).await?;
        Ok(session)
    }

    /// While a job writes masks, they cannot change hands.
    pub(crate) async fn check_idle(&self, session: &SessionId) -> Result<(), ServiceError> {
        if self.has_active_job(session).await? {
            return Err(ServiceError::Conflict(
                "the offline job of this session waits or runs: cancel it or wait for its end, then try again"
                    .into(),
            ));
        }
        Ok(())
    }

    /// Tells open pages that prompts and masks belong to other objects now, and brings the file of the review in line.
    pub(crate) async fn objects_edited(&self, session: &SessionId) -> Result<(), ServiceError> {
        self.publish_masks(session);
        self.review_changed(session).await
    }

    /// Tells open pages that a person changed something about the masks.
    pub(crate) fn publish_masks(&self, session: &SessionId) {
        self.jobs.publish(LiveEvent::Masks {
            session: session.clone(),
        });
    }

    /// Removes an object; undo brings it back with its prompts and masks.
    ///
    /// # Errors
    /// When the object is gone already.
    pub async fn remove_object(&self, id: ObjectId) -> Result<(), ServiceError> {
        let session = self.session_to_change(id).await?;
        self.store.objects().remove(id).await?;
        self.objects_edited(&session).await
    }
}

fn checked(fields: ObjectFields) -> Result<ObjectFields, ServiceError> {
    fields
        .checked()
        .map_err(|error| ServiceError::Invalid(error.to_string()))
}
