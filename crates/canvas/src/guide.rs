//! What is to be clicked next.

use domain::{Asked, FrameNumber, Object, ObjectId, PromptedFrame, VideoSide};
use std::collections::HashSet;

/// One object in one video: a number of frames to annotate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The object.
    pub object: ObjectId,
    /// The video.
    pub side: VideoSide,
    /// Frames to annotate.
    pub views: u8,
    /// Frames that have prompts, in order; of a step that was sent back those that got some since.
    pub frames: Vec<FrameNumber>,
    /// Whether a person said that it is done before every frame was annotated.
    pub declared: bool,
    /// Whether a reviewer sent it back.
    pub again: bool,
}

impl Step {
    /// Whether nothing is left to do.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.declared || self.frames.len() >= usize::from(self.views)
    }

    /// Which view a frame is, from 1: its place among the annotated ones, or the next free one.
    ///
    /// More than [`views`](Self::views) when the frame is one more than was asked for.
    #[must_use]
    pub fn view_of(&self, frame: FrameNumber) -> usize {
        self.frames
            .iter()
            .position(|&annotated| annotated == frame)
            .unwrap_or(self.frames.len())
            + 1
    }
}

/// All steps in the order in which they are taken: object by object, video 1 first. When a reviewer sent something back,
/// only what was `asked` for.
#[must_use]
pub fn steps(
    objects: &[Object],
    prompts: &[PromptedFrame],
    declared: &HashSet<(ObjectId, VideoSide)>,
    asked: &[Asked],
) -> Vec<Step> {
    let mut steps = Vec::new();
    for object in objects {
        for side in VideoSide::BOTH {
            let again = asked
                .iter()
                .find(|asked| asked.views.object == object.id && asked.views.side == side);
            if !object.fields.is_in(side) || (again.is_none() && !asked.is_empty()) {
                continue;
            }
            let mut frames: Vec<FrameNumber> = prompts
                .iter()
                .filter(|p| p.key.object == object.id && p.key.side == side)
                .filter(|p| !p.prompts.is_empty())
                .filter(|p| again.is_none_or(|asked| p.prompts.seq > asked.since))
                .map(|p| p.key.frame)
                .collect();
            frames.sort_unstable();
            steps.push(Step {
                object: object.id,
                side,
                views: again.map_or(object.fields.views, |asked| asked.views.views),
                frames,
                declared: declared.contains(&(object.id, side)),
                again: again.is_some(),
            });
        }
    }
    steps
}

/// The next step that is not done, beginning behind `after` and going round to it again; none when all are done.
#[must_use]
pub fn next_step(steps: &[Step], after: Option<(ObjectId, VideoSide)>) -> Option<&Step> {
    let start = after
        .and_then(|(object, side)| {
            steps
                .iter()
                .position(|step| step.object == object && step.side == side)
        })
        .map_or(0, |at| at + 1);
    let (before, behind) = steps.split_at(start);
    behind.iter().chain(before).find(|step| !step.is_done())
}

/// What *Done with Object* leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The same object wants another frame of the same video; this one is a good place to begin looking.
    NextView(FrameNumber),
    /// The step counts as done now, whether every frame is annotated or not.
    StepDone,
}

/// What *Done with Object* means on `frame` of a video of `frames` frames.
///
/// With prompts on this frame and views left, the view is done; without prompts here, the person leaves the step early.
#[must_use]
pub fn after_done(step: &Step, frame: FrameNumber, frames: u32) -> Done {
    if step.is_done() || !step.frames.contains(&frame) {
        return Done::StepDone;
    }
    let parts = u64::from(step.views) * 2;
    let middle = |view: u64| ((view * 2 + 1) * u64::from(frames) / parts) as u32;
    let distance = |at: u32| {
        let nearest = step.frames.iter().map(|taken| taken.0.abs_diff(at)).min();
        nearest.unwrap_or(u32::MAX)
    };
    (0..u64::from(step.views))
        .map(middle)
        // The first of the places that are farthest from what is annotated.
        .rev()
        .max_by_key(|&at| distance(at))
        .map_or(Done::StepDone, |at| Done::NextView(FrameNumber(at)))
}

