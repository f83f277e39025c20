//! From clicks on rows of the timeline to what the tracker is to do on source frames.

use crate::JobsError;
use crate::changes::{Done, DoneObject};
use domain::{
    BoxPrompt, FrameNumber, FramePrompts, FrameTable, Object, ObjectId, Point, PromptAction,
    PromptEvent, Rle, VideoSide,
};
use sam2::{Order, TrackObject, TrackPlan};
use std::collections::BTreeMap;
use std::ops::Range;
use store::{Approved, Carried};

/// What is tracked in one video.
#[derive(Clone, Debug)]
pub(crate) struct SidePlan {
    /// Which video.
    pub(crate) side: VideoSide,
    /// Its frames.
    pub(crate) table: FrameTable,
    /// The source frames that are shown; the tracker counts in them.
    pub(crate) shown: Vec<u32>,
    /// For the tracker. The id of an object is its position plus 1.
    pub(crate) track: TrackPlan,
    /// The objects behind the tracker's ids.
    pub(crate) objects: BTreeMap<u32, ObjectId>,
}

/// The events of one object on one source frame, with the row on which each was made.
type Events<'a> = Vec<(FrameNumber, &'a PromptEvent)>;

impl SidePlan {
    /// Plans one video; none when no object has a prompt in it. Approved masks count like prompts, and stay as they are.
    ///
    /// `events` are those not undone, in order. Rows that show the same source frame share their prompts: points in the
    /// order in which they were made, and the last box and mask.
    ///
    /// # Errors
    /// When a prompt lies behind the last row.
    pub(crate) fn new(
        side: VideoSide,
        table: FrameTable,
        objects: &[Object],
        events: &[PromptEvent],
        approved: &[Approved],
    ) -> Result<Option<Self>, JobsError> {
        let shown = table.shown_frames();
        let index_of = |row: FrameNumber| -> Result<u32, JobsError> {
            let source_frame = table.row(row)?.source_frame;
            Ok(shown.partition_point(|&frame| frame < source_frame) as u32)
        };
        let mut masks: BTreeMap<ObjectId, BTreeMap<u32, Rle>> = BTreeMap::new();
        for of in approved {
            let object = masks.entry(of.key.object).or_default();
            object.insert(index_of(of.key.frame)?, of.mask.clone());
        }
        let mut on_frames: BTreeMap<(ObjectId, u32), Events> = BTreeMap::new();
        for event in events.iter().filter(|event| event.key.side == side) {
            let at = (event.key.object, index_of(event.key.frame)?);
            let on_frame = on_frames.entry(at).or_default();
            on_frame.push((event.key.frame, event));
        }
        let mut ids = BTreeMap::new();
        let mut tracked = Vec::new();
        for object in objects.iter().filter(|object| object.fields.is_in(side)) {
            let prompts: BTreeMap<u32, FramePrompts> = on_frames
                .range((object.id, 0)..=(object.id, u32::MAX))
                .map(|((_, index), events)| (*index, merge(events)))
                .filter(|(_, prompts)| !prompts.is_empty())
                .collect();
            let masks = masks.remove(&object.id).unwrap_or_default();
            if !prompts.is_empty() || !masks.is_empty() {
                let id = object.position + 1;
                ids.insert(id, object.id);
                tracked.push(TrackObject {
                    masks,
                    ..TrackObject::everywhere(id, prompts)
                });
            }
        }
        Ok((!tracked.is_empty()).then_some(Self {
            side,
            track: TrackPlan {
                frames: shown.len() as u32,
                width: table.width,
                height: table.height,
                objects: tracked,
                order: Order::Outwards,
            },
            table,
            shown,
            objects: ids,
        }))
    }

    /// What this plan and the model come to when the work is done.
    fn done(&self, model: &str) -> Done {
        let of = &self.track;
        let object = |(tracked, id): (&TrackObject, &ObjectId)| DoneObject {
            tracker_id: tracked.id,
            object: *id,
            prompts: tracked.prompts.clone(),
            approved: tracked.masks.clone(),
            spans: tracked.spans.clone(),
        };
        Done {
            model: model.to_owned(),
            frames: of.frames,
            size: [of.height, of.width],
            objects: of
                .objects
                .iter()
                .zip(self.objects.values())
                .map(object)
                .collect(),
        }
    }

