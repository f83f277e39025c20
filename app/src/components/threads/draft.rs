//! A comment that is being written.

use super::Threads;
use super::send::{SendForm, Sending};
use crate::api;
use crate::components::icon::{Icon, Shape};
use domain::{ObjectId, Pin};
use leptos::prelude::*;

/// What the comment is about, where it belongs, and what it says. The place is that of the frame on which it was begun; a
/// click on a video moves it there.
#[component]
pub(super) fn DraftForm(threads: Threads) -> impl IntoView {
    let pin = move || threads.draft.get();
    let place = move || {
        pin().map(|pin| {
            let point = if pin.point.is_some() {
                ", at the pin"
            } else {
                ""
            };
            format!("{}, frame {}{point}", pin.side, pin.frame)
        })
    };
    let change = move |change: &dyn Fn(&mut Pin)| {
        threads
            .draft
            .update(|draft| draft.iter_mut().for_each(change));
    };
    let about = move |event| {
        let object = event_target_value(&event).parse().ok().map(ObjectId);
        change(&|pin| pin.object = object);
    };
    view! {
        <section class="open-thread" aria-label="New comment">
            <header>
                <h2>"New comment"</h2>
                <button
                    type="button"
                    class="button icon-only quiet"
                    aria-label="Close"
                    on:click:target=move |_| threads.close()
                >
                    <Icon shape=Shape::Cross />
                </button>
            </header>
            <p class="muted">
                {place}
                " "
                {move || {
                    match pin().and_then(|pin| pin.point) {
                        Some(_) => view! {
                            <button
                                type="button"
                                class="link"
                                on:click:target=move |_| change(&|pin| pin.point = None)
                            >
                                "no place"
                            </button>
                        }
                        .into_any(),
                        None => view! { <span>"- click the picture to point at something"</span> }.into_any(),
                    }
                }}
            </p>
            <label class="filter">
                "About"
                <select class="small" on:change=about>
                    <option value="" selected=move || pin().is_none_or(|pin| pin.object.is_none())>
                        "the whole frame"
                    </option>
                    {move || {
                        threads
                            .objects
                            .get()
                            .into_iter()
                            .map(|object| {
                                let chosen = move || pin().is_some_and(|pin| pin.object == Some(object.id));
                                view! {
                                    <option value=object.id.to_string() selected=chosen>
                                        {object.fields.title()}
                                    </option>
                                }
                            })
                            .collect_view()
                    }}
                </select>
            </label>
            <SendForm
                label="Comment"
                button=Signal::stored("Comment".to_owned())
                send
                threads
                on_sent=move |()| threads.close()
                focused=true
            >
                <button type="button" class="button small" on:click:target=move |_| threads.close()>
                    "Cancel"
                </button>
            </SendForm>
        </section>
    }
}

fn send(threads: Threads, text: String) -> Option<Sending> {
    let pin = threads.draft.get_untracked()?;
    let session = threads.session.get_value();
    Some(Box::pin(async move {
        api::comments::add_comment(session, pin, text).await?;
        threads.reload();
        Ok(())
    }))
}
