//! Asking the model for the masks of the frames that are shown.

use super::editor::{Editor, Notice};
use crate::api;
use domain::{FrameKey, PromptedFrame};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long a frame has to be shown before the model looks at it ahead of a click.
const SETTLED: Duration = Duration::from_millis(150);

/// Asks about the prompts of both shown frames whenever they change, and prepares the frame being worked on.
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
                // Only ahead of time: a click that finds the frame unprepared prepares it itself.
                let _ = api::prompts::prepare_frame(session, side, frame).await;
            });
        };
        timer.set_value(set_timeout_with_handle(ask, SETTLED).ok());
    });
    on_cleanup(stop);
}