/// Where the person is, as the guide line says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Place of the object among those with steps, from 1.
    pub number: usize,
    /// Number of objects with steps.
    pub count: usize,
    /// Label and index of the object.
    pub title: String,
    /// The view that the frame is or would be, from 1.
    pub view: usize,
    /// Frames to annotate.
    pub views: u8,
    /// The video.
    pub side: VideoSide,
    /// Whether a reviewer sent it back.
    pub again: bool,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            number,
            count,
            title,
            view,
            views,
            side,
            again,
        } = self;
        let (what, new) = if *again {
            ("sent back", "new ")
        } else {
            ("object", "")
        };
        write!(f, "{what} {number} of {count}: {title} - ")?;
        if *view > usize::from(*views) {
            write!(f, "extra {new}view {view} - {side}")
        } else {
            write!(f, "{new}view {view} of {views} - {side}")
        }
    }
}

/// Where the person is; none when the object is gone or has no step in that video.
#[must_use]
pub fn place(
    objects: &[Object],
    steps: &[Step],
    object: ObjectId,
    side: VideoSide,
    frame: FrameNumber,
) -> Option<Place> {
    let step = steps
        .iter()
        .find(|step| step.object == object && step.side == side)?;
    let mut with_steps: Vec<ObjectId> = steps.iter().map(|step| step.object).collect();
    with_steps.dedup();
    Some(Place {
        number: with_steps.iter().position(|id| *id == object)? + 1,
        count: with_steps.len(),
        title: objects.iter().find(|o| o.id == object)?.fields.title(),
        view: step.view_of(frame),
        views: step.views,
        side,
        again: step.again,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        AskedViews, ChangeType, Deformability, FrameKey, FramePrompts, Label, ObjectFields, Point,
    };

    fn object(id: i64, in_video1: bool, in_video2: bool, views: u8) -> Object {
        Object {
            id: ObjectId(id),
            position: 0,
            colour: 0,
            fields: ObjectFields {
                label: "cup".into(),
                multiplicity: 1,
                in_video1,
                in_video2,
                views,
                deformability: Deformability::Rigid,
                change_type: ChangeType::Other,
            },
        }
    }

    fn click(id: i64, side: VideoSide, frame: u32) -> PromptedFrame {
        let point = Point {
            x: 1.0,
            y: 1.0,
            label: Label::Positive,
        };
        PromptedFrame {
            key: FrameKey {
                object: ObjectId(id),
                side,
                frame: FrameNumber(frame),
            },
            prompts: FramePrompts {
                points: vec![point],
                bbox: None,
                mask: None,
                seq: 1,
            },
        }
    }

    fn next(steps: &[Step], after: Option<(i64, VideoSide)>) -> Option<(i64, VideoSide)> {
        let after = after.map(|(id, side)| (ObjectId(id), side));
        next_step(steps, after).map(|step| (step.object.0, step.side))
    }

    #[test]
    fn the_flow_goes_object_by_object_and_video_1_first() {
        use VideoSide::{One, Two};
        let objects = [object(7, true, true, 1), object(3, false, true, 2)];
        let mut prompts = Vec::new();
        let none = HashSet::new();
        let mut seen = Vec::new();
        let mut at = None;
        while let Some((id, side)) = next(&steps(&objects, &prompts, &none, &[]), at) {
            let frame = prompts.len() as u32;
            seen.push((id, side));
            prompts.push(click(id, side, frame));
            at = Some((id, side));
        }
        assert_eq!(seen, [(7, One), (7, Two), (3, Two), (3, Two)]);
    }

    #[test]
    fn what_was_left_out_comes_round_again() {
        use VideoSide::{One, Two};
        let objects = [object(1, true, true, 1), object(2, true, false, 1)];
        let prompts = [click(1, Two, 0)];
        let all = steps(&objects, &prompts, &HashSet::new(), &[]);
        assert_eq!(next(&all, Some((1, One))), Some((2, One)));
        assert_eq!(next(&all, Some((2, One))), Some((1, One)));
        assert_eq!(next(&all, Some((99, One))), Some((1, One)));
        let declared = HashSet::from([(ObjectId(1), One), (ObjectId(2), One)]);
        assert_eq!(next(&steps(&objects, &prompts, &declared, &[]), None), None);
        assert_eq!(next(&[], None), None);
    }

    #[test]
    fn done_asks_for_the_next_view_far_from_the_first() {
        let objects = [object(1, true, false, 3)];
        let prompts = [click(1, VideoSide::One, 10)];
        let step = &steps(&objects, &prompts, &HashSet::new(), &[])[0];
        // Middles of the thirds of 90 frames: 15, 45, 75.
        let done = after_done(step, FrameNumber(10), 90);
        assert_eq!(done, Done::NextView(FrameNumber(75)));
        assert_eq!(after_done(step, FrameNumber(11), 90), Done::StepDone);
    }

    #[test]
    fn done_after_the_last_view_ends_the_step() {
        let objects = [object(1, true, false, 1)];
        let prompts = [click(1, VideoSide::One, 10)];
        let step = &steps(&objects, &prompts, &HashSet::new(), &[])[0];
        assert_eq!(after_done(step, FrameNumber(10), 90), Done::StepDone);
    }

    #[test]
    fn the_place_follows_the_frame() {
        let objects = [object(5, true, true, 1), object(1, true, false, 2)];
        let prompts = [click(1, VideoSide::One, 10), click(1, VideoSide::One, 4)];
        let all = steps(&objects, &prompts, &HashSet::new(), &[]);
        let said = |frame| {
            place(
                &objects,
                &all,
                ObjectId(1),
                VideoSide::One,
                FrameNumber(frame),
            )
            .map(|place| place.to_string())
            .unwrap_or_default()
        };
        assert_eq!(said(4), "object 2 of 2: cup 1 - view 1 of 2 - video 1");
        assert_eq!(said(10), "object 2 of 2: cup 1 - view 2 of 2 - video 1");
        assert_eq!(said(11), "object 2 of 2: cup 1 - extra view 3 - video 1");
        assert_eq!(
            place(&objects, &all, ObjectId(1), VideoSide::Two, FrameNumber(0)),
            None
        );
    }
    #[test]
    fn what_was_sent_back_leads_through_nothing_else() {
        use VideoSide::{One, Two};
        let objects = [object(1, true, true, 1), object(2, true, true, 1)];
        let asked = |side, since| Asked {
            views: AskedViews {
                object: ObjectId(2),
                side,
                views: 2,
            },
            since,
            comment: String::new(),
        };
        // The clicks of `click` are events of number 1.
        let prompts = [click(2, One, 10), click(2, Two, 10)];
        let asked = [asked(One, 0), asked(Two, 1)];
        let all = steps(&objects, &prompts, &HashSet::new(), &asked);
        let read: Vec<_> = all
            .iter()
            .map(|step| (step.object.0, step.side, step.views, step.frames.len()))
            .collect();
        assert_eq!(read, [(2, One, 2, 1), (2, Two, 2, 0)]);
        let said = |frame| {
            let place = place(&objects, &all, ObjectId(2), One, FrameNumber(frame));
            place.map(|place| place.to_string()).unwrap_or_default()
        };
        assert_eq!(
            said(10),
            "sent back 1 of 1: cup 1 - new view 1 of 2 - video 1"
        );
        assert_eq!(
            said(11),
            "sent back 1 of 1: cup 1 - new view 2 of 2 - video 1"
        );
        assert_eq!(
            place(&objects, &all, ObjectId(1), One, FrameNumber(0)),
            None
        );
    }
}
