//! The line above the videos: what is next, the tools, and what can be done.

use super::editor::{Editor, Notice};
use super::flow::done_with_object;
use super::outbox::{Outbox, has_prompts};
use crate::components::icon::{Icon, Shape};
use crate::components::object_table::Swatch;
use crate::components::state::sentence;
use crate::live::use_live;
use canvas::{Step, Tool};
use leptos::prelude::*;

/// Which object, view and video is next.
#[component]
pub(super) fn GuideBar(editor: Editor, outbox: Outbox) -> impl IntoView {
    let place = Memo::new(move |_| editor.place());
    let position = move || {
        let id = editor.selected.get()?;
        editor.data.with(|data| {
            let object = data.objects.iter().find(|object| object.id == id)?;
            Some(object.position)
        })
    };
    let words = move || match place.get() {
        Some(place) => sentence_case(&place.to_string()),
        None if editor.data.with(|data| data.objects.is_empty()) => {
            "Add the objects that changed.".to_owned()
        }
        None if editor.selected.get().is_some() => {
            format!("This object is not in {}.", editor.side.get())
        }
        None => "Choose an object.".to_owned(),
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
    view! {
        <div class="guide-bar">
            <p class="guide" role="status" data-testid="guide">
                {move || position().map(|position| view! { <Swatch position /> })}
                <strong>{words}</strong>
                " "
                <span class="muted">{steps_left}</span>
            </p>
            <div class="guide-actions" role="group" aria-label="Clicks">
                <button
                    type="button"
                    class="button small"
                    title="Take back the last action (z)"
                    disabled=move || outbox.is_busy() || !editor.data.with(|data| data.can_undo)
                    on:click=move |_| outbox.undo()
                >
                    "Undo"
                </button>
                <button
                    type="button"
                    class="button small"
                    title="Bring it back (shift + z)"
                    disabled=move || outbox.is_busy() || !editor.data.with(|data| data.can_redo)
                    on:click=move |_| outbox.redo()
                >
                    "Redo"
                </button>
                <button
                    type="button"
                    class="button small"
                    title="Take away the object's clicks on this frame (c)"
                    disabled=move || !editor.key().is_some_and(|key| has_prompts(editor, key))
                    on:click=move |_| outbox.clear_points()
                >
                    "Clear Points"
                </button>
                <button
                    type="button"
                    class="button small primary"
                    title="Go on to the next view or object (d)"
                    disabled=move || place.get().is_none()
                    on:click=move |_| done_with_object(editor)
                >
                    "Done with Object"
                </button>
                <button
                    type="button"
                    class="button small"
                    title="Both videos at the same size (b)"
                    aria-pressed=move || editor.compare.get().to_string()
                    on:click=move |_| editor.compare.update(|compare| *compare = !*compare)
                >
                    "Compare"
                </button>
                <button
                    type="button"
                    class="button small"
                    aria-label="Keys"
                    title="Keys (?)"
                    aria-expanded=move || editor.help.get().to_string()
                    on:click=move |_| editor.help.update(|open| *open = !*open)
                >
                    "?"
                </button>
            </div>
        </div>
    }
}

/// The tools of the pointer.
#[component]
pub(super) fn ToolBar(editor: Editor) -> impl IntoView {
    let tools = [
        (
            Tool::Positive,
            "+",
            "On the object",
            "Left click marks the object (q). Right click always marks what is not the object.",
        ),
        (
            Tool::Negative,
            "\u{2212}",
            "Not the object",
            "Left click marks what is not the object (w)",
        ),
        (
            Tool::Box,
            "\u{25ad}",
            "Box",
            "Drag a box around the object (e), or hold shift and drag",
        ),
    ];
    let buttons = tools.map(|(tool, sign, name, title)| {
        view! {
            <button
                type="button"
                class="button small"
                title=title
                aria-pressed=move || (editor.tool.get() == tool).to_string()
                on:click=move |_| editor.tool.set(tool)
            >
                <span class="tool-sign" aria-hidden="true">
                    {sign}
                </span>
                {name}
            </button>
        }
    });
    view! {
        <div class="tool-bar" role="group" aria-label="Tools">
            {buttons}
            <button
                type="button"
                class="button small"
                title="Show or hide the masks (m)"
                aria-pressed=move || editor.masks_shown.get().to_string()
                on:click=move |_| editor.masks_shown.update(|shown| *shown = !*shown)
            >
                {move || {
                    let shape = if editor.masks_shown.get() { Shape::Eye } else { Shape::EyeOff };
                    view! { <Icon shape /> }
                }}
                "Masks"
            </button>
        </div>
    }
}

/// What just happened, or that the server is gone.
#[component]
pub(super) fn Notices(editor: Editor) -> impl IntoView {
    let connected = use_live().connected();
    let problem = move || match editor.notice.get() {
        Some(Notice::Problem(text)) => Some(text),
        _ if !connected.get() => {
            Some("The server cannot be heard: clicks cannot be saved until it is back".to_owned())
        }
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
            on:click=move |_| editor.notice.set(None)
        >
            <Icon shape=Shape::Cross />
        </button>
    }
}

fn sentence_case(words: &str) -> String {
    let mut chars = words.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}
