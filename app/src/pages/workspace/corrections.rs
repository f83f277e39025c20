//! Approving masks, and going back to those before the last job.

use super::editor::{Editor, Notice};
use crate::api;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Whether the frame of the object being worked on is approved.
pub(super) fn is_approved(editor: Editor) -> bool {
    editor.key().is_some_and(|key| {
        editor.video(key.side).tracks.with(|tracks| {
            let track = tracks.iter().find(|track| track.object == key.object);
            track.is_some_and(|track| track.approved.contains(&key.frame))
        })
    })
}

/// Approves the mask of the object on the frame, or takes that back.
pub(super) fn toggle_approved(editor: Editor) {
    let Some(key) = untrack(|| editor.key()) else {
        return editor.say(Notice::Hint("Choose an object first.".into()));
    };
    let approved = !untrack(|| is_approved(editor));
    let session = editor.session();
    spawn_local(async move {
        match api::masks::set_approved(session, key, approved).await {
            Ok(()) if approved => editor.say(Notice::Hint(format!(
                "Frame {} is approved: later jobs keep its mask.",
                key.frame
            ))),
            Ok(()) => editor.say(Notice::Hint(format!(
                "Frame {} is no longer approved.",
                key.frame
            ))),
            Err(error) => editor.say(Notice::Problem(error.to_string())),
        }
    });
}

/// Exchanges the object's masks in the video being worked on with those before the last job.
pub(super) fn take_back(editor: Editor) {
    let side = editor.side.get_untracked();
    let Some(object) = editor.selected.get_untracked() else {
        return editor.say(Notice::Hint("Choose an object first.".into()));
    };
    let session = editor.session();
    spawn_local(async move {
        match api::masks::take_back(session, side, object).await {
            Ok(0) => editor.say(Notice::Hint(format!(
                "The last job changed nothing of this object in {side}."
            ))),
            Ok(frames) => editor.say(Notice::Hint(format!(
                "The masks before the last job are back on {frames} frames of {side}; the files follow with the next job."
            ))),
            Err(error) => editor.say(Notice::Problem(error.to_string())),
        }
    });
}
