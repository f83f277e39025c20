//! What people write to each other about a session.

#[cfg(feature = "ssr")]
use super::service;
use super::{ApiError, Json};
use domain::{Pin, SessionId, Thread, ThreadId};
use leptos::prelude::*;

/// The conversations about a session, in the order in which they began.
///
/// # Errors
/// When there is no such session.
#[server(prefix = "/api", endpoint = "comments/list", input = Json, output = Json)]
pub async fn list_threads(session: SessionId) -> Result<Vec<Thread>, ApiError> {
    Ok(service()?.threads(&session).await?)
}

/// Begins a conversation.
///
/// # Errors
/// When nothing or too much is said, the place is outside the video, or the object is gone.
#[server(prefix = "/api", endpoint = "comments/add", input = Json, output = Json)]
pub async fn add_comment(
    /// The session.
    session: SessionId,
    /// What it is about, and where.
    pin: Pin,
    /// What is said.
    text: String,
) -> Result<ThreadId, ApiError> {
    Ok(service()?.add_comment(&session, pin, &text).await?)
}

/// Answers in a conversation; one that was settled is open again.
///
/// # Errors
/// When nothing or too much is said, or there is no such conversation.
#[server(prefix = "/api", endpoint = "comments/reply", input = Json, output = Json)]
pub async fn reply(thread: ThreadId, text: String) -> Result<(), ApiError> {
    service()?.reply(thread, &text).await?;
    Ok(())
}

/// Settles a conversation, or opens it again.
///
/// # Errors
/// When there is no such conversation.
#[server(prefix = "/api", endpoint = "comments/resolve", input = Json, output = Json)]
pub async fn set_resolved(thread: ThreadId, resolved: bool) -> Result<(), ApiError> {
    service()?.set_resolved(thread, resolved).await?;
    Ok(())
}
