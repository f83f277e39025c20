//! The colour of an object.

use super::Table;
use crate::api;
use crate::components::erased::reactive_view;
use crate::components::format;
use crate::components::sight::{focus_in_place, reveal};
use crate::later;
use domain::{OBJECT_COLOURS, Object, ObjectId};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// How the ten colours are called.
const NAMES: [&str; 10] = [
    "blue",
    "orange",
    "green",
    "red",
    "purple",
    "brown",
    "pink",
    "dark grey",
    "olive",
    "cyan",
];

/// A square in a colour.
#[component]
pub fn Swatch(
    /// Red, green, blue.
    colour: [u8; 3],
) -> impl IntoView {
    let colour = format::css_colour(colour);
    view! { <span class="swatch" style=format!("background:{colour}") aria-hidden="true"></span> }
}

/// Lets escape close the choice of a colour, wherever the focus is.
pub(super) fn close_with_escape(table: Table) {
    Effect::new(move |_| {
        if table.palette.get().is_some() {
            let listener = window_event_listener(ev::keydown, move |event| {
                if event.key() == "Escape" {
                    give_focus_back();
                    table.palette.set(None);
                }
            });
            on_cleanup(move || listener.remove());
        }
    });
}

/// From one of the colours to what opened them.
fn give_focus_back() {
    let find = |query: &str| document().query_selector(query).ok().flatten();
    let opener = find(".object-colour[aria-expanded='true']");
    if let (Some(_), Some(opener)) = (
        find(".palette :focus"),
        opener.and_then(|opener| opener.dyn_into::<HtmlElement>().ok()),
    ) {
        focus_in_place(&opener);
    }
}

/// Shows the colour of an object and opens the choice of another.
#[component]
pub(super) fn ColourButton(table: Table, object: Memo<Option<Object>>) -> impl IntoView {
    reactive_view(move || {
        let object = object.get()?;
        let id = object.id;
        let is_open = move || table.palette.get() == Some(id);
        Some(view! {
            <button
                type="button"
                class="object-colour"
                title="Choose another colour"
                aria-label=format!("Colour of {}: {}", object.fields.title(), name(object.colour))
                aria-expanded=move || is_open().to_string()
                on:click:target=move |_| {
                    table.palette.set(if untrack(is_open) { None } else { Some(id) });
                }
            >
                <Swatch colour=object.rgb() />
            </button>
        })
    })
}

/// The ten colours, below the row of an object whose colour is being chosen.
#[component]
pub(super) fn Palette(table: Table, object: Memo<Option<Object>>, id: ObjectId) -> impl IntoView {
    let is_open = Memo::new(move |_| table.palette.get() == Some(id));
    reactive_view(move || {
        is_open.get().then(|| {
            later!(
                workspace__objects,
                Colours(ColoursProps { table, object, id })
            )
        })
    })
}

#[component]
fn Colours(table: Table, object: Memo<Option<Object>>, id: ObjectId) -> impl IntoView {
    let choose = move |colour: u8| {
        table.palette.set(None);
        table.act(api::objects::set_object_colour(id, colour), drop);
    };
    let row = NodeRef::<html::Tr>::new();
    Effect::new(move |_| {
        if let Some(row) = row.get() {
            reveal(&row, ".objects");
        }
    });
    let colours = move || {
        let chosen = object.with(|object| object.as_ref().map(|object| object.colour));
        (0..).zip(OBJECT_COLOURS).map(move |(index, colour)| {
            view! {
                <button
                    type="button"
                    class="object-colour"
                    title=name(index)
                    aria-label=name(index)
                    aria-pressed=(chosen == Some(index)).to_string()
                    on:click:target=move |_| choose(index)
                >
                    <Swatch colour />
                </button>
            }
        })
    };
    view! {
        <tr node_ref=row class="palette">
            <td colspan="6">
                <div role="group" aria-label="Colours">{move || colours().collect_view()}</div>
            </td>
        </tr>
    }
}

fn name(colour: u8) -> &'static str {
    NAMES[usize::from(colour) % NAMES.len()]
}
