//! One job that runs or waits.

use super::super::Page;
use crate::api;
use crate::components::badge::JobBadge;
use crate::components::format;
use crate::components::icon::{Icon, Shape};
use crate::components::progress::{ProgressBar, known_fraction, progress_words};
use domain::{JobId, JobKind, JobRecord, JobState, Queue};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What a job does, as people say it.
pub(super) fn kind_words(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Ingest => "Read videos",
        JobKind::Propagate => "Offline job",
    }
}

/// Whether others of its kind wait before a job that waits.
fn can_move_up(queue: &Queue, id: JobId) -> bool {
    let waits = |job: &&JobRecord| job.state == JobState::Queued;
    let Some(job) = queue.jobs.iter().filter(waits).find(|job| job.id == id) else {
        return false;
    };
    let mut of_kind = queue.jobs.iter().filter(waits);
    of_kind
        .find(|other| other.kind == job.kind)
        .map(|first| first.id)
        != Some(id)
}

/// The session, how far the job is, and what can be done about it.
#[component]
pub(super) fn JobRow(page: Page, queue: Memo<Queue>, id: JobId) -> impl IntoView {
    // The row stays as it was for the moment in which its job has gone.
    let job = Memo::new(move |before: Option<&Option<JobRecord>>| {
        let now = queue.with(|queue| queue.jobs.iter().find(|job| job.id == id).cloned());
        now.or_else(|| before.cloned().flatten())
    });
    let of = move |part: fn(&JobRecord) -> String| {
        Memo::new(move |_| job.with(|job| job.as_ref().map(part).unwrap_or_default()))
    };
    let session = of(|job| job.session.to_string());
    let kind = of(|job| kind_words(job.kind).to_owned());
    let progress = of(|job| match job.state {
        JobState::Running => progress_words(&job.progress),
        _ => format!("Asked for {} UTC", format::minute(&job.created_at)),
    });
    let state = Memo::new(move |_| job.with(|job| job.as_ref().map(|job| job.state)));
    let fraction = Signal::derive(move || job.get().and_then(|job| known_fraction(&job.progress)));
    let movable = Memo::new(move |_| page.may_order && queue.with(|queue| can_move_up(queue, id)));
    let move_up = move |_| {
        spawn_local(async move { page.done(api::jobs::move_job_up(id).await) });
    };
    let cancel = move |_| {
        spawn_local(async move { page.done(api::jobs::cancel_job(id).await) });
    };
    view! {
        <tr>
            <th scope="row">
                <a href=move || format!("/sessions/{}", session.get())>{session}</a>
            </th>
            <td>{kind}</td>
            <td>{move || state.get().map(|state| view! { <JobBadge state /> })}</td>
            <td class="job-progress">
                <Show when=move || state.get() == Some(JobState::Running)>
                    <ProgressBar fraction label="Progress of the job" />
                </Show>
                <span class="muted">{progress}</span>
            </td>
            <td class="row-tools">
                <Show when=move || movable.get()>
                    <button
                        type="button"
                        class="button small"
                        aria-label=move || format!("Run {} next", session.get())
                        title="Runs before all others that wait"
                        on:click=move_up
                    >
                        <Icon shape=Shape::Up />
                        "Next"
                    </button>
                </Show>
                <button
                    type="button"
                    class="button small"
                    aria-label=move || format!("Cancel the job of {}", session.get())
                    on:click=cancel
                >
                    "Cancel"
                </button>
            </td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::JobProgress;

    fn job(id: i64, kind: JobKind, state: JobState) -> JobRecord {
        JobRecord {
            id: JobId(id),
            session: "a_b".parse().unwrap(),
            kind,
            state,
            progress: JobProgress::default(),
            error: None,
            model: None,
            created_at: "2026-01-31T18:05:00.000Z".into(),
            place: 0,
        }
    }

    #[test]
    fn what_runs_or_is_next_cannot_go_ahead() {
        use JobKind::{Ingest, Propagate};
        use JobState::{Queued, Running};
        let queue = Queue {
            jobs: vec![
                job(1, Propagate, Running),
                job(4, Ingest, Queued),
                job(2, Propagate, Queued),
                job(3, Propagate, Queued),
            ],
            ..Queue::default()
        };
        let movable = [1, 2, 3, 4, 5].map(|id| can_move_up(&queue, JobId(id)));
        assert_eq!(movable, [false, false, true, false, false]);
    }
}
