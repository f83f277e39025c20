//! The keys of a review: choosing objects and judging them.

use super::Shown;
use super::objects::row_id;
use super::saved_text::field_id;
use domain::Verdict;
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// What each key does, as people read it.
pub(super) const KEYS: [(&str, &str); 6] = [
    ("j k", "next and previous object"),
    ("a", "reviewed, on to the next"),
    ("s", "needs re-annotation"),
    ("c", "comment"),
    ("h", "show or hide its masks"),
    ("o", "former outline"),
];

/// Listens for as long as the calling component lives.
pub(super) fn listen(shown: Shown) {
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            if !event.default_prevented() && press(shown, &event) {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    });
    // The row that is chosen takes the focus, so that it is on the screen and screen readers say it.
    Effect::new(move |before: Option<()>| {
        if let (Some(object), Some(())) = (shown.selected.get(), before) {
            let id = row_id(object);
            // Whoever chose it by going into one of its fields stays there.
            if !holds_focus(&id) {
                focus(&id);
            }
        }
    });
}

/// Does what a key stands for; says whether it stands for anything.
fn press(shown: Shown, event: &KeyboardEvent) -> bool {
    let modified = event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key();
    let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    if modified || target.as_ref().is_some_and(takes_keys) {
        return false;
    }
    match event.key().as_str() {
        "j" | "ArrowDown" => shown.select_next(true),
        "k" | "ArrowUp" => shown.select_next(false),
        "a" => shown.judge_selected(Verdict::Good),
        "s" => shown.judge_selected(Verdict::NeedsReannotation),
        "o" => shown.former.update(|former| *former = !*former),
        "h" => match shown.selected.get_untracked() {
            Some(object) => shown.toggle_hidden(object),
            None => return false,
        },
        "c" => match shown.selected.get_untracked() {
            Some(object) => focus(&field_id(object)),
            None => return false,
        },
        _ => return false,
    }
    true
}

/// Whether keys are for the element itself: a text, a slider, a choice, or anything in a dialog.
fn takes_keys(element: &Element) -> bool {
    let is_box = element
        .dyn_ref::<HtmlInputElement>()
        .is_some_and(|input| input.type_() == "checkbox");
    let inside = element
        .closest("input, select, textarea, dialog, [popover]")
        .ok()
        .flatten();
    match inside {
        Some(inside) => !(is_box && inside.tag_name() == "INPUT"),
        None => false,
    }
}

fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Whether the focus is on an element or inside of it.
fn holds_focus(id: &str) -> bool {
    let element = document().get_element_by_id(id);
    let active = document().active_element();
    element.is_some_and(|element| element.contains(active.as_deref()))
}
