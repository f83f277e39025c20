//! Changing one's own password: a plain form, which works without scripts.

use super::sign_in::Problem;
use crate::components::state::{EmptyState, ErrorState};
use crate::me::use_me;
use domain::{Me, PASSWORD_MIN};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The old password and twice the new one; `?changed=` says that it was changed, `?problem=` why not.
#[component]
pub fn PasswordPage() -> impl IntoView {
    let me = use_me();
    view! {
        <Title text="Change password" />
        <div class="page sign-in">
            <h1>"Change password"</h1>
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move {
                    match me.await {
                        Ok(me) if me.team => view! { <Change me /> }.into_any(),
                        Ok(_) => {
                            view! {
                                <EmptyState
                                    title="Nobody signs in here"
                                    text="This server answers its own machine only and asks for no password."
                                >
                                    <p>
                                        <a href="/">"New Annotation"</a>
                                    </p>
                                </EmptyState>
                            }
                                .into_any()
                        }
                        Err(error) => {
                            view! { <ErrorState title="This page cannot be shown" error /> }.into_any()
                        }
                    }
                })}
            </Suspense>
        </div>
    }
}

#[component]
fn Change(me: Me) -> impl IntoView {
    let query = use_query_map();
    let changed = move || query.with(|query| query.get("changed").is_some());
    view! {
        {move || {
            changed()
                .then(|| {
                    view! {
                        <p class="note ok" role="status">
                            "Your password was changed. Every other browser in which you were signed in is signed out."
                        </p>
                    }
                })
        }}
        <Problem />
        <form method="post" action="/password/change" class="sign-in-form" aria-label="Change password">
            // For password managers, which want to know whose password it is.
            <input type="text" name="name" value=me.person.name autocomplete="username" readonly hidden />
            <label>
                "Old password"
                <input type="password" name="old" required autocomplete="current-password" />
            </label>
            <label>
                {format!("New password, at least {PASSWORD_MIN} characters")}
                <input type="password" name="password" required minlength=PASSWORD_MIN autocomplete="new-password" />
            </label>
            <label>
                "The new password again"
                <input type="password" name="again" required minlength=PASSWORD_MIN autocomplete="new-password" />
            </label>
            <button type="submit" class="button primary">
                "Change password"
            </button>
        </form>
        <p class="muted">
            "Every other browser in which you are signed in is signed out. Forgotten? A lead makes you a one-time link on \
             the page People."
        </p>
    }
}
