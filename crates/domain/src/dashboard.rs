//! What the dashboard shows: how the whole set is doing, who did how much, what is stuck and why.

mod columns;
mod figure;
mod finding;
mod table;

pub use columns::{Column, ColumnStep};
pub use figure::Figure;
pub use finding::{
    days_finding, effort_finding, people_finding, queue_finding, scenes_finding, status_finding,
    stuck_finding,
};
pub use table::{Cell, DashboardTable, FigureTable, Sum};

use crate::object::words;
use crate::{Assignee, Day, JobKind, JobRecord, JobState, SessionId, SessionStatus};
use columns::columns;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Days after which a session that does not move counts as stuck.
pub const STUCK_DAYS: u32 = 3;

/// A longer pause between two things that a person does is no work.
pub const PAUSE_SECONDS: u32 = 60;

words! {
    /// The time that effort and what was done are counted over; today is its last day.
    Period {
        /// A week.
        Week = "7",
        /// A month.
        Month = "30",
        /// A quarter of a year.
        Quarter = "90",
        /// Since the first session.
        All = "all",
    }
}

impl Period {
    /// As people say it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Week => "7 days",
            Self::Month => "30 days",
            Self::Quarter => "90 days",
            Self::All => "All time",
        }
    }

    /// Its first day; none when it has none.
    #[must_use]
    pub fn first_day(self, today: Day) -> Option<Day> {
        let days = match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
            Self::All => return None,
        };
        Some(today - (days - 1))
    }
}

/// What the dashboard is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardQuery {
    /// The time that is counted over.
    pub period: Period,
    /// Only sessions of this scene type.
    pub scene: Option<String>,
}

impl Default for DashboardQuery {
    fn default() -> Self {
        Self {
            period: Period::Month,
            scene: None,
        }
    }
}

words! {
    /// The statuses in four heaps: every session is in one.
    Heap {
        /// A reviewer found it good.
        Done = "done",
        /// A reviewer looks next.
        InReview = "in review",
        /// A reviewer sent it back.
        SentBack = "sent back",
        /// It waits for clicks or for its offline job.
        Waiting = "waiting",
    }
}

impl Heap {
    /// The heap of a status.
    #[must_use]
    pub fn of(status: SessionStatus) -> Self {
        match status {
            SessionStatus::Reviewed => Self::Done,
            SessionStatus::NeedsReview | SessionStatus::FinishedReannotation => Self::InReview,
            SessionStatus::NeedsReannotation => Self::SentBack,
            SessionStatus::Draft
            | SessionStatus::Ready
            | SessionStatus::Queued
            | SessionStatus::Propagating
            | SessionStatus::Failed => Self::Waiting,
        }
    }
}

/// How many sessions lie on each heap, in the order of [`Heap::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heaps(pub [u32; 4]);

impl Heaps {
    /// Adds sessions with one status.
    pub fn add(&mut self, status: SessionStatus, count: u32) {
        self.0[Heap::of(status) as usize] += count;
    }

    /// Those of one heap.
    #[must_use]
    pub fn get(&self, heap: Heap) -> u32 {
        self.0[heap as usize]
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.iter().sum()
    }

    /// The share of one heap in percent; 0 without sessions.
    #[must_use]
    pub fn percent(&self, heap: Heap) -> f64 {
        percent(self.get(heap), self.total()).unwrap_or(0.0)
    }
}

/// What share `part` is of `all`, in percent; none of nothing.
#[must_use]
fn percent(part: u32, all: u32) -> Option<f64> {
    (all > 0).then(|| f64::from(part) * 100.0 / f64::from(all))
}

/// The sessions of one scene type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneFigures {
    /// The scene type.
    pub scene: String,
    /// Where they stand.
    pub sessions: Heaps,
}

