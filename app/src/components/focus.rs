//! Which keys belong to the control that has the focus.

use leptos::ev::KeyboardEvent;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// The element that a key was pressed on.
#[must_use]
pub fn target_of(event: &KeyboardEvent) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Whether an element takes letters for itself.
#[must_use]
pub fn takes_text(element: &Element) -> bool {
    let types = element
        .dyn_ref::<HtmlInputElement>()
        .is_none_or(|input| !matches!(input.type_().as_str(), "range" | "checkbox"));
    let name = element.tag_name();
    (matches!(name.as_str(), "INPUT" | "TEXTAREA") && types)
        || name == "SELECT"
        || element.has_attribute("contenteditable")
}

/// Whether an element is pressed or opened by the space bar and the enter key.
#[must_use]
pub fn is_control(element: &Element) -> bool {
    matches!(
        element.tag_name().as_str(),
        "BUTTON" | "A" | "SUMMARY" | "SELECT" | "INPUT"
    ) && element.get_attribute("type").as_deref() != Some("range")
}
