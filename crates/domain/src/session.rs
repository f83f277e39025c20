//! A pair of videos and where its annotation stands.

use crate::object::words;
use crate::{Assigned, SessionId, SessionVideo};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

words! {
    /// Where a session stands.
    SessionStatus {
        /// Being annotated.
        Draft = "draft",
        /// Every object has its prompts; waits for the offline job.
        Ready = "ready",
        /// Waits in the queue.
        Queued = "queued",
        /// Masks are being carried through the videos.
        Propagating = "propagating",
        /// The offline job failed.
        Failed = "failed",
        /// Masks are there; a reviewer looks next.
        NeedsReview = "needs_review",
        /// A reviewer sent objects back.
        NeedsReannotation = "needs_reannotation",
        /// Objects sent back were annotated and propagated again.
        FinishedReannotation = "finished_reannotation",
        /// A reviewer found it good.
        Reviewed = "reviewed",
    }
}

/// What can happen to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// Prompts or objects changed; `complete` when nothing is left to click.
    PromptsChanged {
        /// Whether every object has prompts in every video it is in.
        complete: bool,
    },
    /// Masks that were made elsewhere came with the videos.
    MasksUploaded,
    /// The offline job was asked for.
    JobQueued,
    /// The offline job began.
    JobStarted,
    /// The offline job ended well.
    JobFinished {
        /// Whether the session had been sent back by a reviewer.
        reannotation: bool,
    },
    /// The offline job ended badly.
    JobFailed,
    /// Nothing is clicked any more of what the offline job failed with; the masks that were uploaded are there as before.
    FailureUndone {
        /// Whether the session had been sent back by a reviewer.
        reannotation: bool,
    },
    /// A person stopped the offline job.
    JobCancelled {
        /// Where the session stands without the job, when there were masks to judge before it.
        before: Option<SessionStatus>,
        /// Whether the session had been sent back by a reviewer.
        reannotation: bool,
    },
    /// A reviewer sent objects back.
    SentBack,
    /// A reviewer thought better of sending it back.
    SentBackWithdrawn,
    /// A reviewer found it good.
    Approved,
}

/// An event that makes no sense in the state in which the session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the session is \"{from}\": {event:?} does not apply")]
pub struct InvalidTransition {
    /// The state.
    pub from: SessionStatus,
    /// The event.
    pub event: SessionEvent,
}

impl SessionStatus {
    /// The state after `event`.
    ///
    /// # Errors
    /// When the event makes no sense in this state.
    pub fn after(self, event: SessionEvent) -> Result<Self, InvalidTransition> {
        use SessionEvent as E;
        use SessionStatus as S;
        match (self, event) {
            (S::Draft | S::Ready, E::PromptsChanged { complete: true }) => Ok(S::Ready),
            (S::Draft | S::Ready, E::PromptsChanged { complete: false }) => Ok(S::Draft),
            (_, E::PromptsChanged { .. }) => Ok(self),
            // A server that was killed right after it took them in does so again.
            (S::Draft | S::Ready | S::NeedsReview, E::MasksUploaded) => Ok(S::NeedsReview),
            (S::Queued | S::Propagating, E::JobQueued) => {
                Err(InvalidTransition { from: self, event })
            }
            (_, E::JobQueued) => Ok(S::Queued),
            // A job that was running when the server died starts again.
            (S::Queued | S::Propagating, E::JobStarted) => Ok(S::Propagating),
            (
                S::Propagating,
                E::JobFinished {
                    reannotation: false,
                },
            ) => Ok(S::NeedsReview),
            (S::Propagating, E::JobFinished { reannotation: true }) => Ok(S::FinishedReannotation),
            (S::Queued | S::Propagating, E::JobFailed) => Ok(S::Failed),
            (
                S::Failed,
                E::FailureUndone {
                    reannotation: false,
                },
            ) => Ok(S::NeedsReview),
            (S::Failed, E::FailureUndone { reannotation: true }) => Ok(S::NeedsReannotation),
            (
                S::Queued | S::Propagating,
                E::JobCancelled {
                    before,
                    reannotation,
                },
            ) => Ok(match before {
                Some(before) => before,
                None if reannotation => S::NeedsReannotation,
                None => S::Ready,
            }),
            (
                S::NeedsReview | S::NeedsReannotation | S::FinishedReannotation | S::Reviewed,
                E::SentBack,
            ) => Ok(S::NeedsReannotation),
            (S::NeedsReannotation, E::SentBackWithdrawn) => Ok(S::NeedsReview),
            (S::NeedsReview | S::FinishedReannotation | S::Reviewed, E::Approved) => {
                Ok(S::Reviewed)
            }
            _ => Err(InvalidTransition { from: self, event }),
        }
    }

