//! Sessions and their result files.

#[cfg(feature = "ssr")]
use super::service;
use super::{ApiError, Json};
use domain::{
    ChangeCards, Duty, HistoryLine, Looked, ObjectId, PersonId, ResultFile, SamePlace, Session,
    SessionId, SessionPage, SessionQuery, Track, VideoSide, Workspace,
};
use leptos::prelude::*;

/// One page of the list of sessions.
///
/// # Errors
/// When the server cannot be reached or its database fails.
#[server(prefix = "/api", endpoint = "sessions/list", input = Json, output = Json)]
pub async fn list_sessions(query: SessionQuery) -> Result<SessionPage, ApiError> {
    Ok(service()?.session_page(&query).await?)
}

/// A session with its objects, prompts and job.
///
/// # Errors
/// When there is no such session; the message says why, if it was removed because a video could not be used.
#[server(name = GetWorkspace, prefix = "/api", endpoint = "sessions/get", input = Json, output = Json)]
pub async fn workspace(id: SessionId) -> Result<Workspace, ApiError> {
    Ok(service()?.workspace(&id).await?)
}

/// Makes a session from the generated pair of clips.
///
/// # Errors
/// When the clips cannot be written.
#[server(prefix = "/api", endpoint = "sessions/example", input = Json, output = Json)]
pub async fn create_example() -> Result<Session, ApiError> {
    Ok(service()?.create_example().await?)
}

/// Deletes a session; for a week it can be brought back.
///
/// # Errors
/// When the session is gone already.
#[server(prefix = "/api", endpoint = "sessions/delete", input = Json, output = Json)]
pub async fn delete_session(id: SessionId) -> Result<(), ApiError> {
    service()?.delete_session(&id).await?;
    Ok(())
}

/// Brings a deleted session back.
///
/// # Errors
/// When its week is over.
#[server(prefix = "/api", endpoint = "sessions/restore", input = Json, output = Json)]
pub async fn restore_session(id: SessionId) -> Result<(), ApiError> {
    service()?.restore_session(&id).await?;
    Ok(())
}

/// Gives sessions to somebody, or to nobody.
///
/// # Errors
/// When that person does not review, or a session or the person is gone; then nothing is changed.
#[server(prefix = "/api", endpoint = "sessions/assign", input = Json, output = Json)]
pub async fn assign_sessions(
    /// The sessions.
    ids: Vec<SessionId>,
    /// What for.
    duty: Duty,
    /// To whom.
    person: Option<PersonId>,
) -> Result<(), ApiError> {
    service()?.assign(&ids, duty, person).await?;
    Ok(())
}

/// Who did what to a session, or to one of its objects, the newest first.
///
/// # Errors
/// When there is no such session.
#[server(prefix = "/api", endpoint = "sessions/history", input = Json, output = Json)]
pub async fn history(
    id: SessionId,
    object: Option<ObjectId>,
) -> Result<Vec<HistoryLine>, ApiError> {
    let entries = service()?.history(&id, object).await?;
    Ok(domain::history_lines(&entries))
}

/// Every object of a session with the frames that show it best.
///
/// # Errors
/// When there is no such session.
#[server(name = GetChangeCards, prefix = "/api", endpoint = "sessions/cards", input = Json, output = Json)]
pub async fn change_cards(id: SessionId) -> Result<ChangeCards, ApiError> {
    Ok(service()?.change_cards(&id).await?)
}

/// The files that the offline job of a session wrote.
///
/// # Errors
/// When there is no such session.
#[server(prefix = "/api", endpoint = "sessions/results", input = Json, output = Json)]
pub async fn result_files(id: SessionId) -> Result<Vec<ResultFile>, ApiError> {
    Ok(service()?.result_files(&id).await?)
}

/// Which frames of both videos show the same place; none while that is being found out.
///
/// # Errors
/// When there is no such session, or its videos are not read yet.
#[server(name = FindSamePlace, prefix = "/api", endpoint = "sessions/same_place", input = Json, output = Json)]
pub async fn same_place(id: SessionId) -> Result<Option<SamePlace>, ApiError> {
    Ok(service()?.same_place(&id).await?)
}

/// What the last offline job made of every object in one video, in figures.
///
/// # Errors
/// When there is no such session.
#[server(prefix = "/api", endpoint = "sessions/tracks", input = Json, output = Json)]
pub async fn tracks(id: SessionId, side: VideoSide) -> Result<Vec<Track>, ApiError> {
    Ok(service()?.tracks(&id, side).await?)
}

/// Notes which frames of a video a person looked at.
///
/// # Errors
/// When there is no such session.
#[server(prefix = "/api", endpoint = "sessions/looked", input = Json, output = Json)]
pub async fn add_looked(id: SessionId, side: VideoSide, frames: Looked) -> Result<(), ApiError> {
    service()?.add_looked(&id, side, &frames).await?;
    Ok(())
}
