//! The queue: what runs, what waits, what failed.

use super::badge::JobBadge;
use super::format;
use super::icon::{Icon, Shape};
use super::progress::{ProgressBar, ProgressRing, known_fraction, progress_words};
use super::state::{InlineError, sentence};
use crate::api;
use crate::components::erased::Rows;
use crate::later;
use crate::live::{Live, use_live};
use domain::{JobId, JobKind, JobRecord, JobState, ModelId};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The ring of the bar with the number of jobs; a click opens the queue.
#[component]
pub fn JobIndicator() -> impl IntoView {
    let live = use_live();
    let jobs = live.jobs();
    let fraction = Signal::derive(move || jobs.with(|jobs| running_fraction(jobs)));
    let words = move || {
        if !live.connected().get() {
            return "No connection".to_owned();
        }
        let (running, waiting) = jobs.with(|jobs| {
            let number = |state| jobs.iter().filter(|job| job.state == state).count();
            (number(JobState::Running), number(JobState::Queued))
        });
        match (running, waiting) {
            (0, 0) => "Queue".to_owned(),
            (_, 0) => format!("{:.0} %", fraction.get().unwrap_or(0.0) * 100.0),
            (0, waiting) => format!("{waiting} waiting"),
            (_, waiting) => {
                format!(
                    "{:.0} %, {waiting} waiting",
                    fraction.get().unwrap_or(0.0) * 100.0
                )
            }
        }
    };
    let was_opened = RwSignal::new(false);
    view! {
        <button
            type="button"
            class="button quiet job-indicator"
            class:lost=move || !live.connected().get()
            popovertarget="queue"
            aria-haspopup="dialog"
            title="Jobs that run and wait"
        >
            <ProgressRing fraction />
            <span>{words}</span>
        </button>
        <section
            id="queue"
            class="popover"
            popover="auto"
            role="dialog"
            aria-label="Queue"
            on:toggle:target=move |_| was_opened.set(true)
        >
            <h2>"Queue"</h2>
            {move || was_opened.get().then(|| later!(any__queue, QueueList(QueueListProps { live })))}
        </section>
    }
}

/// The share done of the running job that has come furthest from certain: offline jobs before reading.
fn running_fraction(jobs: &[JobRecord]) -> Option<f32> {
    let running = |kind| {
        jobs.iter()
            .find(|job| job.state == JobState::Running && job.kind == kind)
    };
    running(JobKind::Propagate)
        .or_else(|| running(JobKind::Ingest))
        .map(|job| job.progress.fraction())
}

#[component]
fn QueueList(live: Live) -> impl IntoView {
    let error = RwSignal::new(None);
    let ids = Memo::new(move |_| live.jobs().with(|jobs| shown(jobs)));
    view! {
        {move || {
            (!live.connected().get())
                .then(|| view! {
                    <p class="note warn" role="status">
                        "The server cannot be reached. This page goes on by itself when it is back."
                    </p>
                })
        }}
        <InlineError message=error />
        <Show
            when=move || !ids.with(Vec::is_empty)
            fallback=|| view! { <p class="muted">"Nothing runs and nothing waits."</p> }
        >
            <ul class="queue-list">
                <Rows each=move || ids.get() key=|id| *id let:id>
                    <QueueRow live id error />
                </Rows>
            </ul>
        </Show>
    }
}

/// What the queue lists: everything active, and the last few that ended.
fn shown(jobs: &[JobRecord]) -> Vec<JobId> {
    const ENDED_MAX: usize = 6;
    let active = jobs.iter().filter(|job| job.state.is_active());
    let ended = jobs.iter().filter(|job| !job.state.is_active());
    active
        .chain(ended.take(ENDED_MAX))
        .map(|job| job.id)
        .collect()
}

#[component]
fn QueueRow(live: Live, id: JobId, error: RwSignal<Option<String>>) -> impl IntoView {
    let job = Memo::new(move |_| {
        live.jobs()
            .with(|jobs| jobs.iter().find(|job| job.id == id).cloned())
    });
    let record = move || job.get();
    let fraction = Signal::derive(move || record().and_then(|job| known_fraction(&job.progress)));
    let state = Memo::new(move |_| record().map(|job| job.state));
    let retry = Memo::new(move |_| can_retry(live, record()));
    let model = Memo::new(move |_| record().and_then(|job| job.model));
    let title = record().map(|job| title(&job)).unwrap_or_default();
    let href = record().map(|job| format!("/sessions/{}", job.session));
    view! {
        <li>
            <div class="queue-row">
                <a href=href>{title}</a>
                {move || state.get().map(|state| view! { <JobBadge state /> })}
                {move || match state.get() {
                    Some(JobState::Queued | JobState::Running) => {
                        Some(view! { <CancelButton id error /> }.into_any())
                    }
                    Some(JobState::Failed | JobState::Cancelled) if retry.get() => {
                        Some(view! { <RetryButton id error /> }.into_any())
                    }
                    _ => None,
                }}
            </div>
            {move || {
                (state.get() == Some(JobState::Running))
                    .then(|| view! { <ProgressBar fraction label="Progress of the job" /> })
            }}
            <p class="muted">
                {move || record().map(|job| detail(&job))}
                {move || model.get().map(|model| view! { <ModelNote model /> })}
            </p>
        </li>
    }
}

/// The model that the job ran.
#[component]
fn ModelNote(model: ModelId) -> impl IntoView {
    view! {
        <span class="job-model">
            {format!(" · {} ", model.name)} <code>{model.hash}</code>
        </span>
    }
}

fn title(job: &JobRecord) -> String {
    let what = match job.kind {
        JobKind::Ingest => "Read videos",
        JobKind::Propagate => "Offline job",
    };
    format!("{what}: {}", job.session)
}

/// Only the last offline job of a session is tried again. A session whose videos could not be read is gone, so reading
/// never is.
fn can_retry(live: Live, job: Option<JobRecord>) -> bool {
    job.and_then(|job| Some((live.job_of(&job.session, JobKind::Propagate)?.id, job.id)))
        .is_some_and(|(last, id)| last == id)
}

fn detail(job: &JobRecord) -> String {
    match (&job.error, job.state) {
        (Some(error), JobState::Failed) => sentence(error),
        (_, JobState::Running) => progress_words(&job.progress),
        _ => format!("Asked for {} UTC", format::minute(&job.created_at)),
    }
}

#[component]
fn CancelButton(id: JobId, error: RwSignal<Option<String>>) -> impl IntoView {
    let cancel = move |_| {
        spawn_local(async move {
            error.set(api::jobs::cancel_job(id).await.err().map(|e| e.to_string()));
        });
    };
    view! {
        <button type="button" class="button small" on:click=cancel>
            <Icon shape=Shape::Cross />
            "Cancel"
        </button>
    }
}

#[component]
fn RetryButton(id: JobId, error: RwSignal<Option<String>>) -> impl IntoView {
    let live = use_live();
    let retry = move |_| {
        spawn_local(async move {
            error.set(api::jobs::retry_job(id).await.err().map(|e| e.to_string()));
            live.reload_jobs().await;
        });
    };
    view! {
        <button type="button" class="button small" on:click=retry>
            <Icon shape=Shape::Play />
            "Retry"
        </button>
    }
}
