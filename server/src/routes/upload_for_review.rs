//! `POST /upload-for-review`: two videos and the masks that were made for them elsewhere; answers with the new session.

use super::Refusal;
use super::upload::{StagedUpload, Staging, answer, both, broken, opened, refused, text, unusable};
use crate::router::AppState;
use crate::router::guard::By;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::SessionId;
use service::{CheckedSegments, ReviewUpload, Service, UploadedFile};

/// What the form holds.
#[derive(Default)]
struct Form {
    segments: Option<CheckedSegments>,
    scene_type: String,
    painted: bool,
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
    answer(&headers, made, "/upload-for-review", "/review")
}

/// Reads the form field by field; whatever was written is removed unless the session is made.
async fn take(
    service: &Service,
    staging: &Staging,
    form: Result<Multipart, MultipartRejection>,
) -> Result<SessionId, Refusal> {
    let mut form = opened(form)?;
    let upload = staging.begin()?;
    let fields = match read(&mut form, service, &upload).await {
        Ok(fields) => fields,
        Err(refusal) => return Err(refused(form, upload, refusal).await),
    };
    let segments = fields.segments.ok_or_else(|| {
        unusable("the masks are missing: choose the segments.pkl of both videos and upload again")
    })?;
    let review = ReviewUpload {
        videos: both(fields.videos)?,
        segments,
        scene_type: fields.scene_type,
        painted: fields.painted,
    };
    Ok(service.create_for_review(review).await?.id)
}

async fn read(
    form: &mut Multipart,
    service: &Service,
    upload: &StagedUpload,
) -> Result<Form, Refusal> {
    let mut fields = Form::default();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            // Comes first and is checked at once, before the videos take their time.
            Some("segments") => {
                if let Some(file) = upload.receive_segments(field).await? {
                    fields.segments = Some(service.check_segments(file).await?);
                }
            }
            Some("scene_type") => fields.scene_type = text(field).await?,
            // A check box that is not ticked is not sent.
            Some("painted") => fields.painted = true,
            Some("video1") => fields.videos[0] = upload.receive_video(field, "video1").await?,
            Some("video2") => fields.videos[1] = upload.receive_video(field, "video2").await?,
            _ => {}
        }
    }
    Ok(fields)
}
