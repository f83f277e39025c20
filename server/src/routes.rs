//! The plain routes: what is neither a page nor a server function.

pub mod dashboard;
pub mod events;
pub mod frames;
pub mod health;
pub mod masks;
pub mod results;
pub mod sign_in;
pub mod upload;
pub mod upload_for_review;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::{SessionId, VideoSide};
use serde_json::json;
use service::ServiceError;

/// Why a plain route has no answer: a status, and a reason for people.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    reason: String,
}

impl Refusal {
    /// A refusal with its reason.
    pub fn new(status: StatusCode, reason: impl Into<String>) -> Self {
        Self {
            status,
            reason: reason.into(),
        }
    }

    /// The reason, for people.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        let status = match &error {
            ServiceError::NotFound { .. } => StatusCode::NOT_FOUND,
            ServiceError::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            ServiceError::Conflict { .. } => StatusCode::CONFLICT,
            ServiceError::Forbidden { .. } => StatusCode::FORBIDDEN,
            ServiceError::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.reason }))).into_response()
    }
}

/// What the path of an address names; what cannot be read is refused like everything else.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Refusal))]
pub struct Path<T>(pub T);

/// What the query of an address asks for, likewise.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Refusal))]
pub struct Query<T>(pub T);

impl From<PathRejection> for Refusal {
    fn from(error: PathRejection) -> Self {
        let reason = error.body_text();
        let reason = format!("there is nothing at this address: correct it ({reason})");
        Self::new(StatusCode::NOT_FOUND, reason)
    }
}

impl From<QueryRejection> for Refusal {
    fn from(error: QueryRejection) -> Self {
        let reason = error.body_text();
        let reason = format!("what stands behind the ? cannot be read: correct it ({reason})");
        Self::new(StatusCode::BAD_REQUEST, reason)
    }
}

/// Reads the session in a URL.
fn session(text: &str) -> Result<SessionId, Refusal> {
    text.parse().map_err(|_| {
        Refusal::new(
            StatusCode::NOT_FOUND,
            format!("there is no session \"{text}\""),
        )
    })
}

/// Reads the number of a video in a URL.
fn side(number: u8) -> Result<VideoSide, Refusal> {
    VideoSide::try_from(number).map_err(|reason| Refusal::new(StatusCode::NOT_FOUND, reason))
}
