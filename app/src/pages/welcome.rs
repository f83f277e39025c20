//! Behind a one-time link: the first lead makes an account, everybody else chooses a password.

use super::sign_in::Problem;
use crate::api;
use crate::components::state::{EmptyState, mark_not_found, sentence};
use domain::PASSWORD_MIN;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// The page behind `/welcome/{link}`.
#[component]
pub fn WelcomePage() -> impl IntoView {
    let params = use_params_map();
    let link = Memo::new(move |_| params.with(|params| params.get("link").unwrap_or_default()));
    let name = api::load(move || link.get(), api::people::open_link);
    view! {
        <Title text="Welcome" />
        <div class="page sign-in">
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move {
                    match name.await {
                        Ok(name) => view! { <Choose link=link.get_untracked() name /> }.into_any(),
                        Err(error) => {
                            mark_not_found();
                            view! {
                                <h1 class="visually-hidden">"Welcome"</h1>
                                <EmptyState title="This link does not work" text=sentence(&error.to_string())>
                                    <p>
                                        <a class="button" href="/sign-in">
                                            "Sign in"
                                        </a>
                                    </p>
                                </EmptyState>
                            }
                                .into_any()
                        }
                    }
                })}
            </Suspense>
        </div>
    }
}

#[component]
fn Choose(link: String, name: Option<String>) -> impl IntoView {
    let is_first = name.is_none();
    let (title, text) = match &name {
        Some(name) => (
            format!("Welcome, {name}"),
            "Choose a password. Every browser in which you are signed in is signed out.",
        ),
        None => (
            "Welcome".to_owned(),
            "This makes the account of the first lead, who then adds everybody else on the page People.",
        ),
    };
    view! {
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        <Problem />
        <form method="post" action=format!("/welcome/{link}") class="sign-in-form" aria-label="Choose a password">
            {if is_first {
                view! {
                    <label>
                        "Name"
                        <input type="text" name="name" required maxlength="40" autocomplete="username" autofocus />
                    </label>
                }
                    .into_any()
            } else {
                // For password managers, which want to know whose password it is.
                view! { <input type="text" name="name" value=name autocomplete="username" readonly hidden /> }
                    .into_any()
            }}
            <label>
                {format!("Password, at least {PASSWORD_MIN} characters")}
                <input type="password" name="password" required minlength=PASSWORD_MIN autocomplete="new-password" />
            </label>
            <label>
                "The same password again"
                <input type="password" name="again" required minlength=PASSWORD_MIN autocomplete="new-password" />
            </label>
            <button type="submit" class="button primary">
                "Save and sign in"
            </button>
        </form>
    }
}
