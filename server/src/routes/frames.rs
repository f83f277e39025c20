//! `GET /sessions/{id}/videos/{1|2}/frames/{n}`: the picture that row `n` of the 30-fps timeline shows.

use super::{Path, Refusal, session, side};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::FrameNumber;
use service::Service;

/// A session's name is never given again and its frames never change; they are for the eyes of whoever asked.
const FOR_EVER: &str = "private, max-age=31536000, immutable";

/// Answers with the stored JPEG, byte for byte.
pub async fn get(
    State(service): State<Service>,
    Path((id, number, frame)): Path<(String, u8, u32)>,
) -> Result<impl IntoResponse, Refusal> {
    let path = service
        .frame_path(&session(&id)?, side(number)?, FrameNumber(frame))
        .await?;
    let jpeg = tokio::fs::read(&path).await.map_err(|error| {
        tracing::error!(path = %path.display(), %error, "a stored frame cannot be read");
        Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("frame {frame} cannot be read: upload the videos again"),
        )
    })?;
    Ok((
        [
            (header::CONTENT_TYPE, "image/jpeg"),
            (header::CACHE_CONTROL, FOR_EVER),
        ],
        jpeg,
    ))
}
