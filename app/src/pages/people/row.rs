//! One person of the list.

use super::Page;
use super::add::RoleSelect;
use crate::api;
use crate::components::badge::{Badge, Tone};
use crate::components::format;
use domain::{Member, Role};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Name, role, state, and what a lead can do about them.
#[component]
pub(super) fn PersonRow(page: Page, member: Member) -> impl IntoView {
    let (id, name) = (member.person.id, member.person.name.clone());
    let role = RwSignal::new(member.person.role);
    let set_role = Callback::new(move |chosen: Role| {
        let before = role.get_untracked();
        role.set(chosen);
        spawn_local(async move {
            if page.done(api::people::set_role(id, chosen).await).is_none() {
                role.set(before);
            }
        });
    });
    let set_disabled = move |_| {
        spawn_local(async move {
            page.done(api::people::set_disabled(id, !member.disabled).await);
        });
    };
    let reset = move |_| {
        spawn_local(async move {
            if let Some(link) = page.done(api::people::reset_password(id).await) {
                page.link.set(Some(link));
            }
        });
    };
    let (state, tone) = state(&member);
    let is_me = page.me == id;
    view! {
        <tr class:shut-out=member.disabled>
            <th scope="row">
                {name.clone()} {is_me.then(|| view! { <span class="muted">" (you)"</span> })}
            </th>
            <td>
                <RoleSelect role=role.into() on_role=set_role label=format!("Role of {name}") disabled=is_me />
            </td>
            <td>
                <Badge text=state tone />
            </td>
            <td class="when">{member.seen_at.as_deref().map(format::minute)}</td>
            <td class="row-tools">
                {(!member.disabled)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button small"
                                aria-label=format!("New link for {name}")
                                on:click=reset
                            >
                                "New link"
                            </button>
                        }
                    })}
                {(!is_me)
                    .then(|| {
                        let (word, label) = if member.disabled {
                            ("Let in", format!("Let {name} in again"))
                        } else {
                            ("Shut out", format!("Shut {name} out"))
                        };
                        view! {
                            <button type="button" class="button small" aria-label=label on:click=set_disabled>
                                {word}
                            </button>
                        }
                    })}
            </td>
        </tr>
    }
}

fn state(member: &Member) -> (String, Tone) {
    if member.disabled {
        ("Shut out".into(), Tone::Bad)
    } else if !member.has_password {
        ("Waits for a password".into(), Tone::Warn)
    } else if member.sign_ins == 0 {
        ("Signed out".into(), Tone::Quiet)
    } else {
        let browsers = format::count(member.sign_ins as usize, "browser");
        (format!("Signed in, {browsers}"), Tone::Ok)
    }
}
