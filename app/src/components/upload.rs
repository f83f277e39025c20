//! What the pages have in common that make sessions of files: the form, sending it, and following how the videos are read.

mod file_field;
mod form;
mod reading;
mod scene_type;
mod send;

pub use file_field::{FileField, FilePair};
pub use form::UploadForm;
pub use reading::Reading;
pub use scene_type::SceneType;

use super::leaving::ask_before_leaving;
use domain::SessionId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// How far the new session has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The person chooses files.
    Choosing,
    /// The files are on their way; bytes sent, and bytes in all.
    Sending {
        /// Bytes sent.
        sent: f64,
        /// Bytes in all; 0 until known.
        total: f64,
    },
    /// The server makes the example.
    Drawing,
    /// The server decodes the videos of the session.
    Reading(SessionId),
}

/// What the parts of a page share that makes sessions of files.
#[derive(Clone, Copy)]
pub struct Upload {
    /// How far it is.
    pub phase: RwSignal<Phase>,
    /// Why the last try failed.
    pub error: RwSignal<Option<String>>,
}

impl Upload {
    /// Nothing is chosen yet; a page without scripts whose upload was refused says why.
    #[must_use]
    pub fn begin() -> Self {
        let problem = use_query_map().with_untracked(|query| query.get("problem"));
        let phase = RwSignal::new(Phase::Choosing);
        ask_before_leaving(move || {
            phase.with_untracked(|phase| matches!(phase, Phase::Sending { .. }))
        });
        Self {
            phase,
            error: RwSignal::new(problem),
        }
    }

    /// Back to the form, with the reason.
    pub fn fail(self, reason: String) {
        self.error.set(Some(reason));
        self.phase.set(Phase::Choosing);
    }

    /// On to reading the videos.
    pub fn read(self, session: SessionId) {
        self.error.set(None);
        self.phase.set(Phase::Reading(session));
    }

    /// The session whose videos are being read.
    #[must_use]
    pub fn reading(self) -> Memo<Option<SessionId>> {
        Memo::new(move |_| match self.phase.get() {
            Phase::Reading(session) => Some(session),
            _ => None,
        })
    }

    /// Whether nothing can be chosen for now.
    #[must_use]
    pub fn busy(self) -> Memo<bool> {
        Memo::new(move |_| self.phase.get() != Phase::Choosing)
    }
}
