//! Review Sessions: every session, where it stands, whose it is, and the way into it.

mod assign;
mod filter;
mod fresh;
mod pager;
mod remove;
mod row;
mod start_all;

use crate::api;
use crate::components::erased::Rows;
use crate::components::state::{EmptyState, ErrorState, InlineError};
use crate::me::use_me;
use assign::AssignBar;
use domain::{Me, Permission, Person, SessionId, SessionPage, SessionQuery};
use filter::{FilterBar, query_of_address};
use leptos::prelude::*;
use leptos_meta::Title;
use pager::Pager;
use remove::{RemoveDialog, Removed};
use row::SessionRow;
use start_all::StartAll;
use std::collections::BTreeSet;

/// The list of sessions.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let query = query_of_address();
    let page = api::load(
        // Later changes of the address are followed by the list itself, which keeps its place meanwhile.
        move || query.get_untracked(),
        api::sessions::list_sessions,
    );
    let people = api::load(|| (), |()| api::people::teammates());
    let me = use_me();
    view! {
        <Title text="Review Sessions" />
        <div class="page wide-page">
            <Transition fallback=Skeleton>
                {move || Suspend::new(async move {
                    match (page.await, people.await, me.await) {
                        (Ok(page), Ok(people), Ok(me)) => {
                            view! { <SessionList initial=page query people me /> }.into_any()
                        }
                        (Err(error), _, _) | (_, Err(error), _) | (_, _, Err(error)) => {
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

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct List {
    query: Memo<SessionQuery>,
    page: RwSignal<SessionPage>,
    /// Those who can be given sessions; nobody where nobody signs in.
    people: Signal<Vec<Person>>,
    chosen: RwSignal<BTreeSet<SessionId>>,
    /// The session that is asked about before it is deleted.
    removing: RwSignal<Option<SessionId>>,
    /// The session that was deleted last.
    removed: RwSignal<Option<SessionId>>,
    error: RwSignal<Option<String>>,
    may_assign: bool,
    may_delete: bool,
    /// The number of the last question; answers to earlier ones are dropped.
    asked: StoredValue<u32>,
}

#[component]
fn SessionList(
    initial: SessionPage,
    query: Memo<SessionQuery>,
    people: Vec<Person>,
    me: Me,
) -> impl IntoView {
    let list = List {
        query,
        page: RwSignal::new(initial),
        may_assign: me.person.may(Permission::Assign) && !people.is_empty(),
        may_delete: me.person.may(Permission::Delete),
        people: Signal::stored(people),
        chosen: RwSignal::default(),
        removing: RwSignal::new(None),
        removed: RwSignal::new(None),
        error: RwSignal::new(None),
        asked: StoredValue::new(0),
    };
    fresh::keep_fresh(list);
    let is_empty = Memo::new(move |_| {
        let nothing = list.page.with(|page| page.all == 0 && page.deleted == 0);
        nothing && !list.query.with(|query| query.deleted)
    });
    view! {
        <div class="page-head">
            <h1>"Review Sessions"</h1>
            <StartAll list />
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
            <FilterBar list />
            <InlineError message=list.error />
            <Removed list />
            <Show when=move || list.may_assign>
                <AssignBar list />
            </Show>
            <Table list />
            <Pager list />
        </Show>
        <RemoveDialog list />
    }
}

#[component]
fn Table(list: List) -> impl IntoView {
    let has_people = !list.people.with_untracked(Vec::is_empty);
    row::listen();
    view! {
        <div class="table-scroll">
            <table class="sessions">
                <caption class="visually-hidden">"Sessions"</caption>
                <thead>
                    <tr>
                        {list.may_assign.then(|| view! { <th scope="col"><assign::ChooseAll list /></th> })}
                        <th scope="col">"Before, after"</th>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Scene type"</th>
                        <th scope="col" class="number">
                            "Objects"
                        </th>
                        <th scope="col">"Status"</th>
                        {has_people.then(|| view! { <th scope="col">"People"</th> })}
                        <th scope="col">"Updated (UTC)"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Open or delete"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <Rows
                        each=move || list.page.with(|page| page.sessions.clone())
                        // A deleted session has other buttons.
                        key=|session| (session.id.clone(), session.deleted_at.is_some())
                        children=move |session| view! { <SessionRow initial=session list /> }
                    />
                </tbody>
            </table>
        </div>
        {move || {
            list.page
                .with(|page| page.sessions.is_empty())
                .then(|| {
                    view! {
                        <p class="muted" role="status">
                            "No session matches. " <a href="/sessions">"Show all"</a>
                        </p>
                    }
                })
        }}
    }
}
