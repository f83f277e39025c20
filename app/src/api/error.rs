//! What a server function answers when it cannot do what was asked.

use super::codec::JsonText;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a server function failed, in words for the person at the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ApiError {
    /// What was asked for does not exist (any more).
    #[error("{0}")]
    NotFound(String),
    /// The request makes no sense, or not in the present state.
    #[error("{0}")]
    Refused(String),
    /// Whoever asks is not signed in (any more).
    #[error("{0}")]
    SignedOut(String),
    /// Whoever asks may not do that.
    #[error("{0}")]
    Forbidden(String),
    /// The server failed; its log holds the detail.
    #[error("{0}")]
    Internal(String),
    /// No answer came.
    #[error("the server cannot be reached: check that scenediff is running, then try again")]
    Unreachable(String),
}

impl FromServerFnError for ApiError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(detail) => Self::Unreachable(detail),
            ServerFnErrorErr::Args(detail) | ServerFnErrorErr::MissingArg(detail) => {
                not_understood(&detail)
            }
            // On the server it is the question that cannot be read, in the browser the answer.
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Deserialization(detail) => not_understood(&detail),
            #[cfg(not(feature = "ssr"))]
            ServerFnErrorErr::Deserialization(detail) => Self::Internal(format!(
                "the server's answer cannot be read: reload the page, and if that does not help, read its log ({detail})"
            )),
            other => Self::Internal(other.to_string()),
        }
    }
}

/// What the server's limit on a request says.
#[cfg(feature = "ssr")]
const TOO_LONG: &str = "length limit exceeded";

fn not_understood(detail: &str) -> ApiError {
    #[cfg(feature = "ssr")]
    if detail.contains(TOO_LONG) {
        server::set_status(axum::http::StatusCode::PAYLOAD_TOO_LARGE);
        return ApiError::Refused("this is more than 2 MB at once: send less".into());
    }
    #[cfg(feature = "ssr")]
    server::set_status(axum::http::StatusCode::BAD_REQUEST);
    ApiError::Refused(format!(
        "the server did not understand the request: reload the page ({detail})"
    ))
}

#[cfg(feature = "ssr")]
mod server {
    use super::ApiError;
    use axum::http::StatusCode;
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;
    use service::{Service, ServiceError};

    impl From<ServiceError> for ApiError {
        fn from(error: ServiceError) -> Self {
            let message = error.to_string();
            let (status, error) = match error {
                ServiceError::NotFound(_) => (StatusCode::NOT_FOUND, Self::NotFound(message)),
                ServiceError::Invalid(_) => {
                    (StatusCode::UNPROCESSABLE_ENTITY, Self::Refused(message))
                }
                ServiceError::Conflict(_) => (StatusCode::CONFLICT, Self::Refused(message)),
                ServiceError::Forbidden(_) => (StatusCode::FORBIDDEN, Self::Forbidden(message)),
                // What fails is a 500 without a word.
                ServiceError::Internal(_) => return Self::Internal(message),
            };
            set_status(status);
            error
        }
    }

    /// The use cases, as whoever asks may carry them out; the router refuses before what its table does not allow.
    ///
    /// # Errors
    /// When nobody is signed in, or the page is not for whoever is.
    pub(crate) fn service() -> Result<Service, ApiError> {
        use_context().ok_or_else(|| use_context().unwrap_or_else(no_context))
    }

    /// What is said when the router was built without the contexts that it should provide.
    pub(crate) fn no_context() -> ApiError {
        ApiError::Internal("the server offers no service to its pages: report this".into())
    }

    /// The status of the answer under way.
    pub(super) fn set_status(status: StatusCode) {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.set_status(status);
        }
    }
}

#[cfg(feature = "ssr")]
pub(crate) use server::{no_context, service};
