//! Why a use case was not carried out.

use jobs::JobsError;
use store::StoreError;

/// Why a use case was not carried out; the text says what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// What was asked for does not exist (any more).
    #[error("{0}")]
    NotFound(String),
    /// What was sent makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// It makes sense, but not as things stand.
    #[error("{0}")]
    Conflict(String),
    /// Whoever asks may not do that.
    #[error("{0}")]
    Forbidden(String),
    /// The server failed.
    #[error("the server failed: {0}")]
    Internal(String),
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        let text = error.to_string();
        match error {
            StoreError::NotFound(_) => Self::NotFound(text),
            StoreError::Conflict(_) | StoreError::JobEnded { .. } | StoreError::Transition(_) => {
                Self::Conflict(text)
            }
            _ => Self::Internal(text),
        }
    }
}

impl From<JobsError> for ServiceError {
    fn from(error: JobsError) -> Self {
        match error {
            JobsError::Store(error) => error.into(),
            JobsError::Frame(error) => Self::NotFound(error.to_string()),
            JobsError::Decoder(reason) | JobsError::Request(reason) => Self::Invalid(reason),
            JobsError::Stopped => Self::Conflict(error.to_string()),
            _ => Self::Internal(error.reason()),
        }
    }
}
