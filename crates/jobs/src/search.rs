//! Looks for an object of one video in the other, in the background, for somebody who asked.
//!
//! Answers are kept in memory until newer ones take their place: what comes of them is a click like any other.

mod places;
mod run;

use crate::{Jobs, JobsError};
use domain::{
    FrameNumber, FramePrompts, LiveEvent, ObjectId, Rle, Search, SearchId, SessionId, VideoSide,
};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Searches kept in memory; the oldest that has ended goes.
const KEPT: usize = 32;

/// Searches that may run or wait for the model at once.
pub(crate) const RUNNING_MAX: usize = 8;

/// How often open pages hear how far a search is.
const REPORTED: Duration = Duration::from_millis(150);

/// How it is known what the object looks like on a frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Sight {
    /// By its prompts.
    Prompts(FramePrompts),
    /// By the mask that was carried there.
    Mask(Rle),
}

/// A frame that shows the object.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// The row of the timeline.
    pub frame: FrameNumber,
    /// What is known there.
    pub sight: Sight,
}

/// What is looked for, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// The session.
    pub session: SessionId,
    /// The object.
    pub object: ObjectId,
    /// The video that is searched.
    pub side: VideoSide,
    /// What it looks like in the other video.
    pub sightings: Vec<Sighting>,
}

/// Searches under way and those that ended lately.
#[derive(Default)]
pub(crate) struct Searches(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    last: u64,
    entries: VecDeque<Entry>,
}

struct Entry {
    id: SearchId,
    session: SessionId,
    now: Search,
    cancel: CancellationToken,
}

impl Searches {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, session: &SessionId) -> (SearchId, CancellationToken) {
        let mut kept = self.kept();
        kept.last += 1;
        let id = SearchId(kept.last);
        let cancel = CancellationToken::new();
        // Every search holds a thread while it waits for the model: the oldest gives way.
        let running: Vec<SearchId> = kept
            .entries
            .iter()
            .filter(|entry| matches!(entry.now, Search::Running { .. }))
            .map(|entry| entry.id)
            .collect();
        for given_up in running.iter().rev().skip(RUNNING_MAX - 1) {
            if let Some(at) = kept.entries.iter().position(|e| e.id == *given_up)
                && let Some(entry) = kept.entries.remove(at)
            {
                entry.cancel.cancel();
            }
        }
        kept.entries.push_back(Entry {
            id,
            session: session.clone(),
            now: Search::Running { done: 0, total: 0 },
            cancel: cancel.clone(),
        });
        let is_over = |entry: &Entry| !matches!(entry.now, Search::Running { .. });
        if kept.entries.len() > KEPT
            && let Some(oldest) = kept.entries.iter().position(is_over)
        {
            kept.entries.remove(oldest);
        }
        (id, cancel)
    }

    fn set(&self, id: SearchId, now: Search) {
        let mut kept = self.kept();
        if let Some(entry) = kept.entries.iter_mut().find(|entry| entry.id == id) {
            entry.now = now;
        }
    }
}

impl Jobs {
    /// Begins to look for an object. Open pages hear how far it is ([`LiveEvent::Search`]); offline jobs and searches take
    /// turns, clicks go ahead.
    #[must_use]
    pub fn begin_search(&self, wanted: Wanted) -> SearchId {
        let shared = Arc::clone(&self.0);
        let (id, cancel) = shared.searches.begin(&wanted.session);
        tokio::spawn(async move {
            let mut reported: Option<Instant> = None;
            let report = |done: u32, total: u32| {
                shared.searches.set(id, Search::Running { done, total });
                if reported.is_none_or(|at| at.elapsed() >= REPORTED) {
                    reported = Some(Instant::now());
                    publish(&shared.events, &wanted.session, id, done, total);
                }
            };
            let end = match run::run(&shared, &wanted, &cancel, report).await {
                Ok(found) => Search::Found(found),
                // Whoever cancelled it has forgotten it already.
                Err(JobsError::Cancelled) => return,
                Err(error) => {
                    tracing::warn!(session = %wanted.session, reason = error.reason(), "a search failed");
                    Search::Failed(error.reason())
                }
            };
            shared.searches.set(id, end);
            publish(&shared.events, &wanted.session, id, 1, 1);
        });
        id
    }

    /// How far a search of a session is; none when there is no such search (any more).
    #[must_use]
    pub fn search(&self, session: &SessionId, id: SearchId) -> Option<Search> {
        let kept = self.0.searches.kept();
        let mut entries = kept.entries.iter();
        let entry = entries.find(|entry| entry.id == id && entry.session == *session)?;
        Some(entry.now.clone())
    }

    /// Stops a search of a session between two frames and forgets it; nothing when there is none.
    pub fn cancel_search(&self, session: &SessionId, id: SearchId) {
        let mut kept = self.0.searches.kept();
        let is_it = |entry: &Entry| entry.id == id && entry.session == *session;
        if let Some(at) = kept.entries.iter().position(is_it)
            && let Some(entry) = kept.entries.remove(at)
        {
            entry.cancel.cancel();
        }
    }
}

fn publish(
    events: &crate::events::Events,
    session: &SessionId,
    search: SearchId,
    done: u32,
    total: u32,
) {
    events.publish(LiveEvent::Search {
        session: session.clone(),
        search,
        done,
        total,
    });
}
