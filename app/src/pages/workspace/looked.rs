//! Remembers which frames were on the screen, in this browser.

use super::editor::Editor;
use canvas::Looked;
use domain::VideoSide;
use leptos::prelude::*;

/// Follows both videos for as long as the calling component lives.
pub(super) fn follow(editor: Editor) {
    for side in VideoSide::BOTH {
        let key = format!("looked:{}:{}", editor.session(), side.number());
        let video = editor.video(side);
        Effect::new(move |before: Option<()>| {
            if before.is_none() {
                let stored = storage().and_then(|storage| storage.get_item(&key).ok().flatten());
                video
                    .looked
                    .set(Looked::from_text(&stored.unwrap_or_default()));
            }
            let Some(frame) = video.shown.get() else {
                return;
            };
            let mut looked = video.looked.get_untracked();
            if looked.add(frame.0) {
                // A browser that forbids storage forgets it with the page.
                let _ = storage().map(|storage| storage.set_item(&key, &looked.to_text()));
                video.looked.set(looked);
            }
        });
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
