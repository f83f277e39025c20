//! The routes, and what surrounds every answer: headers, compression, the checks of who asks and from where.

mod access;
pub mod guard;
mod origin;
#[cfg(test)]
mod tests;

pub use origin::Hosts;

use crate::routes::{
    dashboard, events, frames, health, masks, results, sign_in, upload, upload_for_review,
};
use app::{App, shell};
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::routing::{MethodRouter, get, post};
use guard::Guard;
use leptos::config::LeptosOptions;
use leptos::prelude::use_context;
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, ResponseOptions, file_and_error_handler_with_context,
    generate_route_list,
};
use service::{Accounts, Service};
use std::path::Path;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

/// What the routes need.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The use cases.
    pub service: Service,
    /// Who is who.
    pub accounts: Accounts,
    /// Where uploads lie until they are complete.
    pub staging: upload::Staging,
    /// Names of the browser's files.
    pub leptos: LeptosOptions,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
}

/// Everything the server answers to.
pub fn router(state: AppState, hosts: Hosts) -> Router {
    let site = state.leptos.site_root.to_string();
    let pages = generate_route_list(App);
    let guard = Guard {
        accounts: state.accounts.clone(),
        pages: pages.iter().map(|page| page.path().to_owned()).collect(),
    };
    let mut plain = Router::new();
    for (route, handler) in plain_routes() {
        let path = route.rsplit(' ').next().unwrap_or(route);
        plain = plain.route(path, handler);
    }
    leptos_routes(&state, pages)
        .nest_service("/pkg", browser_files(Path::new(&site)))
        .layer(CompressionLayer::new())
        .merge(plain)
        .with_state(state)
        .layer(axum::middleware::from_fn_with_state(guard, guard::guard))
        .layer(axum::middleware::from_fn_with_state(hosts, origin::check))
        .layer(CatchPanicLayer::new())
        .layer(header_unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_unless_set(header::REFERRER_POLICY, "same-origin"))
        .layer(header_unless_set(
            header::CONTENT_SECURITY_POLICY,
            "frame-ancestors 'none'",
        ))
        .layer(TraceLayer::new_for_http())
}

/// What is neither a page nor a server function, each with its row in the table of [`access`]; nothing here gains from
/// compression.
fn plain_routes() -> Vec<(&'static str, MethodRouter<AppState>)> {
    let upload = post(upload::post).layer(DefaultBodyLimit::disable());
    let for_review = post(upload_for_review::post).layer(DefaultBodyLimit::disable());
    let masks = get(masks::get).layer(CompressionLayer::new());
    vec![
        ("POST /upload", upload),
        ("POST /upload-for-review", for_review),
        (
            "GET /sessions/{id}/videos/{side}/frames/{frame}",
            get(frames::get),
        ),
        ("GET /sessions/{id}/videos/{side}/masks", masks),
        ("GET /sessions/{id}/results/{*path}", get(results::get)),
        ("GET /events", get(events::get)),
        ("GET /health", get(health::get)),
        ("POST /sign-in", post(sign_in::sign_in)),
        ("POST /welcome/{link}", post(sign_in::welcome)),
        ("GET /dashboard/{table}", get(dashboard::get)),
        ("POST /password/change", post(sign_in::change_password)),
        ("POST /sign-out", post(sign_in::sign_out)),
        (
            "POST /sign-out/everywhere",
            post(sign_in::sign_out_everywhere),
        ),
    ]
}

/// Pages, server functions and the files at the top of the site.
fn leptos_routes(state: &AppState, pages: Vec<AxumRouteListing>) -> Router<AppState> {
    let (service, accounts) = (state.service.clone(), state.accounts.clone());
    let context = move || {
        if let Some(parts) = use_context::<Parts>() {
            guard::provide(&parts, &service, &accounts);
        }
        set_content_policy();
    };
    let options = state.leptos.clone();
    Router::new()
        .leptos_routes_with_context(state, pages, context.clone(), move || {
            shell(options.clone())
        })
        .fallback(file_and_error_handler_with_context::<AppState, _>(
            context, shell,
        ))
}

/// The script, the WebAssembly and the styles; the build makes them anew under the same names.
fn browser_files(site: &Path) -> Router {
    Router::new()
        .fallback_service(ServeDir::new(site.join("pkg")).precompressed_br())
        .layer(header_unless_set(header::CACHE_CONTROL, "no-cache"))
}

/// Allows a page its own files, the inline scripts that carry this answer's nonce, and nothing else.
fn set_content_policy() {
    let (Some(response), Some(nonce)) =
        (use_context::<ResponseOptions>(), leptos::nonce::use_nonce())
    else {
        return;
    };
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, value);
    }
}

fn header_unless_set(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
