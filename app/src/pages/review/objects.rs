//! The objects of a session: what they are, whether their masks are shown, and what reviewers say about them.

use super::Shown;
use super::saved_text::{SavedText, Text, signature};
use crate::components::badge::{Badge, Tone};
use crate::components::erased::Rows;
use crate::components::icon::{Icon, Shape};
use crate::components::object_table::Swatch;
use domain::{Object, ObjectFields, ObjectId, ObjectReview, Verdict};
use leptos::prelude::*;

/// The id of an object's row in the document.
pub(super) fn row_id(object: ObjectId) -> String {
    format!("object-{object}")
}

/// The table of the review, with the columns that people know.
#[component]
pub(super) fn ReviewObjects(shown: Shown) -> impl IntoView {
    view! {
        <section class="review-table" aria-labelledby="objects-title">
            <header class="section-head">
                <h2 id="objects-title">"Objects"</h2>
                <label class="check" title="Outlines the masks before the last job where it changed them (f)">
                    <input
                        type="checkbox"
                        prop:checked=shown.former
                        checked=shown.former.get_untracked()
                        on:change:target=move |event| shown.former.set(event.target().checked())
                    />
                    "Show former outline"
                </label>
            </header>
            <table class="review-objects">
                <thead>
                    <tr>
                        <th scope="col">"Object"</th>
                        <th scope="col">"Change"</th>
                        <th scope="col">"Appears in"</th>
                        <th scope="col" class="wide">"Comment"</th>
                        <th scope="col">"Needs re-annotation"</th>
                        <th scope="col">"Reviewed"</th>
                        <th scope="col">"Masks"</th>
                    </tr>
                </thead>
                <tbody>
                    <Rows
                        each=move || shown.objects.with(|objects| objects.iter().map(|object| object.id).collect::<Vec<_>>())
                        key=|id| *id
                        children=move |id| view! { <Row shown id /> }
                    />
                </tbody>
            </table>
            {move || {
                shown.objects.with(Vec::is_empty).then(|| view! { <p class="muted">"This session has no objects yet."</p> })
            }}
            {move || {
                let why = shown.why_not_judged().filter(|_| shown.may_judge.get());
                why.map(|why| view! { <p class="muted">{crate::components::state::sentence(why)}</p> })
            }}
        </section>
    }
}

/// An object; stays in place while what is said about it changes.
#[component]
fn Row(shown: Shown, id: ObjectId) -> impl IntoView {
    let object = Memo::new(move |_| {
        shown
            .objects
            .with(|objects| objects.iter().find(|object| object.id == id).cloned())
    });
    let said = Memo::new(move |_| shown.review.with(|review| review.of(id).cloned()));
    let comment = Memo::new(move |_| {
        said.with(|said| said.as_ref().map(|s| s.comment.clone()).unwrap_or_default())
    });
    let title = Memo::new(move |_| {
        object.with(|object| {
            object
                .as_ref()
                .map(|o| o.fields.title())
                .unwrap_or_default()
        })
    });
    let is_selected = Memo::new(move |_| shown.selected.get() == Some(id));
    let is_hidden = Memo::new(move |_| shown.hidden.with(|hidden| hidden.contains(&id)));
    let select = move || {
        if shown.selected.get_untracked() != Some(id) {
            shown.selected.set(Some(id));
        }
    };
    view! {
        <tr
            id=row_id(id)
            tabindex="-1"
            class:selected=is_selected
            class:hidden-object=is_hidden
            aria-current=move || is_selected.get().then_some("true")
            on:click:target=move |_| select()
        >
            <th scope="row">
                {move || object.get().map(|object| view! { <Name object said=said.get() /> })}
            </th>
            <td>{move || object.get().map(|object| change(&object.fields))}</td>
            <td>{move || object.with(|object| object.as_ref().map(|object| appears_in(&object.fields)))}</td>
            <td class="wide">
                <SavedText
                    shown
                    text=Text::Object(id)
                    label=Signal::derive(move || format!("Comment on {}", title.get()))
                    stored=comment
                />
                {move || said.with(|said| signature(said.as_ref()?.signed.as_ref()?))}
            </td>
            <td class="verdict">
                <VerdictBox shown id verdict=Verdict::NeedsReannotation title />
            </td>
            <td class="verdict">
                <VerdictBox shown id verdict=Verdict::Good title />
            </td>
            <td>
                <button
                    type="button"
                    class="button icon-only quiet"
                    aria-pressed=move || (!is_hidden.get()).to_string()
                    aria-label=move || format!("Show the masks of {}", title.get())
                    title=move || if is_hidden.get() { "Show masks (h)" } else { "Hide masks (h)" }
                    on:click:target=move |_| shown.toggle_hidden(id)
                >
                    {move || {
                        let shape = if is_hidden.get() { Shape::EyeOff } else { Shape::Eye };
                        view! { <Icon shape /> }
                    }}
                </button>
            </td>
        </tr>
    }
}

/// Colour and label, and whether there is something new to see.
#[component]
fn Name(object: Object, said: Option<ObjectReview>) -> impl IntoView {
    let is_new = said.is_some_and(|said| said.annotated_again);
    view! {
        <span class="object-title">
            <Swatch colour=object.rgb() />
            {object.fields.title()}
        </span>
        {is_new.then(|| view! { <Badge text="Annotated again" tone=Tone::Ok /> })}
    }
}

/// A verdict as a box to tick; ticking one takes the tick off the other.
#[component]
fn VerdictBox(shown: Shown, id: ObjectId, verdict: Verdict, title: Memo<String>) -> impl IntoView {
    let is_ticked =
        Memo::new(move |_| shown.review.with(|review| review.verdict(id)) == Some(verdict));
    let (label, tooltip) = match verdict {
        Verdict::Good => ("reviewed", "Reviewed: its masks are good (a)"),
        Verdict::NeedsReannotation => ("needs re-annotation", "Its masks are to be made anew (s)"),
    };
    view! {
        <input
            type="checkbox"
            aria-label=move || format!("{}: {label}", title.get())
            title=tooltip
            checked=is_ticked.get_untracked()
            prop:checked=is_ticked
            disabled=move || !shown.may_judge.get() || shown.why_not_judged().is_some()
            on:change:target=move |event| shown.judge(id, event.target().checked().then_some(verdict))
        />
    }
}

impl Shown {
    /// Shows the masks of an object, or no longer.
    pub(super) fn toggle_hidden(self, object: ObjectId) {
        self.hidden.update(|hidden| {
            if !hidden.remove(&object) {
                hidden.insert(object);
            }
        });
    }
}

fn change(fields: &ObjectFields) -> impl IntoView + use<> {
    view! {
        {fields.change_type.as_str()}
        <div class="muted">{fields.deformability.as_str()}</div>
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