/// What a person has to do, and did in the time that is counted over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PersonFigures {
    /// The person; none for sessions that nobody annotates.
    pub person: Option<Assignee>,
    /// The sessions that they annotate.
    pub sessions: Heaps,
    /// Sessions that wait for their review.
    pub to_review: u32,
    /// What they did.
    pub work: Work,
    /// Decisions about the sessions that they annotate.
    pub judged: Judged,
    /// Decisions that they made as a reviewer.
    pub decided: u32,
    /// Hours that those sessions waited for them, the median; none without a decision.
    pub turnaround: Option<f64>,
}

/// What was clicked, and how long that took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// Seconds of activity; see [`Figure::ActiveTime`].
    pub active_seconds: f64,
    /// Clicks, boxes and drawn masks.
    pub clicks: u32,
    /// Objects that got any of them.
    pub objects: u32,
}

impl Work {
    /// Active seconds per object; none without objects.
    #[must_use]
    pub fn seconds_per_object(&self) -> Option<f64> {
        (self.objects > 0).then(|| self.active_seconds / f64::from(self.objects))
    }

    /// Clicks per object; none without objects.
    #[must_use]
    pub fn clicks_per_object(&self) -> Option<f64> {
        (self.objects > 0).then(|| f64::from(self.clicks) / f64::from(self.objects))
    }

    /// Whether nothing was done.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.clicks == 0 && self.active_seconds == 0.0
    }
}

/// What reviewers decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Found good.
    pub good: u32,
    /// Sent back.
    pub sent_back: u32,
}

impl Judged {
    /// The share sent back in percent; none without a decision.
    #[must_use]
    pub fn percent_sent_back(&self) -> Option<f64> {
        percent(self.sent_back, self.good + self.sent_back)
    }
}

/// Everybody's effort in the time that is counted over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Effort {
    /// What was done.
    pub work: Work,
    /// Clicks, boxes and drawn masks after the first offline job of their session.
    pub corrections: u32,
    /// Frames of the sessions whose offline job ended well.
    pub frames: u32,
    /// What reviewers decided.
    pub judged: Judged,
    /// Hours that a session waited for a decision, the median; none without a decision.
    pub turnaround: Option<f64>,
}

impl Effort {
    /// Corrections per 1,000 frames; none without frames.
    #[must_use]
    pub fn corrections_per_1000_frames(&self) -> Option<f64> {
        (self.frames > 0).then(|| f64::from(self.corrections) * 1000.0 / f64::from(self.frames))
    }
}

words! {
    /// Why a session does not move.
    StuckReason {
        /// Its offline job failed.
        JobFailed = "the offline job failed",
        /// It was sent back, and nothing came of it.
        SentBack = "sent back",
        /// It waits for a reviewer.
        WaitsForReview = "waits for review",
        /// It is complete, but nobody started its offline job.
        NotStarted = "offline job not started",
        /// Nobody annotates it.
        Unassigned = "nobody annotates it",
        /// Its annotation is not complete.
        Incomplete = "not complete",
    }
}

impl StuckReason {
    /// In words, with the days.
    #[must_use]
    pub fn title(self) -> String {
        match self {
            Self::JobFailed => "Offline job failed".into(),
            Self::SentBack => format!("Sent back for more than {STUCK_DAYS} days"),
            Self::WaitsForReview => format!("Waits for review for more than {STUCK_DAYS} days"),
            Self::NotStarted => format!("Offline job not started for {STUCK_DAYS} days"),
            Self::Unassigned => "Nobody annotates it".into(),
            Self::Incomplete => format!("Not complete, unchanged for {STUCK_DAYS} days"),
        }
    }
}

/// A session that does not move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StuckSession {
    /// The session.
    pub session: SessionId,
    /// Why.
    pub reason: StuckReason,
    /// Since when, UTC, RFC 3339.
    pub since: String,
    /// Whose it is: its reviewer where a review is missing, else its annotator.
    pub person: Option<String>,
    /// Why its job failed.
    pub detail: Option<String>,
}

/// The jobs, and what is known about how long they take.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Queue {
    /// Those that run and wait, in their order; each kind has a lane of its own.
    pub jobs: Vec<JobRecord>,
    /// Those that failed in the time that is counted over, the newest first.
    pub failures: Vec<JobFailure>,
    /// Seconds that the last offline jobs took from their start to their end, the mean; none before the first.
    pub mean_seconds: Option<f64>,
}

