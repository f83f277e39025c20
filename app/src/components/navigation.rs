//! The bar on every page.

use super::model_badge::ModelBadge;
use super::queue::JobIndicator;
use super::theme::ThemeSwitch;
use leptos::prelude::*;
use leptos_router::components::A;

/// Left the name and the places to go; right the queue, the model and the theme.
#[component]
pub fn Navigation() -> impl IntoView {
    view! {
        <header class="bar">
            <a class="brand" href="/">
                <img src="/favicon.svg" alt="" width="18" height="18" />
                "SceneDiff"
            </a>
            <nav aria-label="Pages">
                <A href="/" exact=true>
                    "New Annotation"
                </A>
                <A href="/sessions">"Review Sessions"</A>
            </nav>
            <div class="bar-tools">
                <JobIndicator />
                <ModelBadge />
                <ThemeSwitch />
            </div>
        </header>
    }
}
