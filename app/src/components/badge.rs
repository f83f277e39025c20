//! Where a session or a job stands, as a small badge.

use domain::{IngestState, JobState, Session, SessionStatus};
use leptos::prelude::*;

/// What a badge says besides its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do.
    Quiet,
    /// Something runs or waits for its turn.
    Active,
    /// Good.
    Ok,
    /// A person should look.
    Warn,
    /// Something failed.
    Bad,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Quiet => "badge quiet",
            Self::Active => "badge active",
            Self::Ok => "badge ok",
            Self::Warn => "badge warn",
            Self::Bad => "badge bad",
        }
    }
}

/// A word or two in a tone.
#[component]
pub fn Badge(
    /// What it says.
    #[prop(into)]
    text: String,
    /// How it says it.
    tone: Tone,
) -> impl IntoView {
    view! { <span class=tone.class()>{text}</span> }
}

/// Whether the videos of a session are still being read.
#[must_use]
pub fn is_reading(session: &Session) -> bool {
    session
        .videos
        .iter()
        .any(|video| matches!(video.ingest, IngestState::Decoding { .. }))
}

/// Where a session stands.
#[component]
pub fn SessionBadge(
    /// The session.
    session: Session,
) -> impl IntoView {
    if is_reading(&session) {
        return view! { <Badge text="Reading Videos" tone=Tone::Active /> };
    }
    let status = session.status;
    view! { <Badge text=status.title() tone=session_tone(status) /> }
}

fn session_tone(status: SessionStatus) -> Tone {
    match status {
        SessionStatus::Draft => Tone::Quiet,
        SessionStatus::Ready | SessionStatus::Queued | SessionStatus::Propagating => Tone::Active,
        SessionStatus::Failed => Tone::Bad,
        SessionStatus::NeedsReview | SessionStatus::NeedsReannotation => Tone::Warn,
        SessionStatus::FinishedReannotation | SessionStatus::Reviewed => Tone::Ok,
    }
}

/// Where a job stands.
#[component]
pub fn JobBadge(
    /// The state.
    state: JobState,
) -> impl IntoView {
    let (text, tone) = match state {
        JobState::Queued => ("Queued", Tone::Quiet),
        JobState::Running => ("Running", Tone::Active),
        JobState::Done => ("Done", Tone::Ok),
        JobState::Failed => ("Failed", Tone::Bad),
        JobState::Cancelled => ("Cancelled", Tone::Quiet),
    };
    view! { <Badge text tone /> }
}