/// A job that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobFailure {
    /// The job.
    pub job: JobRecord,
    /// When, UTC, RFC 3339.
    pub at: String,
    /// Whether it can be tried again: it is the last job of its session.
    pub is_last: bool,
}

impl Queue {
    /// How many jobs are in a state.
    #[must_use]
    pub fn count(&self, state: JobState) -> usize {
        self.jobs.iter().filter(|job| job.state == state).count()
    }

    /// Seconds until every offline job is done; none while that cannot be known.
    #[must_use]
    pub fn seconds_left(&self) -> Option<f64> {
        let mut left = 0.0;
        for job in &self.jobs {
            left += match (job.kind, job.state) {
                (JobKind::Ingest, _) => 0.0,
                (_, JobState::Running) => f64::from(job.progress.seconds_left()?),
                _ => self.mean_seconds?,
            };
        }
        (left > 0.0).then_some(left)
    }
}

/// What the dashboard shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dashboard {
    /// What it was asked for.
    pub query: DashboardQuery,
    /// The day on which it was asked, UTC.
    pub today: Day,
    /// Scene types of all sessions.
    pub all_scenes: Vec<String>,
    /// Every status and how many sessions have it.
    pub statuses: Vec<(SessionStatus, u32)>,
    /// By scene type, the one with most sessions first.
    pub scenes: Vec<SceneFigures>,
    /// By person, by name; nobody last. Whoever does not assign sees themselves only.
    pub people: Vec<PersonFigures>,
    /// Whether that is everybody.
    pub everybody: bool,
    /// Days on which sessions were found good, and how many.
    pub days: Vec<(Day, u32)>,
    /// Everybody's effort.
    pub effort: Effort,
    /// Sessions that do not move, by reason, then the oldest first; at most a few per reason on a page.
    pub stuck: Vec<StuckSession>,
    /// How many there are of each reason.
    pub stuck_counts: Vec<(StuckReason, u32)>,
    /// The jobs.
    pub queue: Queue,
}

impl Dashboard {
    /// Where all sessions stand.
    #[must_use]
    pub fn sessions(&self) -> Heaps {
        let mut heaps = Heaps::default();
        for (status, count) in &self.statuses {
            heaps.add(*status, *count);
        }
        heaps
    }

    /// Sessions found good in the time that is counted over.
    #[must_use]
    pub fn done(&self) -> u32 {
        self.days.iter().map(|(_, count)| count).sum()
    }

    /// What was done, day by day, week by week or month by month.
    #[must_use]
    pub fn columns(&self) -> (ColumnStep, Vec<Column>) {
        columns(
            &self.days,
            self.query.period.first_day(self.today),
            self.today,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_session_lies_on_one_heap() {
        let mut heaps = Heaps::default();
        for status in SessionStatus::ALL {
            heaps.add(*status, 1);
        }
        assert_eq!(heaps.0, [1, 2, 1, 5]);
        assert_eq!(heaps.total() as usize, SessionStatus::ALL.len());
        assert_eq!(Heaps::default().percent(Heap::Done), 0.0);
    }

    #[test]
    fn a_period_ends_today() {
        let today = Day::of(2026, 1, 31);
        let first = |period: Period| period.first_day(today).map(|day| day.to_string());
        assert_eq!(first(Period::Week).as_deref(), Some("2026-01-25"));
        assert_eq!(first(Period::Month).as_deref(), Some("2026-01-02"));
        assert_eq!(first(Period::All), None);
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        let effort = Effort::default();
        assert_eq!(effort.corrections_per_1000_frames(), None);
        assert_eq!(effort.work.seconds_per_object(), None);
        assert_eq!(effort.judged.percent_sent_back(), None);
        let work = Work {
            active_seconds: 90.0,
            clicks: 7,
            objects: 2,
        };
        assert_eq!(work.seconds_per_object(), Some(45.0));
        assert_eq!(work.clicks_per_object(), Some(3.5));
    }
}
