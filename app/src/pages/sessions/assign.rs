//! Giving sessions to people, many at once.

use super::List;
use crate::api;
use crate::components::format;
use domain::{Duty, Permission, PersonId};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The box that chooses every session of the page.
#[component]
pub(super) fn ChooseAll(list: List) -> impl IntoView {
    let all = Memo::new(move |_| {
        list.page.with(|page| {
            !page.sessions.is_empty()
                && list
                    .chosen
                    .with(|chosen| page.sessions.iter().all(|s| chosen.contains(&s.id)))
        })
    });
    let toggle = move |event| {
        if event_target_checked(&event) {
            let ids = list
                .page
                .with(|page| page.sessions.iter().map(|s| s.id.clone()).collect());
            list.chosen.set(ids);
        } else {
            list.chosen.set(Default::default());
        }
    };
    view! { <input type="checkbox" aria-label="Choose every session of this page" prop:checked=all on:change=toggle /> }
}

/// What can be done with the chosen sessions.
#[component]
pub(super) fn AssignBar(list: List) -> impl IntoView {
    let number = Memo::new(move |_| list.chosen.with(std::collections::BTreeSet::len));
    view! {
        <Show when=move || { number.get() > 0 }>
            <section class="assign-bar" aria-label="Chosen sessions">
                <strong>{move || format!("{} chosen", format::count(number.get(), "session"))}</strong>
                <AssignSelect list duty=Duty::Annotate />
                <AssignSelect list duty=Duty::Review />
                <button type="button" class="button small" on:click:target=move |_| list.chosen.set(Default::default())>
                    "Choose none"
                </button>
            </section>
        </Show>
    }
}

/// Gives the chosen sessions to whoever is picked.
#[component]
fn AssignSelect(list: List, duty: Duty) -> impl IntoView {
    let busy = RwSignal::new(false);
    let label = match duty {
        Duty::Annotate => "Annotator",
        Duty::Review => "Reviewer",
    };
    // Whoever cannot review is not offered for it.
    let needed = match duty {
        Duty::Annotate => Permission::Annotate,
        Duty::Review => Permission::Review,
    };
    let people = list.people.get_untracked();
    let people = people.into_iter().filter(move |person| person.may(needed));
    let assign = move |event| {
        let word = event_target_value(&event);
        let person = match word.as_str() {
            "" => return,
            "nobody" => None,
            id => id.parse().ok().map(PersonId),
        };
        let ids: Vec<_> = list
            .chosen
            .with_untracked(|chosen| chosen.iter().cloned().collect());
        busy.set(true);
        spawn_local(async move {
            list.done(api::sessions::assign_sessions(ids, duty, person).await);
            busy.set(false);
        });
    };
    view! {
        <label class="filter">
            {label}
            <select disabled=busy on:change=assign prop:value=move || { busy.track(); "" }>
                <option value="">"Choose"</option>
                {people
                    .map(|person| view! { <option value=person.id.to_string()>{person.name}</option> })
                    .collect_view()}
                <option value="nobody">"Nobody"</option>
            </select>
        </label>
    }
}
