//! The question before a session is deleted, and the way back after it.

use super::List;
use crate::api;
use crate::components::erased::reactive_view;
use crate::components::state::InlineError;
use domain::{RESTORE_DAYS, SessionId};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Asks before the session in `list.removing` is deleted.
#[component]
pub(super) fn RemoveDialog(list: List) -> impl IntoView {
    let removing = list.removing;
    let dialog = NodeRef::<html::Dialog>::new();
    let keep = NodeRef::<html::Button>::new();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None);
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if removing.with(Option::is_some) {
            error.set(None);
            let _ = dialog.show_modal();
            // Enter does no harm.
            if let Some(keep) = keep.get_untracked() {
                let _ = keep.focus();
            }
        } else {
            dialog.close();
        }
    });
    let remove = move |_| {
        let Some(id) = removing.get_untracked() else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            match api::sessions::delete_session(id.clone()).await {
                Ok(()) => {
                    list.removed.set(Some(id));
                    removing.set(None);
                    list.reload();
                }
                Err(e) => error.set(Some(e.to_string())),
            }
            busy.set(false);
        });
    };
    view! {
        <dialog node_ref=dialog aria-labelledby="remove-title" on:close:target=move |_| removing.set(None)>
            <h2 id="remove-title">"Delete this session?"</h2>
            <p>
                <code>{move || removing.get().map(|id| id.to_string())}</code>
            </p>
            <p>
                {format!(
                    "Its offline job is stopped, and nobody finds it any more. It can be brought back for {RESTORE_DAYS} \
                     days; then both videos, all clicks, masks and result files are removed.",
                )}
            </p>
            <InlineError message=error />
            <div class="form-row actions">
                <button type="button" class="button danger" disabled=busy on:click=remove>
                    "Delete"
                </button>
                <button type="button" node_ref=keep class="button" on:click:target=move |_| removing.set(None)>
                    "Keep"
                </button>
            </div>
        </dialog>
    }
}

/// Says which session was deleted last, and brings it back.
#[component]
pub(super) fn Removed(list: List) -> impl IntoView {
    reactive_view(move || {
        list.removed.get().map(|id| {
            let name = id.to_string();
            view! {
                <p class="note removed" role="status">
                    <span>"Deleted " <code>{name}</code></span>
                    <button type="button" class="button small" on:click:target=move |_| restore(list, id.clone())>
                        "Undo"
                    </button>
                </p>
            }
        })
    })
}

/// Brings a deleted session back.
pub(super) fn restore(list: List, id: SessionId) {
    spawn_local(async move {
        let outcome = api::sessions::restore_session(id.clone()).await;
        if outcome.is_ok() {
            list.removed.update(|removed| {
                removed.take_if(|last| *last == id);
            });
        }
        list.done(outcome);
    });
}
