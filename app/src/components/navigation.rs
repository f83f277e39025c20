//! The bar on every page.

use super::inbox_indicator::InboxIndicator;
use super::model_badge::ModelBadge;
use super::person_menu::PersonMenu;
use super::queue::JobIndicator;
use super::state::SignInLink;
use super::theme::ThemeSwitch;
use crate::api::{self, ApiError};
use crate::live::use_live;
use crate::me::use_me;
use domain::{Me, ModelInfo};
use leptos::prelude::*;
use leptos_router::components::A;

/// Left the name and the places to go; right the queue, the model, the inbox, the theme and the
/// person.
///
/// Whoever is not signed in sees the name and the theme only.
#[component]
pub fn Navigation() -> impl IntoView {
    let me = use_me();
    // Made here and not below the `Suspense`: server and browser must make every resource in the same order.
    let model = api::load(|| (), |()| api::jobs::model());
    let unread = api::load(|| (), |()| api::inbox::unread());
    view! {
        <header class="bar">
            <a class="brand" href="/">
                <img src="/favicon.svg" alt="" width="18" height="18" />
                "SceneDiff"
            </a>
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move {
                    match me.await {
                        Ok(me) => {
                            let (model, unread) = (model.await, unread.await);
                            view! { <SignedIn me model unread /> }.into_any()
                        }
                        Err(_) => {
                            view! {
                                <div class="bar-tools">
                                    <ThemeSwitch />
                                </div>
                            }
                                .into_any()
                        }
                    }
                })}
            </Suspense>
        </header>
    }
}

#[component]
fn SignedIn(
    me: Me,
    model: Result<ModelInfo, ApiError>,
    unread: Result<usize, ApiError>,
) -> impl IntoView {
    let live = use_live();
    Effect::new(move |_| live.connect());
    view! {
        <nav aria-label="Pages">
            <A href="/" exact=true>
                "New Annotation"
            </A>
            <A href="/sessions">"Review Sessions"</A>
            <A href="/upload-for-review">"Upload for Review"</A>
            <A href="/dashboard">"Dashboard"</A>
        </nav>
        <div class="bar-tools">
            <Show when=move || live.signed_out().get()>
                <span class="badge bad" role="status">
                    "Signed out"
                </span>
                <SignInLink />
            </Show>
            <JobIndicator />
            <ModelBadge model />
            <InboxIndicator unread />
            <ThemeSwitch />
            <PersonMenu me />
        </div>
    }
}
