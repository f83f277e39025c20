//! What a finished run has done, and what is left to do when the clicks are others now.
//!
//! A click reaches the frames up to the next prompted or approved ones on either side: beyond those nothing is done again.

use domain::{FramePrompts, ObjectId, Rle};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The work of a run, as it is kept with it. Frames are numbered over those shown.
#[derive(Serialize, Deserialize)]
pub(crate) struct Done {
    /// Hash of the checkpoint.
    pub(crate) model: String,
    /// Frames of the film.
    pub(crate) frames: u32,
    /// Height and width, in pixels.
    pub(crate) size: [u32; 2],
    /// The objects.
    pub(crate) objects: Vec<DoneObject>,
}

/// One object.
#[derive(Serialize, Deserialize)]
pub(crate) struct DoneObject {
    /// The tracker's number.
    pub(crate) tracker_id: u32,
    /// The object.
    pub(crate) object: ObjectId,
    /// Its clicks and boxes, by frame.
    pub(crate) prompts: BTreeMap<u32, FramePrompts>,
    /// Its approved masks, by frame.
    pub(crate) approved: BTreeMap<u32, Rle>,
    /// The frames that this run worked on.
    pub(crate) spans: Vec<Range<u32>>,
}

impl Done {
    /// What was kept with a run; none when another version wrote it.
    pub(crate) fn read(plan: &[u8]) -> Option<Self> {
        serde_json::from_slice(plan).ok()
    }

    /// The frames of each object of `now` that are not what they would be: all of them for another model or a new object,
    /// none where nothing changed.
    pub(crate) fn spans_to_do(&self, now: &Self) -> Vec<Vec<Range<u32>>> {
        let same_work = (&self.model, self.frames, self.size) == (&now.model, now.frames, now.size);
        let spans = |object: &DoneObject| {
            let before = self
                .objects
                .iter()
                .find(|other| other.object == object.object);
            match before.filter(|_| same_work) {
                Some(before) => object.spans_since(before, now.frames),
                None => std::iter::once(0..now.frames).collect(),
            }
        };
        now.objects.iter().map(spans).collect()
    }
}

/// The prompts that a run was given: [`FramePrompts::seq`] of every frame of each object. Nothing for masks from elsewhere, and
/// for a plan that another version wrote.
#[must_use]
pub fn known_clicks(plan: &[u8]) -> BTreeMap<ObjectId, Vec<u32>> {
    let done = Done::read(plan);
    let objects = done.into_iter().flat_map(|done| done.objects);
    objects
        .map(|of| (of.object, of.prompts.values().map(|p| p.seq).collect()))
        .collect()
}

impl DoneObject {
    fn spans_since(&self, before: &Self, frames: u32) -> Vec<Range<u32>> {
        let both = self.prompts.keys().chain(before.prompts.keys());
        let changed: BTreeSet<u32> = both
            .copied()
            .filter(|frame| !same(self.prompts.get(frame), before.prompts.get(frame)))
            .filter(|frame| !self.approved.contains_key(frame))
            .collect();
        let fixed: BTreeSet<u32> = self
            .prompts
            .keys()
            .filter(|frame| !changed.contains(frame))
            .chain(self.approved.keys())
            .copied()
            .collect();
        let mut spans: Vec<Range<u32>> = Vec::new();
        for &frame in &changed {
            let start = fixed
                .range(..frame)
                .next_back()
                .map_or(0, |anchor| anchor + 1);
            let end = fixed.range(frame..).next().copied().unwrap_or(frames);
            match spans.last_mut() {
                Some(last) if last.end >= start => last.end = last.end.max(end),
                _ => spans.push(start..end),
            }
        }
        spans
    }
}

