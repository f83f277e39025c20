//! `GET /sessions/{id}/results/{*path}`: the files that the offline job wrote.

use super::{Path, Refusal, session};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use service::Service;
use tower::ServiceExt;
use tower_http::services::ServeFile;

/// Answers with the file, or with the range of it that was asked for.
///
/// Videos play in the page, everything else is saved under its name.
pub async fn get(
    State(service): State<Service>,
    Path((id, path)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Refusal> {
    let file = service.result_path(&session(&id)?, &path).await?;
    let Ok(served) = ServeFile::new(&file).oneshot(request).await;
    if served.status() == StatusCode::NOT_FOUND {
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            format!("there is no file \"{path}\" in the results"),
        ));
    }
    let mut response = served.into_response();
    let headers = response.headers_mut();
    // The next offline job writes them anew.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if file.extension().is_none_or(|extension| extension != "mp4") {
        headers.insert(
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment"),
        );
    }
    Ok(response)
}
