//! Signing in and out: plain forms, which work without scripts. Each is answered with the page to go to.

use crate::router::guard::{By, COOKIE, token};
use crate::routes::Refusal;
use axum::Form;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{SignInProblem, return_path};
use serde::Deserialize;
use service::{Accounts, SIGN_IN_HOURS, SignInError, SignedIn};
use std::net::SocketAddr;

/// The form of the sign-in page.
#[derive(Deserialize)]
pub struct Credentials {
    name: String,
    password: String,
    /// Where to go then.
    #[serde(default)]
    to: String,
}

/// `POST /sign-in`.
pub async fn sign_in(
    State(accounts): State<Accounts>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Form(form): Form<Credentials>,
) -> Result<Response, Refusal> {
    let to = return_path(&form.to);
    match accounts
        .sign_in(&form.name, &form.password, from.ip())
        .await
    {
        Ok(signed_in) => Ok(signed_in_at(to, &signed_in, &headers)),
        Err(SignInError::Problem(problem)) => {
            let page = app::sign_in_path(to);
            Ok(Redirect::to(&with_problem(&page, problem)).into_response())
        }
        Err(SignInError::Service(error)) => Err(error.into()),
    }
}

/// The form behind a one-time link.
#[derive(Deserialize)]
pub struct NewPassword {
    #[serde(default)]
    name: String,
    password: String,
    again: String,
}

/// `POST /welcome/{link}`: chooses a password.
pub async fn welcome(
    State(accounts): State<Accounts>,
    Path(link): Path<String>,
    headers: HeaderMap,
    Form(form): Form<NewPassword>,
) -> Result<Response, Refusal> {
    let used = if form.password == form.again {
        accounts.use_link(&link, &form.name, &form.password).await
    } else {
        Err(SignInProblem::Differ.into())
    };
    match used {
        Ok(signed_in) => Ok(signed_in_at("/", &signed_in, &headers)),
        Err(SignInError::Problem(problem)) => {
            // The router has decoded the path.
            let page = if link.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                format!("/welcome/{link}")
            } else {
                "/sign-in".into()
            };
            Ok(Redirect::to(&with_problem(&page, problem)).into_response())
        }
        Err(SignInError::Service(error)) => Err(error.into()),
    }
}

/// The form of the page on which people change their own password.
#[derive(Deserialize)]
pub struct OwnPassword {
    old: String,
    password: String,
    again: String,
}

/// `POST /password/change`: somebody changes their own password; every other browser is signed out.
pub async fn change_password(
    State(accounts): State<Accounts>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    By(person): By,
    headers: HeaderMap,
    Form(form): Form<OwnPassword>,
) -> Result<Response, Refusal> {
    let changed = if form.password == form.again {
        accounts
            .change_password(&person, &form.old, &form.password, from.ip())
            .await
    } else {
        Err(SignInProblem::Differ.into())
    };
    match changed {
        Ok(signed_in) => Ok(signed_in_at("/password?changed=1", &signed_in, &headers)),
        Err(SignInError::Problem(problem)) => {
            Ok(Redirect::to(&with_problem("/password", problem)).into_response())
        }
        Err(SignInError::Service(error)) => Err(error.into()),
    }
}

/// `POST /sign-out`: ends the sign-in of this browser.
pub async fn sign_out(
    State(accounts): State<Accounts>,
    By(person): By,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if let Some(token) = token(&headers) {
        accounts.sign_out(person.id, token).await?;
    }
    Ok(signed_out())
}

/// `POST /sign-out/everywhere`: ends the sign-ins of this person in every browser.
pub async fn sign_out_everywhere(
    State(accounts): State<Accounts>,
    By(person): By,
) -> Result<Response, Refusal> {
    accounts.sign_out_everywhere(person.id).await?;
    Ok(signed_out())
}

fn signed_in_at(to: &str, signed_in: &SignedIn, headers: &HeaderMap) -> Response {
    tracing::info!(name = signed_in.person.name, "signed in");
    // The browser names the scheme that it sees, also behind a proxy.
    let is_https = headers
        .get(header::ORIGIN)
        .is_some_and(|origin| origin.as_bytes().starts_with(b"https:"));
    let secure = if is_https { "; Secure" } else { "" };
    let seconds = u64::from(SIGN_IN_HOURS) * 3600;
    let cookie = format!(
        "{COOKIE}={}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
        signed_in.token
    );
    with_cookie(Redirect::to(to), &cookie)
}

fn signed_out() -> Response {
    let cookie = format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    with_cookie(Redirect::to("/sign-in"), &cookie)
}

fn with_cookie(redirect: Redirect, cookie: &str) -> Response {
    let mut response = redirect.into_response();
    // Our own words and hexadecimal digits.
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

fn with_problem(page: &str, problem: SignInProblem) -> String {
    let joint = if page.contains('?') { '&' } else { '?' };
    format!("{page}{joint}problem={problem}")
}
