//! Approving masks, and going back to those before the last job.

use super::editor::{Editor, Notice};
use super::outbox::Outbox;
use domain::{FrameNumber, FrameSpan, ObjectId, VideoSide};
use leptos::prelude::*;

/// The approved frames of an object in a video, in order.
pub(super) fn approved_frames(
    editor: Editor,
    object: ObjectId,
    side: VideoSide,
) -> Vec<FrameNumber> {
    editor.video(side).tracks.with(|tracks| {
        let track = tracks.iter().find(|track| track.object == object);
        track
            .map(|track| track.approved.clone())
            .unwrap_or_default()
    })
}

/// Whether the frame of the object being worked on is approved.
pub(super) fn is_approved(editor: Editor) -> bool {
    editor
        .key()
        .is_some_and(|key| approved_frames(editor, key.object, key.side).contains(&key.frame))
}

/// The frames whose clicks are not those that the masks were made from: new, changed or gone since the last offline job.
pub(super) fn changed_frames(editor: Editor) -> usize {
    VideoSide::BOTH
        .into_iter()
        .map(|side| changed_in(editor, side))
        .sum()
}

fn changed_in(editor: Editor, side: VideoSide) -> usize {
    editor.video(side).tracks.with(|tracks| {
        editor.data.with(|data| {
            let here = data.prompts.iter().filter(|of| of.key.side == side);
            let known: usize = tracks.iter().map(|track| track.clicks.len()).sum();
            let (old, new): (Vec<_>, Vec<_>) = here.partition(|of| {
                let track = tracks.iter().find(|track| track.object == of.key.object);
                track.is_some_and(|track| track.knows(&of.prompts))
            });
            // What the job knew and is not among the old ones has gone, or is among the new ones, changed.
            new.len().max(known.saturating_sub(old.len()))
        })
    })
}

/// The first frame of a span with clicks that the masks do not know yet: its mask on the screen is not the one stored.
fn unknown_in(editor: Editor, span: FrameSpan) -> Option<FrameNumber> {
    editor.video(span.side).tracks.with(|tracks| {
        editor.data.with(|data| {
            let track = tracks.iter().find(|track| track.object == span.object)?;
            let of_span = data.prompts.iter().find(|of| {
                of.key.object == span.object
                    && of.key.side == span.side
                    && (span.from..=span.to).contains(&of.key.frame)
                    && !track.knows(&of.prompts)
            })?;
            Some(of_span.key.frame)
        })
    })
}

/// Whether the masks of a span may be approved; says so when the offline job has to run first.
pub(super) fn may_approve(editor: Editor, span: FrameSpan) -> bool {
    let unknown = untrack(|| unknown_in(editor, span));
    if let Some(frame) = unknown {
        editor.say(Notice::Problem(format!(
            "Frame {frame} of {} has clicks that its mask was not made from: start the offline job, then approve",
            span.side
        )));
    }
    unknown.is_none()
}

/// The span that ends with the shown frame and begins with the nearest approved frame before it; none without such a frame.
pub(super) fn span_to_here(editor: Editor) -> Option<FrameSpan> {
    let key = editor.key()?;
    let approved = approved_frames(editor, key.object, key.side);
    let from = approved.into_iter().rfind(|&frame| frame < key.frame)?;
    Some(FrameSpan { from, ..key.into() })
}

/// Approves everything from the nearest approved frame before the shown one up to it.
pub(super) fn approve_to_here(editor: Editor, outbox: Outbox) {
    match untrack(|| span_to_here(editor)) {
        Some(span) if !may_approve(editor, span) => {}
        Some(span) => outbox.approve(span, true),
        None => editor.say(Notice::Hint(
            "Approve the first frame of the span, go to its last one, and press shift s there."
                .into(),
        )),
    }
}

/// What is said when the masks of a span were approved, or when that was taken back.
pub(super) fn approved_words(span: FrameSpan, approved: bool, frames: u32) -> String {
    let (from, to, side) = (span.from, span.to, span.side);
    match (frames, approved) {
        (0, _) => format!("Nothing was approved from frame {from} to {to} of {side}."),
        (1, true) if from == to => {
            format!("Frame {from} is approved: later jobs keep its mask.")
        }
        (1, false) if from == to => format!("Frame {from} is no longer approved."),
        (_, true) => format!(
            "{} of {side} approved, from {from} to {to}: later jobs keep their masks.",
            count(frames)
        ),
        (_, false) => format!(
            "{} of {side} no longer approved, from {from} to {to}.",
            count(frames)
        ),
    }
}

fn count(frames: u32) -> String {
    match frames {
        1 => "1 frame".to_owned(),
        n => format!("{n} frames"),
    }
}

/// Approves the mask of the object on the frame, or takes that back.
pub(super) fn toggle_approved(editor: Editor, outbox: Outbox) {
    let Some(key) = untrack(|| editor.key()) else {
        return editor.say(Notice::Hint("Choose an object first.".into()));
    };
    let approved = !untrack(|| is_approved(editor));
    if !approved || may_approve(editor, key.into()) {
        outbox.approve(key.into(), approved);
    }
}

/// Exchanges the object's masks in the video being worked on with those before the last job.
pub(super) fn take_back(editor: Editor, outbox: Outbox) {
    match editor.selected.get_untracked() {
        Some(object) => outbox.take_back(editor.side.get_untracked(), object),
        None => editor.say(Notice::Hint("Choose an object first.".into())),
    }
}

/// What is said when masks were exchanged.
pub(super) fn taken_back_words(side: VideoSide, frames: u32) -> String {
    match frames {
        0 => format!("The last job changed nothing of this object in {side}."),
        _ => format!(
            "The masks before the last job are back on {frames} frames of {side}; the files follow with the next job."
        ),
    }
}
