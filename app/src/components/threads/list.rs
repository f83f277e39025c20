//! The list of conversations.

use super::Threads;
use crate::components::erased::Rows;
use crate::components::format;
use crate::components::icon::{Icon, Shape};
use crate::components::state::InlineError;
use domain::{Object, Pin, Thread};
use leptos::prelude::*;

/// One line per conversation that is not settled; the others on demand. A line opens its conversation and leads to its
/// place.
#[component]
pub fn ThreadList(
    /// The conversations.
    threads: Threads,
    /// Called with the place of the one that was chosen.
    #[prop(into)]
    on_go: Callback<Pin>,
) -> impl IntoView {
    let settled_too = RwSignal::new(false);
    let numbered = Memo::new(move |_| {
        let lines = threads.list.with(|list| {
            (1..)
                .zip(list.iter().cloned())
                .collect::<Vec<(u32, Thread)>>()
        });
        let all = settled_too.get();
        let wanted = |(_, thread): &(u32, Thread)| all || thread.is_open();
        lines.into_iter().filter(wanted).collect::<Vec<_>>()
    });
    let settled = Memo::new(move |_| {
        threads
            .list
            .with(|list| list.iter().filter(|thread| !thread.is_open()).count())
    });
    view! {
        <InlineError message=threads.problem />
        <ul class="threads">
            <Rows
                each=move || numbered.get()
                // A line is made anew when something in it changes.
                key=|(number, thread)| (*number, thread.comments.len(), thread.is_open())
                children=move |(number, thread)| view! { <Line threads number thread on_go /> }
            />
        </ul>
        <Show when=move || settled.get() != 0>
            <button
                type="button"
                class="link"
                aria-expanded=move || settled_too.get().to_string()
                on:click:target=move |_| settled_too.update(|all| *all = !*all)
            >
                {move || {
                    let verb = if settled_too.get() { "Hide" } else { "Show" };
                    format!("{verb} {} resolved", settled.get())
                }}
            </button>
        </Show>
    }
}

#[component]
fn Line(threads: Threads, number: u32, thread: Thread, on_go: Callback<Pin>) -> impl IntoView {
    let (id, pin) = (thread.id, thread.pin);
    let go = move |_| {
        threads.choose(id);
        on_go.run(pin);
    };
    let colour = move || {
        let colour = threads.objects.with(|objects| {
            let object = objects.iter().find(|object| Some(object.id) == pin.object);
            object.map(Object::rgb).map(format::css_colour)
        });
        colour
            .map(|colour| format!("--object: {colour}"))
            .unwrap_or_default()
    };
    let settled = !thread.is_open();
    let first = thread.comments.first().cloned();
    let (person, at) = first
        .map(|comment| (comment.person, comment.at))
        .unwrap_or_default();
    let answers = match thread.comments.len() {
        0 | 1 => String::new(),
        n => format!(", {}", format::count(n - 1, "answer")),
    };
    view! {
        <li class:settled=settled>
            <button
                type="button"
                class="thread"
                aria-pressed=move || (threads.chosen.get() == Some(id)).to_string()
                on:click=go
            >
                <span class="pin" style=colour>
                    {number}
                </span>
                <span class="thread-words">
                    <span class="comment-text">{thread.opening().to_owned()}</span>
                    <span class="muted">
                        {move || threads.place(&pin)} " - " {person} " " {format::minute(&at)} {answers}
                    </span>
                </span>
                {settled.then(|| view! { <Icon shape=Shape::Check /> })}
            </button>
        </li>
    }
}
