//! What is special about masks that came with their videos.

use super::Shown;
use domain::{ObjectId, UploadedMasks, Workspace};
use leptos::prelude::*;
use std::collections::HashSet;

/// The objects whose masks are hidden when the page opens: all of them over videos that show the masks already.
pub(super) fn hidden_at_first(workspace: &Workspace) -> HashSet<ObjectId> {
    let is_painted = workspace
        .uploaded
        .as_ref()
        .is_some_and(|uploaded| uploaded.painted);
    let objects = workspace.objects.iter().filter(|_| is_painted);
    objects.map(|object| object.id).collect()
}

/// Where the masks come from, and a switch for all of them.
#[component]
pub(super) fn UploadedNote(shown: Shown, uploaded: UploadedMasks) -> impl IntoView {
    let any_visible = Memo::new(move |_| {
        shown.objects.with(|objects| {
            let hidden = shown.hidden.read();
            objects.iter().any(|object| !hidden.contains(&object.id))
        })
    });
    let toggle = move |_| {
        let all = shown
            .objects
            .with_untracked(|objects| objects.iter().map(|object| object.id).collect());
        let hide = any_visible.get_untracked();
        shown.hidden.set(if hide { all } else { HashSet::new() });
    };
    let words = if uploaded.painted {
        "The videos show the masks already, so they are hidden here at first."
    } else {
        "They were made elsewhere: an offline job changes only those of objects that are clicked."
    };
    view! {
        <p class="uploaded-note">
            <span class="muted">"Masks from " <code>{uploaded.file_name}</code> ". " {words}</span>
            <button type="button" class="button small" on:click=toggle>
                {move || if any_visible.get() { "Hide all masks" } else { "Show all masks" }}
            </button>
        </p>
    }
}
