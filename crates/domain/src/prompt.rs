//! Prompts: the clicks, boxes and drawn masks from which SAM 2 makes a mask.
//!
//! What a person does is stored as a list of [`PromptEvent`]s; the prompts of a frame are what [`fold_events`] makes of
//! the events that are not undone. Undo, redo, reload and another browser all see the same list.

use crate::{FrameNumber, ObjectId, Rle, VideoSide};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether a point lies on the object or beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// On the object (SAM label 1).
    Positive,
    /// Beside the object (SAM label 0).
    Negative,
}

/// One click, in pixels of the source frame (display orientation); the centre of the first pixel is (0.5, 0.5).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Pixels from the left.
    pub x: f32,
    /// Pixels from the top.
    pub y: f32,
    /// On the object or beside it.
    pub label: Label,
}

/// A box around the object, in pixels of the source frame.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoxPrompt {
    /// Left edge.
    pub x0: f32,
    /// Top edge.
    pub y0: f32,
    /// Right edge, greater than `x0`.
    pub x1: f32,
    /// Bottom edge, greater than `y0`.
    pub y1: f32,
}

/// Which object on which frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FrameKey {
    /// The object.
    pub object: ObjectId,
    /// The video.
    pub side: VideoSide,
    /// The row of the timeline.
    pub frame: FrameNumber,
}

/// What a person did to the prompts of one object on one frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "action")]
pub enum PromptAction {
    /// Clicked.
    AddPoint(Point),
    /// Dragged a point to another place; nothing when there is no such point.
    MovePoint {
        /// The point as it was.
        from: Point,
        /// The point as it is now.
        to: Point,
    },
    /// Took away one point; nothing when there is no such point.
    RemovePoint(Point),
    /// Drew a box; it takes the place of an earlier one.
    SetBox(BoxPrompt),
    /// Took away the box.
    RemoveBox,
    /// Drew or erased: the whole mask as it is now. It takes the place of all points and the box; points that follow
    /// refine it.
    SetMask {
        /// The mask, in pixels of the source frame; an empty one says that the object is not seen.
        mask: Rle,
    },
    /// Took away all points, the box and the mask.
    Clear,
}

/// Why an action cannot be stored.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InvalidPrompt {
    /// Outside the picture, or not a number.
    #[error("the point ({x:.1}, {y:.1}) lies outside the frame of {width} x {height} pixels")]
    Outside {
        /// Pixels from the left.
        x: f32,
        /// Pixels from the top.
        y: f32,
        /// Width of the frame.
        width: u32,
        /// Height of the frame.
        height: u32,
    },
    /// A box without area.
    #[error("the box is empty: drag from one corner to the opposite one")]
    EmptyBox,
    /// A mask of another size than the frame.
    #[error(
        "the mask has {mask_width} x {mask_height} pixels, but the frame has {width} x {height}"
    )]
    MaskSize {
        /// Width of the mask.
        mask_width: u32,
        /// Height of the mask.
        mask_height: u32,
        /// Width of the frame.
        width: u32,
        /// Height of the frame.
        height: u32,
    },
}

impl PromptAction {
    /// Checks that everything lies within a frame of `width` x `height` pixels.
    ///
    /// # Errors
    /// When a point lies outside, a box has no area or a mask has another size.
    pub fn check(&self, width: u32, height: u32) -> Result<(), InvalidPrompt> {
        let inside = |x: f32, y: f32| {
            if (0.0..=width as f32).contains(&x) && (0.0..=height as f32).contains(&y) {
                Ok(())
            } else {
                Err(InvalidPrompt::Outside {
                    x,
                    y,
                    width,
                    height,
                })
            }
        };
        match self {
            Self::AddPoint(p) | Self::RemovePoint(p) => inside(p.x, p.y),
            Self::MovePoint { from, to } => {
                inside(from.x, from.y)?;
                inside(to.x, to.y)
            }
            Self::SetBox(b) => {
                inside(b.x0, b.y0)?;
                inside(b.x1, b.y1)?;
                if b.x1 > b.x0 && b.y1 > b.y0 {
                    Ok(())
                } else {
                    Err(InvalidPrompt::EmptyBox)
                }
            }
            Self::SetMask { mask } if (mask.width(), mask.height()) != (width, height) => {
                Err(InvalidPrompt::MaskSize {
                    mask_width: mask.width(),
                    mask_height: mask.height(),
                    width,
                    height,
                })
            }
            Self::SetMask { .. } | Self::RemoveBox | Self::Clear => Ok(()),
        }
    }

