//! The question before a session is deleted.

use crate::api;
use crate::components::state::InlineError;
use domain::{Session, SessionId};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Asks before the session in `removing` is deleted.
#[component]
pub(super) fn RemoveDialog(
    removing: RwSignal<Option<SessionId>>,
    sessions: RwSignal<Vec<Session>>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None);
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if removing.with(Option::is_some) {
            error.set(None);
            let _ = dialog.show_modal();
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
            match api::sessions::remove_session(id.clone()).await {
                Ok(()) => {
                    sessions.update(|all| all.retain(|session| session.id != id));
                    removing.set(None);
                }
                Err(e) => error.set(Some(e.to_string())),
            }
            busy.set(false);
        });
    };
    view! {
        <dialog node_ref=dialog aria-labelledby="remove-title" on:close=move |_| removing.set(None)>
            <h2 id="remove-title">"Delete this session?"</h2>
            <p>
                <code>{move || removing.get().map(|id| id.to_string())}</code>
            </p>
            <p>"Both videos, all clicks, masks and result files are deleted. This cannot be undone."</p>
            <InlineError message=error />
            <div class="form-row actions">
                <button type="button" class="button danger" disabled=busy on:click=remove>
                    "Delete"
                </button>
                <button type="button" class="button" autofocus on:click=move |_| removing.set(None)>
                    "Keep"
                </button>
            </div>
        </dialog>
    }
}
