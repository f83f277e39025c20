//! The tools of the pointer, and how videos and masks are shown.

use super::commands;
use super::corrections::is_approved;
use super::editor::Editor;
use super::look::{Compare, Look};
use super::outbox::Outbox;
use crate::components::icon::{Icon, Shape};
use crate::components::player::FrameLockChoice;
use canvas::{BRUSH_RADII, Command, Tool, key_of};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// One row above the videos.
#[component]
pub(super) fn ToolBar(editor: Editor, outbox: Outbox) -> impl IntoView {
    let look = editor.look;
    let run = move |command| commands::run(editor, outbox, command);
    let tool = move |tool: Tool| Signal::derive(move || editor.tool.get() == tool);
    let compare = move |way: Compare| Signal::derive(move || look.compare.get() == way);
    let slides = move || look.compare.get() != Compare::Off;
    view! {
        <div class="tool-bar">
            <div class="tools" role="group" aria-label="Tools">
                <Press run command=Command::ToolPositive on=tool(Tool::Positive) sign="+" name="On the object" />
                <Press run command=Command::ToolNegative on=tool(Tool::Negative) sign="\u{2212}" name="Not the object" />
                <Press run command=Command::ToolBox on=tool(Tool::Box) sign="\u{25ad}" name="Box" />
                <Press run command=Command::ToolBrush on=tool(Tool::Brush) icon=Shape::Brush name="Brush" />
                <Press run command=Command::ToolEraser on=tool(Tool::Eraser) icon=Shape::Eraser name="Eraser" />
                <button
                    type="button"
                    class="button small icon-only"
                    aria-label="Cross"
                    title=hint("A cross instead of the pointer, for the keyboard", Command::Aim)
                    aria-pressed=move || editor.aim.get().is_some().to_string()
                    on:click:target=move |_| run(Command::Aim)
                >
                    <Icon shape=Shape::Aim />
                </button>
                // What has no meaning for now keeps its place, so that nothing beside it moves.
                <input
                    type="range"
                    min=BRUSH_RADII.0
                    max=BRUSH_RADII.1
                    step="any"
                    class:no-meaning=move || editor.tool.get().erases(false).is_none()
                    aria-label="Size of the brush"
                    title="Size of the brush (j and k)"
                    prop:value=move || editor.brush.get().to_string()
                    value="12"
                    on:input:target=move |event| {
                        editor.brush.set(event.target().value_as_number());
                    }
                />
            </div>
            <div class="tools" role="group" aria-label="Masks">
                <button
                    type="button"
                    class="button small icon-only"
                    aria-label="Masks"
                    title=hint("Show or hide the masks", Command::Masks)
                    aria-pressed=move || look.masks.get().to_string()
                    on:click:target=move |_| run(Command::Masks)
                >
                    {move || {
                        let shape = if look.masks.get() { Shape::Eye } else { Shape::EyeOff };
                        view! { <Icon shape /> }
                    }}
                </button>
                <input
                    type="range"
                    min="0"
                    max="255"
                    step="1"
                    aria-label="Opacity of the masks"
                    title="Opacity of the masks ([ and ])"
                    prop:value=move || look.style.get().fill.to_string()
                    value="128"
                    on:input:target=move |event| {
                        if let Ok(fill) = event.target().value().parse() {
                            look.style.update(|style| style.fill = fill);
                        }
                    }
                />
                <button
                    type="button"
                    class="button small"
                    title="Draw the edge of every mask"
                    aria-pressed=move || look.style.get().outline.to_string()
                    on:click:target=move |_| look.style.update(|style| style.outline = !style.outline)
                >
                    "Outline"
                </button>
                <Press run command=Command::Solo on=look.solo.into() name="Solo" />
                <Press
                    run
                    command=Command::Approve
                    on=Signal::derive(move || is_approved(editor))
                    name="Approved"
                />
                <Press run command=Command::Former on=look.former.into() name="Former" />
                <span class:no-meaning=move || !look.former.get()>
                    <Press run command=Command::TakeBack icon=Shape::TakeBack name="Take back" />
                </span>
            </div>
            <div class="tools" role="group" aria-label="View">
                <Press run command=Command::Fit name="Fit" />
                <Press run command=Command::OneToOne name="1:1" />
                <Press run command=Command::Enlarge on=look.large.into() name="Enlarge" />
            </div>
            <div class="tools" role="group" aria-label="Compare">
                <Blink look />
                <Press run command=Command::Onion on=compare(Compare::Onion) name="Onion" more=" skin" />
                <Press run command=Command::Swipe on=compare(Compare::Swipe) name="Swipe" />
                <input
                    type="range"
                    min="0"
                    max="100"
                    step="1"
                    class:no-meaning=move || !slides()
                    aria-label="How much of video 2 is shown"
                    prop:value=move || look.share.get().to_string()
                    value="50"
                    on:input:target=move |event| {
                        look.share.set(event.target().value_as_number() as u8);
                    }
                />
            </div>
            <div class="tools locks" role="group" aria-label="Move together">
                <FrameLockChoice time=editor.time side=editor.side />
                <Press run command=Command::LockViews on=look.views_locked.into() name="Zoom" />
            </div>
        </div>
    }
}

