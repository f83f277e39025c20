//! The prompts of a session and the masks that the model answers to them.

#[cfg(feature = "ssr")]
use super::service;
use super::{ApiError, Json};
use domain::{EditNote, FrameKey, FrameNumber, PreviewMask, PromptAction, SessionId, VideoSide};
use leptos::prelude::*;

/// Stores a click, a box, a drawn mask or a clearing; it is safe when this returns. Gives its place in the session's list.
///
/// # Errors
/// When it lies outside the frame, or the object or the frame does not exist.
#[server(prefix = "/api", endpoint = "prompts/add", input = Json, output = Json)]
pub async fn add_prompt(
    /// The session.
    session: SessionId,
    /// Which object on which frame.
    key: FrameKey,
    /// What was done.
    action: PromptAction,
) -> Result<u32, ApiError> {
    Ok(service()?.add_prompt(&session, key, action).await?.seq)
}

/// The model's mask for the prompts of one object on one frame as they are stored now; none when there are none.
///
/// # Errors
/// When the frame does not exist or the model fails.
#[server(name = AskPreview, prefix = "/api", endpoint = "prompts/preview", input = Json, output = Json)]
pub async fn preview_mask(
    /// The session.
    session: SessionId,
    /// Which object on which frame.
    key: FrameKey,
) -> Result<Option<PreviewMask>, ApiError> {
    Ok(service()?.preview_mask(&session, key).await?)
}

/// Takes back the last action of the session; gives it, or none when there is nothing to undo.
///
/// # Errors
/// When there is no such session.
#[server(prefix = "/api", endpoint = "prompts/undo", input = Json, output = Json)]
pub async fn undo(
    /// The session.
    session: SessionId,
) -> Result<Option<EditNote>, ApiError> {
    Ok(service()?.undo(&session).await?)
}

/// Brings back the action that was undone last; gives it, or none when there is nothing to redo.
///
/// # Errors
/// When there is no such session.
#[server(prefix = "/api", endpoint = "prompts/redo", input = Json, output = Json)]
pub async fn redo(
    /// The session.
    session: SessionId,
) -> Result<Option<EditNote>, ApiError> {
    Ok(service()?.redo(&session).await?)
}

/// Lets the model look at a frame before it is clicked, so that the first mask comes fast.
///
/// # Errors
/// When the frame does not exist.
#[server(prefix = "/api", endpoint = "prompts/prepare", input = Json, output = Json)]
pub async fn prepare_frame(
    /// The session.
    session: SessionId,
    /// The video.
    side: VideoSide,
    /// The frame.
    frame: FrameNumber,
) -> Result<(), ApiError> {
    service()?.prepare_frame(&session, side, frame).await?;
    Ok(())
}
