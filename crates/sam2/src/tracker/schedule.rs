//! Which frames are visited, in which order, and for which objects.

use crate::memory_bank::Direction;
use crate::segmenter::{EngineError, TrackObject, TrackPlan};
use domain::FramePrompts;
use std::collections::BTreeSet;
use std::ops::Range;

/// One visit of one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Masks and memories of its prompts.
    Prompts(u32),
    /// On the way to the end or to the start.
    Track(u32, Direction),
}

impl Step {
    pub fn frame(self) -> u32 {
        let (Self::Prompts(frame) | Self::Track(frame, _)) = self;
        frame
    }
}

/// What an object's prompts and spans mean for the frames.
pub(super) struct Course {
    /// Frames with prompts or given masks, in order.
    anchors: Vec<u32>,
    spans: Vec<Range<u32>>,
}

impl Course {
    fn new(object: &TrackObject, frames: u32) -> Self {
        let anchors: BTreeSet<u32> = object
            .prompts
            .keys()
            .chain(object.masks.keys())
            .copied()
            .collect();
        let clip = |span: &Range<u32>| span.start..span.end.min(frames);
        Self {
            anchors: anchors.into_iter().collect(),
            spans: object
                .spans
                .iter()
                .map(clip)
                .filter(|span| !span.is_empty())
                .collect(),
        }
    }

    /// The wanted frames around `frame`, when it is one of them.
    fn span(&self, frame: u32) -> Option<&Range<u32>> {
        self.spans.iter().find(|span| span.contains(&frame))
    }

    pub fn is_anchor(&self, frame: u32) -> bool {
        self.anchors.binary_search(&frame).is_ok()
    }

    /// The anchors next to a frame that is none, before and behind it.
    pub fn around(&self, frame: u32) -> [Option<u32>; 2] {
        let at = self.anchors.partition_point(|&anchor| anchor < frame);
        [
            at.checked_sub(1).map(|before| self.anchors[before]),
            self.anchors.get(at).copied(),
        ]
    }

    /// Whether the pass carries the object to this frame.
    pub fn tracks(&self, frame: u32, direction: Direction) -> bool {
        let [before, behind] = self.around(frame);
        let from = match direction {
            Direction::Forward => before,
            Direction::Backward => behind,
        };
        from.is_some() && !self.is_anchor(frame) && self.span(frame).is_some()
    }

    /// Whether the mask of the prompts on this frame is wanted.
    pub fn shows(&self, frame: u32) -> bool {
        self.is_anchor(frame) && self.span(frame).is_some()
    }

    /// Whether the pass comes to this frame from one that is not wanted: what it remembers is from elsewhere.
    pub fn begins(&self, frame: u32, direction: Direction) -> bool {
        self.span(frame).is_some_and(|span| match direction {
            Direction::Forward => span.start == frame,
            Direction::Backward => span.end - 1 == frame,
        })
    }
}

/// The whole work.
pub(super) struct Schedule {
    /// One per object.
    pub courses: Vec<Course>,
    steps: Vec<Step>,
    /// Numbers of steps up to the end of the prompts, and up to the end of the forward pass.
    pub ends: [u32; 2],
}

impl Schedule {
    /// # Errors
    /// When the plan makes no sense.
    pub fn new(plan: &TrackPlan) -> Result<Self, EngineError> {
        check(plan)?;
        let courses: Vec<Course> = plan
            .objects
            .iter()
            .map(|object| Course::new(object, plan.frames))
            .collect();
        let visited = |wanted: &dyn Fn(&Course, u32) -> bool| -> Vec<u32> {
            (0..plan.frames)
                .filter(|&frame| courses.iter().any(|course| wanted(course, frame)))
                .collect()
        };
        let prompts = visited(&|course, frame| !course.spans.is_empty() && course.is_anchor(frame));
        let forward = visited(&|course, frame| {
            course.shows(frame) || course.tracks(frame, Direction::Forward)
        });
        let backward = visited(&|course, frame| course.tracks(frame, Direction::Backward));
        let ends = [prompts.len() as u32, (prompts.len() + forward.len()) as u32];
        let prompts = prompts.into_iter().map(Step::Prompts);
        let forward = forward
            .into_iter()
            .map(|frame| Step::Track(frame, Direction::Forward));
        let backward = backward
            .into_iter()
            .rev()
            .map(|frame| Step::Track(frame, Direction::Backward));
        Ok(Self {
            steps: prompts.chain(forward).chain(backward).collect(),
            courses,
            ends,
        })
    }

    pub fn len(&self) -> u32 {
        self.steps.len() as u32
    }

    pub fn step(&self, done: u32) -> Option<Step> {
        self.steps.get(done as usize).copied()
    }
}

