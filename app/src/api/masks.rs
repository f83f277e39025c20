//! Propagated masks: what a person approves, and going back.

#[cfg(feature = "ssr")]
use super::service;
use super::{ApiError, Json};
use domain::{FrameSpan, ObjectId, SessionId, VideoSide};
use leptos::prelude::*;

/// Approves the masks of an object on a span of frames, so that no later job changes them, or takes that back; gives the number
/// of frames.
///
/// # Errors
/// When the span ends before it begins, or no job has made a mask there.
#[server(prefix = "/api", endpoint = "masks/approve", input = Json, output = Json)]
pub async fn set_approved(
    /// The session.
    session: SessionId,
    /// Which object on which frames.
    span: FrameSpan,
    /// Whether they are good.
    approved: bool,
) -> Result<u32, ApiError> {
    Ok(service()?.set_approved(&session, span, approved).await?)
}

/// Gives an object the masks back that it had before the last job; gives the number of frames that changed.
///
/// # Errors
/// When there is no earlier run, or a job of the session waits or runs.
#[server(prefix = "/api", endpoint = "masks/take_back", input = Json, output = Json)]
pub async fn take_back(
    /// The session.
    session: SessionId,
    /// The video.
    side: VideoSide,
    /// The object.
    object: ObjectId,
) -> Result<u32, ApiError> {
    Ok(service()?.take_back(&session, side, object).await?)
}
