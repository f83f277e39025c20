//! Asking the model for the masks of the frames that are shown.

use super::editor::{Editor, Notice};
use crate::api;
use crate::pause::pause;
use domain::{FrameKey, FrameNumber, PromptedFrame, VideoSide};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long a frame has to be shown before the model looks at it ahead of a click.
const SETTLED: Duration = Duration::from_millis(150);

/// Frames around the shown one that the model looks at after it, the nearest first.
const AROUND: [i32; 6] = [1, -1, 2, -2, 3, -3];

/// How long the model rests before it looks at each further frame: whoever clicks what is shown waits for nothing else.
const REST: Duration = Duration::from_millis(400);

/// Asks about the prompts of both shown frames whenever they change, and prepares the frame being worked on
/// and those around it.
pub(super) fn follow(editor: Editor) {
    Effect::new(move |_| {
        editor.ask_again.track();
        if editor.is_playing() {
            return;
        }
        let active = editor.side.get();
        for side in [active, active.other()] {
            let frame = editor.video(side).frame.get();
            let shown: Vec<PromptedFrame> = editor.data.with(|data| {
                let of_frame = data
                    .prompts
                    .iter()
                    .filter(|p| p.key.side == side && p.key.frame == frame);
                of_frame.cloned().collect()
            });
            let unasked = editor.pending.with(|pending| {
                let settled = shown
                    .iter()
                    .filter(|frame| !pending.iter().any(|action| action.key == frame.key));
                editor
                    .answers
                    .with_untracked(|answers| answers.unasked(settled))
            });
            for (key, seq) in unasked {
                ask(editor, key, seq);
            }
        }
    });
    prepare(editor);
}

fn ask(editor: Editor, key: FrameKey, seq: u32) {
    editor.answers.update(|answers| answers.ask(key, seq));
    let session = editor.session();
    spawn_local(async move {
        let answer = api::prompts::preview_mask(session, key).await;
        let current = editor.data.try_with_untracked(|data| {
            let frame = data.prompts.iter().find(|frame| frame.key == key);
            frame.map(|frame| frame.prompts.seq)
        });
        // None when the page was left meanwhile.
        let Some(current) = current else { return };
        match answer {
            Ok(Some(mask)) if mask.seq == seq => {
                editor.answers.update(|answers| {
                    answers.accept(mask, current);
                });
            }
            // The prompts changed between the question and the server's look at them.
            Ok(other) => {
                editor.answers.update(|answers| {
                    answers.refuse(key, seq);
                    if let Some(mask) = other {
                        answers.accept(mask, current);
                    }
                });
            }
            Err(error) => {
                editor.answers.update(|answers| answers.refuse(key, seq));
                if current == Some(seq) {
                    editor.say(Notice::Problem(format!(
                        "The clicks are saved, but the model gave no mask: {error}."
                    )));
                }
            }
        }
    });
}

/// The frames that are clicked next, the likeliest first: the shown one, that of the other video, and those around.
fn likely(editor: Editor, side: VideoSide, frame: FrameNumber) -> Vec<(VideoSide, FrameNumber)> {
    let other = editor.video(side.other()).frame.try_get_untracked();
    let frames = editor.video(side).frames;
    let around = AROUND
        .iter()
        .filter_map(|&by| frame.0.checked_add_signed(by));
    let around = around.filter(|&near| near < frames);
    std::iter::once((side, frame))
        .chain(other.map(|other| (side.other(), other)))
        .chain(around.map(|near| (side, FrameNumber(near))))
        .collect()
}

/// Waits a moment, and for as long as a click is under way. Says whether the page is still there.
async fn rested(editor: Editor) -> bool {
    loop {
        pause(REST).await;
        if editor.pending.try_get_untracked().is_none() {
            return false;
        }
        if !untrack(|| editor.waits()) {
            return true;
        }
    }
}

fn prepare(editor: Editor) {
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    Effect::new(move |_| {
        stop();
        let side = editor.side.get();
        let frame = editor.video(side).frame.get();
        if editor.is_playing() {
            return;
        }
        let session = editor.session();
        let ask = move || {
            spawn_local(async move {
                for (at, (of, near)) in likely(editor, side, frame).into_iter().enumerate() {
                    // A click that was quicker has the frame prepared.
                    let has_turn = at == 0 && !untrack(|| editor.waits());
                    if !has_turn && !rested(editor).await {
                        return;
                    }
                    // None when the page was left.
                    let here = editor.side.try_get_untracked();
                    let shown = editor.video(side).frame.try_get_untracked();
                    if (here, shown) != (Some(side), Some(frame)) {
                        return;
                    }
                    // Only ahead of time: a click that finds the frame unprepared prepares it itself.
                    let _ = api::prompts::prepare_frame(session.clone(), of, near).await;
                }
            });
        };
        timer.set_value(set_timeout_with_handle(ask, SETTLED).ok());
    });
    on_cleanup(stop);
}
