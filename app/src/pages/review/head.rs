//! The head of a review: where the session stands, who reviews it, and what becomes of it.

use super::Shown;
use super::approve::Approve;
use super::send_back::SendBack;
use crate::components::badge::SessionBadge;
use crate::components::cut::SessionName;
use crate::components::state::InlineError;
use leptos::prelude::*;

/// Name, status, and the ways on.
#[component]
pub(super) fn Head(shown: Shown) -> impl IntoView {
    let id = shown.id();
    let reviewer = move || {
        shown.review.with(|review| {
            let is_said = review.changed_at.is_some() && !review.reviewer.is_empty();
            is_said.then(|| format!("reviewer {}", review.reviewer))
        })
    };
    view! {
        <div class="page-head review-head">
            <div class="review-title">
                <h1 class="session-name" title=id.to_string()>
                    <SessionName id=id.clone() />
                </h1>
                <p class="facts-line muted">
                    {move || view! { <SessionBadge session=shown.session.get() /> }}
                    <span class="facts-scene">{move || shown.session.with(|s| s.scene_type.clone())}</span>
                    <span>{reviewer}</span>
                </p>
            </div>
            <div class="page-tools">
                <a class="button" href=format!("/sessions/{id}/cards")>
                    "Change cards"
                </a>
                <a class="button" href=format!("/sessions/{id}")>
                    "Annotate"
                </a>
                {move || {
                    shown.may_judge.get().then(|| view! { <SendBack shown /> <Approve shown /> })
                }}
            </div>
        </div>
        <InlineError message=shown.problem />
    }
}