/// Whether the model is told the same; who clicked when does not matter.
fn same(a: Option<&FramePrompts>, b: Option<&FramePrompts>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (&a.points, a.bbox, &a.mask) == (&b.points, b.bbox, &b.mask),
        (a, b) => a.is_none() && b.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Label, Point};

    fn prompts(x: f32) -> FramePrompts {
        let label = Label::Positive;
        FramePrompts {
            points: vec![Point { x, y: 1.0, label }],
            ..FramePrompts::default()
        }
    }

    /// An object, its clicks (frame and x), and its approved frames.
    type Clicked<'a> = (i64, &'a [(u32, f32)], &'a [u32]);

    fn done(objects: &[Clicked<'_>]) -> Done {
        let object = |&(id, clicks, approved): &Clicked<'_>| DoneObject {
            tracker_id: 1,
            object: ObjectId(id),
            prompts: clicks
                .iter()
                .map(|&(frame, x)| (frame, prompts(x)))
                .collect(),
            approved: approved
                .iter()
                .map(|&frame| (frame, Rle::encode(&[0; 4], 2, 2)))
                .collect(),
            spans: Vec::new(),
        };
        Done {
            model: "a".into(),
            frames: 100,
            size: [2, 2],
            objects: objects.iter().map(object).collect(),
        }
    }

    fn spans(before: &Done, now: &Done) -> Vec<Vec<(u32, u32)>> {
        let spans = before.spans_to_do(now).into_iter();
        let ends =
            |spans: Vec<Range<u32>>| spans.iter().map(|span| (span.start, span.end)).collect();
        spans.map(ends).collect()
    }

    #[test]
    fn a_correction_reaches_the_neighbouring_prompts() {
        let before = done(&[(1, &[(10, 1.0), (60, 1.0)], &[]), (2, &[(5, 1.0)], &[])]);
        let now = done(&[
            (1, &[(10, 1.0), (40, 2.0), (60, 1.0)], &[]),
            (2, &[(5, 1.0)], &[]),
        ]);
        assert_eq!(spans(&before, &now), [vec![(11, 60)], vec![]]);
        // Changed, removed, and beyond the last prompt.
        let now = done(&[
            (1, &[(10, 3.0), (60, 1.0)], &[]),
            (2, &[(5, 1.0), (70, 1.0)], &[]),
        ]);
        assert_eq!(spans(&before, &now), [vec![(0, 60)], vec![(6, 100)]]);
        let now = done(&[(1, &[(10, 1.0)], &[])]);
        assert_eq!(spans(&before, &now), [vec![(11, 100)]]);
    }

    #[test]
    fn an_approved_frame_is_a_wall_and_no_reason_to_run() {
        let before = done(&[(1, &[(10, 1.0), (60, 1.0)], &[])]);
        let approved = done(&[(1, &[(10, 1.0), (60, 1.0)], &[30, 45])]);
        assert_eq!(spans(&before, &approved), [vec![]]);
        let now = done(&[(1, &[(10, 1.0), (40, 1.0), (45, 1.0), (60, 1.0)], &[30, 45])]);
        assert_eq!(spans(&before, &now), [vec![(31, 45)]]);
    }

    #[test]
    fn corrections_with_no_wall_between_them_are_one_span() {
        let before = done(&[(1, &[(10, 1.0), (60, 1.0)], &[])]);
        let now = done(&[(
            1,
            &[(10, 1.0), (20, 1.0), (30, 1.0), (60, 1.0), (80, 1.0)],
            &[],
        )]);
        assert_eq!(spans(&before, &now), [vec![(11, 60), (61, 100)]]);
    }

    #[test]
    fn another_model_and_a_new_object_are_everything() {
        let before = done(&[(1, &[(10, 1.0)], &[])]);
        let mut now = done(&[(1, &[(10, 1.0)], &[]), (2, &[(7, 1.0)], &[])]);
        assert_eq!(spans(&before, &now), [vec![], vec![(0, 100)]]);
        now.model = "b".into();
        assert_eq!(spans(&before, &now), [vec![(0, 100)], vec![(0, 100)]]);
    }
}
