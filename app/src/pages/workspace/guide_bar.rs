//! The line above the videos: what is next, and what can be done.

use super::commands::go_to_worst;
use super::editor::{Editor, Notice};
use super::flow::done_with_object;
use super::outbox::{Outbox, has_prompts};
use super::tool_bar::hint;
use crate::components::format::capitalised;
use crate::components::icon::{Icon, Shape};
use crate::components::object_table::Swatch;
use crate::components::state::sentence;
use crate::live::use_live;
use canvas::{Command, Step};
use domain::VideoSide;
use leptos::prelude::*;

/// Which object, view and video is next.
#[component]
pub(super) fn GuideBar(editor: Editor, outbox: Outbox) -> impl IntoView {
    let place = Memo::new(move |_| editor.place());
    let words = move || match place.get() {
        Some(place) => capitalised(place.to_string()),
        None if editor.data.with(|data| data.objects.is_empty()) => {
            "Add the objects that changed.".to_owned()
        }
        None => match editor.object() {
            Some(object) if object.fields.is_in(editor.side.get()) => {
                format!("{} was not sent back.", capitalised(object.fields.title()))
            }
            Some(_) => format!("This object is not in {}.", editor.side.get()),
            None => "Choose an object.".to_owned(),
        },
    };
    let steps_left = move || {
        let steps = editor.steps();
        let left = steps.iter().filter(|step| !Step::is_done(step)).count();
        match (steps.len(), left) {
            (0, _) => String::new(),
            (_, 0) => "all annotated".to_owned(),
            (all, left) => format!("{} of {all} steps done", all - left),
        }
    };
    let undo = move |back: bool| {
        editor.data.with(|data| {
            let (what, event) = if back {
                ("Undo", &data.undo)
            } else {
                ("Redo", &data.redo)
            };
            match event {
                Some(edit) => format!("{what} the {}", edit.words),
                None => format!("Nothing to {}", what.to_ascii_lowercase()),
            }
        })
    };
    view! {
        <div class="guide-bar">
            <p class="guide" role="status" data-testid="guide">
                {move || editor.object().map(|object| view! { <Swatch colour=object.rgb() /> })}
                <strong>{words}</strong>
                " "
                <span class="muted">{steps_left}</span>
            </p>
            <div class="guide-actions" role="group" aria-label="Clicks">
                <button
                    type="button"
                    class="button small"
                    title=move || hint(&undo(true), Command::Undo)
                    disabled=move || outbox.is_busy() || editor.data.with(|data| data.undo.is_none())
                    on:click:target=move |_| outbox.undo()
                >
                    "Undo"
                </button>
                <button
                    type="button"
                    class="button small"
                    title=move || hint(&undo(false), Command::Redo)
                    disabled=move || outbox.is_busy() || editor.data.with(|data| data.redo.is_none())
                    on:click:target=move |_| outbox.redo()
                >
                    "Redo"
                </button>
                <span class="undo-next muted" data-testid="undo">
                    {move || editor.data.with(|data| data.undo.is_some()).then(|| undo(true))}
                </span>
                <button
                    type="button"
                    class="button small"
                    title=hint("Take away the object's clicks on this frame", Command::ClearPoints)
                    disabled=move || !editor.key().is_some_and(|key| has_prompts(editor, key))
                    on:click:target=move |_| outbox.clear_points()
                >
                    "Clear Points"
                </button>
                <button
                    type="button"
                    class="button small primary"
                    title=hint("Go on to the next view or object", Command::Done)
                    disabled=move || place.get().is_none()
                    on:click:target=move |_| done_with_object(editor)
                >
                    "Done with Object"
                </button>
                <button
                    type="button"
                    class="button small"
                    title=hint("Go to the worst place not looked at yet", Command::Worst)
                    hidden=move || !has_tracks(editor)
                    on:click:target=move |_| go_to_worst(editor)
                >
                    "Next Suspect"
                </button>
                <button
                    type="button"
                    class="button small"
                    aria-label="Keys"
                    title="Keys (?)"
                    aria-expanded=move || editor.help.get().to_string()
                    on:click:target=move |_| editor.help.update(|open| *open = !*open)
                >
                    "?"
                </button>
            </div>
        </div>
    }
}

/// What just happened, or that the server is gone.
#[component]
pub(super) fn Notices(editor: Editor) -> impl IntoView {
    let connected = use_live().connected();
    let problem = move || match editor.notice.get() {
        Some(Notice::Problem(text)) => Some(text),
        _ if !connected.get() => Some(
            "The server cannot be heard: clicks are kept here and saved when it is back".to_owned(),
        ),
        _ => None,
    };
    let hint = move || match editor.notice.get() {
        Some(Notice::Hint(text)) if connected.get() => Some(text),
        _ => None,
    };
    view! {
        <div class="notices">
            <div role="alert">
                {move || {
                    problem()
                        .map(|text| {
                            view! {
                                <p class="notice bad">
                                    <Icon shape=Shape::Warning />
                                    <span>{sentence(&text)}</span>
                                    <Dismiss editor />
                                </p>
                            }
                        })
                }}
            </div>
            <div role="status">
                {move || {
                    hint()
                        .map(|text| {
                            view! {
                                <p class="notice">
                                    <span>{text}</span>
                                    <Dismiss editor />
                                </p>
                            }
                        })
                }}
            </div>
        </div>
    }
}

#[component]
fn Dismiss(editor: Editor) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button icon-only quiet"
            aria-label="Dismiss"
            on:click:target=move |_| editor.notice.set(None)
        >
            <Icon shape=Shape::Cross />
        </button>
    }
}

/// Whether an offline job has left anything to judge.
fn has_tracks(editor: Editor) -> bool {
    let mut videos = VideoSide::BOTH.iter().map(|side| editor.video(*side));
    videos.any(|video| video.tracks.with(|tracks| !tracks.is_empty()))
}
