//! How far the search for an object is, and the places that it suggests.

use super::commands;
use super::editor::Editor;
use super::outbox::Outbox;
use super::search::{self, Searching};
use super::tool_bar::hint;
use crate::components::erased::reactive_view;
use crate::components::format;
use crate::components::progress::ProgressBar;
use crate::later;
use canvas::{Command, Crop, outline_path};
use domain::{Candidate, ObjectId, VideoSide};
use leptos::prelude::*;

/// A panel over the lower edge of the video in which the object is known; absent while nobody looks for anything.
#[component]
pub(super) fn SuggestionPanel(editor: Editor, outbox: Outbox) -> impl IntoView {
    // What is compared changes many times a second, what is shown around it does not.
    let subject = Memo::new(move |_| {
        editor.search.with(|search| match search {
            Searching::Off => None,
            Searching::Running { object, side, .. } => Some((*object, *side, true)),
            Searching::Suggested(all) => Some((all.object, all.side, false)),
        })
    });
    reactive_view(move || {
        subject.get().map(|(object, side, is_running)| {
            let title = search::title(editor, object);
            let label = format!("Looking for {title} in {side}");
            view! {
                <section
                    class="suggestions"
                    class:over-one=side == VideoSide::Two
                    aria-label=label
                >
                    {if is_running {
                        later!(workspace__search, Running(RunningProps { editor, title, side }))
                    } else {
                        later!(workspace__search, Choice(ChoiceProps { editor, outbox, title, object, side }))
                    }}
                </section>
            }
        })
    })
}

#[component]
fn Running(editor: Editor, title: String, side: VideoSide) -> impl IntoView {
    let steps = Memo::new(move |_| {
        editor.search.with(|search| match search {
            Searching::Running { done, total, .. } => (*done, *total),
            _ => (0, 0),
        })
    });
    let fraction = Signal::derive(move || {
        let (done, total) = steps.get();
        (total > 0).then(|| done as f32 / total as f32)
    });
    let words = move || match steps.get() {
        (_, 0) => "waits for its turn".to_owned(),
        (done, total) => format!("{done} of {total}"),
    };
    view! {
        <header>
            <h2>{format!("Looking for {title} in {side}")}</h2>
            <span class="muted number">{words}</span>
            <button
                type="button"
                class="button small"
                title=hint("Stop looking", Command::Escape)
                on:click:target=move |_| search::cancel(editor)
            >
                "Cancel"
            </button>
        </header>
        <ProgressBar fraction label=format!("Looking for {title}") />
    }
}

#[component]
fn Choice(
    editor: Editor,
    outbox: Outbox,
    title: String,
    object: ObjectId,
    side: VideoSide,
) -> impl IntoView {
    let all = Memo::new(move |_| {
        editor.search.with(|search| match search {
            Searching::Suggested(all) => all.all().to_vec(),
            _ => Vec::new(),
        })
    });
    let at = Memo::new(move |_| {
        editor.search.with(|search| match search {
            Searching::Suggested(all) => all.at(),
            _ => 0,
        })
    });
    let colour = editor.data.with_untracked(|data| {
        let found = data.objects.iter().find(|of| of.id == object);
        found.map(|of| format!("--object: {}", format::css_colour(of.rgb())))
    });
    let count = move || format!("{} of {}", at.get() + 1, all.with(Vec::len));
    let thumbs = move || {
        let thumb = |(index, candidate): (usize, Candidate)| {
            view! { <Thumb editor candidate side index at /> }
        };
        all.get().into_iter().enumerate().map(thumb).collect_view()
    };
    let action = move |command, name: &'static str, class: &'static str, words: &'static str| {
        view! {
            <button
                type="button"
                class=class
                title=hint(words, command)
                on:click:target=move |_| commands::run(editor, outbox, command)
            >
                {name}
            </button>
        }
    };
    view! {
        <header>
            <h2>{format!("Is this {title}?")}</h2>
            <span class="muted number" role="status">{count}</span>
            {action(Command::AcceptSuggestion, "Accept", "button small primary", "One click is made here")}
            {action(Command::RemovePoint, "Reject", "button small", "Not the object: on to the next")}
            <button
                type="button"
                class="button small quiet"
                title=hint("None of these", Command::Escape)
                on:click:target=move |_| search::cancel(editor)
            >
                "Close"
            </button>
        </header>
        <ul style=colour>{thumbs}</ul>
    }
}

/// A small picture of a suggestion, with the outline of its mask.
#[component]
fn Thumb(
    editor: Editor,
    candidate: Candidate,
    side: VideoSide,
    index: usize,
    at: Memo<usize>,
) -> impl IntoView {
    let Candidate {
        frame,
        mask,
        likeness,
        ..
    } = candidate;
    let (width, height) = (mask.width(), mask.height());
    let part = mask
        .bounds()
        .map(|bounds| Crop::around(bounds, width, height).view_box());
    let picture = format!(
        "/sessions/{}/videos/{}/frames/{frame}",
        editor.session(),
        side.number()
    );
    let alike = format!("{:.0} %", likeness * 100.0);
    let label = format!("Suggestion {}, frame {frame}, {alike} alike", index + 1);
    view! {
        <li>
            <button
                type="button"
                class="suggestion"
                aria-label=label
                aria-pressed=move || (at.get() == index).to_string()
                on:click:target=move |_| search::choose(editor, |all| all.choose(index))
            >
                <svg viewBox=part preserveAspectRatio="xMidYMid slice" aria-hidden="true">
                    <image href=picture width=width height=height />
                    <path d=outline_path(&mask) />
                </svg>
                <span class="number">{frame.to_string()} <span class="muted">{alike}</span></span>
            </button>
        </li>
    }
}
