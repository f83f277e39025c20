//! The review of a session: both videos side by side with their masks, and the files to download.

mod approve;
mod downloads;
mod head;
mod judge;
mod keys;
mod objects;
mod saved_text;
mod send_back;
mod side_by_side;
mod words;

use super::missing::MissingSession;
use crate::api::{self, ApiError};
use crate::components::history::History;
use crate::components::progress::{ProgressBar, known_fraction, progress_words};
use crate::live::use_live;
use crate::me::use_me;
use domain::{
    HistoryEntry, IngestState, JobKind, JobState, LiveEvent, Me, Object, ObjectId, Permission,
    ResultFile, Review, Session, SessionId, SessionStatus, Workspace,
};
use downloads::Downloads;
use head::Head;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use objects::ReviewObjects;
use side_by_side::SideBySide;
use std::collections::HashSet;
use words::Words;

/// The page of one session's masks.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let loaded = Resource::new(move || id.get(), load);
    let history = Resource::new(move || id.get(), load_history);
    let me = use_me();
    view! {
        <Transition fallback=Skeleton>
            {move || Suspend::new(async move {
                let history = history.await;
                let me = me.await.ok();
                match loaded.await {
                    Ok((workspace, files, review)) => {
                        view! { <ReviewOf workspace files review history me /> }.into_any()
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
    /// What reviewers say.
    review: RwSignal<Review>,
    /// The object that keys are about.
    selected: RwSignal<Option<ObjectId>>,
    /// Whether the masks before the last job are outlined.
    former: RwSignal<bool>,
    /// Whether whoever looks may judge this session.
    may_judge: Memo<bool>,
    /// What could not be done.
    problem: RwSignal<Option<String>>,
    /// Changes of the review that the server has not confirmed.
    unsaved: StoredValue<u32>,
}

#[component]
fn ReviewOf(
    workspace: Workspace,
    files: Vec<ResultFile>,
    review: Review,
    history: Result<Vec<HistoryEntry>, ApiError>,
    me: Option<Me>,
) -> impl IntoView {
    let id = workspace.session.id.clone();
    let is_again = workspace.session.status == SessionStatus::FinishedReannotation;
    let session = RwSignal::new(workspace.session);
    let shown = Shown {
        session,
        objects: RwSignal::new(workspace.objects),
        files: RwSignal::new(files),
        hidden: RwSignal::new(HashSet::new()),
        review: RwSignal::new(review),
        selected: RwSignal::new(None),
        // Old against new is what this review is about.
        former: RwSignal::new(is_again),
        may_judge: Memo::new(move |_| {
            let person = me.as_ref().map(|me| &me.person);
            person.is_some_and(|person| {
                let of_others = session.with(|s| {
                    person
                        .kept_out_by(Permission::Review, &s.assigned)
                        .is_some()
                });
                person.may(Permission::Review) && !of_others
            })
        }),
        problem: RwSignal::new(None),
        unsaved: StoredValue::new(0),
    };
    keep_fresh(shown, id.clone());
    keys::listen(shown);
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
            <Head shown />
            <JobLine session=id.clone() />
            <Show
                when=move || is_ready.get()
                fallback=|| view! { <p class="note">"The videos are being read. They appear here when that is done."</p> }
            >
                <SideBySide shown />
            </Show>
            <ReviewObjects shown />
            <Words shown />
            <div class="review-below">
                <Downloads shown />
                <History session=id.clone() objects=shown.objects outcome=history />
            </div>
        </div>
    }
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

impl Shown {
    fn id(self) -> SessionId {
        self.session.with_untracked(|session| session.id.clone())
    }

    /// Loads everything again.
    fn reload(self) {
        // The page may have been left meanwhile.
        let Some(id) = self
            .session
            .try_with_untracked(|session| session.id.to_string())
        else {
            return;
        };
        spawn_local(async move {
            let Ok((workspace, files, review)) = load(id).await else {
                // The bar says that the server is gone; the next reconnection tries again.
                return;
            };
            self.session.try_set(workspace.session);
            self.objects.try_set(workspace.objects);
            self.files.try_set(files);
            // What is on its way is newer, and is followed by an event of its own.
            if self.unsaved.try_get_value() == Some(0) {
                self.review.try_set(review);
            }
        });
    }

    /// Has something of the review stored, and says what went wrong, if anything.
    fn store(self, change: impl Future<Output = Result<(), ApiError>> + 'static) {
        self.unsaved.update_value(|number| *number += 1);
        self.problem.set(None);
        spawn_local(async move {
            let outcome = change.await;
            let left = self.unsaved.try_update_value(|number| *number -= 1);
            if let Err(error) = outcome {
                self.problem.try_set(Some(error.to_string()));
            }
            if left.is_some() {
                self.reload();
            }
        });
    }
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
