//! The card of one object.

use super::side::Side;
use crate::components::object_table::Swatch;
use domain::{ChangeCard, Object, ObjectFields, Session, VideoSide};
use leptos::prelude::*;

/// Before and after, and what is said about the object.
#[component]
pub(super) fn Card(session: Session, card: ChangeCard) -> impl IntoView {
    let ChangeCard { object, sides } = card;
    let title_id = format!("card-{}", object.id);
    let labelled_by = title_id.clone();
    let sides = VideoSide::BOTH
        .into_iter()
        .zip(sides)
        .map(|(side, shown)| view! { <Side session=session.clone() object=object.clone() side shown /> })
        .collect_view();
    let Object {
        position, fields, ..
    } = &object;
    view! {
        <article class="change-card" aria-labelledby=labelled_by>
            <header>
                <span class="card-number number">{position + 1}</span>
                <Swatch colour=object.rgb() />
                <h2 id=title_id.clone()>{fields.title()}</h2>
                <strong class="card-change">{fields.change_type.as_str()}</strong>
                <span class="muted">{appears_in(fields)} ", " {fields.deformability.as_str()}</span>
            </header>
            <div class="card-sides">{sides}</div>
        </article>
    }
}

fn appears_in(fields: &ObjectFields) -> &'static str {
    match (fields.in_video1, fields.in_video2) {
        (true, true) => "appears in both videos",
        (true, false) => "appears in video 1 only",
        (false, true) => "appears in video 2 only",
        (false, false) => "appears in neither video",
    }
}
