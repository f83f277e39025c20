//! The objects of a session.

use crate::{Service, ServiceError};
use domain::{Object, ObjectFields, ObjectId, SessionId};

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
        let fields = checked(fields)?;
        let object = self.store.objects().add(session, &fields).await?;
        self.publish_session(session).await?;
        Ok(object)
    }

    /// Changes what is said about an object.
    ///
    /// # Errors
    /// When a field is wrong, the label and index are taken, or the object is gone.
    pub async fn update_object(
        &self,
        id: ObjectId,
        fields: ObjectFields,
    ) -> Result<Object, ServiceError> {
        let fields = checked(fields)?;
        let session = self.store.objects().session_of(id).await?;
        let object = self.store.objects().update(id, &fields).await?;
        self.publish_session(&session).await?;
        Ok(object)
    }

    /// Moves an object to a position of its list, from 0; its colour follows.
    ///
    /// # Errors
    /// When the object is gone.
    pub async fn move_object(&self, id: ObjectId, position: u32) -> Result<(), ServiceError> {
        let session = self.store.objects().session_of(id).await?;
        self.store.objects().move_to(id, position).await?;
        self.publish_session(&session).await
    }

    /// Removes an object with its prompts and masks.
    ///
    /// # Errors
    /// When the object is gone already.
    pub async fn remove_object(&self, id: ObjectId) -> Result<(), ServiceError> {
        let session = self.store.objects().session_of(id).await?;
        self.store.objects().remove(id).await?;
        self.publish_session(&session).await
    }
}

fn checked(fields: ObjectFields) -> Result<ObjectFields, ServiceError> {
    fields
        .checked()
        .map_err(|error| ServiceError::Invalid(error.to_string()))
}
