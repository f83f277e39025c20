//! The server decodes the videos; the session opens when it is done.

use super::Upload;
use crate::api;
use crate::components::progress::{ProgressBar, known_fraction, progress_words};
use crate::components::state::InlineError;
use crate::live::use_live;
use domain::{JobKind, JobState, SessionId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

/// Follows the ingest job of a new session.
#[component]
pub fn Reading(
    /// The upload.
    upload: Upload,
    /// The new session.
    session: SessionId,
    /// What opens then: the page of the session, or one below it, like `/review`.
    opens: &'static str,
) -> impl IntoView {
    let live = use_live();
    let id = StoredValue::new(session);
    let job = Memo::new(move |_| id.with_value(|id| live.job_of(id, JobKind::Ingest)));
    let navigate = use_navigate();
    let open = StoredValue::new_local(move || {
        let page = format!("/sessions/{}{opens}", id.get_value());
        navigate(&page, Default::default());
    });
    // The job may have begun, or even ended, before this page knew its session.
    spawn_local(async move {
        live.reload_jobs().await;
        if job.try_get_untracked().flatten().is_none() {
            upload.fail("the server lost track of the videos: upload them again".into());
        }
    });
    Effect::new(move |_| {
        let Some(job) = job.get() else { return };
        match job.state {
            JobState::Done => open.with_value(|open| open()),
            JobState::Failed => {
                upload.fail(
                    job.error
                        .unwrap_or_else(|| "the videos could not be read".into()),
                );
            }
            JobState::Cancelled => upload.fail("reading the videos was cancelled".into()),
            JobState::Queued | JobState::Running => {}
        }
    });
    let fraction = Signal::derive(move || match job.get()? {
        job if job.state == JobState::Queued => Some(0.0),
        job => known_fraction(&job.progress),
    });
    let words = move || match job.get() {
        Some(job) if job.state == JobState::Queued => "Waits for its turn.".to_owned(),
        Some(job) => progress_words(&job.progress),
        None => String::new(),
    };
    let cancel = move |_| {
        let Some(job) = job.get_untracked() else {
            return;
        };
        spawn_local(async move {
            if let Err(e) = api::jobs::cancel_job(job.id).await {
                upload.error.set(Some(e.to_string()));
            }
        });
    };
    view! {
        <section class="reading" aria-labelledby="reading-title">
            <h2 id="reading-title">"Reading the videos"</h2>
            <ProgressBar fraction label="Reading the videos" />
            <p class="muted" role="status">
                {words}
            </p>
            <p>
                "Every frame is decoded once. The session opens by itself; you may also leave this page."
            </p>
            <InlineError message=upload.error />
            <button type="button" class="button" on:click=cancel>
                "Cancel"
            </button>
        </section>
    }
}
