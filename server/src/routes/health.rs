//! `GET /health`: whether the server and its model answer, and which model that is.

use axum::Json;
use axum::extract::State;
use domain::{ModelInfo, Readiness};
use serde::Serialize;
use service::Service;

/// The answer.
#[derive(Serialize)]
pub struct Health {
    version: &'static str,
    model: ModelInfo,
    /// `"state": "warming"`, `"ready"`, or `"failed"` with a reason.
    #[serde(flatten)]
    readiness: Readiness,
}

/// Says that the server is there.
pub async fn get(State(service): State<Service>) -> Json<Health> {
    Json(Health {
        version: env!("CARGO_PKG_VERSION"),
        model: service.model(),
        readiness: service.readiness(),
    })
}
