//! People: who may sign in, and as what. For leads.

mod add;
mod row;

use crate::api;
use crate::components::erased::{Rows, reactive_view};
use crate::components::state::{EmptyState, ErrorState, InlineError};
use crate::me::use_me;
use add::AddPerson;
use domain::{Member, OneTimeLink, PersonId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use row::PersonRow;

/// Everybody in the team.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let loaded = api::load(|| (), |()| api::people::list_people());
    let me = use_me();
    view! {
        <Title text="People" />
        <div class="page people-page">
            <h1>"People"</h1>
            <Transition fallback=|| view! { <p class="muted" role="status">"Looking up who is here."</p> }>
                {move || Suspend::new(async move {
                    match (loaded.await, me.await) {
                        (Ok(_), Ok(me)) if !me.team => view! { <NoTeam /> }.into_any(),
                        (Ok(members), Ok(me)) => view! { <Team members me=me.person.id /> }.into_any(),
                        (Err(error), _) | (_, Err(error)) => {
                            view! { <ErrorState title="This page cannot be shown" error /> }.into_any()
                        }
                    }
                })}
            </Transition>
        </div>
    }
}

/// On a machine that asks nobody to sign in.
#[component]
fn NoTeam() -> impl IntoView {
    view! {
        <EmptyState
            title="Nobody signs in here"
            text="This server answers its own machine only, so everything is yours. To work as a team, start it with --team \
                  or with an address that others reach; it then asks everybody to sign in."
        >
            <p>
                <code>"scenediff serve --team"</code>
            </p>
        </EmptyState>
    }
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Page {
    members: RwSignal<Vec<Member>>,
    /// The link made last; it cannot be shown again.
    link: RwSignal<Option<OneTimeLink>>,
    error: RwSignal<Option<String>>,
    me: PersonId,
}

impl Page {
    /// Says what went wrong, or loads the list again.
    fn done<T>(self, outcome: Result<T, api::ApiError>) -> Option<T> {
        match outcome {
            Ok(value) => {
                self.error.set(None);
                spawn_local(async move {
                    match api::people::list_people().await {
                        Ok(members) => self.members.set(members),
                        Err(error) => self.error.set(Some(error.to_string())),
                    }
                });
                Some(value)
            }
            Err(error) => {
                self.error.set(Some(error.to_string()));
                None
            }
        }
    }
}

#[component]
fn Team(members: Vec<Member>, me: PersonId) -> impl IntoView {
    let page = Page {
        members: RwSignal::new(members),
        link: RwSignal::new(None),
        error: RwSignal::new(None),
        me,
    };
    view! {
        <p class="lead">
            "Annotators click objects, reviewers also judge masks, leads do everything and care for people. Each \
             chooses a password with a one-time link that you hand on."
        </p>
        <AddPerson page />
        <FreshLink page />
        <InlineError message=page.error />
        <div class="table-scroll">
            <table class="people">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Role"</th>
                        <th scope="col">"Account"</th>
                        <th scope="col">"Last sign-in (UTC)"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <Rows
                        each=move || page.members.get()
                        key=|member| format!("{member:?}")
                        children=move |member| view! { <PersonRow page member /> }
                    />
                </tbody>
            </table>
        </div>
    }
}

/// The link made last, to be handed on.
#[component]
fn FreshLink(page: Page) -> impl IntoView {
    reactive_view(move || {
        page.link.get().map(|link| {
            let origin = window().location().origin().unwrap_or_default();
            view! {
                <div class="note fresh-link" role="status">
                    <p>
                        {format!(
                            "Hand this link to {}. It works once, within three days, and is not shown again.",
                            link.person.name,
                        )}
                    </p>
                    <p>
                        <code>{format!("{origin}{}", link.path)}</code>
                    </p>
                </div>
            }
        })
    })
}
