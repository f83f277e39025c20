//! The list of keys.

use super::editor::Editor;
use canvas::{Binding, KEYS, POINTER, words_of};
use leptos::html;
use leptos::prelude::*;

/// What every key and the pointer do; closed by escape.
#[component]
pub(super) fn Help(editor: Editor) -> impl IntoView {
    move || editor.help.get().then(|| view! { <List editor /> })
}

#[component]
fn List(editor: Editor) -> impl IntoView {
    let close = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(button) = close.get() {
            let _ = button.focus();
        }
    });
    let pointer = POINTER
        .iter()
        .map(|(what, does)| row((*what).to_owned(), does));
    let groups = KEYS.iter().map(|(title, bindings)| {
        let rows = bindings
            .iter()
            .filter(|binding| !binding.words.is_empty())
            .map(|binding| row(keys(binding), binding.words));
        group(title, rows.collect())
    });
    view! {
        <section class="help" role="dialog" aria-label="Keys">
            <header>
                <h2>"Keys"</h2>
                <button
                    type="button"
                    node_ref=close
                    class="button small"
                    on:click=move |_| editor.help.set(false)
                >
                    "Close"
                </button>
            </header>
            <div class="help-groups">
                {group("Pointer", pointer.collect())}
                {groups.collect::<Vec<_>>()}
            </div>
        </section>
    }
}

fn keys(binding: &Binding) -> String {
    let words = binding.chords.iter().map(|chord| words_of(chord));
    words.collect::<Vec<_>>().join(", ")
}

fn group(title: &'static str, rows: Vec<AnyView>) -> AnyView {
    view! {
        <table>
            <caption>{title}</caption>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(keys: String, words: &'static str) -> AnyView {
    view! {
        <tr>
            <th scope="row">
                <kbd>{keys}</kbd>
            </th>
            <td>{words}</td>
        </tr>
    }
    .into_any()
}
