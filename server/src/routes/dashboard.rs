//! `GET /dashboard/{table}.csv?days=&scene=`: a table of the dashboard as a file.

use super::{Path, Query, Refusal};
use crate::router::guard::By;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::{DashboardQuery, DashboardTable, Period};
use serde::Deserialize;
use service::Service;

/// What is counted, as in the address of the page.
#[derive(Deserialize)]
pub struct Wanted {
    days: Option<String>,
    scene: Option<String>,
}

/// Answers with the file; what the address says wrongly is no filter, as on the page.
pub async fn get(
    State(service): State<Service>,
    By(person): By,
    Path(file): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<impl IntoResponse, Refusal> {
    let table: Option<DashboardTable> =
        file.strip_suffix(".csv").and_then(|name| name.parse().ok());
    let table = table.ok_or_else(|| {
        Refusal::new(
            StatusCode::NOT_FOUND,
            format!("there is no table \"{file}\": the dashboard links to all there are"),
        )
    })?;
    let period = wanted.days.and_then(|days| days.parse::<Period>().ok());
    let query = DashboardQuery {
        period: period.unwrap_or(DashboardQuery::default().period),
        scene: wanted.scene.filter(|scene| !scene.is_empty()),
    };
    let csv = service
        .acting_as(person)
        .dashboard_csv(table, &query)
        .await?;
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{table}.csv\""),
            ),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
        csv,
    ))
}
