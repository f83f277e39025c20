//! What others did that whoever looks should know of.

#[cfg(feature = "ssr")]
use super::service;
use super::{ApiError, Json};
use domain::Inbox;
use leptos::prelude::*;

/// The inbox of whoever asks.
///
/// # Errors
/// When the server cannot be reached or its database fails.
#[server(name = GetInbox, prefix = "/api", endpoint = "inbox/get", input = Json, output = Json)]
pub async fn inbox() -> Result<Inbox, ApiError> {
    Ok(service()?.inbox().await?)
}

/// How many news whoever asks has not read yet.
///
/// # Errors
/// When the server cannot be reached or its database fails.
#[server(name = CountUnread, prefix = "/api", endpoint = "inbox/unread", input = Json, output = Json)]
pub async fn unread() -> Result<usize, ApiError> {
    Ok(service()?.unread().await?)
}

/// Notes that whoever asks has read their inbox up to an id of the history.
///
/// # Errors
/// When the server cannot be reached or its database fails.
#[server(prefix = "/api", endpoint = "inbox/read", input = Json, output = Json)]
pub async fn mark_read(up_to: i64) -> Result<(), ApiError> {
    service()?.mark_inbox_read(up_to).await?;
    Ok(())
}
