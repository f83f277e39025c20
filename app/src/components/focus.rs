//! Which keys belong to the control that has the focus.

use canvas::{chord, plain_key};
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// The element that a key was pressed on.
#[must_use]
pub fn target_of(event: &KeyboardEvent) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// A pressed key as the tables of keys write it; none for one that no table has.
///
/// Caps Lock does not count: a letter means something else only with shift. AltGr does not either: it types a character.
#[must_use]
pub fn chord_of(event: &KeyboardEvent) -> Option<String> {
    let types = event.get_modifier_state("AltGraph");
    if event.alt_key() && !types {
        return None;
    }
    let control = (event.ctrl_key() || event.meta_key()) && !types;
    let shift = event.shift_key();
    let key = plain_key(&event.key(), event.get_modifier_state("CapsLock"));
    Some(chord(&key, control, shift))
}

/// Whether a key belongs to the element that has the focus: letters to a text field, arrows to a slider.
#[must_use]
pub fn belongs_to(element: &Element, key: &str) -> bool {
    let slides = matches!(
        key,
        "ArrowLeft"
            | "ArrowRight"
            | "ArrowUp"
            | "ArrowDown"
            | "PageUp"
            | "PageDown"
            | "Home"
            | "End"
    );
    match element.tag_name().as_str() {
        "TEXTAREA" => true,
        // One that was opened by the mouse has just lost the focus, see `release_controls`.
        "SELECT" => has_focus(element),
        "INPUT" => match element.dyn_ref().map(HtmlInputElement::type_).as_deref() {
            Some("checkbox" | "radio") => false,
            Some("range") => slides && has_focus(element),
            _ => true,
        },
        _ => element.has_attribute("contenteditable"),
    }
}

fn has_focus(element: &Element) -> bool {
    document().active_element().as_ref() == Some(element)
}

/// Sliders and select boxes that were used by the mouse give the focus back, for as long as the calling component lives: the
/// next key is meant for the page, and must not choose another value.
pub fn release_controls() {
    // The server has no window.
    Effect::new(|_| {
        let by_mouse = StoredValue::new(false);
        let leave = move |target: Option<web_sys::EventTarget>| {
            let element = target.and_then(|target| target.dyn_into::<HtmlElement>().ok());
            if let Some(element) =
                element.filter(|element| by_mouse.get_value() && keeps_keys(element))
            {
                let _ = element.blur();
            }
        };
        let down = window_event_listener(ev::pointerdown, move |_| by_mouse.set_value(true));
        let changed = window_event_listener(ev::change, move |event| leave(event.target()));
        let key = window_event_listener(ev::keydown, move |event| match event.key().as_str() {
            "Tab" => by_mouse.set_value(false),
            key if key.chars().count() == 1 && key != " " => leave(event.target()),
            _ => {}
        });
        on_cleanup(move || {
            down.remove();
            changed.remove();
            key.remove();
        });
    });
}

/// Whether an element is a select box or a slider.
fn keeps_keys(element: &HtmlElement) -> bool {
    let input = element.dyn_ref::<HtmlInputElement>();
    element.tag_name() == "SELECT" || input.is_some_and(|input| input.type_() == "range")
}

/// Whether an element is pressed or opened by the space bar and the enter key.
#[must_use]
pub fn is_control(element: &Element) -> bool {
    matches!(
        element.tag_name().as_str(),
        "BUTTON" | "A" | "SUMMARY" | "SELECT" | "INPUT"
    ) && element.get_attribute("type").as_deref() != Some("range")
}
