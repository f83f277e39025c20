//! `POST /upload`: two videos and a scene type, streamed to disk; answers with the new session.

mod form;
mod pair;
mod staging;

pub use form::{answer, next_field, received, unusable};
pub use pair::Pair;
pub use staging::{StagedUpload, Staging};

use super::Refusal;
use crate::router::AppState;
use crate::router::guard::By;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::SessionId;
use service::Service;

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

async fn take(
    service: &Service,
    staging: &Staging,
    form: Result<Multipart, MultipartRejection>,
) -> Result<SessionId, Refusal> {
    let (pair, _upload) = received(form, staging, read).await?;
    let (scene_type, videos) = pair.complete()?;
    Ok(service.create_session(videos, &scene_type).await?.id)
}

async fn read(form: &mut Multipart, upload: &StagedUpload) -> Result<Pair, Refusal> {
    let mut pair = Pair::default();
    while let Some(field) = next_field(form).await? {
        pair.take(field, upload).await?;
    }
    Ok(pair)
}
