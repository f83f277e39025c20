//! `GET /health`: whether the server answers, and with which model.

use axum::Json;
use axum::extract::State;
use domain::ModelInfo;
use serde::Serialize;
use service::Service;

/// The answer.
#[derive(Serialize)]
pub struct Health {
    version: &'static str,
    model: ModelInfo,
}

/// Says that the server is there.
pub async fn get(State(service): State<Service>) -> Json<Health> {
    Json(Health {
        version: env!("CARGO_PKG_VERSION"),
        model: service.model(),
    })
}
