//! The workspace: the objects of a session and the clicks from which their masks are made.

mod approved;
mod check_list;
mod commands;
mod corrections;
mod drawing;
mod editor;
mod flow;
mod guide_bar;
mod ingest;
mod job_panel;
mod keyboard;
mod look;
mod outbox;
mod pane;
mod preview;
mod scene;
mod screen;
mod search;
mod sent_back;
mod suggestions;
mod sync;
mod talk;
mod tool_bar;

use super::missing::MissingSession;
use crate::api::{self, ApiError};
use crate::components::erased::reactive_view;
use crate::components::state::ErrorState;
use crate::live::use_live;
use domain::{IngestState, JobKind, LiveEvent, SessionId, Workspace};
use ingest::IngestView;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use screen::Screen;

/// What a browser shows that runs no scripts.
const NO_SCRIPT: &str = "<p class=\"workspace-loading\">The upload is kept. Annotating needs JavaScript: \
    allow it for this address and reload the page.</p>";

/// The page of one session: reading its videos, then annotating it.
#[component]
pub fn WorkspacePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let loaded = api::load(move || id.get(), load);
    view! {
        <Title text=move || id.get() />
        <noscript inner_html=NO_SCRIPT></noscript>
        <Suspense fallback=|| view! { <p class="workspace-loading" role="status">"Opening the session."</p> }>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(workspace) => view! { <Loaded workspace /> }.into_any(),
                    Err(error) => view! { <MissingSession error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

async fn load(id: String) -> Result<Workspace, ApiError> {
    let id: SessionId = id
        .parse()
        .map_err(|e: domain::InvalidSessionId| ApiError::NotFound(e.to_string()))?;
    api::sessions::workspace(id).await
}

/// Shows how far the videos are, then the editor, or that the session is gone.
#[component]
fn Loaded(workspace: Workspace) -> impl IntoView {
    let live = use_live();
    let id = StoredValue::new(workspace.session.id.clone());
    let data = RwSignal::new(workspace);
    let removed = RwSignal::new(false);
    let reading = Memo::new(move |_| data.with(is_reading));
    live.on_event(move |event| match event {
        LiveEvent::SessionRemoved { session } if id.with_value(|id| id == session) => {
            removed.set(true);
        }
        LiveEvent::Session(session) if id.with_value(|id| *id == session.id) => {
            data.update(|data| data.session = session.clone());
        }
        _ => {}
    });
    // While the page was deaf, the videos may have become ready or the session may have been removed.
    Effect::new(move |before: Option<()>| {
        live.reconnects().track();
        if before.is_some() && reading.get_untracked() {
            spawn_local(async move {
                match api::sessions::workspace(id.get_value()).await {
                    Ok(fresh) => data.set(fresh),
                    Err(ApiError::NotFound(_)) => removed.set(true),
                    // The bar says that the server is gone; the next reconnection tries again.
                    Err(_) => {}
                }
            });
        }
    });
    reactive_view(move || {
        if removed.get() {
            let job = live.job_of(&id.get_value(), JobKind::Ingest);
            let reason = job
                .and_then(|job| job.error)
                .unwrap_or_else(|| "the session was removed".into());
            let error = ApiError::NotFound(reason);
            view! { <ErrorState title="This session is gone" error /> }.into_any()
        } else if reading.get() {
            view! { <IngestView data /> }.into_any()
        } else {
            view! { <Screen data /> }.into_any()
        }
    })
}

fn is_reading(workspace: &Workspace) -> bool {
    workspace
        .session
        .videos
        .iter()
        .any(|video| video.ingest != IngestState::Ready)
}
