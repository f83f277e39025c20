//! What a page shows when it has nothing to show: empty, loading, failed.

use super::icon::{Icon, Shape};
use crate::api::ApiError;
use crate::components::format::capitalised;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Nothing here yet: what this place will show, and (as children) the one control that starts it.
#[component]
pub fn EmptyState(
    /// What is missing.
    #[prop(into)]
    title: String,
    /// What will be shown here.
    #[prop(into)]
    text: String,
    /// The control that starts it.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="state">
            <h2>{title}</h2>
            <p>{text}</p>
            {children()}
        </section>
    }
}

/// Something could not be shown: what, why, and a way on.
#[component]
pub fn ErrorState(
    /// What could not be done.
    #[prop(into)]
    title: String,
    /// Why.
    error: ApiError,
) -> impl IntoView {
    // What was refused to a person is refused again.
    let way = match &error {
        ApiError::SignedOut(_) => view! { <SignInLink /> }.into_any(),
        ApiError::Forbidden(_) => {
            view! { <a class="button" href="/sessions">"Review Sessions"</a> }.into_any()
        }
        _ => view! { <a href="" rel="external">"Reload the page"</a> }.into_any(),
    };
    let detail = match &error {
        ApiError::Unreachable(detail) => Some(detail.clone()),
        _ => None,
    };
    view! {
        <section class="state bad" role="alert">
            <h2>
                <Icon shape=Shape::Warning />
                {title}
            </h2>
            <p>{sentence(&error.to_string())}</p>
            {detail.map(|detail| view! { <details><summary>"Detail"</summary><p>{detail}</p></details> })}
            <p>{way}</p>
        </section>
    }
}

/// A way to the sign-in page, and back to this one.
#[component]
pub fn SignInLink() -> impl IntoView {
    let location = use_location();
    let href = move || {
        let (path, query) = (location.pathname.get(), location.search.get());
        let joint = if query.is_empty() { "" } else { "?" };
        crate::sign_in_path(&format!("{path}{joint}{query}"))
    };
    // Outside the router, so that everything is asked for anew.
    view! {
        <a class="button" href=href rel="external">
            "Sign in"
        </a>
    }
}

/// An error beside the control that caused it; announced when it appears.
#[component]
pub fn InlineError(
    /// The message; nothing is shown without one.
    #[prop(into)]
    message: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div class="inline-error" role="alert">
            {move || {
                message
                    .get()
                    .map(|text| view! { <p><Icon shape=Shape::Warning /> <span>{sentence(&text)}</span></p> })
            }}
        </div>
    }
}

/// A message as a sentence: with a capital and a full stop.
#[must_use]
pub fn sentence(message: &str) -> String {
    let mut text = capitalised(message.trim().to_owned());
    if !text.is_empty() && !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

/// Tells the browser that the page does not exist, when the server renders it.
pub fn mark_not_found() {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn messages_become_sentences() {
        assert_eq!(sentence("the file is empty"), "The file is empty.");
        assert_eq!(sentence(" Why? "), "Why?");
        assert_eq!(sentence(""), "");
    }
}
