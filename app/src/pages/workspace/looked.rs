//! Tells the server which frames were on the screen.

use super::editor::Editor;
use crate::api;
use domain::{Looked, VideoSide};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long frames are collected before they are sent.
const COLLECT: Duration = Duration::from_secs(1);

/// Follows both videos for as long as the calling component lives.
pub(super) fn follow(editor: Editor) {
    for side in VideoSide::BOTH {
        follow_video(editor, side);
    }
}

fn follow_video(editor: Editor, side: VideoSide) {
    let video = editor.video(side);
    let index = usize::from(side.number()) - 1;
    // What others looked at counts, too.
    Effect::new(move |_| {
        let mut looked = video.looked.get_untracked();
        if editor.data.with(|data| looked.join(&data.looked[index])) {
            video.looked.set(looked);
        }
    });
    let session = editor.session();
    let fresh = StoredValue::new(Looked::default());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let send = move || {
        let frames = fresh.try_update_value(std::mem::take).unwrap_or_default();
        if frames == Looked::default() {
            return;
        }
        let session = session.clone();
        spawn_local(async move {
            let answer = api::sessions::add_looked(session, side, frames.clone()).await;
            if answer.is_err() {
                // The bar says that the server is gone; they go with the next ones.
                fresh.try_update_value(|fresh| fresh.join(&frames));
            }
        });
    };
    let at_end = send.clone();
    Effect::new(move |_| {
        let Some(frame) = video.shown.get() else {
            return;
        };
        let mut looked = video.looked.get_untracked();
        if !looked.add(frame.0) {
            return;
        }
        video.looked.set(looked);
        fresh.update_value(|fresh| {
            fresh.add(frame.0);
        });
        if timer.with_value(Option::is_none) {
            let send = send.clone();
            let later = move || {
                timer.try_set_value(None);
                send();
            };
            timer.set_value(set_timeout_with_handle(later, COLLECT).ok());
        }
    });
    on_cleanup(move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        at_end();
    });
}
