//! The review of a session: both videos side by side with their masks, and the files to download.

mod downloads;
mod objects;
mod side_by_side;
mod uploaded;

use super::missing::MissingSession;
use crate::api::{self, ApiError};
use crate::components::badge::SessionBadge;
use crate::components::history::History;
use crate::components::progress::{ProgressBar, known_fraction, progress_words};
use crate::live::use_live;
use domain::{
    HistoryEntry, IngestState, JobKind, JobState, LiveEvent, Object, ObjectId, ResultFile, Session,
    SessionId, Workspace,
};
use downloads::Downloads;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use objects::ReviewObjects;
use side_by_side::SideBySide;
use std::collections::HashSet;
use uploaded::UploadedNote;

/// The page of one session's masks.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let loaded = Resource::new(move || id.get(), load);
    let history = Resource::new(move || id.get(), load_history);
    view! {
        <Transition fallback=Skeleton>
            {move || Suspend::new(async move {
                let history = history.await;
                match loaded.await {
                    Ok((workspace, files)) => view! { <Review workspace files history /> }.into_any(),
                    Err(error) => view! { <MissingSession error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

async fn load(id: String) -> Result<(Workspace, Vec<ResultFile>), ApiError> {
    let id = parse(&id)?;
    let workspace = api::sessions::workspace(id.clone()).await?;
    let files = api::sessions::result_files(id).await?;
    Ok((workspace, files))
}

async fn load_history(id: String) -> Result<Vec<HistoryEntry>, ApiError> {
    api::sessions::history(parse(&id)?, None).await
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

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Shown {
    session: RwSignal<Session>,
    objects: RwSignal<Vec<Object>>,
    files: RwSignal<Vec<ResultFile>>,
    hidden: RwSignal<HashSet<ObjectId>>,
}

#[component]
fn Review(
    workspace: Workspace,
    files: Vec<ResultFile>,
    history: Result<Vec<HistoryEntry>, ApiError>,
) -> impl IntoView {
    let id = workspace.session.id.clone();
    let hidden = uploaded::hidden_at_first(&workspace);
    let uploaded = workspace.uploaded.clone();
    let shown = Shown {
        session: RwSignal::new(workspace.session),
        objects: RwSignal::new(workspace.objects),
        files: RwSignal::new(files),
        hidden: RwSignal::new(hidden),
    };
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
        <div class="page wide-page">
            <div class="page-head">
                <div>
                    <h1 class="session-name">{id.to_string()}</h1>
                    <p class="facts-line muted">
                        {move || view! { <SessionBadge session=shown.session.get() /> }}
                        <span>{move || shown.session.with(|s| s.scene_type.clone())}</span>
                    </p>
                </div>
                <div class="page-tools">
                    <a class="button" href=format!("/sessions/{id}/cards")>
                        "Change cards"
                    </a>
                    <a class="button" href=format!("/sessions/{id}")>
                        "Annotate"
                    </a>
                </div>
            </div>
            <JobLine session=id.clone() />
            {uploaded.map(|uploaded| view! { <UploadedNote shown uploaded /> })}
            <Show
                when=move || is_ready.get()
                fallback=|| view! { <p class="note">"The videos are being read. They appear here when that is done."</p> }
            >
                <SideBySide shown />
            </Show>
            <div class="review-below">
                <ReviewObjects shown />
                <Downloads shown />
                <History session=id.clone() objects=shown.objects outcome=history />
            </div>
        </div>
    }
}

/// Follows the session, and loads its objects and files again when they have changed.
fn keep_fresh(shown: Shown, id: SessionId) {
    let live = use_live();
    let reload = {
        let id = id.clone();
        move || {
            let id = id.clone();
            spawn_local(async move {
                if let Ok((workspace, files)) = load(id.to_string()).await {
                    if shown.objects.try_with_untracked(Vec::is_empty) == Some(true) {
                        // The masks of an upload come after its videos.
                        shown.hidden.try_set(uploaded::hidden_at_first(&workspace));
                    }
                    shown.session.try_set(workspace.session);
                    shown.objects.try_set(workspace.objects);
                    shown.files.try_set(files);
                }
            });
        }
    };
    let again = reload.clone();
    Effect::new(move |before: Option<()>| {
        live.reconnects().track();
        if before.is_some() {
            again();
        }
    });
    live.on_event(move |event| match event {
        LiveEvent::Session(session) if session.id == id => reload(),
        LiveEvent::Job(job)
            if job.session == id
                && job.kind == JobKind::Propagate
                && job.state == JobState::Done =>
        {
            reload();
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