/// What the official order and ours ask of a plan.
pub(crate) fn check(plan: &TrackPlan) -> Result<(), EngineError> {
    let fail = |text: String| Err(EngineError::Request(text));
    if plan.objects.is_empty() {
        return fail("there is no object to track".into());
    }
    for object in &plan.objects {
        let id = object.id;
        if object.prompts.is_empty() && object.masks.is_empty() {
            return fail(format!("object {id} has no prompt"));
        }
        if object.prompts.values().any(FramePrompts::is_empty) {
            return fail(format!(
                "object {id} has a frame without any point, box or mask"
            ));
        }
        let last = object.prompts.keys().chain(object.masks.keys()).max();
        if let Some(frame) = last.filter(|&&frame| frame >= plan.frames) {
            return fail(format!(
                "object {id} is prompted on frame {frame}, but the film has {} frames, counted from 0",
                plan.frames
            ));
        }
        let drawn = object.prompts.iter();
        let drawn = drawn.filter_map(|(frame, prompts)| Some((frame, prompts.mask.as_ref()?)));
        if let Some((frame, mask)) = object
            .masks
            .iter()
            .chain(drawn)
            .find(|(_, mask)| (mask.width(), mask.height()) != (plan.width, plan.height))
        {
            return fail(format!(
                "the mask of object {id} on frame {frame} has {} x {} pixels but the film has {} x {}",
                mask.width(),
                mask.height(),
                plan.width,
                plan.height
            ));
        }
        if object
            .spans
            .windows(2)
            .any(|pair| pair[0].end >= pair[1].start)
        {
            return fail(format!(
                "the spans of object {id} touch or are not in order"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segmenter::Order;
    use domain::{Label, Point};
    use std::collections::BTreeMap;

    fn object(id: u32, prompted: &[u32], spans: &[[u32; 2]]) -> TrackObject {
        let prompts = FramePrompts {
            points: vec![Point {
                x: 1.0,
                y: 1.0,
                label: Label::Positive,
            }],
            ..FramePrompts::default()
        };
        TrackObject {
            spans: spans.iter().map(|[start, end]| *start..*end).collect(),
            ..TrackObject::everywhere(
                id,
                prompted
                    .iter()
                    .map(|&f| (f, prompts.clone()))
                    .collect::<BTreeMap<_, _>>(),
            )
        }
    }

    fn schedule(objects: Vec<TrackObject>) -> Result<Schedule, EngineError> {
        Schedule::new(&TrackPlan {
            frames: 10,
            width: 4,
            height: 4,
            objects,
            order: Order::Outwards,
        })
    }

    fn frames(schedule: &Schedule) -> [Vec<u32>; 3] {
        let all: Vec<u32> = (0..schedule.len())
            .map(|i| schedule.step(i).unwrap().frame())
            .collect();
        let [prompts, forward] = schedule.ends.map(|end| end as usize);
        [
            all[..prompts].to_vec(),
            all[prompts..forward].to_vec(),
            all[forward..].to_vec(),
        ]
    }

    #[test]
    fn both_passes_meet_between_two_prompts_and_nothing_is_guessed_beyond_them() {
        let schedule = schedule(vec![object(1, &[3, 6], &[[0, u32::MAX]])]).unwrap();
        assert_eq!(
            frames(&schedule),
            [vec![3, 6], vec![3, 4, 5, 6, 7, 8, 9], vec![5, 4, 2, 1, 0]]
        );
    }

    #[test]
    fn a_span_between_two_prompts_leaves_the_rest_alone() {
        let schedule =
            schedule(vec![object(1, &[0, 5, 9], &[[1, 9]]), object(2, &[2], &[])]).unwrap();
        assert_eq!(
            frames(&schedule),
            [
                vec![0, 5, 9],
                vec![1, 2, 3, 4, 5, 6, 7, 8],
                vec![8, 7, 6, 4, 3, 2, 1]
            ]
        );
        let course = &schedule.courses[0];
        assert!(course.begins(1, Direction::Forward) && course.begins(8, Direction::Backward));
        assert!(!course.begins(6, Direction::Forward));
        assert_eq!(course.around(3), [Some(0), Some(5)]);
    }

    #[test]
    fn nothing_wanted_is_no_work() {
        assert_eq!(schedule(vec![object(1, &[2], &[])]).unwrap().len(), 0);
    }

    #[test]
    fn plans_that_make_no_sense_are_refused() {
        for objects in [
            vec![],
            vec![object(1, &[], &[[0, 10]])],
            vec![object(1, &[10], &[[0, 10]])],
            vec![object(1, &[1], &[[0, 4], [3, 8]])],
        ] {
            assert!(matches!(schedule(objects), Err(EngineError::Request(_))));
        }
    }
}
