//! Going from step to step.

use super::editor::{Editor, Notice};
use crate::api;
use canvas::{Done, Step, after_done, next_step};
use domain::{ObjectId, PromptAction, VideoSide};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// *Done with Object*: the next view of the object, or the next step that is not done.
pub(super) fn done_with_object(editor: Editor) {
    let side = editor.side.get_untracked();
    let video = editor.video(side);
    let Some(object) = editor.selected.get_untracked() else {
        return;
    };
    let steps = untrack(|| with_pending(editor, editor.steps()));
    let mut left = false;
    let here = |step: &&Step| step.object == object && step.side == side;
    if let Some(step) = steps.iter().find(here) {
        match after_done(step, video.frame.get_untracked(), video.frames) {
            Done::NextView(frame) => {
                let view = step.frames.len() + 1;
                editor.say(Notice::Hint(format!(
                    "View {view} of {}: look for another frame that shows the object well.",
                    step.views
                )));
                editor.show_frame(side, frame);
                return;
            }
            Done::StepDone if step.is_done() => {}
            // Nothing was clicked: it is not done, only left for now.
            Done::StepDone if step.frames.is_empty() => left = true,
            Done::StepDone => declare(editor, object, side),
        }
    }
    let steps = untrack(|| with_pending(editor, editor.steps()));
    match next_step(&steps, Some((object, side))) {
        Some(step) => {
            let title = untrack(|| editor.object()).map(|object| object.fields.title());
            editor.notice.set(title.filter(|_| left).map(|title| {
                Notice::Hint(format!(
                    "{title} is not clicked in {side} yet: it comes round again."
                ))
            }));
            go_to(editor, step);
        }
        None => editor.say(Notice::Hint(
            "Every object is annotated. Start the offline job when you are content.".into(),
        )),
    }
}

/// A step counts as done from now on, also after a reload.
fn declare(editor: Editor, object: ObjectId, side: VideoSide) {
    editor.declared.update(|all| {
        all.insert((object, side));
    });
    spawn_local(async move {
        if let Err(error) = api::objects::done_early(object, side).await {
            editor.say(Notice::Problem(format!(
                "That the object is done was not saved: {error}."
            )));
        }
    });
}

/// Works on a step from now on, at its first annotated frame if there is one.
pub(super) fn go_to(editor: Editor, step: &Step) {
    editor.choose_side(step.side);
    editor.selected.set(Some(step.object));
    if let Some(&frame) = step.frames.first() {
        editor.show_frame(step.side, frame);
    }
}

/// Counts clicks that are still on their way as made.
fn with_pending(editor: Editor, mut steps: Vec<Step>) -> Vec<Step> {
    editor.pending.with(|pending| {
        for action in pending.iter().filter(|p| adds(&p.action)) {
            let of_step =
                |step: &&mut Step| step.object == action.key.object && step.side == action.key.side;
            if let Some(step) = steps.iter_mut().find(of_step)
                && let Err(at) = step.frames.binary_search(&action.key.frame)
            {
                step.frames.insert(at, action.key.frame);
            }
        }
    });
    steps
}

/// Whether a frame has prompts after this for sure.
fn adds(action: &PromptAction) -> bool {
    matches!(
        action,
        PromptAction::AddPoint(_)
            | PromptAction::MovePoint { .. }
            | PromptAction::SetBox(_)
            | PromptAction::SetMask { .. }
    )
}
