//! Looking for an object of one video in the other.

#[cfg(feature = "ssr")]
use super::service;
use super::{ApiError, Json};
use domain::{ObjectId, Search, SearchId, SessionId, VideoSide};
use leptos::prelude::*;

/// Begins to look for an object in a video, by its masks in the other one.
///
/// # Errors
/// When the object is not in both videos, or has no mask in the other one.
#[server(prefix = "/api", endpoint = "search/begin", input = Json, output = Json)]
pub async fn begin_search(
    /// The session.
    session: SessionId,
    /// The object.
    object: ObjectId,
    /// The video that is searched.
    side: VideoSide,
) -> Result<SearchId, ApiError> {
    Ok(service()?.begin_search(&session, object, side).await?)
}

/// How far a search is, and what it found.
///
/// # Errors
/// When it was cancelled, or the server was started again since.
#[server(prefix = "/api", endpoint = "search/look", input = Json, output = Json)]
pub async fn look_at_search(session: SessionId, search: SearchId) -> Result<Search, ApiError> {
    Ok(service()?.search(&session, search).await?)
}

/// Stops a search; nothing when it is over already.
///
/// # Errors
/// When the session is gone or somebody else's.
#[server(prefix = "/api", endpoint = "search/cancel", input = Json, output = Json)]
pub async fn cancel_search(session: SessionId, search: SearchId) -> Result<(), ApiError> {
    service()?.cancel_search(&session, search).await?;
    Ok(())
}
