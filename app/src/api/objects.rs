//! The objects of a session.

#[cfg(feature = "ssr")]
use super::service;
use super::{ApiError, Json};
use domain::{Object, ObjectFields, ObjectId, SessionId};
use leptos::prelude::*;

/// Adds an object at the end of the list.
///
/// # Errors
/// When a field is wrong, or the label and index are taken.
#[server(prefix = "/api", endpoint = "objects/add", input = Json, output = Json)]
pub async fn add_object(session: SessionId, fields: ObjectFields) -> Result<Object, ApiError> {
    Ok(service()?.add_object(&session, fields).await?)
}

/// Changes an object.
///
/// # Errors
/// When a field is wrong, or the object is gone.
#[server(prefix = "/api", endpoint = "objects/update", input = Json, output = Json)]
pub async fn update_object(object: ObjectId, fields: ObjectFields) -> Result<Object, ApiError> {
    Ok(service()?.update_object(object, fields).await?)
}

/// Moves an object to a position of its list, from 0; its colour follows.
///
/// # Errors
/// When the object is gone.
#[server(prefix = "/api", endpoint = "objects/move", input = Json, output = Json)]
pub async fn move_object(object: ObjectId, position: u32) -> Result<(), ApiError> {
    service()?.move_object(object, position).await?;
    Ok(())
}

/// Removes an object with its prompts and masks.
///
/// # Errors
/// When the object is gone already.
#[server(prefix = "/api", endpoint = "objects/remove", input = Json, output = Json)]
pub async fn remove_object(object: ObjectId) -> Result<(), ApiError> {
    service()?.remove_object(object).await?;
    Ok(())
}
