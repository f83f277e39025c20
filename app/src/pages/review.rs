//! The review of a session: both videos side by side with their masks, and the files to download.

mod approve;
mod checks;
mod downloads;
mod head;
mod judge;
mod keyboard;
mod objects;
mod places;
mod saved_text;
mod send_back;
mod shown;
mod side_by_side;
mod uploaded;
mod watch;
mod watch_bar;
mod words;

use super::missing::MissingSession;
use crate::api::{self, ApiError};
use crate::components::history::History;
use crate::components::progress::{ProgressBar, known_fraction, progress_words};
use crate::components::sight::reveal_on_page;
use crate::components::spot::{Spot, use_spot};
use crate::components::threads::ThreadList;
use crate::live::use_live;
use crate::me::use_me;
use domain::{
    HistoryLine, IngestState, JobKind, JobState, LiveEvent, Me, Pin, ResultFile, Review, SessionId,
    Thread, VideoSide, Workspace,
};
use downloads::Downloads;
use head::Head;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use objects::ReviewObjects;
use shown::Shown;
use side_by_side::SideBySide;
use uploaded::UploadedNote;
use words::Words;

/// The page of one session's masks.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let loaded = api::load(move || id.get(), load);
    let history = api::load(move || id.get(), load_history);
    let threads = api::load(move || id.get(), load_threads);
    let me = use_me();
    view! {
        <Transition fallback=Skeleton>
            {move || Suspend::new(async move {
                let (history, threads) = (history.await, threads.await);
                let me = me.await.ok();
                match loaded.await {
                    Ok((workspace, files, review)) => {
                        view! { <ReviewOf workspace files review history threads me /> }.into_any()
                    }
                    Err(error) => view! { <MissingSession error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

async fn load(id: String) -> Result<(Workspace, Vec<ResultFile>, Review), ApiError> {
    let id = parse(&id)?;
    let workspace = api::sessions::workspace(id.clone()).await?;
    let files = api::sessions::result_files(id.clone()).await?;
    let review = api::reviews::review(id).await?;
    Ok((workspace, files, review))
}

async fn load_history(id: String) -> Result<Vec<HistoryLine>, ApiError> {
    api::sessions::history(parse(&id)?, None).await
}

async fn load_threads(id: String) -> Result<Vec<Thread>, ApiError> {
    api::comments::list_threads(parse(&id)?).await
}

fn parse(id: &str) -> Result<SessionId, ApiError> {
    id.parse()
        .map_err(|_| ApiError::NotFound("the address holds no session name".into()))
}

/// The page's own outline, while it loads.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="page wide-page" aria-hidden="true">
            <div class="skeleton stages">
                <div></div>
                <div></div>
            </div>
        </div>
    }
}

#[component]
fn ReviewOf(
    workspace: Workspace,
    files: Vec<ResultFile>,
    review: Review,
    history: Result<Vec<HistoryLine>, ApiError>,
    threads: Result<Vec<Thread>, ApiError>,
    me: Option<Me>,
) -> impl IntoView {
    let id = workspace.session.id.clone();
    let uploaded = workspace.uploaded.clone();
    let shown = Shown::new(workspace, files, review, threads, me);
    shown.watch.follow(&id);
    keyboard::listen(shown);
    arrive(shown, use_spot());
    keep_fresh(shown, id.clone());
    let is_ready = Memo::new(move |_| {
        shown.session.with(|session| {
            session
                .videos
                .iter()
                .all(|video| video.ingest == IngestState::Ready)
        })
    });
    view! {
        <Title text=format!("Review {id}") />
        <div class="page wide-page review-page">
            <Head shown />
            <JobLine session=id.clone() />
            {uploaded.map(|uploaded| view! { <UploadedNote shown uploaded /> })}
            <Show
                when=move || is_ready.get()
                fallback=|| view! { <p class="note">"The videos are being read. They appear here when that is done."</p> }
            >
                <SideBySide shown />
            </Show>
            <ReviewObjects shown />
            <Words shown />
            <div class="review-below">
                <section class="review-threads" aria-labelledby="threads-title">
                    <h2 id="threads-title">"Comments"</h2>
                    <Show when=move || shown.threads.is_empty()>
                        <p class="muted">"No comments yet. Press c to write one on the frame that is shown."</p>
                    </Show>
                    <ThreadList
                        threads=shown.threads
                        on_go=move |pin: Pin| {
                            go(shown, pin);
                            reveal_on_page(".watch");
                        }
                    />
                </section>
                <Downloads shown />
                <History session=id.clone() objects=shown.objects outcome=history />
            </div>
        </div>
    }
}

/// Shows the place that the address leads to.
fn arrive(shown: Shown, spot: Spot) {
    if let Some(thread) = spot.thread {
        shown.threads.choose(thread);
        if let Some(pin) = untrack(|| shown.threads.pin_of(thread)) {
            go(shown, pin);
        }
    } else if spot != Spot::default() {
        let side = spot.side.unwrap_or(VideoSide::One);
        shown.watch.go(spot.object, side, spot.frame);
    }
}

/// Shows where a conversation is pinned.
fn go(shown: Shown, pin: Pin) {
    shown.watch.go(pin.object, pin.side, Some(pin.frame));
}

/// Follows the session, and loads everything again when something has changed.
fn keep_fresh(shown: Shown, id: SessionId) {
    let live = use_live();
    Effect::new(move |before: Option<()>| {
        live.reconnects().track();
        if before.is_some() {
            shown.reload();
        }
    });
    live.on_event(move |event| match event {
        LiveEvent::Session(session) if session.id == id => shown.reload(),
        LiveEvent::Job(job)
            if job.session == id
                && job.kind == JobKind::Propagate
                && job.state == JobState::Done =>
        {
            shown.reload();
        }
        _ => {}
    });
}

/// The offline job, while it waits or runs.
#[component]
fn JobLine(session: SessionId) -> impl IntoView {
    let live = use_live();
    let job = Memo::new(move |_| {
        live.job_of(&session, JobKind::Propagate)
            .filter(|job| job.state.is_active())
    });
    let active = Memo::new(move |_| job.get().is_some());
    let fraction = Signal::derive(move || job.get().and_then(|job| known_fraction(&job.progress)));
    view! {
        <Show when=move || active.get()>
            <div class="job-line">
                <ProgressBar fraction label="Offline job" />
                <p class="muted number">{move || job.get().map(|job| progress_words(&job.progress))}</p>
            </div>
        </Show>
    }
}
