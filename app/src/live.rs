//! What the server reports while a page is open: one `EventSource` on `/events`, and the list of jobs that it keeps fresh.

use crate::api;
use domain::{JobKind, JobRecord, LiveEvent, SessionId};
use leptos::prelude::*;

mod source;

/// The live connection of this page; a context that [`provide_live`] sets.
#[derive(Clone, Copy)]
pub struct Live {
    event: RwSignal<Option<LiveEvent>>,
    connected: RwSignal<bool>,
    started: StoredValue<bool>,
    signed_out: RwSignal<bool>,
    reconnects: RwSignal<u32>,
    jobs: RwSignal<Vec<JobRecord>>,
}

/// Provides [`Live`] as a context; it hears nothing until it is told to [connect](Live::connect).
pub fn provide_live() {
    let live = Live {
        event: RwSignal::new(None),
        connected: RwSignal::new(true),
        started: StoredValue::new(false),
        signed_out: RwSignal::new(false),
        reconnects: RwSignal::new(0),
        jobs: RwSignal::new(Vec::new()),
    };
    provide_context(live);
    live.on_event(move |event| live.follow(event));

    Effect::new(move |_| {
        if live.reconnects.get() > 0 {
            leptos::task::spawn_local(live.reload_jobs());
        }
    });
}

/// The live connection.
///
/// # Panics
/// Outside [`App`](crate::App), which provides it.
#[must_use]
pub fn use_live() -> Live {
    expect_context()
}

impl Live {
    /// Connects to the server's events, in the browser of somebody who is signed in. Once: later calls do nothing.
    pub fn connect(self) {
        if !self.started.get_value() {
            self.started.set_value(true);
            source::connect(self);
        }
    }

    /// Whether the server said that nobody is signed in (any more).
    #[must_use]
    pub fn signed_out(self) -> Signal<bool> {
        self.signed_out.into()
    }

    /// Calls `f` with every event that arrives from now on, until the calling component goes away.
    pub fn on_event(self, f: impl Fn(&LiveEvent) + Send + Sync + 'static) {
        Effect::new(move |before: Option<()>| {
            self.event.with(|event| {
                // The first run sees an event that came before the caller was there.
                if let (Some(event), Some(())) = (event, before) {
                    untrack(|| f(event));
                }
            });
        });
    }

    /// Grows by one whenever the connection comes up, for the first time or again: events before that went unheard, so
    /// what is shown may be out of date; load it again.
    #[must_use]
    pub fn reconnects(self) -> Signal<u32> {
        self.reconnects.into()
    }

    /// Whether the server can be heard.
    #[must_use]
    pub fn connected(self) -> Signal<bool> {
        self.connected.into()
    }

    /// The jobs that wait or run, and those that ended lately; newest first.
    #[must_use]
    pub fn jobs(self) -> Signal<Vec<JobRecord>> {
        self.jobs.into()
    }

    /// The newest job of `kind` for `session`.
    #[must_use]
    pub fn job_of(self, session: &SessionId, kind: JobKind) -> Option<JobRecord> {
        self.jobs.with(|jobs| {
            jobs.iter()
                .find(|job| job.kind == kind && job.session == *session)
                .cloned()
        })
    }

    /// Loads the list of jobs from the server; keeps the old one when that fails, as the bar says that the server is gone.
    pub async fn reload_jobs(self) {
        if let Ok(jobs) = api::jobs::list_jobs().await {
            self.set_jobs(jobs);
        }
    }

    /// Replaces the list of jobs by what the server sent.
    pub fn set_jobs(self, mut jobs: Vec<JobRecord>) {
        jobs.sort_by_key(|job| std::cmp::Reverse(job.id));
        self.jobs.set(jobs);
    }

    /// The server does not let this page listen: asks whether that is because nobody is signed in any more.
    async fn ask_why_deaf(self) {
        let me = api::people::me().await;
        self.signed_out
            .set(matches!(me, Err(api::ApiError::SignedOut(_))));
    }

    fn follow(self, event: &LiveEvent) {
        if let LiveEvent::Job(job) = event {
            self.jobs.update(|jobs| upsert(jobs, job));
        }
    }
}

/// Puts `job` in the place of its older record, or first.
fn upsert(jobs: &mut Vec<JobRecord>, job: &JobRecord) {
    match jobs.iter_mut().find(|known| known.id == job.id) {
        Some(known) => known.clone_from(job),
        None => {
            let place = jobs.partition_point(|known| known.id > job.id);
            jobs.insert(place, job.clone());
        }
    }
}
