//! Work that outlives a page: its kind, its state and how far it has come.

use crate::object::words;
use crate::{JobId, ModelId, SessionId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

words! {
    /// What a job does.
    JobKind {
        /// Decodes both uploaded videos into frames and frame tables.
        Ingest = "ingest",
        /// Carries the masks through both videos, then writes the result files.
        Propagate = "propagate",
    }
}

words! {
    /// Where a job stands.
    JobState {
        /// Waits for its turn.
        Queued = "queued",
        /// Runs.
        Running = "running",
        /// Ended well.
        Done = "done",
        /// Ended badly; the record holds the reason.
        Failed = "failed",
        /// A person stopped it.
        Cancelled = "cancelled",
    }
}

impl JobState {
    /// Whether the job still waits or runs.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

/// How far a job has come, in frames.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct JobProgress {
    /// Frames done, over both videos.
    pub done: u32,
    /// Frames to do, over both videos; 0 until known.
    pub total: u32,
    /// Frames per second over the last seconds; 0 until measured.
    pub fps: f32,
    /// What it is doing, e.g. `video 2, backward`.
    pub stage: String,
}

impl JobProgress {
    /// Share done, 0 to 1.
    #[must_use]
    pub fn fraction(&self) -> f32 {
        if self.total == 0 {
            0.0
        } else {
            (self.done as f32 / self.total as f32).min(1.0)
        }
    }

    /// Seconds left at the present speed, when that is known.
    #[must_use]
    pub fn seconds_left(&self) -> Option<f32> {
        (self.fps > 0.0 && self.total > 0)
            .then(|| self.total.saturating_sub(self.done) as f32 / self.fps)
    }
}

/// A job, as pages see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobRecord {
    /// Its id.
    pub id: JobId,
    /// The session it works on.
    pub session: SessionId,
    /// What it does.
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// How far it has come.
    pub progress: JobProgress,
    /// Why it failed, and what to do.
    pub error: Option<String>,
    /// The model that it ran last; none for a job that runs no model or has not begun.
    pub model: Option<ModelId>,
    /// When it was asked for, UTC, RFC 3339.
    pub created_at: String,
    /// Jobs of one kind wait in this order, then in that of their ids.
    pub place: i64,
}
