//! What both upload forms have in common: how they are read, and how they are answered.

use super::{StagedUpload, Staging};
use crate::routes::Refusal;
use axum::Json;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::SessionId;
use serde::Serialize;

/// Most bytes of a text that are read at all.
const TEXT_MAX: usize = 4096;

/// The answer to scripts and programs.
#[derive(Serialize)]
struct Uploaded {
    session: SessionId,
}

/// Answers a form: JSON for scripts and programs, a page for browsers that run no scripts. That is `form`, with the reason,
/// when nothing was made; else the page of the session, `below` it where that is not empty.
pub fn answer(
    headers: &HeaderMap,
    made: Result<SessionId, Refusal>,
    form: &str,
    below: &str,
) -> Response {
    let accepts = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let wants_page = accepts.is_some_and(|accepts| accepts.contains("text/html"));
    match (made, wants_page) {
        (Ok(session), true) => Redirect::to(&format!("/sessions/{session}{below}")).into_response(),
        (Ok(session), false) => Json(Uploaded { session }).into_response(),
        (Err(refusal), true) => {
            let problem = in_query(refusal.reason());
            Redirect::to(&format!("{form}?problem={problem}")).into_response()
        }
        (Err(refusal), false) => refusal.into_response(),
    }
}

/// Reads a form with `read`; gives what that made of it, and the files that came with it, which go when the latter is dropped.
///
/// # Errors
/// When what came is no form, or `read` refuses it: then nothing of it is kept, and the rest of it comes and goes.
pub async fn received<T>(
    form: Result<Multipart, MultipartRejection>,
    staging: &Staging,
    read: impl AsyncFnOnce(&mut Multipart, &StagedUpload) -> Result<T, Refusal>,
) -> Result<(T, StagedUpload), Refusal> {
    let mut form = form.map_err(|error| Refusal::new(error.status(), error.body_text()))?;
    let upload = staging.begin()?;
    match read(&mut form, &upload).await {
        Ok(read) => Ok((read, upload)),
        Err(refusal) => {
            drop(upload);
            // A browser reads the answer only after it has sent everything.
            while let Ok(Some(mut field)) = form.next_field().await {
                while let Ok(Some(_)) = field.chunk().await {}
            }
            Err(refusal)
        }
    }
}

/// The next field of a form; none behind the last.
///
/// # Errors
/// When the connection ended in the middle, or what came is not a form.
pub async fn next_field(form: &mut Multipart) -> Result<Option<Field<'_>>, Refusal> {
    form.next_field().await.map_err(broken)
}

/// A text as it was typed: the scene type.
///
/// # Errors
/// When it is far too long, or no text.
pub async fn text(mut field: Field<'_>) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > TEXT_MAX {
            return Err(unusable("the scene type is far too long: shorten it"));
        }
    }
    String::from_utf8(bytes).map_err(|_| unusable("the scene type is not valid text"))
}

/// The form can be read, but not used.
pub fn unusable(reason: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, reason)
}

/// The connection ended in the middle, or what came is not a form.
pub fn broken(error: MultipartError) -> Refusal {
    // That whoever sends it goes away is no failure of the server.
    let status = match error.status() {
        status if status.is_server_error() => StatusCode::BAD_REQUEST,
        status => status,
    };
    Refusal::new(
        status,
        format!(
            "the upload broke off, nothing was kept: upload again ({})",
            error.body_text()
        ),
    )
}

/// A text as it stands in the query of an address.
fn in_query(text: &str) -> String {
    let byte = |byte: &u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(*byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.as_bytes().iter().map(byte).collect()
}
