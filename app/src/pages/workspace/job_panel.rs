//! *Start Offline Job*: what is missing for it, how far it is, and how it ended.

use super::check_list::{self, WorkspaceChecks};
use super::corrections::changed_frames;
use super::editor::{Editor, Notice};
use crate::api;
use crate::components::progress::{ProgressBar, known_fraction, progress_words};
use crate::components::state::sentence;
use crate::live::use_live;
use domain::{JobId, JobKind, JobRecord, JobState};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The offline job of the session.
#[component]
pub(super) fn JobPanel(editor: Editor) -> impl IntoView {
    let live = use_live();
    let id = StoredValue::new(editor.session());
    let job = Memo::new(move |_| {
        let heard = id.with_value(|id| live.job_of(id, JobKind::Propagate));
        let loaded = editor.data.with(|data| data.job.clone());
        heard
            .into_iter()
            .chain(loaded.filter(|job| job.kind == JobKind::Propagate))
            .max_by_key(|job| job.id)
    });
    // The controls stay in place while only the progress changes.
    let standing = Memo::new(move |_| job.get().map(|job| (job.id, job.state)));
    let is_active = Memo::new(move |_| job.get().is_some_and(|job| job.state.is_active()));
    let found = check_list::of(editor);
    let missing = Memo::new(move |_| found.with(|found| found.iter().any(|check| check.blocks)));
    let is_empty = Memo::new(move |_| editor.data.with(|data| data.objects.is_empty()));
    let starting = RwSignal::new(false);
    let start = move |_| {
        starting.set(true);
        spawn_local(async move {
            let answer = api::jobs::start_job(editor.session()).await;
            starting.try_set(false);
            match answer {
                Ok(job) => {
                    editor.data.try_update(|data| data.job = Some(job));
                }
                Err(error) => editor.say(Notice::Problem(error.to_string())),
            }
        });
    };
    let blocked = move || starting.get() || is_empty.get() || missing.get();
    view! {
        <section class="job-panel" aria-label="Offline job">
            {move || standing.get().map(|(id, state)| view! { <Standing editor job id state /> })}
            {move || {
                if is_empty.get() {
                    view! { <p class="muted">"The offline job needs at least one object."</p> }.into_any()
                } else {
                    view! { <WorkspaceChecks editor found /> }.into_any()
                }
            }}
            {move || {
                (!is_active.get())
                    .then(|| {
                        view! {
                            <button type="button" class="button primary wide" disabled=blocked on:click=start>
                                "Start Offline Job"
                            </button>
                        }
                    })
            }}
        </section>
    }
}

/// How far the job is, or how it ended.
#[component]
fn Standing(
    editor: Editor,
    job: Memo<Option<JobRecord>>,
    id: JobId,
    state: JobState,
) -> impl IntoView {
    match state {
        JobState::Queued => view! {
            <div class="job-state" role="status">
                <p>"The offline job waits for its turn. You may close this page."</p>
                <Cancel editor id />
            </div>
        }
        .into_any(),
        JobState::Running => {
            let progress = Signal::derive(move || job.get().map(|job| job.progress));
            let fraction = Signal::derive(move || progress.get().as_ref().and_then(known_fraction));
            let words = move || progress.get().as_ref().map(progress_words);
            view! {
                <div class="job-state">
                    <p>"The offline job runs. You may close this page."</p>
                    <ProgressBar fraction label="Offline job" />
                    <p class="muted number">{words}</p>
                    <Cancel editor id />
                </div>
            }
            .into_any()
        }
        JobState::Done => {
            let review = format!("/sessions/{}/review", editor.session());
            let changed = Memo::new(move |_| changed_frames(editor));
            let words = move || {
                match changed.get() {
                0 => "The offline job is done. ".to_owned(),
                1 => "The clicks of 1 frame changed since the offline job: start it again to carry them on. ".to_owned(),
                n => format!("The clicks of {n} frames changed since the offline job: start it again to carry them on. "),
            }
            };
            view! {
                <div class="job-state" role="status">
                    <p>{words} <a href=review>"Review the masks"</a></p>
                </div>
            }
            .into_any()
        }
        JobState::Failed => {
            let reason = job.get_untracked().and_then(|job| job.error);
            let reason = reason.unwrap_or_else(|| "the log of the server says why".into());
            view! {
                <div class="job-state bad" role="alert">
                    <p><strong>"The offline job failed."</strong> " " {sentence(&reason)}</p>
                </div>
            }
            .into_any()
        }
        JobState::Cancelled => view! {
            <div class="job-state" role="status">
                <p class="muted">"The last offline job was cancelled."</p>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Cancel(editor: Editor, id: JobId) -> impl IntoView {
    let cancel = move |_| {
        spawn_local(async move {
            if let Err(error) = api::jobs::cancel_job(id).await {
                editor.say(Notice::Problem(error.to_string()));
            }
        });
    };
    view! {
        <button type="button" class="button small" on:click=cancel>
            "Cancel"
        </button>
    }
}
