//! The form that adds somebody.

use super::Page;
use crate::api;
use crate::components::icon::{Icon, Shape};
use domain::Role;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Name and role; the answer is a one-time link.
#[component]
pub(super) fn AddPerson(page: Page) -> impl IntoView {
    let name = NodeRef::<html::Input>::new();
    let role = RwSignal::new(Role::Annotator);
    let busy = RwSignal::new(false);
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = name.get_untracked() else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let added = api::people::add_person(input.value(), role.get_untracked()).await;
            if let Some(link) = page.done(added) {
                page.link.set(Some(link));
                input.set_value("");
            }
            busy.set(false);
        });
    };
    view! {
        <form class="add-person" aria-label="Add a person" on:submit=add>
            <label>
                "Name"
                <input node_ref=name type="text" required maxlength="40" autocomplete="off" />
            </label>
            <label>
                "Role"
                <RoleSelect role=role.into() on_role=Callback::new(move |chosen| role.set(chosen)) label="Role" />
            </label>
            <button type="submit" class="button primary" disabled=busy>
                <Icon shape=Shape::Plus />
                "Add"
            </button>
        </form>
    }
}

/// A choice of roles.
#[component]
pub(super) fn RoleSelect(
    role: Signal<Role>,
    on_role: Callback<Role>,
    #[prop(into)] label: String,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    let chosen = role.get_untracked();
    let change = move |event| {
        if let Ok(role) = event_target_value(&event).parse() {
            on_role.run(role);
        }
    };
    view! {
        <select aria-label=label disabled=disabled on:change=change prop:value=move || role.get().as_str()>
            {Role::ALL
                .iter()
                .map(|role| view! { <option value=role.as_str() selected=*role == chosen>{role.as_str()}</option> })
                .collect_view()}
        </select>
    }
}
