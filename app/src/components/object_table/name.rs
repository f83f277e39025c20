//! The name of an object, which is typed in place.

use super::Table;
use super::form::next_multiplicity;
use crate::components::cut::ObjectTitle;
use crate::components::erased::reactive_view;
use domain::{Object, ObjectId};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

/// Chooses the object; a double click or F2 lets its name be typed.
#[component]
pub(super) fn Name(table: Table, object: Memo<Option<Object>>, id: ObjectId) -> impl IntoView {
    let signals = table.signals;
    let renaming = signals.renaming;
    let title = move || object.with(|o| o.as_ref().map(|o| o.fields.title()).unwrap_or_default());
    let input = NodeRef::<html::Input>::new();
    let button = NodeRef::<html::Button>::new();
    // The field takes the focus when it opens, and the name gets it back when it closes.
    Effect::new(move |before: Option<bool>| {
        let open = renaming.get() == Some(id);
        if let (true, Some(input)) = (open, input.get()) {
            let _ = input.focus();
            input.select();
        } else if let (Some(true), false, Some(button)) = (before, open, button.get()) {
            let _ = button.focus();
        } else if before == Some(true) && !open {
            // The name is not there yet.
            return true;
        }
        open
    });
    let save = move || {
        if renaming.get_untracked() != Some(id) {
            return;
        }
        renaming.set(None);
        let typed = input.get_untracked().map(|input| input.value());
        let typed = typed.unwrap_or_default();
        if typed.trim() == untrack(title) {
            return;
        }
        table.update(id, |fields| {
            let objects = signals.objects;
            let (label, index) = parse(&typed);
            fields.multiplicity = index.unwrap_or_else(|| {
                objects.with_untracked(|all| next_multiplicity(all, label, Some(id)))
            });
            fields.label = label.to_owned();
        });
    };
    let on_key = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "Enter" => save(),
            "Escape" => renaming.set(None),
            _ => {}
        }
        // Letters typed here are no commands of the workspace.
        event.stop_propagation();
    };
    reactive_view(move || {
        if renaming.get() == Some(id) {
            view! {
                <input
                    node_ref=input
                    type="text"
                    class="object-rename"
                    maxlength="110"
                    aria-label=format!("Name of {}", untrack(title))
                    value=untrack(title)
                    on:keydown=on_key
                    on:blur:target=move |_| save()
                />
            }
            .into_any()
        } else {
            view! {
                <button
                    node_ref=button
                    type="button"
                    class="object-name"
                    title=move || format!("{}: rename it with a double click (F2)", title())
                    aria-pressed=move || (signals.selected.get() == Some(id)).to_string()
                    on:click:target=move |_| signals.selected.set(Some(id))
                    on:dblclick:target=move |_| renaming.set(Some(id))
                >
                    {move || view! { <ObjectTitle title=title() /> }}
                </button>
            }
            .into_any()
        }
    })
}

/// A typed name as label and index: `cup 2` is the second cup, `cup` has no index of its own.
fn parse(typed: &str) -> (&str, Option<u32>) {
    let typed = typed.trim();
    let indexed = typed
        .rsplit_once(char::is_whitespace)
        .and_then(|(label, digits)| {
            let index = digits.parse().ok().filter(|&index| index > 0)?;
            Some((label.trim_end(), Some(index)))
        });
    indexed.unwrap_or((typed, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_behind_the_label_is_the_index() {
        assert_eq!(parse(" tea  cup 12 "), ("tea  cup", Some(12)));
        assert_eq!(parse("cup"), ("cup", None));
        assert_eq!(parse("cup 0"), ("cup 0", None));
        assert_eq!(parse("7"), ("7", None));
    }
}
