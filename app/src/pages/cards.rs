//! Change cards: every object before and after, at its best; complete without scripts, and made to be printed.

mod card;
mod side;

use super::missing::MissingSession;
use crate::api::{self, ApiError, Loaded};
use crate::components::badge::SessionBadge;
use crate::components::format;
use crate::components::state::EmptyState;
use crate::live::use_live;
use card::Card;
use domain::{ChangeCards, JobState, LiveEvent, SessionId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// The cards of one session.
#[component]
pub fn CardsPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let loaded = api::load(move || id.get(), load);
    keep_fresh(id, loaded);
    view! {
        <Transition fallback=Skeleton>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(cards) => view! { <Cards cards /> }.into_any(),
                    Err(error) => view! { <MissingSession error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

async fn load(id: String) -> Result<ChangeCards, ApiError> {
    let id: SessionId = id
        .parse()
        .map_err(|_| ApiError::NotFound("the address holds no session name".into()))?;
    api::sessions::change_cards(id).await
}

/// Loads the cards again when the masks or the comparison of both videos have changed.
fn keep_fresh(id: Memo<String>, loaded: Loaded<Result<ChangeCards, ApiError>>) {
    let live = use_live();
    live.on_event(move |event| {
        let session = match event {
            LiveEvent::SamePlace { session } | LiveEvent::Masks { session } => session,
            LiveEvent::Job(job) if job.state == JobState::Done => &job.session,
            _ => return,
        };
        if id.with_untracked(|id| id == session.as_str()) {
            loaded.refetch();
        }
    });
    Effect::new(move |before: Option<()>| {
        live.reconnects().track();
        // What happened before the first connection is in the page already, unless the comparison ended meanwhile.
        if before.is_some() {
            loaded.refetch();
        }
    });
}

/// The page's own outline, while it loads.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="page cards-page" aria-hidden="true">
            <div class="skeleton stages">
                <div></div>
                <div></div>
            </div>
        </div>
    }
}

#[component]
fn Cards(cards: ChangeCards) -> impl IntoView {
    let ChangeCards { session, cards } = cards;
    let id = session.id.to_string();
    let files = session
        .videos
        .iter()
        .map(|video| video.file_name.as_str())
        .collect::<Vec<_>>()
        .join(" and ");
    let head = format!(
        "{} · {} · {files}",
        session.scene_type,
        format::count(cards.len(), "change")
    );
    let is_empty = cards.is_empty();
    let annotate = format!("/sessions/{id}");
    let cards = cards
        .into_iter()
        .map(|card| view! { <Card session=session.clone() card /> })
        .collect_view();
    view! {
        <Title text=format!("Change cards {id}") />
        <div class="page cards-page">
            <div class="page-head">
                <div>
                    <h1 class="session-name" title=id.clone()>"Change cards: " {id.clone()}</h1>
                    <p class="facts-line muted">
                        <SessionBadge session=session.clone() />
                        <span>{head}</span>
                    </p>
                </div>
                <div class="page-tools">
                    <PrintButton />
                    <a class="button" href=format!("/sessions/{id}/review")>
                        "Review"
                    </a>
                </div>
            </div>
            {is_empty
                .then(|| {
                    view! {
                        <EmptyState
                            title="No changes yet"
                            text="Every object that changed gets a card here, with its best view before and after."
                        >
                            <p>
                                <a class="button primary" href=annotate>
                                    "Annotate"
                                </a>
                            </p>
                        </EmptyState>
                    }
                })}
            {cards}
        </div>
    }
}

/// Opens the browser's own print dialog; hidden where no script runs, as the browser's menu does the same.
#[component]
fn PrintButton() -> impl IntoView {
    let can_print = RwSignal::new(false);
    Effect::new(move |_| can_print.set(true));
    let print = move |_| {
        // Fails where the browser forbids dialogs; its menu still prints.
        let _ = window().print();
    };
    view! {
        <button type="button" class="button" hidden=move || !can_print.get() on:click=print>
            "Print"
        </button>
    }
}
