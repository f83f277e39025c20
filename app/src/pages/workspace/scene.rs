//! What lies over the frame of one video.

use super::editor::Editor;
use super::search::on_frame;
use canvas::{BoxMark, MaskLayer, PointMark, Scene, SceneInput, compose};
use domain::{BoxPrompt, Point, Rle, VideoSide};
use leptos::prelude::*;
use std::sync::Arc;

/// Everything that is drawn over the frame of a video.
pub(super) fn scene(editor: Editor, side: VideoSide) -> Memo<Scene> {
    let video = editor.video(side);
    Memo::new(move |_| {
        let is_active = editor.side.get() == side;
        let drawing = editor.drawing.with(|drawing| {
            let drawing = drawing.as_ref().filter(|_| is_active)?;
            Some(Arc::clone(&drawing.now))
        });
        let mut scene = with_input(editor, side, drawing.as_ref(), compose);
        let look = editor.look;
        if !look.masks.get() {
            scene.masks.clear();
        }
        scene.style = look.style.get();
        scene.pins = editor.threads.pins(side, video.frame.get());
        suggest(editor, side, &mut scene);
        if is_active {
            let view = video.view.get();
            let gesture = editor.gesture.get();
            let aim = editor.aim.get();
            let bbox = gesture
                .draft(&view)
                .or_else(|| aim.and_then(|aim| aim.draft(&view)));
            scene
                .boxes
                .extend(bbox.and_then(|bbox| draft(editor, bbox)));
            carry(&mut scene, gesture.carried(&view));
            scene.cross = aim.map(|aim| aim.at);
            if editor.tool.get().erases(false).is_some() {
                let cross = scene.cross.map(|(x, y)| view.to_canvas(x, y));
                let at = cross.or_else(|| editor.hover.get());
                scene.brush = at.map(|at| (at, editor.brush.get()));
            }
        }
        scene
    })
}

/// Calls `f` with what a scene of a video is made of.
pub(super) fn with_input<R>(
    editor: Editor,
    side: VideoSide,
    drawing: Option<&Arc<Rle>>,
    f: impl FnOnce(&SceneInput<'_>) -> R,
) -> R {
    let video = editor.video(side);
    let frame = video.frame.get();
    let propagated = video.masks.at(frame);
    let former = if editor.look.former.get() {
        video.former.at(frame)
    } else {
        Vec::new()
    };
    let active = editor.selected.get();
    editor.data.with(|data| {
        let hidden = editor.look.not_painted(&data.objects, active);
        editor.pending.with(|pending| {
            editor.answers.with(|answers| {
                f(&SceneInput {
                    side,
                    frame,
                    objects: &data.objects,
                    hidden: &hidden,
                    active,
                    prompts: &data.prompts,
                    pending,
                    answers,
                    propagated: &propagated,
                    former: &former,
                    drawing,
                })
            })
        })
    })
}

/// Shows the suggestion that is looked at: its outline, and the click as one that is not stored.
fn suggest(editor: Editor, side: VideoSide, scene: &mut Scene) {
    let Some((object, candidate)) = on_frame(editor, side, editor.video(side).frame.get()) else {
        return;
    };
    let colour = editor.data.with(|data| {
        let found = data.objects.iter().find(|of| of.id == object);
        found.map(|of| of.rgb())
    });
    scene.masks.extend(colour.map(|colour| MaskLayer {
        mask: Arc::new(candidate.mask),
        colour,
        faded: false,
        former: true,
    }));
    scene.points.push(PointMark {
        point: candidate.point,
        saved: false,
        active: true,
    });
}

/// The box that is being dragged.
fn draft(editor: Editor, bbox: BoxPrompt) -> Option<BoxMark> {
    let object = editor.object()?;
    Some(BoxMark {
        bbox,
        colour: object.rgb(),
        saved: false,
    })
}

/// Shows the point that is being dragged where the pointer is.
fn carry(scene: &mut Scene, carried: Option<(Point, Point)>) {
    if let Some((from, to)) = carried
        && let Some(mark) = scene
            .points
            .iter_mut()
            .find(|mark| mark.active && mark.point == from)
    {
        mark.point = to;
        mark.saved = false;
    }
}
