//! The list of keys.

use crate::components::erased::reactive_view;
use crate::later;
use canvas::{Binding, Group, words_of};
use leptos::ev::KeyboardEvent;
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
            let pointer = pointer
                .iter()
                .map(|(what, does)| ((*what).to_owned(), *does));
            let mut groups = vec![("Pointer", pointer.collect())];
            groups.extend(keys.iter().map(|(title, bindings)| {
                let rows = bindings
                    .iter()
                    .filter(|binding| !binding.words.is_empty())
                    .map(|binding| (chords(binding), binding.words));
                (*title, rows.collect())
            }));
            later!(review_and_workspace__keys, List(ListProps { open, groups }))
        })
    })
}

/// A title, and what is done by what.
type Rows = (&'static str, Vec<(String, &'static str)>);

#[component]
fn List(open: RwSignal<bool>, groups: Vec<Rows>) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let list = NodeRef::<html::Div>::new();
    // Nothing behind it is reached, and the keys that scroll have something to scroll.
    Effect::new(move |_| {
        if let (Some(dialog), Some(list)) = (dialog.get(), list.get()) {
            let _ = dialog.show_modal();
            let _ = list.focus();
        }
    });
    // Whoever had the focus gets it back.
    on_cleanup(move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    });
    view! {
        <dialog
            node_ref=dialog
            class="help"
            aria-label="Keys"
            on:keydown=keep_keys
            on:close:target=move |_| open.set(false)
            // What lies in it fills it: only the surroundings are the dialog itself.
            on:click=move |event| {
                if event.target() == event.current_target() {
                    open.set(false);
                }
            }
        >
            <div class="help-sheet">
                <header>
                    <h2>"Keys"</h2>
                    <button type="button" class="button small" on:click:target=move |_| open.set(false)>
                        "Close"
                    </button>
                </header>
                <div node_ref=list class="help-list" tabindex="0" role="group" aria-label="All keys">
                    <div class="help-groups">{groups.into_iter().map(group).collect_view()}</div>
                </div>
            </div>
        </dialog>
    }
}

/// While the list is read, arrows scroll it; only the keys that close it mean something to the page.
fn keep_keys(event: KeyboardEvent) {
    if !matches!(event.key().as_str(), "Escape" | "?") {
        event.stop_propagation();
    }
}

fn chords<C>(binding: &Binding<C>) -> String {
    let words = binding.chords.iter().map(|chord| words_of(chord));
    words.collect::<Vec<_>>().join(", ")
}

fn group((title, rows): Rows) -> AnyView {
    let rows = rows.into_iter().map(|(keys, words)| row(keys, words));
    let rows = rows.collect_view();
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
