//! What is still missing or looks wrong before an offline job is started or its masks are handed on.

use crate::Answers;
use domain::{ChangeType, FrameNumber, Looked, Object, ObjectId, PromptedFrame, Track, VideoSide};

/// Something to look at, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What it is, in words.
    pub words: String,
    /// Whether the offline job cannot start like this.
    pub blocks: bool,
    /// The object that it is about.
    pub object: Option<ObjectId>,
    /// The video that it is about.
    pub side: VideoSide,
    /// Where to look; none when any frame will do.
    pub frame: Option<FrameNumber>,
}

/// What is checked.
pub struct CheckInput<'a> {
    /// The objects, in order.
    pub objects: &'a [Object],
    /// The prompts.
    pub prompts: &'a [PromptedFrame],
    /// The model's answers to them.
    pub answers: &'a Answers,
    /// What the last offline job made in each video.
    pub tracks: [&'a [Track]; 2],
    /// Which frames of each video were looked at.
    pub looked: [&'a Looked; 2],
    /// Rows of the timeline of each video.
    pub frames: [u32; 2],
    /// Whether the masks were uploaded: where there are some, nobody has to click.
    pub uploaded: bool,
}

/// Everything that is missing or looks wrong; what stops the offline job comes first.
#[must_use]
pub fn checks(input: &CheckInput<'_>) -> Vec<Check> {
    let mut found = Vec::new();
    for object in input.objects {
        for side in VideoSide::BOTH {
            if object.fields.is_in(side) {
                found.extend(clicks(input, object, side));
            }
        }
        found.extend(change(object));
    }
    for (index, side) in VideoSide::BOTH.into_iter().enumerate() {
        let (looked, frames) = (input.looked[index], input.frames[index]);
        if let Some(first) = looked.first_missing(frames) {
            let missing = looked.missing(frames);
            found.push(Check {
                words: format!("{missing} frames of {side} were never looked at"),
                blocks: false,
                object: None,
                side,
                frame: Some(FrameNumber(first)),
            });
        }
    }
    let (mut first, rest): (Vec<Check>, Vec<Check>) =
        found.into_iter().partition(|check| check.blocks);
    first.extend(rest);
    first
}

/// Never clicked, or clicked and found nowhere.
fn clicks(input: &CheckInput<'_>, object: &Object, side: VideoSide) -> Option<Check> {
    let prompted: Vec<&PromptedFrame> = (input.prompts.iter())
        .filter(|frame| frame.key.object == object.id && frame.key.side == side)
        .collect();
    let title = object.fields.title();
    let check = |words: String, blocks| Check {
        words,
        blocks,
        object: Some(object.id),
        side,
        frame: prompted.first().map(|frame| frame.key.frame),
    };
    let track = input.tracks[usize::from(side.number()) - 1]
        .iter()
        .find(|track| track.object == object.id);
    if prompted.is_empty() {
        let keeps_masks = input.uploaded && track.is_some();
        return (!keeps_masks)
            .then(|| check(format!("{title} in {side} is not clicked yet"), true));
    }
    if let Some(track) = track {
        let seen = track.samples.iter().any(|sample| sample.area > 0);
        return (!seen).then(|| {
            check(
                format!("{title} in {side} is clicked, but the offline job found it on no frame"),
                false,
            )
        });
    }
    let all_empty = prompted.iter().all(|frame| {
        if let Some(drawn) = frame.prompts.drawn() {
            return drawn.is_empty();
        }
        let answer = input.answers.mask(frame.key, frame.prompts.seq);
        answer.is_some_and(|(mask, fresh)| fresh && mask.is_empty())
    });
    all_empty.then(|| {
        check(
            format!("{title} in {side} is clicked, but its masks are empty"),
            false,
        )
    })
}

/// A change that does not fit the videos that the object is in.
fn change(object: &Object) -> Option<Check> {
    let fields = &object.fields;
    let fits = match (fields.in_video1, fields.in_video2) {
        (true, true) => !matches!(fields.change_type, ChangeType::Added | ChangeType::Removed),
        (true, false) => matches!(fields.change_type, ChangeType::Removed | ChangeType::Other),
        (false, _) => matches!(fields.change_type, ChangeType::Added | ChangeType::Other),
    };
    let (place, side) = match (fields.in_video1, fields.in_video2) {
        (true, true) => ("both videos", VideoSide::One),
        (true, false) => ("video 1 only", VideoSide::One),
        (false, _) => ("video 2 only", VideoSide::Two),
    };
    (!fits).then(|| Check {
        words: format!(
            "{} is in {place}, yet \"{}\"",
            fields.title(),
            fields.change_type
        ),
        blocks: false,
        object: Some(object.id),
        side,
        frame: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        Deformability, FrameKey, FramePrompts, Label, ObjectFields, Point, PreviewMask, Rle,
        TrackSample,
    };

    fn object(id: i64, in_video1: bool, in_video2: bool, change_type: ChangeType) -> Object {
        Object {
            id: ObjectId(id),
            position: 0,
            colour: 0,
            fields: ObjectFields {
                label: format!("cup{id}"),
                multiplicity: 1,
                in_video1,
                in_video2,
                views: 1,
                deformability: Deformability::Rigid,
                change_type,
            },
        }
    }

    fn prompted(id: i64, side: VideoSide, frame: u32) -> PromptedFrame {
        PromptedFrame {
            key: FrameKey {
                object: ObjectId(id),
                side,
                frame: FrameNumber(frame),
            },
            prompts: FramePrompts {
                points: vec![Point {
                    x: 1.0,
                    y: 1.0,
                    label: Label::Positive,
                }],
                bbox: None,
                mask: None,
                seq: 4,
            },
        }
    }

    fn all_looked() -> Looked {
        Looked::from_text("0-30")
    }

    fn words(
        objects: &[Object],
        prompts: &[PromptedFrame],
        answers: &Answers,
        tracks: &[Track],
        looked: &Looked,
    ) -> Vec<(String, bool, Option<u32>)> {
        checks(&CheckInput {
            objects,
            prompts,
            answers,
            tracks: [tracks, &[]],
            looked: [looked, &all_looked()],
            frames: [30, 30],
            uploaded: false,
        })
        .into_iter()
        .map(|check| (check.words, check.blocks, check.frame.map(|f| f.0)))
        .collect()
    }

    #[test]
    fn a_finished_session_has_nothing_to_look_at() {
        let objects = [object(1, true, false, ChangeType::Removed)];
        let prompts = [prompted(1, VideoSide::One, 3)];
        assert!(words(&objects, &prompts, &Answers::default(), &[], &all_looked()).is_empty());
    }

    #[test]
    fn uploaded_masks_need_no_clicks() {
        let objects = [
            object(1, true, false, ChangeType::Removed),
            object(2, true, false, ChangeType::Removed),
        ];
        let tracks = [Track {
            object: ObjectId(1),
            samples: Vec::new(),
            approved: Vec::new(),
            clicks: Vec::new(),
        }];
        let found = checks(&CheckInput {
            objects: &objects,
            prompts: &[],
            answers: &Answers::default(),
            tracks: [&tracks, &[]],
            looked: [&all_looked(), &all_looked()],
            frames: [30, 30],
            uploaded: true,
        });
        let blocking: Vec<_> = found.iter().map(|check| check.object).collect();
        assert_eq!(blocking, [Some(ObjectId(2))]);
    }

    #[test]
    fn what_is_missing_is_named_and_what_blocks_comes_first() {
        let objects = [
            object(1, true, false, ChangeType::Moved),
            object(2, true, true, ChangeType::Added),
        ];
        let prompts = [
            prompted(1, VideoSide::One, 3),
            prompted(2, VideoSide::Two, 8),
        ];
        let looked = Looked::from_text("0-12 20-30");
        assert_eq!(
            words(&objects, &prompts, &Answers::default(), &[], &looked),
            [
                ("cup2 1 in video 1 is not clicked yet".into(), true, None),
                (
                    "cup1 1 is in video 1 only, yet \"moved\"".into(),
                    false,
                    None
                ),
                (
                    "cup2 1 is in both videos, yet \"added\"".into(),
                    false,
                    None
                ),
                (
                    "8 frames of video 1 were never looked at".into(),
                    false,
                    Some(12)
                ),
            ]
        );
    }

    #[test]
    fn clicks_that_lead_to_nothing_are_named() {
        let objects = [object(1, true, false, ChangeType::Removed)];
        let prompts = [prompted(1, VideoSide::One, 3)];
        let mut answers = Answers::default();
        let empty = PreviewMask {
            key: prompts[0].key,
            seq: 4,
            mask: Rle::encode(&[0; 4], 2, 2),
            score: -3.0,
            iou: 0.1,
        };
        answers.accept(empty, Some(4));
        let found = words(&objects, &prompts, &answers, &[], &all_looked());
        assert_eq!(
            found[0].0,
            "cup1 1 in video 1 is clicked, but its masks are empty"
        );
        let sample = |area| TrackSample {
            frame: FrameNumber(3),
            score: 0.0,
            area,
            x: 0.0,
            y: 0.0,
            agreement: None,
        };
        let track = |area| Track {
            object: ObjectId(1),
            samples: vec![sample(area)],
            approved: Vec::new(),
            clicks: Vec::new(),
        };
        let none = words(&objects, &prompts, &answers, &[track(0)], &all_looked());
        assert!(none[0].0.ends_with("the offline job found it on no frame"));
        assert!(words(&objects, &prompts, &answers, &[track(9)], &all_looked()).is_empty());
    }
}