    /// What was done, as a person would say it: `click`, `box`.
    #[must_use]
    pub fn noun(&self) -> &'static str {
        match self {
            Self::AddPoint(_) => "click",
            Self::MovePoint { .. } => "moved point",
            Self::RemovePoint(_) => "removed point",
            Self::SetBox(_) => "box",
            Self::RemoveBox => "removed box",
            Self::SetMask { .. } => "drawn mask",
            Self::Clear => "clearing",
        }
    }
}

/// One stored action on the prompts of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromptEvent {
    /// Its place in the session's list; grows by one with every event.
    pub seq: u32,
    /// Which object on which frame.
    pub key: FrameKey,
    /// What was done.
    pub action: PromptAction,
}

/// The prompts of one object on one frame.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FramePrompts {
    /// Clicks in the order in which they were made.
    pub points: Vec<Point>,
    /// The box, if one was drawn.
    pub bbox: Option<BoxPrompt>,
    /// The mask, if one was drawn; points and box, if there are any, refine it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask: Option<Rle>,
    /// `seq` of the last event that made them what they are: an answer that carries an older one is out of date.
    pub seq: u32,
}

impl FramePrompts {
    /// Whether there is nothing that SAM 2 could answer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty() && self.bbox.is_none() && self.mask.is_none()
    }

    /// The drawn mask, where nothing else says what the object is: it is taken as it is.
    #[must_use]
    pub fn drawn(&self) -> Option<&Rle> {
        let alone = self.points.is_empty() && self.bbox.is_none();
        self.mask.as_ref().filter(|_| alone)
    }

    /// Does what a person did; [`seq`](Self::seq) stays.
    pub fn apply(&mut self, action: &PromptAction) {
        match action {
            PromptAction::AddPoint(point) => self.points.push(*point),
            PromptAction::MovePoint { from, to } => {
                if let Some(point) = self.points.iter_mut().find(|point| *point == from) {
                    *point = *to;
                }
            }
            PromptAction::RemovePoint(point) => {
                if let Some(at) = self.points.iter().position(|other| other == point) {
                    self.points.remove(at);
                }
            }
            PromptAction::SetBox(bbox) => self.bbox = Some(*bbox),
            PromptAction::RemoveBox => self.bbox = None,
            PromptAction::SetMask { mask } => {
                self.points.clear();
                self.bbox = None;
                self.mask = Some(mask.clone());
            }
            PromptAction::Clear => {
                self.points.clear();
                self.bbox = None;
                self.mask = None;
            }
        }
    }
}

