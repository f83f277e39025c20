//! Pages that do not exist, and sessions that are gone.

use crate::api::ApiError;
use crate::components::state::{EmptyState, ErrorState, mark_not_found, sentence};
use leptos::prelude::*;
use leptos_meta::Title;

/// No such page.
#[component]
pub fn MissingPage() -> impl IntoView {
    mark_not_found();
    view! {
        <Title text="Not found" />
        <div class="page">
            <h1 class="visually-hidden">"Not found"</h1>
            <EmptyState
                title="There is no such page"
                text="The address may be mistyped, or what it showed was removed."
            >
                <p>
                    <a class="button" href="/sessions">
                        "Review Sessions"
                    </a>
                </p>
            </EmptyState>
        </div>
    }
}

/// A session that cannot be shown: removed, never there, or out of reach.
#[component]
pub fn MissingSession(
    /// What the server answered; says why when the session was removed because a video could not be used.
    error: ApiError,
) -> impl IntoView {
    let ApiError::NotFound(reason) = error else {
        return view! {
            <Title text="Session" />
            <div class="page">
                <h1 class="visually-hidden">"Session"</h1>
                <ErrorState title="The session cannot be shown" error />
            </div>
        }
        .into_any();
    };
    mark_not_found();
    view! {
        <Title text="No session" />
        <div class="page">
            <h1 class="visually-hidden">"No session"</h1>
            <EmptyState title="There is no such session" text=sentence(&reason)>
                <p class="actions">
                    <a class="button primary" href="/">
                        "New Annotation"
                    </a>
                    <a class="button" href="/sessions">
                        "Review Sessions"
                    </a>
                </p>
            </EmptyState>
        </div>
    }
    .into_any()
}
