//! What is to be drawn over a frame.

use crate::{Answers, MaskStyle, PinMark};
use domain::{
    BoxPrompt, FrameKey, FrameNumber, FramePrompts, Object, ObjectId, Point, PromptAction,
    PromptedFrame, Rle, VideoSide,
};
use std::collections::HashSet;
use std::sync::Arc;

/// A mask in the colour of its object.
#[derive(Clone, Debug, PartialEq)]
pub struct MaskLayer {
    /// The mask, in pixels of the frame.
    pub mask: Arc<Rle>,
    /// Red, green, blue.
    pub colour: [u8; 3],
    /// Whether it answers prompts that have changed since.
    pub faded: bool,
    /// Whether it is only there to compare with: a dashed outline.
    pub former: bool,
}

/// A click.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointMark {
    /// Where and what.
    pub point: Point,
    /// Whether the server has it.
    pub saved: bool,
    /// Whether it belongs to the object being worked on.
    pub active: bool,
}

/// A box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoxMark {
    /// Where.
    pub bbox: BoxPrompt,
    /// Red, green, blue.
    pub colour: [u8; 3],
    /// Whether the server has it; false also while it is being dragged.
    pub saved: bool,
}

/// Everything that lies over a frame, from the bottom up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Masks, in the order of their objects.
    pub masks: Vec<MaskLayer>,
    /// Boxes.
    pub boxes: Vec<BoxMark>,
    /// Clicks, those of the object being worked on last.
    pub points: Vec<PointMark>,
    /// How the masks are painted.
    pub style: MaskStyle,
    /// The cross that takes the place of the pointer, in pixels of the frame.
    pub cross: Option<(f64, f64)>,
    /// The edge of the brush: its middle and its radius, in CSS pixels of the canvas.
    pub brush: Option<((f64, f64), f64)>,
    /// Where people talk about something.
    pub pins: Vec<PinMark>,
}

/// An action that the server has not yet confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingAction {
    /// Tells pending actions apart.
    pub id: u64,
    /// Which object on which frame.
    pub key: FrameKey,
    /// What was done.
    pub action: PromptAction,
}

/// What a scene is made of.
pub struct SceneInput<'a> {
    /// The video.
    pub side: VideoSide,
    /// The frame that is shown.
    pub frame: FrameNumber,
    /// The objects, in order.
    pub objects: &'a [Object],
    /// Objects that are not to be drawn.
    pub hidden: &'a HashSet<ObjectId>,
    /// The object being worked on.
    pub active: Option<ObjectId>,
    /// The prompts that the server has.
    pub prompts: &'a [PromptedFrame],
    /// Actions under way, oldest first.
    pub pending: &'a [PendingAction],
    /// The model's answers.
    pub answers: &'a Answers,
    /// Masks carried to this frame by the last offline job.
    pub propagated: &'a [(ObjectId, Arc<Rle>)],
    /// Masks of this frame that the last offline job changed, as they were before.
    pub former: &'a [(ObjectId, Arc<Rle>)],
    /// The mask of the object being worked on, as it is being drawn.
    pub drawing: Option<&'a Arc<Rle>>,
}

/// Puts together what is drawn over a frame.
///
/// An object with prompts on this frame shows the model's answer to them, or the mask that was drawn; until there is one,
/// and without prompts, what the offline job carried here.
#[must_use]
pub fn compose(input: &SceneInput<'_>) -> Scene {
    let mut scene = Scene::default();
    let shown: Vec<&Object> = input
        .objects
        .iter()
        .filter(|object| !input.hidden.contains(&object.id))
        .collect();
    for object in &shown {
        let drawing = input.drawing.filter(|_| input.active == Some(object.id));
        let layer = match drawing {
            Some(mask) => Some((Arc::clone(mask), false)),
            None => shown_mask(input, object.id),
        };
        scene.masks.extend(layer.map(|(mask, faded)| MaskLayer {
            mask,
            colour: object.rgb(),
            faded,
            former: false,
        }));
        let former = input.former.iter().filter(|(of, _)| *of == object.id);
        scene.masks.extend(former.map(|(_, mask)| MaskLayer {
            mask: Arc::clone(mask),
            colour: object.rgb(),
            faded: false,
            former: true,
        }));
    }
    let (active, others): (Vec<&Object>, Vec<&Object>) = shown
        .iter()
        .partition(|object| input.active == Some(object.id));
    for object in others.into_iter().chain(active) {
        add_prompts(&mut scene, input, object);
    }
    scene
}