/// The prompts that `events` (in order of `seq`, without those undone) leave behind; frames left without any are absent.
#[must_use]
pub fn fold_events<'a>(
    events: impl IntoIterator<Item = &'a PromptEvent>,
) -> BTreeMap<FrameKey, FramePrompts> {
    let mut frames: BTreeMap<FrameKey, FramePrompts> = BTreeMap::new();
    for event in events {
        let prompts = frames.entry(event.key).or_default();
        prompts.seq = event.seq;
        prompts.apply(&event.action);
    }
    frames.retain(|_, prompts| !prompts.is_empty());
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: u32, frame: u32, action: PromptAction) -> PromptEvent {
        let key = FrameKey {
            object: ObjectId(7),
            side: VideoSide::One,
            frame: FrameNumber(frame),
        };
        PromptEvent { seq, key, action }
    }

    fn point(x: f32) -> PromptAction {
        PromptAction::AddPoint(Point {
            x,
            y: 1.0,
            label: Label::Positive,
        })
    }

    #[test]
    fn events_fold_to_the_prompts_of_each_frame() {
        let events = [
            event(1, 0, point(1.0)),
            event(2, 5, point(2.0)),
            event(3, 0, PromptAction::Clear),
            event(4, 5, point(3.0)),
        ];
        let folded = fold_events(&events);
        assert_eq!(folded.len(), 1);
        let (key, prompts) = folded.first_key_value().unwrap();
        assert_eq!(
            (key.frame, prompts.points.len(), prompts.seq),
            (FrameNumber(5), 2, 4)
        );
    }

    #[test]
    fn single_points_are_moved_and_removed() {
        let PromptAction::AddPoint(first) = point(1.0) else {
            unreachable!("it is a point")
        };
        let moved = Point { x: 9.0, ..first };
        let bbox = BoxPrompt {
            x0: 0.0,
            y0: 0.0,
            x1: 2.0,
            y1: 2.0,
        };
        let mut prompts = FramePrompts::default();
        for action in [
            point(1.0),
            point(1.0),
            point(2.0),
            PromptAction::SetBox(bbox),
            PromptAction::MovePoint {
                from: first,
                to: moved,
            },
        ] {
            prompts.apply(&action);
        }
        let xs = |prompts: &FramePrompts| prompts.points.iter().map(|p| p.x).collect::<Vec<_>>();
        assert_eq!(xs(&prompts), [9.0, 1.0, 2.0], "the first of two alike");
        prompts.apply(&PromptAction::RemovePoint(moved));
        prompts.apply(&PromptAction::RemovePoint(moved));
        prompts.apply(&PromptAction::RemoveBox);
        assert_eq!((xs(&prompts), prompts.bbox), (vec![1.0, 2.0], None));
        let outside = PromptAction::MovePoint {
            from: first,
            to: Point { x: 5.0, ..first },
        };
        assert!(outside.check(4, 4).is_err());
    }

    #[test]
    fn a_drawn_mask_takes_the_place_of_clicks_and_is_refined_by_later_ones() {
        let mask = Rle::encode(&[0, 1, 1, 0], 2, 2);
        let draw = PromptAction::SetMask { mask: mask.clone() };
        assert_eq!(draw.check(2, 2), Ok(()));
        assert!(matches!(
            draw.check(4, 2),
            Err(InvalidPrompt::MaskSize { .. })
        ));
        let mut prompts = FramePrompts::default();
        prompts.apply(&point(1.0));
        prompts.apply(&draw);
        assert_eq!(prompts.drawn(), Some(&mask));
        prompts.apply(&point(2.0));
        assert_eq!((prompts.drawn(), prompts.points.len()), (None, 1));
        assert_eq!(prompts.mask, Some(mask));
        prompts.apply(&PromptAction::Clear);
        assert!(prompts.is_empty());
    }

    #[test]
    fn what_lies_outside_is_refused() {
        assert!(point(4.0).check(4, 4).is_ok());
        let at = |x| Point {
            x,
            y: 1.0,
            label: Label::Positive,
        };
        let [from, to] = [at(1.0), at(2.0)];
        for wrong in [-0.1, 4.1, f32::NAN, f32::INFINITY].map(at) {
            for action in [
                PromptAction::AddPoint(wrong),
                PromptAction::RemovePoint(wrong),
                PromptAction::MovePoint { from: wrong, to },
                PromptAction::MovePoint { from, to: wrong },
            ] {
                let outside = action.check(4, 4);
                assert!(matches!(outside, Err(InvalidPrompt::Outside { .. })));
            }
        }
        let flat = PromptAction::SetBox(BoxPrompt {
            x0: 1.0,
            y0: 1.0,
            x1: 1.0,
            y1: 2.0,
        });
        assert_eq!(flat.check(4, 4), Err(InvalidPrompt::EmptyBox));
    }
}
