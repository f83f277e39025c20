//! `POST /upload`: two videos and a scene type, streamed to disk; answers with the new session.

mod staging;

pub use staging::Staging;

use super::Refusal;
use crate::router::AppState;
use crate::router::guard::By;
use axum::Json;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::SessionId;
use serde::Serialize;
use service::{Service, UploadedFile};
use staging::StagedUpload;

/// Most bytes of a scene type that are read at all.
const SCENE_TYPE_MAX: usize = 4096;

/// The answer.
#[derive(Serialize)]
pub struct Uploaded {
    session: SessionId,
}

/// What the form holds.
#[derive(Default)]
struct Form {
    scene_type: String,
    videos: [Option<UploadedFile>; 2],
}

/// Takes the form. A page without scripts is sent on to a page, scripts and programs get JSON.
pub async fn post(
    State(state): State<AppState>,
    By(person): By,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let accepts = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let wants_page = accepts.is_some_and(|accepts| accepts.contains("text/html"));
    let service = state.service.acting_as(person);
    match (take(&service, &state.staging, form).await, wants_page) {
        (Ok(session), true) => Redirect::to(&format!("/sessions/{session}")).into_response(),
        (Ok(session), false) => Json(Uploaded { session }).into_response(),
        (Err(refusal), true) => {
            Redirect::to(&format!("/?problem={}", in_query(refusal.reason()))).into_response()
        }
        (Err(refusal), false) => refusal.into_response(),
    }
}

/// A text as it stands in the query of an address.
fn in_query(text: &str) -> String {
    let byte = |byte: &u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(*byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.as_bytes().iter().map(byte).collect()
}

/// Reads the form field by field; whatever was written is removed unless the session is made.
async fn take(
    service: &Service,
    staging: &Staging,
    form: Result<Multipart, MultipartRejection>,
) -> Result<SessionId, Refusal> {
    let mut form = form.map_err(|error| Refusal::new(error.status(), error.body_text()))?;
    let upload = staging.begin()?;
    let fields = match read(&mut form, &upload).await {
        Ok(fields) => fields,
        Err(refusal) => {
            drop(upload);
            // A browser reads the answer only after it has sent everything.
            while let Ok(Some(mut field)) = form.next_field().await {
                while let Ok(Some(_)) = field.chunk().await {}
            }
            return Err(refusal);
        }
    };
    let missing = |what: &str| {
        unusable(format!(
            "{what} is missing: choose both videos and upload again"
        ))
    };
    let [video1, video2] = fields.videos;
    let video1 = video1.ok_or_else(|| missing("video 1"))?;
    let video2 = video2.ok_or_else(|| missing("video 2"))?;
    let session = service
        .create_session([video1, video2], &fields.scene_type)
        .await?;
    Ok(session.id)
}

async fn read(form: &mut Multipart, upload: &StagedUpload) -> Result<Form, Refusal> {
    let mut fields = Form::default();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("scene_type") => fields.scene_type = scene_type(field).await?,
            Some("video1") => fields.videos[0] = upload.receive(field, "video1").await?,
            Some("video2") => fields.videos[1] = upload.receive(field, "video2").await?,
            _ => {}
        }
    }
    Ok(fields)
}

/// The scene type as it was typed.
async fn scene_type(mut field: Field<'_>) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > SCENE_TYPE_MAX {
            return Err(unusable("the scene type is far too long: shorten it"));
        }
    }
    String::from_utf8(bytes).map_err(|_| unusable("the scene type is not valid text"))
}

/// The form can be read, but not used.
fn unusable(reason: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, reason)
}

/// The connection ended in the middle, or what came is not a form.
fn broken(error: MultipartError) -> Refusal {
    Refusal::new(
        error.status(),
        format!(
            "the upload broke off, nothing was kept: upload again ({})",
            error.body_text()
        ),
    )
}