/// The mask of an object on the frame, and whether it is to be replaced by an answer that is still awaited.
#[must_use]
pub fn shown_mask(input: &SceneInput<'_>, object: ObjectId) -> Option<(Arc<Rle>, bool)> {
    let key = FrameKey {
        object,
        side: input.side,
        frame: input.frame,
    };
    let pending = input.pending.iter().any(|action| action.key == key);
    let saved = saved_prompts(input, key);
    let drawn = if pending {
        prompts_now(input, key).drawn().cloned()
    } else {
        saved.and_then(FramePrompts::drawn).cloned()
    };
    if let Some(drawn) = drawn {
        return Some((Arc::new(drawn), false));
    }
    let answered = saved.and_then(|prompts| input.answers.mask(key, prompts.seq));
    if let Some((mask, fresh)) = answered {
        return Some((mask, !fresh || pending));
    }
    let mut propagated = input.propagated.iter();
    let (_, mask) = propagated.find(|(of, _)| *of == object)?;
    Some((Arc::clone(mask), saved.is_some() || pending))
}

/// The prompts as they will be once everything under way is saved.
fn prompts_now(input: &SceneInput<'_>, key: FrameKey) -> FramePrompts {
    let mut now = saved_prompts(input, key).cloned().unwrap_or_default();
    for pending in input.pending.iter().filter(|pending| pending.key == key) {
        now.apply(&pending.action);
    }
    now
}

fn saved_prompts<'a>(input: &SceneInput<'a>, key: FrameKey) -> Option<&'a FramePrompts> {
    input
        .prompts
        .iter()
        .find(|prompted| prompted.key == key)
        .map(|prompted| &prompted.prompts)
}

