//! Finds out who asks, and refuses what they may not call, before anything else reads the request.

use super::access::{Access, access, is_known};
use crate::routes::Refusal;
use app::api::ApiError;
use axum::Json;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Person, refusal};
use service::{Accounts, Service};
use std::sync::Arc;

/// The name of the cookie that holds the token of a sign-in.
pub const COOKIE: &str = "scenediff_sign_in";

/// What is said to those who are not signed in.
const SIGNED_OUT: &str = "you are not signed in (any more): sign in, then try again";

/// Who asks, as the pages and handlers find it in the request.
#[derive(Clone, Debug)]
pub enum Asker {
    /// Nobody that we know.
    Nobody,
    /// Somebody who may call this.
    Person(Person),
    /// Somebody who may not see this page: it says so, and everything it asks for is refused.
    Refused(Person),
}

/// What the guard has to know.
#[derive(Clone)]
pub struct Guard {
    /// Who is who.
    pub accounts: Accounts,
    /// The pages, as the router knows them.
    pub pages: Arc<[String]>,
}

/// Lets a request through to its route, or answers it.
pub async fn guard(
    State(guard): State<Guard>,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let asker = match guard.accounts.who(token(request.headers())).await? {
        Some(person) => Asker::Person(person),
        None => Asker::Nobody,
    };
    // Without a route it is a file at the top of the site, or the page that says that there is nothing.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let Some(route) = route else {
        request.extensions_mut().insert(asker);
        return Ok(next.run(request).await);
    };
    let Some(needed) = access(request.method(), route.as_str()) else {
        if is_known(route.as_str()) {
            return Err(Refusal::new(
                StatusCode::METHOD_NOT_ALLOWED,
                format!("this address takes no {} requests", request.method()),
            ));
        }
        tracing::error!(method = %request.method(), route = route.as_str(), "the table of routes does not say who may call this");
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "nobody may call this: report it",
        ));
    };
    let kind = guard.kind(request.method(), route.as_str());
    match (needed, asker) {
        (Access::Everybody, asker) => {
            request.extensions_mut().insert(asker);
            Ok(next.run(request).await)
        }
        (Access::For(_), Asker::Nobody) => Ok(kind.signed_out(&request)),
        (Access::For(action), Asker::Person(person)) if !person.may(action) => {
            let reason = refusal(person.role, action);
            if kind != Kind::Page {
                return Ok(kind.forbidden(reason));
            }
            request.extensions_mut().insert(Asker::Refused(person));
            let mut page = next.run(request).await;
            *page.status_mut() = StatusCode::FORBIDDEN;
            Ok(page)
        }
        (Access::For(_), asker) => {
            request.extensions_mut().insert(asker);
            Ok(next.run(request).await)
        }
    }
}

/// In which form a route is answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Function,
    Page,
    Plain,
}

impl Guard {
    fn kind(&self, method: &Method, route: &str) -> Kind {
        if route.starts_with("/api/") {
            Kind::Function
        } else if matches!(*method, Method::GET | Method::HEAD)
            && self.pages.iter().any(|page| page == route)
        {
            Kind::Page
        } else {
            Kind::Plain
        }
    }
}

impl Kind {
    fn signed_out(self, request: &Request) -> Response {
        match self {
            Self::Function => {
                let error = ApiError::SignedOut(SIGNED_OUT.into());
                (StatusCode::UNAUTHORIZED, Json(error)).into_response()
            }
            Self::Plain => Refusal::new(StatusCode::UNAUTHORIZED, SIGNED_OUT).into_response(),
            Self::Page => {
                let wanted = request.uri().path_and_query().map_or("/", |to| to.as_str());
                Redirect::to(&app::sign_in_path(wanted)).into_response()
            }
        }
    }

    fn forbidden(self, reason: String) -> Response {
        if self == Self::Function {
            (StatusCode::FORBIDDEN, Json(ApiError::Forbidden(reason))).into_response()
        } else {
            Refusal::new(StatusCode::FORBIDDEN, reason).into_response()
        }
    }
}

/// What pages and server functions find as a context: the use cases as whoever asks may carry them out, or the reason
/// why there are none.
pub fn provide(parts: &Parts, service: &Service, accounts: &Accounts) {
    use leptos::prelude::provide_context;
    let me = |person: &Person| domain::Me {
        person: person.clone(),
        team: accounts.team(),
    };
    provide_context(accounts.clone());
    match parts.extensions.get::<Asker>() {
        Some(Asker::Person(person)) => {
            provide_context(me(person));
            provide_context(service.acting_as(person.clone()));
        }
        Some(Asker::Refused(person)) => {
            provide_context(me(person));
            provide_context(ApiError::Forbidden(format!(
                "this page is for leads, and you are signed in as {} ({}): ask a lead",
                person.name, person.role
            )));
        }
        Some(Asker::Nobody) | None => provide_context(ApiError::SignedOut(SIGNED_OUT.into())),
    }
}

/// The token that a browser shows.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value))
}

/// Whoever asks, in a route that the table keeps for people.
pub struct By(pub Person);

impl<S: Sync> FromRequestParts<S> for By {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        match parts.extensions.get::<Asker>() {
            Some(Asker::Person(person)) => Ok(Self(person.clone())),
            _ => Err(Refusal::new(StatusCode::UNAUTHORIZED, SIGNED_OUT)),
        }
    }
}
