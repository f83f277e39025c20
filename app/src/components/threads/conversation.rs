//! The conversation that is open.

use super::Threads;
use super::send::{SendForm, Sending};
use crate::api;
use crate::components::erased::Rows;
use crate::components::format;
use crate::components::icon::{Icon, Shape};
use crate::components::state::InlineError;
use domain::{Thread, ThreadId};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Everything that was said, a field for an answer, and the button that settles it.
#[component]
pub(super) fn Conversation(threads: Threads, id: ThreadId) -> impl IntoView {
    let thread = Memo::new(move |_| {
        threads
            .list
            .with(|list| list.iter().find(|thread| thread.id == id).cloned())
    });
    let is_open =
        Memo::new(move |_| thread.with(|thread| thread.as_ref().is_some_and(Thread::is_open)));
    let place =
        move || thread.with(|thread| thread.as_ref().map(|thread| threads.place(&thread.pin)));
    let error = RwSignal::new(None::<String>);
    let settle = move |_| {
        let resolved = is_open.get_untracked();
        spawn_local(async move {
            match api::comments::set_resolved(id, resolved).await {
                Ok(()) => threads.reload(),
                Err(reason) => {
                    error.try_set(Some(reason.to_string()));
                }
            }
        });
    };
    let comments = move || {
        thread.with(|thread| {
            thread
                .as_ref()
                .map(|thread| thread.comments.clone())
                .unwrap_or_default()
        })
    };
    let resolved = move || {
        thread.with(|thread| {
            let resolved = thread.as_ref()?.resolved.as_ref()?;
            Some(format!(
                "Resolved by {}, {}",
                resolved.person,
                format::minute(&resolved.at)
            ))
        })
    };
    view! {
        <section class="open-thread" aria-label="Conversation">
            <header>
                <h2>{place}</h2>
                <button
                    type="button"
                    class="button icon-only quiet"
                    aria-label="Close"
                    on:click:target=move |_| threads.close()
                >
                    <Icon shape=Shape::Cross />
                </button>
            </header>
            <ol class="comments">
                <Rows
                    each=comments
                    key=|comment| comment.id
                    children=|comment| {
                        view! {
                            <li>
                                <p>
                                    <strong>{comment.person}</strong>
                                    " "
                                    <time class="muted" datetime=comment.at.clone()>{format::minute(&comment.at)}</time>
                                </p>
                                <p class="comment-text">{comment.text}</p>
                            </li>
                        }
                    }
                />
            </ol>
            <p class="muted" hidden=move || is_open.get()>{resolved}</p>
            <SendForm
                label="Reply"
                button=Signal::derive(move || {
                    if is_open.get() { "Reply".to_owned() } else { "Reply and reopen".to_owned() }
                })
                send
                threads
                on_sent=|()| ()
            >
                <button type="button" class="button small" on:click=settle>
                    {move || if is_open.get() { "Resolve" } else { "Reopen" }}
                </button>
            </SendForm>
            <InlineError message=error />
        </section>
    }
}

fn send(threads: Threads, text: String) -> Option<Sending> {
    let id = threads.chosen.get_untracked()?;
    Some(Box::pin(async move {
        api::comments::reply(id, text).await?;
        threads.reload();
        Ok(())
    }))
}
