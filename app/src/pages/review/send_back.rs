//! *Send back for re-annotation*: which objects, in which videos, on how many frames.

mod choice;

use super::Shown;
use crate::api;
use crate::components::erased::Rows;
use crate::components::state::{InlineError, sentence};
use choice::{Choice, ChoiceRow};
use domain::{AskedViews, SessionStatus};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

/// The button and its dialog.
#[component]
pub(super) fn SendBack(shown: Shown) -> impl IntoView {
    let choices = RwSignal::new(Vec::<Choice>::new());
    let dialog = NodeRef::<html::Dialog>::new();
    let error = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let navigate = use_navigate();
    let go = Callback::new(move |page: String| navigate(&page, Default::default()));
    let why_not = Memo::new(move |_| {
        shown
            .session
            .with(|session| session.status.why_not_judged())
    });
    let open = move |_| {
        let fresh = shown.review.with_untracked(|review| {
            let objects = shown.objects.get_untracked().into_iter();
            objects.map(|object| Choice::new(object, review)).collect()
        });
        choices.set(fresh);
        error.set(None);
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.try_get_untracked().flatten() {
            dialog.close();
        }
    };
    let send = move |then_annotate: bool| {
        let asked: Vec<AskedViews> =
            choices.with_untracked(|choices| choices.iter().flat_map(Choice::asked).collect());
        busy.set(true);
        let id = shown.id();
        spawn_local(async move {
            let page = format!("/sessions/{id}");
            let outcome = api::reviews::send_back(id, asked).await;
            busy.try_set(false);
            match outcome {
                Ok(()) => {
                    close();
                    shown.reload();
                    if then_annotate {
                        go.try_run(page);
                    }
                }
                Err(problem) => {
                    error.try_set(Some(problem.to_string()));
                }
            }
        });
    };
    let is_sent_back = Memo::new(move |_| {
        shown
            .session
            .with(|session| session.status == SessionStatus::NeedsReannotation)
    });
    let withdraw = move |_| {
        close();
        shown.store(api::reviews::withdraw(shown.id()));
    };
    let nothing = Memo::new(move |_| {
        choices.with(|choices| choices.iter().flat_map(Choice::asked).next().is_none())
    });
    view! {
        <button
            type="button"
            class="button"
            title=move || why_not.get().map(sentence)
            disabled=move || why_not.get().is_some()
            on:click=open
        >
            "Send back for re-annotation"
        </button>
        <dialog node_ref=dialog class="send-back" aria-labelledby="send-back-title">
            <h2 id="send-back-title">"Send back for re-annotation"</h2>
            <p class="muted">
                "New clicks are added to those that are there. The next offline job makes the masks anew that they reach."
            </p>
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Object"</th>
                        <th scope="col">"Video 1"</th>
                        <th scope="col">"Video 2"</th>
                    </tr>
                </thead>
                <tbody>
                    <Rows
                        each=move || choices.with(|all| all.iter().map(|choice| choice.object.clone()).enumerate().collect::<Vec<_>>())
                        key=|(at, object)| (*at, format!("{object:?}"))
                        children=move |(at, object)| view! { <ChoiceRow choices at object /> }
                    />
                </tbody>
            </table>
            <InlineError message=error />
            <div class="actions">
                <button
                    type="button"
                    class="button primary"
                    disabled=move || busy.get() || nothing.get()
                    on:click:target=move |_| send(false)
                >
                    "Send back"
                </button>
                <button
                    type="button"
                    class="button"
                    disabled=move || busy.get() || nothing.get()
                    on:click:target=move |_| send(true)
                >
                    "Send back and annotate now"
                </button>
                <Show when=move || is_sent_back.get()>
                    <button
                        type="button"
                        class="button"
                        title="Nothing is to be annotated again; verdicts and comments stay"
                        on:click=withdraw
                    >
                        "Take back"
                    </button>
                </Show>
                <button type="button" class="button quiet" on:click:target=move |_| close()>
                    "Cancel"
                </button>
            </div>
        </dialog>
    }
}
