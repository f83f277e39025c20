//! Review Sessions: every session, where it stands, and the way into it.

mod filter;
mod remove;
mod row;

use crate::api;
use crate::components::format;
use crate::components::icon::{Icon, Shape};
use crate::components::state::{EmptyState, ErrorState, InlineError};
use crate::live::use_live;
use domain::{JobKind, LiveEvent, Session, SessionId, SessionStatus};
use filter::{Filter, FilterBar};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use remove::RemoveDialog;
use row::SessionRow;

/// The list of sessions.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let sessions = Resource::new(|| (), |()| api::sessions::list_sessions());
    view! {
        <Title text="Review Sessions" />
        <div class="page">
            <Transition fallback=Skeleton>
                {move || Suspend::new(async move {
                    match sessions.await {
                        Ok(sessions) => view! { <SessionList initial=sessions /> }.into_any(),
                        Err(error) => {
                            view! {
                                <h1>"Review Sessions"</h1>
                                <ErrorState title="The sessions cannot be listed" error />
                            }
                                .into_any()
                        }
                    }
                })}
            </Transition>
        </div>
    }
}

/// The list's own outline, while it loads.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <h1>"Review Sessions"</h1>
        <div class="skeleton" aria-hidden="true">
            {(0..4).map(|_| view! { <div></div> }).collect_view()}
        </div>
        <p class="visually-hidden" role="status">
            "The sessions are being loaded."
        </p>
    }
}

#[component]
fn SessionList(initial: Vec<Session>) -> impl IntoView {
    let sessions = RwSignal::new(initial);
    let live = use_live();
    live.on_event(move |event| follow(sessions, event));
    Effect::new(move |before: Option<()>| {
        live.reconnects().track();
        if before.is_some() {
            spawn_local(reload(sessions));
        }
    });
    let filter = Filter::from_url();
    let shown = Memo::new(move |_| {
        sessions.with(|all| {
            all.iter()
                .filter(|session| filter.matches(session))
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let removing = RwSignal::new(None::<SessionId>);
    let is_empty = Memo::new(move |_| sessions.with(Vec::is_empty));
    view! {
        <div class="page-head">
            <h1>"Review Sessions"</h1>
            <StartAll sessions />
        </div>
        <Show
            when=move || !is_empty.get()
            fallback=|| {
                view! {
                    <EmptyState
                        title="No sessions yet"
                        text="Every pair of videos that you annotate is listed here, with its status and its files."
                    >
                        <p>
                            <a class="button primary" href="/">
                                "New Annotation"
                            </a>
                        </p>
                    </EmptyState>
                }
            }
        >
            <FilterBar filter sessions />
            <div class="table-scroll">
                <table class="sessions">
                    <caption class="visually-hidden">"Sessions, the one changed last first"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Before, after"</th>
                            <th scope="col">"Name"</th>
                            <th scope="col">"Scene type"</th>
                            <th scope="col" class="number">
                                "Objects"
                            </th>
                            <th scope="col">"Status"</th>
                            <th scope="col">"Updated (UTC)"</th>
                            <th scope="col">
                                <span class="visually-hidden">"Open or delete"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody on:keydown=row::move_focus>
                        <For
                            each=move || shown.get()
                            key=|session| session.id.clone()
                            children=move |session| view! { <SessionRow initial=session sessions removing /> }
                        />
                    </tbody>
                </table>
            </div>
            {move || {
                shown
                    .with(Vec::is_empty)
                    .then(|| {
                        view! {
                            <p class="muted" role="status">
                                "No session matches. " <a href="/sessions">"Show all"</a>
                            </p>
                        }
                    })
            }}
        </Show>
        <RemoveDialog removing sessions />
    }
}

/// Loads the list again; keeps the old one when that fails, as the bar says that the server is gone.
async fn reload(sessions: RwSignal<Vec<Session>>) {
    if let Ok(fresh) = api::sessions::list_sessions().await {
        sessions.try_set(fresh);
    }
}

/// Brings the list up to what the server just said.
fn follow(sessions: RwSignal<Vec<Session>>, event: &LiveEvent) {
    match event {
        LiveEvent::Session(session) => sessions.update(|all| {
            all.retain(|known| known.id != session.id);
            let place = all.partition_point(|known| known.updated_at > session.updated_at);
            all.insert(place, session.clone());
        }),
        LiveEvent::SessionRemoved { session } => {
            sessions.update(|all| all.retain(|known| known.id != *session));
        }
        LiveEvent::Job(_)
        | LiveEvent::Masks { .. }
        | LiveEvent::SamePlace { .. }
        | LiveEvent::Prompts { .. } => {}
    }
}

/// Queues the offline job of every session that is ready.
#[component]
fn StartAll(sessions: RwSignal<Vec<Session>>) -> impl IntoView {
    let live = use_live();
    let ready = Memo::new(move |_| {
        sessions.with(|all| {
            all.iter()
                .filter(|session| session.status == SessionStatus::Ready)
                .count()
        })
    });
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None);
    let queued = RwSignal::new(None::<usize>);
    let start = move |_| {
        busy.set(true);
        spawn_local(async move {
            match api::jobs::start_all_ready().await {
                Ok(jobs) => {
                    error.set(None);
                    queued.set(Some(
                        jobs.iter()
                            .filter(|job| job.kind == JobKind::Propagate)
                            .count(),
                    ));
                }
                Err(e) => error.set(Some(e.to_string())),
            }
            busy.set(false);
            live.reload_jobs().await;
        });
    };
    view! {
        <div class="page-tools">
            <InlineError message=error />
            <p class="muted" role="status">
                {move || match (queued.get(), ready.get()) {
                    (Some(n), 0) => format!("{} queued", format::count(n, "session")),
                    (_, 0) => "No session is ready".to_owned(),
                    (_, n) => format!("{} ready", format::count(n, "session")),
                }}
            </p>
            <button
                type="button"
                class="button primary"
                disabled=move || busy.get() || ready.get() == 0
                on:click=start
            >
                <Icon shape=Shape::Play />
                "Start Offline Job"
            </button>
        </div>
    }
}
