//! Strokes of the brush and the eraser over the video being worked on.

use super::editor::{Editor, Notice};
use super::outbox::Outbox;
use super::scene::with_input;
use canvas::{BRUSH_RADII, Stroke, shown_mask};
use domain::{PromptAction, Rle};
use leptos::prelude::*;
use std::sync::Arc;

/// How much a key makes the brush larger.
const STEP: f64 = 1.3;

/// A stroke under way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawing {
    stroke: Stroke,
    /// The mask without it.
    before: Option<Arc<Rle>>,
    /// The mask with it.
    pub now: Arc<Rle>,
}

/// Begins a stroke at a CSS pixel of the canvas, over the mask of the object being worked on.
pub(super) fn begin(editor: Editor, erases: bool, at: (f64, f64)) {
    let side = editor.side.get_untracked();
    let Some(object) = editor.selected.get_untracked() else {
        return;
    };
    let shown = untrack(|| with_input(editor, side, None, |input| shown_mask(input, object)));
    let before = match shown {
        Some((_, true)) => {
            return editor.say(Notice::Hint(
                "The mask is still being made: paint when it is there.".into(),
            ));
        }
        shown => shown.map(|(mask, _)| mask),
    };
    let view = editor.video(side).view.get_untracked();
    let stroke = Stroke::new(erases, editor.brush.get_untracked(), at, &view);
    let now = Arc::new(stroke.over(before.as_deref(), &view));
    editor.drawing.set(Some(Drawing {
        stroke,
        before,
        now,
    }));
}

/// Goes on to a CSS pixel of the canvas.
pub(super) fn go_on(editor: Editor, at: (f64, f64)) {
    let side = editor.side.get_untracked();
    let view = editor.video(side).view.get_untracked();
    editor.drawing.update(|drawing| {
        if let Some(drawing) = drawing {
            drawing.stroke.to(at, &view);
            drawing.now = Arc::new(drawing.stroke.over(drawing.before.as_deref(), &view));
        }
    });
}

/// Ends the stroke: its mask is stored, unless nothing changed.
pub(super) fn finish(editor: Editor, outbox: Outbox) {
    let Some(drawing) = editor.drawing.get_untracked() else {
        return;
    };
    let changed = match &drawing.before {
        Some(before) => *before != drawing.now,
        None => !drawing.now.is_empty(),
    };
    if let (true, Some(key)) = (changed, untrack(|| editor.key())) {
        let mask = Rle::clone(&drawing.now);
        outbox.act(key, PromptAction::SetMask { mask });
    }
    // After the action, so that the mask never goes away in between.
    editor.drawing.set(None);
}

/// Makes the brush one step larger, or smaller.
pub(super) fn resize(editor: Editor, larger: bool) {
    let factor = if larger { STEP } else { 1.0 / STEP };
    let (least, most) = BRUSH_RADII;
    editor
        .brush
        .update(|radius| *radius = (*radius * factor).clamp(least, most));
}
