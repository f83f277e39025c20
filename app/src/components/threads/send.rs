//! A field for a comment, and the button that sends it.

use crate::api::ApiError;
use crate::components::leaving::ask_before_leaving;
use crate::components::state::InlineError;
use domain::COMMENT_MAX;
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;
use std::pin::Pin;

/// Sends a text to the server.
pub(super) type Sending = Pin<Box<dyn Future<Output = Result<(), ApiError>>>>;

/// The field; what was written stays in it when it could not be sent.
#[component]
pub(super) fn SendForm(
    /// What the field is for.
    #[prop(into)]
    label: String,
    /// What the button says.
    #[prop(into)]
    button: Signal<String>,
    /// Sends the text.
    send: fn(super::Threads, String) -> Option<Sending>,
    /// The conversations.
    threads: super::Threads,
    /// Called when it was sent.
    #[prop(into)]
    on_sent: Callback<()>,
    /// Whether the field takes the focus at once.
    #[prop(optional)]
    focused: bool,
    /// More buttons.
    children: Children,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get()
            && focused
        {
            let _ = field.focus();
        }
    });
    ask_before_leaving(move || text.with_untracked(|text| !text.trim().is_empty()));
    let is_blank = move || text.with(|text| text.trim().is_empty());
    let submit = move || {
        if busy.get_untracked() || untrack(is_blank) {
            return;
        }
        let Some(sending) = send(threads, text.get_untracked()) else {
            return;
        };
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let answer = sending.await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    text.try_set(String::new());
                    on_sent.try_run(());
                }
                Err(reason) => {
                    error.try_set(Some(reason.to_string()));
                }
            }
        });
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            submit();
        }
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        submit();
    };
    view! {
        <form class="send-form" on:submit=on_submit>
            <textarea
                node_ref=field
                rows="3"
                maxlength=COMMENT_MAX.to_string()
                aria-label=label
                placeholder="ctrl enter sends"
                prop:value=move || text.get()
                on:input:target=move |event| text.set(event.target().value())
                on:keydown=on_key
            ></textarea>
            <InlineError message=error />
            <div class="actions">
                <button type="submit" class="button small primary" disabled=move || busy.get() || is_blank()>
                    {move || button.get()}
                </button>
                {children()}
            </div>
        </form>
    }
}