/// Draws an object's prompts as they will be once everything under way is saved.
fn add_prompts(scene: &mut Scene, input: &SceneInput<'_>, object: &Object) {
    let key = FrameKey {
        object: object.id,
        side: input.side,
        frame: input.frame,
    };
    let saved = saved_prompts(input, key).cloned().unwrap_or_default();
    let now = prompts_now(input, key);
    let points = now
        .points
        .iter()
        .map(|point| (*point, saved.points.contains(point)));
    let bbox = now.bbox.map(|bbox| (bbox, saved.bbox == Some(bbox)));
    let active = input.active == Some(object.id);
    scene.points.extend(points.map(|(point, saved)| PointMark {
        point,
        saved,
        active,
    }));
    scene.boxes.extend(bbox.map(|(bbox, saved)| BoxMark {
        bbox,
        colour: object.rgb(),
        saved,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ChangeType, Deformability, Label, OBJECT_COLOURS, ObjectFields, PreviewMask};

    fn object(id: i64, position: u32) -> Object {
        Object {
            id: ObjectId(id),
            position,
            colour: (position % 10) as u8,
            fields: ObjectFields {
                label: "cup".into(),
                multiplicity: position + 1,
                in_video1: true,
                in_video2: true,
                views: 1,
                deformability: Deformability::Rigid,
                change_type: ChangeType::Moved,
            },
        }
    }

    fn key(id: i64) -> FrameKey {
        FrameKey {
            object: ObjectId(id),
            side: VideoSide::Two,
            frame: FrameNumber(4),
        }
    }

    fn point(x: f32) -> Point {
        Point {
            x,
            y: 0.5,
            label: Label::Positive,
        }
    }

    fn prompted(id: i64, seq: u32) -> PromptedFrame {
        PromptedFrame {
            key: key(id),
            prompts: FramePrompts {
                points: vec![point(1.0)],
                bbox: None,
                mask: None,
                seq,
            },
        }
    }

    fn mask(bit: u8) -> Arc<Rle> {
        Arc::new(Rle::encode(&[bit, 1], 1, 2))
    }

    struct World {
        objects: Vec<Object>,
        hidden: HashSet<ObjectId>,
        prompts: Vec<PromptedFrame>,
        pending: Vec<PendingAction>,
        answers: Answers,
        propagated: Vec<(ObjectId, Arc<Rle>)>,
        former: Vec<(ObjectId, Arc<Rle>)>,
        drawing: Option<Arc<Rle>>,
    }

    impl World {
        fn new() -> Self {
            Self {
                objects: vec![object(8, 0), object(5, 1)],
                hidden: HashSet::new(),
                prompts: Vec::new(),
                pending: Vec::new(),
                answers: Answers::default(),
                propagated: vec![(ObjectId(5), mask(0)), (ObjectId(8), mask(0))],
                former: Vec::new(),
                drawing: None,
            }
        }

        fn scene(&self) -> Scene {
            compose(&SceneInput {
                side: VideoSide::Two,
                frame: FrameNumber(4),
                objects: &self.objects,
                hidden: &self.hidden,
                active: Some(ObjectId(8)),
                prompts: &self.prompts,
                pending: &self.pending,
                answers: &self.answers,
                propagated: &self.propagated,
                former: &self.former,
                drawing: self.drawing.as_ref(),
            })
        }
    }

    #[test]
    fn propagated_masks_lie_in_object_order_in_their_colours() {
        let mut world = World::new();
        let scene = world.scene();
        let colours: Vec<_> = scene.masks.iter().map(|layer| layer.colour).collect();
        assert_eq!(colours, [OBJECT_COLOURS[0], OBJECT_COLOURS[1]]);
        assert!(scene.masks.iter().all(|layer| !layer.faded));
        world.former = vec![(ObjectId(5), mask(1))];
        let former = world.scene().masks.into_iter().map(|layer| layer.former);
        assert_eq!(former.collect::<Vec<_>>(), [false, false, true]);
        world.hidden.insert(ObjectId(8));
        assert_eq!(world.scene().masks.len(), 2);
    }

    #[test]
    fn an_answer_takes_the_place_of_the_propagated_mask() {
        let mut world = World::new();
        world.prompts = vec![prompted(8, 3)];
        assert!(world.scene().masks[0].faded, "prompted but not answered");
        let answer = PreviewMask {
            key: key(8),
            seq: 3,
            mask: Rle::encode(&[1, 1], 1, 2),
            score: 1.0,
            iou: 1.0,
        };
        world.answers.accept(answer, Some(3));
        let scene = world.scene();
        assert_eq!(scene.masks[0].mask, mask(1));
        assert!(!scene.masks[0].faded);
        world.prompts[0].prompts.seq = 4;
        assert!(world.scene().masks[0].faded, "another click came");
    }

    #[test]
    fn a_drawn_mask_is_shown_at_once_and_as_it_is() {
        let mut world = World::new();
        world.drawing = Some(mask(1));
        let shown = |world: &World| {
            let layer = world.scene().masks[0].clone();
            (layer.mask, layer.faded)
        };
        assert_eq!(shown(&world), (mask(1), false), "while it is drawn");
        world.drawing = None;
        let empty = Rle::encode(&[0, 0], 1, 2);
        let draw = PromptAction::SetMask {
            mask: empty.clone(),
        };
        world.pending = vec![PendingAction {
            id: 1,
            key: key(8),
            action: draw.clone(),
        }];
        assert_eq!(shown(&world), (Arc::new(empty.clone()), false));
        world.pending.clear();
        world.prompts = vec![prompted(8, 3)];
        world.prompts[0].prompts.apply(&draw);
        assert_eq!(shown(&world), (Arc::new(empty), false), "stored");
        let click = PromptAction::AddPoint(point(1.0));
        world.prompts[0].prompts.apply(&click);
        assert!(
            shown(&world).1,
            "the click refines it, and is not answered yet"
        );
    }

    #[test]
    fn pending_actions_are_drawn_at_once_and_unsaved() {
        let mut world = World::new();
        world.prompts = vec![prompted(8, 3), prompted(5, 2)];
        let add = |id, action| PendingAction {
            id,
            key: key(8),
            action,
        };
        world.pending = vec![add(1, PromptAction::AddPoint(point(2.0)))];
        let marks: Vec<_> = world
            .scene()
            .points
            .iter()
            .map(|mark| (mark.point.x, mark.saved, mark.active))
            .collect();
        assert_eq!(
            marks,
            [(1.0, true, false), (1.0, true, true), (2.0, false, true)]
        );
        let there = point(1.0);
        let to = Point { y: 9.0, ..there };
        world
            .pending
            .push(add(3, PromptAction::MovePoint { from: there, to }));
        let moved: Vec<_> = (world.scene().points.iter())
            .filter(|mark| mark.active)
            .map(|mark| (mark.point.y, mark.saved))
            .collect();
        assert_eq!(moved, [(9.0, false), (0.5, false)]);
        world.pending.push(add(2, PromptAction::Clear));
        assert_eq!(world.scene().points.len(), 1);
    }

    #[test]
    fn prompts_of_other_frames_are_not_drawn() {
        let mut world = World::new();
        world.prompts = vec![prompted(8, 3)];
        world.prompts[0].key.frame = FrameNumber(5);
        assert!(world.scene().points.is_empty());
    }
}
