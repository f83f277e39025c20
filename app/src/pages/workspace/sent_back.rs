//! What a reviewer sent back: each object with what is asked for, how far it is, and why.

use super::editor::{Editor, asked};
use super::flow::go_to;
use crate::components::erased::{Rows, reactive_view};
use crate::components::format;
use crate::components::object_table::Swatch;
use canvas::Step;
use domain::{ObjectId, Signed};
use leptos::prelude::*;
use std::collections::HashSet;

/// One object that was sent back.
#[derive(Clone, PartialEq)]
struct Line {
    object: ObjectId,
    title: String,
    colour: [u8; 3],
    comment: String,
    steps: Vec<Step>,
}

/// Forgets which steps were called done when something else is sent back: that was said before.
pub(super) fn follow(editor: Editor) {
    let since = Memo::new(move |_| {
        editor.data.with(|data| {
            let asked = asked(data).iter();
            asked
                .map(|asked| (asked.views.object, asked.views.side, asked.since))
                .collect::<Vec<_>>()
        })
    });
    Effect::new(move |before: Option<()>| {
        since.track();
        if before.is_some() {
            editor.declared.set(HashSet::new());
        }
    });
}

/// The list above the videos, as long as something is sent back.
#[component]
pub(super) fn SentBackStrip(editor: Editor) -> impl IntoView {
    let sent = Memo::new(move |_| {
        editor.data.with(|data| {
            let sent = data.sent_back.as_ref()?;
            Some((sent.signed.clone(), sent.comment.clone()))
        })
    });
    let lines = Memo::new(move |_| lines(editor));
    let all_done = Memo::new(move |_| {
        lines.with(|lines| lines.iter().flat_map(|line| &line.steps).all(Step::is_done))
    });
    reactive_view(move || {
        let (signed, comment) = sent.get()?;
        let said = (!comment.is_empty()).then(|| quote(comment));
        Some(view! {
            <section class="sent-back" aria-label="Sent back" data-testid="sent-back">
                <p class="sent-back-head">
                    <strong>"Sent back"</strong>
                    <span class="muted">{whom(&signed)}</span>
                    {said}
                </p>
                <ul>
                    <Rows each=move || lines.get() key=key children=move |line| view! { <SentBackLine editor line /> } />
                </ul>
                {move || {
                    all_done
                        .get()
                        .then(|| view! { <p class="muted" role="status">"All annotated again: start the offline job."</p> })
                }}
            </section>
        })
    })
}

/// Everything that a line shows.
fn key(line: &Line) -> String {
    let steps = line.steps.iter();
    let steps: Vec<_> = steps
        .map(|step| (step.side, step.views, step.frames.len(), step.declared))
        .collect();
    format!(
        "{} {} {:?} {} {steps:?}",
        line.object, line.title, line.colour, line.comment
    )
}

fn lines(editor: Editor) -> Vec<Line> {
    let steps = editor.steps();
    editor.data.with(|data| {
        let of_object = |object: &domain::Object| {
            let asked = asked(data)
                .iter()
                .find(|asked| asked.views.object == object.id)?;
            let steps = steps.iter().filter(|step| step.object == object.id);
            Some(Line {
                object: object.id,
                title: object.fields.title(),
                colour: object.rgb(),
                comment: asked.comment.clone(),
                steps: steps.cloned().collect(),
            })
        };
        data.objects.iter().filter_map(of_object).collect()
    })
}

/// An object, its videos as ways there, and the reviewer's words.
#[component]
fn SentBackLine(editor: Editor, line: Line) -> impl IntoView {
    let ways = line.steps.into_iter().map(|step| {
        let (title, side) = (line.title.clone(), step.side);
        let (done, views) = (step.frames.len(), step.views);
        let complete = step.is_done();
        view! {
            <button
                type="button"
                class="button small"
                class:complete=complete
                aria-label=format!("{title} in {side}: {done} of {views} new views")
                title=format!("Annotate {title} in {side}; every frame with new clicks counts")
                on:click:target=move |_| go_to(editor, &step)
            >
                {format!("{side} {done}/{views}")}
            </button>
        }
    });
    let comment = (!line.comment.is_empty()).then(|| quote(line.comment));
    view! {
        <li>
            <Swatch colour=line.colour />
            <strong>{line.title.clone()}</strong>
            {ways.collect_view()}
            {comment}
        </li>
    }
}

fn quote(comment: String) -> impl IntoView {
    let title = comment.clone();
    view! { <q title=title>{comment}</q> }
}

fn whom(signed: &Signed) -> String {
    let at = format::minute(&signed.at);
    match &signed.by {
        Some(name) => format!("by {name}, {at}"),
        None => at,
    }
}
