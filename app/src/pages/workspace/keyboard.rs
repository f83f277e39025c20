//! The keys of the workspace.

use super::editor::Editor;
use super::flow::done_with_object;
use super::outbox::Outbox;
use canvas::{Tool, Viewport};
use domain::{FrameNumber, VideoSide};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// Listens for as long as the calling component lives.
pub(super) fn listen(editor: Editor, outbox: Outbox) {
    // The server has no window.
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            if !event.default_prevented() && press(editor, outbox, &event) {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// Does what a key stands for; says whether it stands for anything.
fn press(editor: Editor, outbox: Outbox, event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    let on_slider = target.as_ref().is_some_and(is_slider);
    if target.as_ref().is_some_and(takes_text) && !on_slider {
        return false;
    }
    let key = event.key();
    let (shift, command) = (event.shift_key(), event.ctrl_key() || event.meta_key());
    if command {
        return match key.as_str() {
            "z" | "Z" if shift => {
                outbox.redo();
                true
            }
            "z" => {
                outbox.undo();
                true
            }
            "y" => {
                outbox.redo();
                true
            }
            _ => false,
        };
    }
    if event.alt_key() {
        return false;
    }
    let on_control = target.as_ref().is_some_and(|t| {
        let name = t.tag_name();
        name == "BUTTON" || name == "A" || name == "SUMMARY"
    });
    match key.as_str() {
        // A focused button is pressed by the space bar, and a link or button by enter.
        " " if on_control => return false,
        " " => editor.playing.update(|playing| *playing = !*playing),
        "ArrowLeft" => step(editor, if shift { -10 } else { -1 }),
        "ArrowRight" => step(editor, if shift { 10 } else { 1 }),
        "Home" => jump(editor, 0),
        "End" => jump(editor, u32::MAX),
        "z" => outbox.undo(),
        "Z" => outbox.redo(),
        "c" => outbox.clear_points(),
        "d" => done_with_object(editor),
        "n" => neighbour(editor, 1),
        "p" => neighbour(editor, -1),
        "v" => editor.choose_side(match editor.side.get_untracked() {
            VideoSide::One => VideoSide::Two,
            VideoSide::Two => VideoSide::One,
        }),
        "b" => editor.compare.update(|compare| *compare = !*compare),
        "q" => editor.tool.set(Tool::Positive),
        "w" => editor.tool.set(Tool::Negative),
        "e" => editor.tool.set(Tool::Box),
        "m" => editor.masks_shown.update(|shown| *shown = !*shown),
        "0" => whole_picture(editor),
        "?" => editor.help.update(|open| *open = !*open),
        "Escape" => {
            editor.help.set(false);
            editor.gesture.update(canvas::Gesture::cancel);
        }
        digit => match digit.parse::<usize>() {
            Ok(number @ 1..=9) => choose(editor, number - 1),
            _ => return false,
        },
    }
    true
}

fn is_slider(element: &Element) -> bool {
    element
        .dyn_ref::<HtmlInputElement>()
        .is_some_and(|input| input.type_() == "range")
}

fn takes_text(element: &Element) -> bool {
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
        || element.has_attribute("contenteditable")
}

fn step(editor: Editor, by: i64) {
    let video = editor.video(editor.side.get_untracked());
    let to = i64::from(video.frame.get_untracked().0) + by;
    jump(editor, u32::try_from(to.max(0)).unwrap_or(u32::MAX));
}

fn jump(editor: Editor, to: u32) {
    editor.playing.set(false);
    editor.show_frame(editor.side.get_untracked(), FrameNumber(to));
}

fn choose(editor: Editor, index: usize) {
    let id = editor
        .data
        .with_untracked(|data| data.objects.get(index).map(|object| object.id));
    if let Some(id) = id {
        editor.choose_object(id);
    }
}

/// Chooses the object before or after the one being worked on, going round.
fn neighbour(editor: Editor, by: isize) {
    let (count, at) = editor.data.with_untracked(|data| {
        let chosen = editor.selected.get_untracked();
        let at = data.objects.iter().position(|o| Some(o.id) == chosen);
        (data.objects.len() as isize, at)
    });
    if count > 0 {
        let from = at.map_or(if by > 0 { -1 } else { 0 }, |at| at as isize);
        choose(editor, (from + by).rem_euclid(count) as usize);
    }
}

fn whole_picture(editor: Editor) {
    let view = editor.video(editor.side.get_untracked()).view;
    view.update(|view| {
        let (w, h) = view.frame;
        *view = Viewport::fit(w as u32, h as u32, view.canvas, view.pixel_ratio);
    });
}
