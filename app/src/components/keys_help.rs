//! The list of keys.

use crate::components::erased::reactive_view;
use canvas::{Binding, Group, words_of};
use leptos::html;
use leptos::prelude::*;

/// What every key of a table and the pointer do, while it is `open`.
#[component]
pub fn KeysHelp<C: Copy + Send + Sync + 'static>(
    /// Whether it is shown; escape closes it, which the keyboard sees to.
    open: RwSignal<bool>,
    /// The keys.
    keys: &'static [Group<C>],
    /// What the pointer does.
    pointer: &'static [(&'static str, &'static str)],
) -> impl IntoView {
    reactive_view(move || {
        open.get().then(|| {
            let groups = keys.iter().map(|(title, bindings)| {
                let rows = bindings
                    .iter()
                    .filter(|binding| !binding.words.is_empty())
                    .map(|binding| row(chords(binding), binding.words));
                group(title, rows.collect())
            });
            let pointer = pointer
                .iter()
                .map(|(what, does)| row((*what).to_owned(), does));
            let mut all = vec![group("Pointer", pointer.collect())];
            all.extend(groups);
            view! { <List open groups=all /> }
        })
    })
}

#[component]
fn List(open: RwSignal<bool>, groups: Vec<AnyView>) -> impl IntoView {
    let close = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(button) = close.get() {
            let _ = button.focus();
        }
    });
    view! {
        <section class="help" role="dialog" aria-label="Keys">
            <header>
                <h2>"Keys"</h2>
                <button type="button" node_ref=close class="button small" on:click:target=move |_| open.set(false)>
                    "Close"
                </button>
            </header>
            <div class="help-groups">{groups}</div>
        </section>
    }
}

fn chords<C>(binding: &Binding<C>) -> String {
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
