//! Who reviews the session, and what they say about it as a whole.

use super::Shown;
use super::saved_text::{SavedText, Text, signature};
use leptos::prelude::*;

/// The name of the reviewer and the general comment.
#[component]
pub(super) fn Words(shown: Shown) -> impl IntoView {
    let reviewer = Memo::new(move |_| shown.review.with(|review| review.reviewer.clone()));
    let comment = Memo::new(move |_| shown.review.with(|review| review.comment.clone()));
    view! {
        <section class="review-words" aria-label="Reviewer">
            <div class="field">
                <span class="muted">"Reviewer"</span>
                <SavedText shown text=Text::Reviewer(shown.id()) label="Name of the reviewer" stored=reviewer />
            </div>
            <div class="field">
                <span class="muted">"Comment on the session"</span>
                <SavedText shown text=Text::Session(shown.id()) label="Comment on the session" stored=comment />
                {move || shown.review.with(|review| signature(review.signed.as_ref()?))}
            </div>
        </section>
    }
}