    /// Why nothing can be judged in this state, and what to do; none where there are masks to judge.
    #[must_use]
    pub fn why_not_judged(self) -> Option<&'static str> {
        match self {
            Self::Draft | Self::Ready => {
                Some("there are no masks to judge yet: start the offline job first")
            }
            Self::Queued | Self::Propagating => {
                Some("the offline job is making masks: judge them when it is done")
            }
            Self::Failed => Some("the offline job failed: start it again, then judge its masks"),
            Self::NeedsReview
            | Self::NeedsReannotation
            | Self::FinishedReannotation
            | Self::Reviewed => None,
        }
    }

    /// Why a session cannot be found good in this state, and what to do; none where it can.
    #[must_use]
    pub fn why_not_approved(self) -> Option<&'static str> {
        match self {
            Self::NeedsReannotation => Some(
                "it was sent back and is not annotated again yet: wait for the next offline job, or take it back",
            ),
            other => other.why_not_judged(),
        }
    }

    /// The wording that people know.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Draft => "Annotating",
            Self::Ready => "Ready for Offline Job",
            Self::Queued => "Queued",
            Self::Propagating => "Offline Job Running",
            Self::Failed => "Offline Job Failed",
            Self::NeedsReview => "Needs Review",
            Self::NeedsReannotation => "Needs Reannotation",
            Self::FinishedReannotation => "Finished Reannotation",
            Self::Reviewed => "Reviewed - Good",
        }
    }
}

/// A session, as pages see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// What kind of place was filmed, e.g. `kitchen`.
    pub scene_type: String,
    /// Where it stands.
    pub status: SessionStatus,
    /// When it was made, UTC, RFC 3339.
    pub created_at: String,
    /// When anything in it last changed, UTC, RFC 3339.
    pub updated_at: String,
    /// Number of objects.
    pub object_count: u32,
    /// Who works on it.
    pub assigned: Assigned,
    /// When it was deleted; it can be brought back for a while.
    pub deleted_at: Option<String>,
    /// Video 1 and video 2.
    pub videos: [SessionVideo; 2],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_path_ends_in_review() {
        use SessionEvent as E;
        let path = [
            E::PromptsChanged { complete: false },
            E::PromptsChanged { complete: true },
            E::JobQueued,
            E::JobStarted,
            E::JobStarted,
            E::JobFinished {
                reannotation: false,
            },
        ];
        let end = path
            .iter()
            .try_fold(SessionStatus::Draft, |status, event| status.after(*event));
        assert_eq!(end, Ok(SessionStatus::NeedsReview));
    }

    #[test]
    fn what_was_sent_back_comes_back_as_finished() {
        use SessionEvent as E;
        use SessionStatus as S;
        let walk =
            |from: S, events: &[E]| events.iter().try_fold(from, |at, event| at.after(*event));
        let again = [
            E::SentBack,
            E::PromptsChanged { complete: true },
            E::JobQueued,
            E::JobStarted,
            E::JobFinished { reannotation: true },
        ];
        assert_eq!(walk(S::NeedsReview, &again), Ok(S::FinishedReannotation));
        assert_eq!(
            walk(S::FinishedReannotation, &again),
            Ok(S::FinishedReannotation)
        );
        assert_eq!(
            walk(S::FinishedReannotation, &[E::Approved]),
            Ok(S::Reviewed)
        );
        let stopped = |before| {
            let reannotation = true;
            let cancelled = E::JobCancelled {
                before,
                reannotation,
            };
            walk(S::NeedsReannotation, &[E::JobQueued, cancelled])
        };
        assert_eq!(stopped(None), Ok(S::NeedsReannotation));
        assert_eq!(stopped(Some(S::Reviewed)), Ok(S::Reviewed));
        // Nothing is judged before there are masks, or while they are being made.
        for status in [S::Draft, S::Ready, S::Queued, S::Propagating, S::Failed] {
            assert!(status.after(E::SentBack).is_err(), "{status}");
            assert!(status.after(E::Approved).is_err(), "{status}");
        }
        assert!(S::NeedsReannotation.after(E::Approved).is_err());
        let thought_better = [E::SentBack, E::SentBackWithdrawn, E::Approved];
        assert_eq!(walk(S::NeedsReview, &thought_better), Ok(S::Reviewed));
        for status in S::ALL {
            let refused = |event| status.after(event).is_err();
            let why = [status.why_not_judged(), status.why_not_approved()];
            let expected = [refused(E::SentBack), refused(E::Approved)];
            assert_eq!(why.map(|why| why.is_some()), expected, "{status}");
        }
    }

    #[test]
    fn a_job_cannot_be_queued_twice() {
        let error = SessionStatus::Queued
            .after(SessionEvent::JobQueued)
            .unwrap_err();
        assert_eq!(error.from, SessionStatus::Queued);
        assert!(SessionStatus::Draft.after(SessionEvent::JobFailed).is_err());
    }

    #[test]
    fn uploaded_masks_need_a_review_at_once() {
        let event = SessionEvent::MasksUploaded;
        assert_eq!(
            SessionStatus::Draft.after(event),
            Ok(SessionStatus::NeedsReview)
        );
        assert!(SessionStatus::Reviewed.after(event).is_err());
    }

    #[test]
    fn a_click_after_the_job_keeps_the_status() {
        let event = SessionEvent::PromptsChanged { complete: true };
        assert_eq!(
            SessionStatus::NeedsReview.after(event),
            Ok(SessionStatus::NeedsReview)
        );
    }
}
