//! `GET /sessions/{id}/videos/{1|2}/masks?from=&to=`: the propagated masks of a span of frames; with `&former=true` those
//! that the last job changed, as they were before it.

use super::{Path, Query, Refusal, session, side};
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::FrameNumber;
use serde::Deserialize;
use service::Service;

/// The span: `from` is in it, `to` is not.
#[derive(Deserialize)]
pub struct Span {
    from: u32,
    to: u32,
    #[serde(default)]
    former: bool,
}

/// Answers with a JSON list of `FrameMasks`, in order.
pub async fn get(
    State(service): State<Service>,
    Path((id, number)): Path<(String, u8)>,
    Query(span): Query<Span>,
) -> Result<impl IntoResponse, Refusal> {
    let (id, side) = (session(&id)?, side(number)?);
    let (from, to) = (FrameNumber(span.from), FrameNumber(span.to));
    let masks = if span.former {
        service.former_masks(&id, side, from, to).await?
    } else {
        service.masks(&id, side, from, to).await?
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(masks)))
}
