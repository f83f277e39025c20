//! `POST /upload-for-review`: two videos and the masks that were made for them elsewhere; answers with the new session.

use super::Refusal;
use super::upload::{Pair, StagedUpload, Staging, answer, next_field, received, unusable};
use crate::router::AppState;
use crate::router::guard::By;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::SessionId;
use service::{CheckedSegments, ReviewUpload, Service, UploadedFile};
use tokio::sync::oneshot;

/// What the form holds.
struct Form {
    segments: Option<CheckedSegments>,
    painted: bool,
    pair: Pair,
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

async fn take(
    service: &Service,
    staging: &Staging,
    form: Result<Multipart, MultipartRejection>,
) -> Result<SessionId, Refusal> {
    let read =
        async |form: &mut Multipart, upload: &StagedUpload| read(form, service, upload).await;
    let (form, _upload) = received(form, staging, read).await?;
    let segments = form.segments.ok_or_else(|| {
        unusable("the masks are missing: choose the segments.pkl of both videos and upload again")
    })?;
    let (scene_type, videos) = form.pair.complete()?;
    let review = ReviewUpload {
        videos,
        segments,
        scene_type,
        painted: form.painted,
    };
    Ok(service.create_for_review(review).await?.id)
}

/// The masks come first and are checked at once, while the videos take their time: whoever waits for others' masks to be
/// read goes on sending, and is known to be gone as soon as that ends.
async fn read(
    form: &mut Multipart,
    service: &Service,
    upload: &StagedUpload,
) -> Result<Form, Refusal> {
    let (came, coming) = oneshot::channel();
    let check = async {
        match coming.await {
            Ok(file) => Ok(Some(service.check_segments(file).await?)),
            // The form has ended without them.
            Err(_) => Ok(None),
        }
    };
    let ((pair, painted), segments) = tokio::try_join!(receive(form, upload, came), check)?;
    Ok(Form {
        segments,
        painted,
        pair,
    })
}

/// Takes in every field; hands the masks over as soon as they have come.
async fn receive(
    form: &mut Multipart,
    upload: &StagedUpload,
    came: oneshot::Sender<UploadedFile>,
) -> Result<(Pair, bool), Refusal> {
    let (mut pair, mut painted, mut came) = (Pair::default(), false, Some(came));
    while let Some(field) = next_field(form).await? {
        match field.name() {
            Some("segments") => {
                // A second file would take the place of the one that is being read.
                let came = came.take().ok_or_else(|| {
                    unusable("the masks come twice: choose one segments.pkl for both videos")
                })?;
                if let Some(file) = upload.receive_segments(field).await? {
                    // Refused already where nobody listens.
                    let _ = came.send(file);
                }
            }
            // A check box that is not ticked is not sent.
            Some("painted") => painted = true,
            _ => pair.take(field, upload).await?,
        }
    }
    Ok((pair, painted))
}
