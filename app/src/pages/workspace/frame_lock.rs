//! Moving both videos through time together.

use super::editor::Editor;
use crate::api;
use crate::live::use_live;
use canvas::{FrameLock, lock_by_fraction};
use domain::{FrameNumber, LiveEvent, VideoSide};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Learns which frames show the same place, as soon as that is known.
pub(super) fn follow(editor: Editor) {
    Effect::new(move |_| load(editor));
    let session = editor.session();
    use_live().on_event(move |event| {
        if matches!(event, LiveEvent::SamePlace { session: of } if *of == session) {
            load(editor);
        }
    });
}

fn load(editor: Editor) {
    let session = editor.session();
    spawn_local(async move {
        match api::sessions::same_place(session).await {
            Ok(known) => {
                editor.same_place.try_set(known);
                untrack(|| align(editor));
            }
            // The videos are still being read; the page is loaded anew when they are there.
            Err(error) => leptos::logging::log!("places are not compared yet: {error}"),
        }
    });
}

/// The frame of the other video that belongs to `frame` of `side`, and how sure that is in percent where that is a question.
pub(super) fn counterpart(
    editor: Editor,
    side: VideoSide,
    frame: FrameNumber,
) -> Option<(FrameNumber, Option<u8>)> {
    let (video, other) = (editor.video(side), editor.video(side.other()));
    let found = |free: bool| {
        editor.same_place.with(|known| {
            let (frame, sure) = known.as_ref()?.counterpart(side, frame, free)?;
            Some((frame, Some(sure)))
        })
    };
    match editor.frame_lock.get() {
        FrameLock::Off => None,
        FrameLock::Fraction => Some((lock_by_fraction(frame, video.frames, other.frames), None)),
        FrameLock::SamePlace => found(false),
        FrameLock::MostAlike => found(true),
    }
}

/// Brings the other video to where the one being worked on is.
pub(super) fn align(editor: Editor) {
    let side = editor.side.get_untracked();
    editor.show_frame(side, editor.video(side).frame.get_untracked());
}

/// The choice of how both move together, and how sure the place is.
#[component]
pub(super) fn FrameLockChoice(editor: Editor) -> impl IntoView {
    let sure = move || {
        let lock = editor.frame_lock.get();
        if !lock.is_by_place() {
            return String::new();
        }
        let side = editor.side.get();
        let frame = editor.video(side).frame.get();
        match counterpart(editor, side, frame).and_then(|(_, sure)| sure) {
            Some(sure) => format!("{sure} % sure"),
            None => "comparing the places".into(),
        }
    };
    let choose = move |event| {
        let chosen = event_target_value(&event);
        let lock = FrameLock::ALL.iter().find(|lock| lock.word() == chosen);
        editor.frame_lock.set(lock.copied().unwrap_or_default());
        align(editor);
    };
    view! {
        <select
            class="small"
            aria-label="Move both videos through time together"
            title="Move both videos through time together (l)"
            prop:value=move || editor.frame_lock.get().word()
            on:change=choose
        >
            {FrameLock::ALL
                .iter()
                .map(|lock| view! { <option value=lock.word()>{lock.title()}</option> })
                .collect_view()}
        </select>
        <span class="muted number" role="status">{sure}</span>
    }
}
