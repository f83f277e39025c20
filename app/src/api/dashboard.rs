//! The figures of the dashboard.

#[cfg(feature = "ssr")]
use super::service;
use super::{ApiError, Json};
use domain::{Dashboard, DashboardQuery};
use leptos::prelude::*;

/// How the whole set is doing.
///
/// # Errors
/// When the server cannot be reached or its database fails.
#[server(name = GetDashboard, prefix = "/api", endpoint = "dashboard/get", input = Json, output = Json)]
pub async fn dashboard(query: DashboardQuery) -> Result<Dashboard, ApiError> {
    Ok(service()?.dashboard(&query).await?)
}
