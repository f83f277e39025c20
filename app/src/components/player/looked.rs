//! Tells the server which frames were on the screen.

use crate::api;
use domain::{FrameNumber, Looked, SessionId, VideoSide};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long frames are collected before they are sent.
const COLLECT: Duration = Duration::from_secs(1);

/// Notes the frames of a video that are `shown`, for as long as the calling component lives. `known` is what the server has
/// from everybody; what is looked at here is added in `looked` at once.
pub fn follow_looked(
    session: SessionId,
    side: VideoSide,
    shown: Signal<Option<FrameNumber>>,
    known: Signal<Looked>,
    looked: RwSignal<Looked>,
) {
    Effect::new(move |_| {
        let mut all = looked.get_untracked();
        if known.with(|known| all.join(known)) {
            looked.set(all);
        }
    });
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
        let Some(frame) = shown.get() else {
            return;
        };
        let mut all = looked.get_untracked();
        if !all.add(frame.0) {
            return;
        }
        looked.set(all);
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