    /// Narrows the work to what the clicks since `before` can reach, when that was done by the same model. Everything else
    /// is carried over.
    pub(crate) fn narrow(&mut self, model: &str, before: Option<&[u8]>) -> Vec<Carried> {
        let Some(before) = before.and_then(Done::read) else {
            return Vec::new();
        };
        let spans = before.spans_to_do(&self.done(model));
        let mut carried = Vec::new();
        for ((tracked, object), spans) in self
            .track
            .objects
            .iter_mut()
            .zip(self.objects.values())
            .zip(spans)
        {
            let rows = gaps(&spans, self.track.frames);
            carried.push(Carried {
                object: *object,
                rows: rows
                    .into_iter()
                    .map(|gap| rows_of(&self.table, &self.shown, &gap))
                    .collect(),
            });
            tracked.spans = spans;
        }
        carried
    }

    /// The plan and the model as bytes: equal when and only when the work is the same.
    ///
    /// # Errors
    /// When a coordinate is no number.
    pub(crate) fn fingerprint(&self, model: &str) -> Result<Vec<u8>, JobsError> {
        serde_json::to_vec(&self.done(model))
            .map_err(|error| JobsError::Request(format!("the prompts cannot be written: {error}")))
    }
}

/// The frames of a film that lie in none of the spans.
fn gaps(spans: &[Range<u32>], frames: u32) -> Vec<Range<u32>> {
    let starts = std::iter::once(0).chain(spans.iter().map(|span| span.end));
    let ends = spans
        .iter()
        .map(|span| span.start)
        .chain(std::iter::once(frames));
    starts
        .zip(ends)
        .map(|(start, end)| start..end)
        .filter(|gap| !gap.is_empty())
        .collect()
}

/// The rows of the timeline that show these of the shown frames, of which there is at least one.
fn rows_of(table: &FrameTable, shown: &[u32], frames: &Range<u32>) -> Range<u32> {
    let row = |source_frame: u32| {
        let before = table
            .rows
            .partition_point(|row| row.source_frame < source_frame);
        before as u32
    };
    let end = shown
        .get(frames.end as usize)
        .map_or(table.len() as u32, |&next| row(next));
    row(shown[frames.start as usize])..end
}

