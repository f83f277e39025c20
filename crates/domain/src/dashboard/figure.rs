//! What each figure of the dashboard means.

use super::{PAUSE_SECONDS, STUCK_DAYS};

/// A figure with its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each has its definition")]
pub enum Figure {
    Done,
    InReview,
    SentBack,
    Waiting,
    Sessions,
    DoneInTime,
    ActiveTime,
    Clicks,
    Objects,
    SecondsPerObject,
    ClicksPerObject,
    Corrections,
    Turnaround,
    ShareSentBack,
    ToReview,
    Decisions,
    Stuck,
    JobsWaiting,
    JobsRunning,
    Speed,
    TimeLeft,
    Failures,
}

impl Figure {
    /// Every figure, in the order of the page.
    pub const ALL: [Self; 22] = [
        Self::Done,
        Self::InReview,
        Self::SentBack,
        Self::Waiting,
        Self::Sessions,
        Self::DoneInTime,
        Self::ActiveTime,
        Self::Clicks,
        Self::Objects,
        Self::SecondsPerObject,
        Self::ClicksPerObject,
        Self::Corrections,
        Self::Turnaround,
        Self::ShareSentBack,
        Self::ToReview,
        Self::Decisions,
        Self::Stuck,
        Self::JobsWaiting,
        Self::JobsRunning,
        Self::Speed,
        Self::TimeLeft,
        Self::Failures,
    ];

    /// Its name.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::InReview => "In review",
            Self::SentBack => "Sent back",
            Self::Waiting => "Waiting",
            Self::Sessions => "Sessions",
            Self::DoneInTime => "Sessions done",
            Self::ActiveTime => "Active time",
            Self::Clicks => "Clicks",
            Self::Objects => "Objects",
            Self::SecondsPerObject => "Active time per object",
            Self::ClicksPerObject => "Clicks per object",
            Self::Corrections => "Corrections per 1,000 frames",
            Self::Turnaround => "Review turnaround",
            Self::ShareSentBack => "Share sent back",
            Self::ToReview => "To review",
            Self::Decisions => "Decisions",
            Self::Stuck => "Stuck",
            Self::JobsWaiting => "Jobs waiting",
            Self::JobsRunning => "Jobs running",
            Self::Speed => "Frames per second",
            Self::TimeLeft => "Time left",
            Self::Failures => "Failures",
        }
    }

    /// What it means.
    #[must_use]
    pub fn definition(self) -> String {
        match self {
            Self::Done => "Sessions that are \"Reviewed - Good\" now.".into(),
            Self::InReview => {
                "Sessions that are \"Needs Review\" or \"Finished Reannotation\" now.".into()
            }
            Self::SentBack => "Sessions that are \"Needs Reannotation\" now.".into(),
            Self::Waiting => "Sessions that wait for clicks or for their offline job now: \
                              annotating, ready, queued, running or failed."
                .into(),
            Self::Sessions => "Sessions that are not deleted.".into(),
            Self::DoneInTime => "Sessions that became \"Reviewed - Good\" in the time shown; one \
                                 that did so twice counts on both days (UTC)."
                .into(),
            Self::ActiveTime => format!(
                "The pauses of less than {PAUSE_SECONDS} s between two things that the same person \
                 did one after the other in the same session, added up."
            ),
            Self::Clicks => {
                "Clicks, boxes and drawn masks that were given, also those undone later.".into()
            }
            Self::Objects => "Objects that got at least one click, box or drawn mask.".into(),
            Self::SecondsPerObject => "Active time divided by objects.".into(),
            Self::ClicksPerObject => "Clicks divided by objects.".into(),
            Self::Corrections => "Clicks, boxes and drawn masks that were given after the first \
                                  offline job of their session, per 1,000 frames of both videos \
                                  of the sessions whose offline job ended well in that time."
                .into(),
            Self::Turnaround => "Hours from the moment at which a session waited for review to \
                                 the reviewer's decision, good or sent back; the median."
                .into(),
            Self::ShareSentBack => {
                "Decisions that sent a session back, as a share of all decisions.".into()
            }
            Self::ToReview => "Sessions in review that are assigned to this reviewer now.".into(),
            Self::Decisions => "Sessions that this reviewer found good or sent back.".into(),
            Self::Stuck => format!(
                "Sessions whose offline job failed, that nobody annotates, or that did not move \
                 for more than {STUCK_DAYS} days though somebody could go on with them."
            ),
            Self::JobsWaiting => "Jobs that wait for their turn now.".into(),
            Self::JobsRunning => "Jobs that run now.".into(),
            Self::Speed => {
                "Frames that the running offline job did in each of its last seconds.".into()
            }
            Self::TimeLeft => "What runs, at its present speed; for each offline job that waits, \
                               the mean time of the last 20 that ended well."
                .into(),
            Self::Failures => "Jobs that failed in the time shown.".into(),
        }
    }
}