/// Shows the other video in the place of this one for as long as it is held, by the pointer or by a key.
#[component]
fn Blink(look: Look) -> impl IntoView {
    let blink = move |on: bool| {
        if look.blink.get_untracked() != on {
            look.blink.set(on);
        }
    };
    let hold = move |event: PointerEvent| {
        let button = event
            .current_target()
            .and_then(|t| t.dyn_into::<Element>().ok());
        if let Some(button) = button {
            // Fails for a pointer that is gone already. Held elsewhere, it is let go here all the same.
            let _ = button.set_pointer_capture(event.pointer_id());
        }
        blink(event.button() == 0);
    };
    let is_press = |event: &KeyboardEvent| matches!(event.key().as_str(), " " | "Enter");
    view! {
        <button
            type="button"
            class="button small held"
            title=hint(&format!("Hold: {}", words(Command::Blink)), Command::Blink)
            aria-pressed=move || look.blink.get().to_string()
            on:pointerdown=hold
            on:pointerup:target=move |_| blink(false)
            on:pointercancel:target=move |_| blink(false)
            on:lostpointercapture:target=move |_| blink(false)
            on:contextmenu:target=move |event| event.prevent_default()
            on:keydown=move |event| {
                if is_press(&event) {
                    blink(true);
                }
            }
            on:keyup=move |event| {
                if is_press(&event) {
                    blink(false);
                }
            }
            on:blur:target=move |_| blink(false)
        >
            "Blink"
        </button>
    }
}

/// A button for a command; pressed while `on`.
#[component]
fn Press(
    run: impl Fn(Command) + Copy + Send + Sync + 'static,
    command: Command,
    /// Whether it is switched on; none for what only happens once.
    #[prop(optional)]
    on: Option<Signal<bool>>,
    /// A sign before the name, which stands alone where there is little room.
    #[prop(optional)]
    sign: &'static str,
    /// A drawn sign.
    #[prop(optional)]
    icon: Option<Shape>,
    name: &'static str,
    /// What the name goes on with where there is room.
    #[prop(optional)]
    more: &'static str,
) -> impl IntoView {
    let what = words(command);
    view! {
        <button
            type="button"
            class="button small"
            title=hint(what, command)
            aria-pressed=move || on.map(|on| on.get().to_string())
            on:click:target=move |_| run(command)
        >
            {(!sign.is_empty())
                .then(|| view! { <span class="tool-sign" aria-hidden="true">{sign}</span> })}
            {icon.map(|shape| view! { <span class="tool-sign"><Icon shape /></span> })}
            <span class="tool-name">{name}</span>
            {(!more.is_empty()).then(|| view! { <span class="tool-more">{more}</span> })}
        </button>
    }
}

/// What a command does, as the table of keys says it.
fn words(command: Command) -> &'static str {
    let mut all = canvas::KEYS.iter().flat_map(|(_, bindings)| *bindings);
    all.find(|binding| binding.command == command)
        .map_or("", |binding| binding.words)
}

/// Words with the key behind them.
pub(super) fn hint(words: &str, command: Command) -> String {
    match key_of(command) {
        Some(key) => format!("{words} ({key})"),
        None => words.to_owned(),
    }
}