/// The prompts that the events of one source frame leave. What takes something away on a row, or moves it, is about what
/// was made on that row.
fn merge(events: &Events) -> FramePrompts {
    let mut points: Vec<(FrameNumber, Point)> = Vec::new();
    let mut boxes: Vec<(FrameNumber, BoxPrompt)> = Vec::new();
    let mut masks: Vec<(FrameNumber, &Rle)> = Vec::new();
    let mut seq = 0;
    for &(row, event) in events {
        seq = event.seq;
        match &event.action {
            PromptAction::AddPoint(point) => points.push((row, *point)),
            PromptAction::MovePoint { from, to } => {
                if let Some(made) = points.iter_mut().find(|made| **made == (row, *from)) {
                    made.1 = *to;
                }
            }
            PromptAction::RemovePoint(point) => {
                if let Some(at) = points.iter().position(|made| *made == (row, *point)) {
                    points.remove(at);
                }
            }
            PromptAction::SetBox(bbox) => boxes.push((row, *bbox)),
            PromptAction::RemoveBox => boxes.retain(|(of, _)| *of != row),
            PromptAction::Clear | PromptAction::SetMask { .. } => {
                points.retain(|(of, _)| *of != row);
                boxes.retain(|(of, _)| *of != row);
                masks.retain(|(of, _)| *of != row);
            }
        }
        if let PromptAction::SetMask { mask } = &event.action {
            masks.push((row, mask));
        }
    }
    FramePrompts {
        points: points.into_iter().map(|(_, point)| point).collect(),
        bbox: boxes.last().map(|(_, bbox)| *bbox),
        mask: masks.last().map(|(_, mask)| (*mask).clone()),
        seq,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ChangeType, Deformability, FrameKey, FrameRow, Label, ObjectFields};

    fn table() -> FrameTable {
        // 24 frames per second: source frame 1 is shown twice.
        FrameTable {
            width: 64,
            height: 48,
            time_base: (1, 24),
            rows: [0, 1, 1, 2, 4]
                .map(|source_frame| FrameRow {
                    source_frame,
                    pts: i64::from(source_frame),
                })
                .to_vec(),
        }
    }

    fn object(id: i64, position: u32, in_video1: bool) -> Object {
        Object {
            id: ObjectId(id),
            position,
            colour: (position % 10) as u8,
            fields: ObjectFields {
                label: "cup".into(),
                multiplicity: 1,
                in_video1,
                in_video2: true,
                views: 1,
                deformability: Deformability::Rigid,
                change_type: ChangeType::Moved,
            },
        }
    }

    fn events(actions: &[(i64, u32, PromptAction)]) -> Vec<PromptEvent> {
        let event =
            |(i, (object, frame, action)): (usize, &(i64, u32, PromptAction))| PromptEvent {
                seq: i as u32 + 1,
                key: FrameKey {
                    object: ObjectId(*object),
                    side: VideoSide::One,
                    frame: FrameNumber(*frame),
                },
                action: action.clone(),
            };
        actions.iter().enumerate().map(event).collect()
    }

    fn click(x: f32) -> PromptAction {
        PromptAction::AddPoint(Point {
            x,
            y: 1.0,
            label: Label::Positive,
        })
    }

    fn boxed(x1: f32) -> PromptAction {
        PromptAction::SetBox(BoxPrompt {
            x0: 0.0,
            y0: 0.0,
            x1,
            y1: 9.0,
        })
    }

    fn plan(objects: &[Object], events: &[PromptEvent]) -> Option<SidePlan> {
        SidePlan::new(VideoSide::One, table(), objects, events, &[]).unwrap()
    }

    #[test]
    fn rows_of_one_source_frame_share_their_prompts() {
        let events = events(&[
            (7, 2, click(1.0)),
            (7, 1, click(2.0)),
            (7, 1, boxed(5.0)),
            (7, 2, boxed(6.0)),
            (7, 2, click(3.0)),
            (7, 4, click(4.0)),
        ]);
        let plan = plan(&[object(7, 2, true)], &events).unwrap();
        assert_eq!(plan.shown, [0, 1, 2, 4]);
        assert_eq!(plan.track.frames, 4);
        assert_eq!(plan.objects, BTreeMap::from([(3, ObjectId(7))]));
        let prompts = &plan.track.objects[0].prompts;
        assert_eq!(prompts.keys().copied().collect::<Vec<_>>(), [1, 3]);
        let points: Vec<f32> = prompts[&1].points.iter().map(|p| p.x).collect();
        assert_eq!(points, [1.0, 2.0, 3.0]);
        assert_eq!(prompts[&1].bbox.map(|b| b.x1), Some(6.0));
    }

    #[test]
    fn clear_takes_away_what_was_made_on_its_row() {
        let clear = PromptAction::Clear;
        let events = events(&[
            (7, 1, click(1.0)),
            (7, 2, click(2.0)),
            (7, 1, clear.clone()),
            (8, 0, click(3.0)),
            (8, 0, clear),
        ]);
        let plan = plan(&[object(7, 0, true), object(8, 1, true)], &events).unwrap();
        assert_eq!(plan.track.objects.len(), 1);
        assert_eq!(plan.track.objects[0].prompts[&1].points[0].x, 2.0);
    }

    #[test]
    fn a_drawn_mask_takes_the_place_of_what_was_made_on_its_row() {
        let mask = Rle::encode(&[1; 64 * 48], 48, 64);
        let draw = PromptAction::SetMask { mask: mask.clone() };
        let events = events(&[
            (7, 1, click(1.0)),
            (7, 2, click(2.0)),
            (7, 1, boxed(5.0)),
            (7, 1, draw),
        ]);
        let plan = plan(&[object(7, 0, true)], &events).unwrap();
        let prompts = &plan.track.objects[0].prompts[&1];
        assert_eq!((prompts.points.len(), prompts.bbox), (1, None));
        assert_eq!(prompts.mask, Some(mask));
    }

    #[test]
    fn only_objects_of_the_video_are_tracked() {
        let events = events(&[(7, 0, click(1.0))]);
        assert!(plan(&[object(7, 0, false)], &events).is_none());
        assert!(plan(&[object(8, 0, true)], &events).is_none());
    }

    #[test]
    fn a_prompt_behind_the_end_is_an_error() {
        let events = events(&[(7, 5, click(1.0))]);
        let error = SidePlan::new(VideoSide::One, table(), &[object(7, 0, true)], &events, &[]);
        assert!(error.unwrap_err().reason().contains("frames 0 to 4"));
    }

    #[test]
    fn another_click_or_model_is_another_work() {
        let objects = [object(7, 0, true)];
        let one = plan(&objects, &events(&[(7, 0, click(1.0))])).unwrap();
        let two = plan(&objects, &events(&[(7, 0, click(1.5))])).unwrap();
        let print = |plan: &SidePlan, model| plan.fingerprint(model).unwrap();
        assert_eq!(print(&one, "m"), print(&one.clone(), "m"));
        assert_ne!(print(&one, "m"), print(&two, "m"));
        assert_ne!(print(&one, "m"), print(&one, "n"));
    }
}
