//! The sign-in page: a plain form, which works without scripts.

use crate::components::erased::reactive_view;
use crate::components::state::sentence;
use domain::SignInProblem;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Name and password; `?to=` is where the person wanted to go, `?problem=` why the last try failed.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map();
    let to = move || query.with(|query| query.get("to").unwrap_or_default());
    view! {
        <Title text="Sign in" />
        <div class="page sign-in">
            <h1>"Sign in"</h1>
            <Problem />
            <form method="post" action="/sign-in" class="sign-in-form" aria-label="Sign in">
                <input type="hidden" name="to" value=to />
                <label>
                    "Name"
                    <input type="text" name="name" required maxlength="40" autocomplete="username" autofocus />
                </label>
                <label>
                    "Password"
                    <input type="password" name="password" required autocomplete="current-password" />
                </label>
                <button type="submit" class="button primary">
                    "Sign in"
                </button>
            </form>
            <p class="muted">
                "No account yet, or the password is forgotten? A lead makes you a one-time link on the page People."
            </p>
        </div>
    }
}

/// Why the form came back.
#[component]
pub(super) fn Problem() -> impl IntoView {
    let query = use_query_map();
    reactive_view(move || {
        query
            .with(|query| query.get("problem"))
            .and_then(|word| word.parse::<SignInProblem>().ok())
            .map(|problem| view! { <p class="note bad" role="alert">{sentence(&problem.message())}</p> })
    })
}
