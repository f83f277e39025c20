//! The objects of a session, with a switch for the masks of each.

use super::Shown;
use crate::components::icon::{Icon, Shape};
use crate::components::object_table::Swatch;
use domain::{Object, ObjectFields};
use leptos::prelude::*;

/// Colour, label, change, where it appears, and whether its masks are shown.
#[component]
pub(super) fn ReviewObjects(shown: Shown) -> impl IntoView {
    view! {
        <section aria-labelledby="objects-title">
            <h2 id="objects-title">"Objects"</h2>
            <table class="review-objects">
                <thead>
                    <tr>
                        <th scope="col">"Object"</th>
                        <th scope="col">"Change"</th>
                        <th scope="col">"Appears in"</th>
                        <th scope="col">"Shape"</th>
                        <th scope="col">"Masks"</th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=move || shown.objects.get()
                        key=|object| format!("{object:?}")
                        children=move |object| view! { <Row shown object /> }
                    />
                </tbody>
            </table>
            {move || {
                shown.objects.with(Vec::is_empty).then(|| view! { <p class="muted">"This session has no objects yet."</p> })
            }}
        </section>
    }
}

#[component]
fn Row(shown: Shown, object: Object) -> impl IntoView {
    let id = object.id;
    let title = object.fields.title();
    let visible = Memo::new(move |_| shown.hidden.with(|hidden| !hidden.contains(&id)));
    let toggle = move |_| {
        shown.hidden.update(|hidden| {
            if !hidden.remove(&id) {
                hidden.insert(id);
            }
        });
    };
    view! {
        <tr class:hidden-object=move || !visible.get()>
            <th scope="row">
                <span class="object-title">
                    <Swatch colour=object.rgb() />
                    {title.clone()}
                </span>
            </th>
            <td>{object.fields.change_type.as_str()}</td>
            <td>{appears_in(&object.fields)}</td>
            <td>{object.fields.deformability.as_str()}</td>
            <td>
                <button
                    type="button"
                    class="button icon-only quiet"
                    aria-pressed=move || visible.get().to_string()
                    aria-label=format!("Show the masks of {title}")
                    title=move || if visible.get() { "Hide masks" } else { "Show masks" }
                    on:click=toggle
                >
                    {move || {
                        let shape = if visible.get() { Shape::Eye } else { Shape::EyeOff };
                        view! { <Icon shape /> }
                    }}
                </button>
            </td>
        </tr>
    }
}

fn appears_in(fields: &ObjectFields) -> &'static str {
    match (fields.in_video1, fields.in_video2) {
        (true, true) => "both videos",
        (true, false) => "video 1",
        (false, true) => "video 2",
        (false, false) => "neither",
    }
}
