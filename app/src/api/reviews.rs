//! What reviewers say about masks, and what they send back.

#[cfg(feature = "ssr")]
use super::service;
use super::{ApiError, Json};
use domain::{AskedViews, ObjectId, Review, SessionId, Verdict};
use leptos::prelude::*;

/// What reviewers said about a session.
///
/// # Errors
/// When there is no such session.
#[server(name = GetReview, prefix = "/api", endpoint = "reviews/get", input = Json, output = Json)]
pub async fn review(session: SessionId) -> Result<Review, ApiError> {
    Ok(service()?.review(&session).await?)
}

/// Judges an object, or takes that back.
///
/// # Errors
/// When there are no masks to judge, or the object is gone.
#[server(prefix = "/api", endpoint = "reviews/judge", input = Json, output = Json)]
pub async fn judge(object: ObjectId, verdict: Option<Verdict>) -> Result<(), ApiError> {
    service()?.set_verdict(object, verdict).await?;
    Ok(())
}

/// Replaces the comment on an object.
///
/// # Errors
/// When it is too long, or the object is gone.
#[server(prefix = "/api", endpoint = "reviews/comment_object", input = Json, output = Json)]
pub async fn comment_on_object(object: ObjectId, text: String) -> Result<(), ApiError> {
    service()?.comment_on_object(object, &text).await?;
    Ok(())
}

/// Replaces the comment on a session as a whole.
///
/// # Errors
/// When it is too long, or the session is gone.
#[server(prefix = "/api", endpoint = "reviews/comment", input = Json, output = Json)]
pub async fn comment_on_session(session: SessionId, text: String) -> Result<(), ApiError> {
    service()?.comment_on_session(&session, &text).await?;
    Ok(())
}

/// Names the reviewer of a session.
///
/// # Errors
/// When the name is too long, or the session is gone.
#[server(prefix = "/api", endpoint = "reviews/reviewer", input = Json, output = Json)]
pub async fn set_reviewer(session: SessionId, name: String) -> Result<(), ApiError> {
    service()?.set_reviewer(&session, &name).await?;
    Ok(())
}

/// Finds a session good, with every object that nobody has judged.
///
/// # Errors
/// When its status does not allow it, or an object is marked to be annotated again.
#[server(prefix = "/api", endpoint = "reviews/approve", input = Json, output = Json)]
pub async fn approve_session(session: SessionId) -> Result<(), ApiError> {
    service()?.approve_session(&session).await?;
    Ok(())
}

/// Sends objects back to be annotated again.
///
/// # Errors
/// When nothing is asked for, an object is not in a video, or there are no masks to judge.
#[server(prefix = "/api", endpoint = "reviews/send_back", input = Json, output = Json)]
pub async fn send_back(session: SessionId, asked: Vec<AskedViews>) -> Result<(), ApiError> {
    service()?.send_back(&session, &asked).await?;
    Ok(())
}

/// Takes everything back that was sent back.
///
/// # Errors
/// When nothing is sent back.
#[server(prefix = "/api", endpoint = "reviews/withdraw", input = Json, output = Json)]
pub async fn withdraw(session: SessionId) -> Result<(), ApiError> {
    service()?.withdraw(&session).await?;
    Ok(())
}
