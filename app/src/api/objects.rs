//! The objects of a session.

#[cfg(feature = "ssr")]
use super::service;
use super::{ApiError, Json};
use domain::{FrameKey, Object, ObjectFields, ObjectId, SessionId, VideoSide};
use leptos::prelude::*;

/// Adds an object at the end of the list.
///
/// # Errors
/// When a field is wrong, or the label and index are taken.
#[server(prefix = "/api", endpoint = "objects/add", input = Json, output = Json)]
pub async fn add_object(session: SessionId, fields: ObjectFields) -> Result<Object, ApiError> {
    Ok(service()?.add_object(&session, fields).await?)
}

/// Changes an object: what is different from what the person `saw`, or everything where that is not said.
///
/// # Errors
/// When a field is wrong, the object is gone, or somebody else changed the same field meanwhile.
#[server(prefix = "/api", endpoint = "objects/update", input = Json, output = Json)]
pub async fn update_object(
    object: ObjectId,
    saw: Option<ObjectFields>,
    fields: ObjectFields,
) -> Result<Object, ApiError> {
    Ok(service()?.update_object(object, saw, fields).await?)
}

/// Moves an object to a position of its list, from 0.
///
/// # Errors
/// When the object is gone.
#[server(prefix = "/api", endpoint = "objects/move", input = Json, output = Json)]
pub async fn move_object(object: ObjectId, position: u32) -> Result<(), ApiError> {
    service()?.move_object(object, position).await?;
    Ok(())
}

/// Removes an object; undo brings it back with its prompts and masks.
///
/// # Errors
/// When the object is gone already.
#[server(prefix = "/api", endpoint = "objects/remove", input = Json, output = Json)]
pub async fn remove_object(object: ObjectId) -> Result<(), ApiError> {
    service()?.remove_object(object).await?;
    Ok(())
}

/// Gives an object one of the ten colours, from 0.
///
/// # Errors
/// When there is no such colour, or the object is gone.
#[server(prefix = "/api", endpoint = "objects/colour", input = Json, output = Json)]
pub async fn set_object_colour(object: ObjectId, colour: u8) -> Result<(), ApiError> {
    service()?.set_object_colour(object, colour).await?;
    Ok(())
}

/// Two objects exchange their prompts and masks in the video of `key`, from its frame on.
///
/// # Errors
/// When one of them is gone or not in that video, or an offline job of the session waits or runs.
#[server(prefix = "/api", endpoint = "objects/swap", input = Json, output = Json)]
pub async fn swap_objects(key: FrameKey, other: ObjectId) -> Result<(), ApiError> {
    service()?.swap_objects(key, other).await?;
    Ok(())
}

/// An object is the same as another: its prompts and masks go to `into`, and it is removed.
///
/// # Errors
/// When one of them is gone, or an offline job of the session waits or runs.
#[server(prefix = "/api", endpoint = "objects/merge", input = Json, output = Json)]
pub async fn merge_objects(object: ObjectId, into: ObjectId) -> Result<(), ApiError> {
    service()?.merge_objects(object, into).await?;
    Ok(())
}

/// An object is two: what lies in the video of `key`, from its frame on, goes to a new object, which is given back.
///
/// # Errors
/// When the object is gone or not in that video, it would be left in no video, or an offline job of the session waits or runs.
#[server(prefix = "/api", endpoint = "objects/split", input = Json, output = Json)]
pub async fn split_object(key: FrameKey) -> Result<Object, ApiError> {
    Ok(service()?.split_object(key).await?)
}

/// Notes that a person called an object done in a video before every view was annotated.
///
/// # Errors
/// When the object is gone.
#[server(prefix = "/api", endpoint = "objects/done", input = Json, output = Json)]
pub async fn done_early(object: ObjectId, side: VideoSide) -> Result<(), ApiError> {
    service()?.done_early(object, side).await?;
    Ok(())
}

/// Adds the objects that the object database names for the session's videos; `again` reads the database once more. Gives what
/// was done, in words, or why the database was of no use.
///
/// # Errors
/// When there is no such session or the server fails.
#[server(prefix = "/api", endpoint = "objects/fill", input = Json, output = Json)]
pub async fn fill_from_database(
    session: SessionId,
    again: bool,
) -> Result<Result<String, String>, ApiError> {
    match service()?.fill_from_database(&session, again).await {
        // No error of the page: most pairs are in no database.
        Err(service::ServiceError::Conflict(reason)) => Ok(Err(reason)),
        answer => Ok(Ok(answer?)),
    }
}
