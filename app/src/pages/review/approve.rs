//! *Reviewed - Good*.

use super::Shown;
use crate::api;
use domain::{SessionStatus, Verdict};
use leptos::prelude::*;

/// Finds the session good, with every object that nobody has judged.
#[component]
pub(super) fn Approve(shown: Shown) -> impl IntoView {
    let left = Memo::new(move |_| {
        shown.review.with(|review| {
            let verdicts = review.objects.iter().map(|said| said.verdict);
            verdicts
                .filter(|verdict| *verdict != Some(Verdict::Good))
                .count()
        })
    });
    let why_not = Memo::new(move |_| {
        shown
            .session
            .with(|session| session.status.why_not_approved())
    });
    let is_done = move || {
        shown
            .session
            .with(|session| session.status == SessionStatus::Reviewed)
            && left.get() == 0
    };
    let tooltip = move || match (why_not.get(), left.get()) {
        (Some(why), _) => crate::components::state::sentence(why),
        (None, 0) => "Every object is reviewed: the session is good".into(),
        (None, left) => format!("The session is good, with the {left} not judged yet"),
    };
    view! {
        <button
            type="button"
            class="button primary"
            title=tooltip
            disabled=move || why_not.get().is_some() || is_done()
            on:click:target=move |_| shown.store(api::reviews::approve_session(shown.id()))
        >
            "Reviewed - Good"
        </button>
    }
}
