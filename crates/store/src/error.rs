//! Why the store could not do what was asked.

use domain::{InvalidTransition, JobId, JobState};
use std::fmt;
use std::path::PathBuf;

/// Why the store could not do what was asked. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The row that was asked for does not exist (any more).
    #[error("there is no {0}")]
    NotFound(String),
    /// It contradicts what is stored.
    #[error("{0}")]
    Conflict(String),
    /// The job has ended; its record does not change any more.
    #[error("job {id} has already ended: it is {state}")]
    JobEnded {
        /// The job.
        id: JobId,
        /// Its final state.
        state: JobState,
    },
    /// The session's status does not allow it.
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
    /// A row holds what this version cannot read.
    #[error("the database holds {0}: it is damaged or was written by another version")]
    Damaged(String),
    /// The file cannot be opened.
    #[error("cannot open the database {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        source: sqlx::Error,
    },
    /// The tables cannot be brought up to date.
    #[error("cannot bring the database up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// SQLite failed, for example because the disk is full.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

impl StoreError {
    /// Something stored that does not read as `what`.
    pub(crate) fn damaged(what: &str, reason: impl fmt::Display) -> Self {
        Self::Damaged(format!("an unreadable {what} ({reason})"))
    }
}
