//! `POST /upload`: two videos and a scene type, streamed to disk; answers with the new session.

mod form;
mod staging;

pub use form::{answer, broken, opened, refused, text, unusable};
pub use staging::{StagedUpload, Staging};

use super::Refusal;
use crate::router::AppState;
use crate::router::guard::By;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::SessionId;
use service::{Service, UploadedFile};

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
    let service = state.service.acting_as(person);
    let made = take(&service, &state.staging, form).await;
    answer(&headers, made, "/", "")
}

/// Reads the form field by field; whatever was written is removed unless the session is made.
async fn take(
    service: &Service,
    staging: &Staging,
    form: Result<Multipart, MultipartRejection>,
) -> Result<SessionId, Refusal> {
    let mut form = opened(form)?;
    let upload = staging.begin()?;
    let fields = match read(&mut form, &upload).await {
        Ok(fields) => fields,
        Err(refusal) => return Err(refused(form, upload, refusal).await),
    };
    let videos = both(fields.videos)?;
    let session = service.create_session(videos, &fields.scene_type).await?;
    Ok(session.id)
}

/// Both videos, of which none may be missing.
///
/// # Errors
/// Says which one is missing.
pub fn both(videos: [Option<UploadedFile>; 2]) -> Result<[UploadedFile; 2], Refusal> {
    let missing = |what: &str| {
        unusable(format!(
            "{what} is missing: choose both videos and upload again"
        ))
    };
    let [one, two] = videos;
    Ok([
        one.ok_or_else(|| missing("video 1"))?,
        two.ok_or_else(|| missing("video 2"))?,
    ])
}

async fn read(form: &mut Multipart, upload: &StagedUpload) -> Result<Form, Refusal> {
    let mut fields = Form::default();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("scene_type") => fields.scene_type = text(field).await?,
            Some("video1") => fields.videos[0] = upload.receive_video(field, "video1").await?,
            Some("video2") => fields.videos[1] = upload.receive_video(field, "video2").await?,
            _ => {}
        }
    }
    Ok(fields)
}
