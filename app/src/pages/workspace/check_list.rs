//! What is still missing or looks wrong, each with a way there.

use super::editor::Editor;
use crate::components::check_list::CheckList;
use canvas::{Check, CheckInput, checks};
use leptos::prelude::*;

/// Everything that is to be looked at before the job starts and before its masks are handed on.
pub(super) fn of(editor: Editor) -> Memo<Vec<Check>> {
    let [one, two] = domain::VideoSide::BOTH.map(|side| editor.video(side));
    Memo::new(move |_| {
        let (looked1, looked2) = (one.looked.read(), two.looked.read());
        let (tracks1, tracks2) = (one.tracks.read(), two.tracks.read());
        editor.data.with(|data| {
            editor.answers.with(|answers| {
                checks(&CheckInput {
                    objects: &data.objects,
                    prompts: &data.prompts,
                    answers,
                    tracks: [&tracks1, &tracks2],
                    looked: [&looked1, &looked2],
                    frames: [one.frames, two.frames],
                    uploaded: data.uploaded.is_some(),
                })
            })
        })
    })
}

/// The list; each line goes to its place.
#[component]
pub(super) fn WorkspaceChecks(editor: Editor, found: Memo<Vec<Check>>) -> impl IntoView {
    let line = move |check: Check| {
        let words = check.words.clone();
        view! {
            <button
                type="button"
                class="link"
                on:click:target=move |_| editor.go(check.object, check.side, check.frame)
            >
                {words}
            </button>
        }
        .into_any()
    };
    view! { <CheckList found line /> }
}
