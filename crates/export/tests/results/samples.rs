//! Sessions to write: one by hand, and any.

use domain::{
    BoxPrompt, ChangeType, Deformability, Device, FrameKey, FrameMasks, FrameNumber, FramePrompts,
    FrameRow, FrameTable, Label, ModelInfo, Object, ObjectFields, ObjectId, ObjectMask, Point, Rle,
    SessionId, VideoSide,
};
use export::{SessionExport, VideoExport};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A table whose rows show `source_frames`.
pub fn table(width: u32, height: u32, source_frames: &[u32]) -> FrameTable {
    let rows = source_frames.iter().map(|&source_frame| FrameRow {
        source_frame,
        pts: i64::from(source_frame) * 5_000_000_000 - 1001,
    });
    FrameTable {
        width,
        height,
        time_base: (1, 24_000),
        rows: rows.collect(),
    }
}

/// A filled rectangle in a picture of `width` x `height`.
pub fn rectangle(width: u32, height: u32, x: [u32; 2], y: [u32; 2]) -> Rle {
    let bitmap: Vec<u8> = (0..height)
        .flat_map(|row| (0..width).map(move |column| (row, column)))
        .map(|(row, column)| {
            u8::from((y[0]..y[1]).contains(&row) && (x[0]..x[1]).contains(&column))
        })
        .collect();
    Rle::encode(&bitmap, height, width)
}

fn object(id: i64, position: u32, label: &str, seen: [bool; 2]) -> Object {
    Object {
        id: ObjectId(id),
        position,
        colour: (position % 10) as u8,
        fields: ObjectFields {
            label: label.into(),
            multiplicity: position + 1,
            in_video1: seen[0],
            in_video2: seen[1],
            views: 1,
            deformability: Deformability::ALL[position as usize % 2],
            change_type: ChangeType::default_for(seen[0], seen[1]),
        },
    }
}

fn point(x: f32, y: f32, label: Label) -> Point {
    Point { x, y, label }
}

/// A cup that is removed, a towel that is moved, a "Löffel" that is added and never seen; videos of 37 x 23 and 64 x 48
/// pixels, the first of 24 fps. Its ids are in no order, as after edits.
pub fn kitchen() -> SessionExport {
    let (cup, towel, spoon) = (ObjectId(9), ObjectId(4), ObjectId(12));
    let mut video1 = VideoExport::new(
        "before the change.MOV".into(),
        table(37, 23, &[0, 1, 2, 2, 3, 4, 5, 6, 6, 7]),
    );
    let mut video2 = VideoExport::new("after.mp4".into(), table(64, 48, &[0, 1, 2, 3]));
    video1.add_frames((0..10).map(|frame| {
        let shift = video1_source(frame);
        let mut masks = vec![ObjectMask {
            object: cup,
            mask: rectangle(37, 23, [shift, 11 + shift], [3, 9]),
            score: 4.0,
        }];
        if frame < 4 {
            masks.push(ObjectMask {
                object: towel,
                // Wider than the picture is high: columns that run into each other.
                mask: rectangle(37, 23, [20, 37], [0, 23 - shift]),
                score: 1.0,
            });
        }
        let frame = FrameNumber(frame);
        FrameMasks { frame, masks }
    }));
    video2.add_frames((0..4).map(|frame| FrameMasks {
        frame: FrameNumber(frame),
        masks: vec![
            ObjectMask {
                object: towel,
                mask: rectangle(64, 48, [0, 64], [frame * 10, 48]),
                score: 2.0,
            },
            // Not seen: must not be written.
            ObjectMask {
                object: spoon,
                mask: rectangle(64, 48, [0, 0], [0, 0]),
                score: -3.0,
            },
            // In video 1 only: must not be written either.
            ObjectMask {
                object: cup,
                mask: rectangle(64, 48, [0, 9], [0, 9]),
                score: 1.0,
            },
        ],
    }));
    let key = |object, side, frame| FrameKey {
        object,
        side,
        frame: FrameNumber(frame),
    };
    let prompts = BTreeMap::from([
        (
            key(cup, VideoSide::One, 3),
            FramePrompts {
                points: vec![
                    point(9.25, 5.5, Label::Positive),
                    point(30.0, 20.0, Label::Negative),
                ],
                bbox: None,
                mask: None,
                seq: 2,
            },
        ),
        (
            key(towel, VideoSide::One, 0),
            FramePrompts {
                points: vec![],
                bbox: Some(BoxPrompt {
                    x0: 18.5,
                    y0: 0.0,
                    x1: 37.0,
                    y1: 23.0,
                }),
                mask: None,
                seq: 3,
            },
        ),
        (
            key(towel, VideoSide::Two, 2),
            FramePrompts {
                points: vec![point(63.0, 47.0, Label::Positive)],
                bbox: Some(BoxPrompt {
                    x0: 0.0,
                    y0: 1.0,
                    x1: 64.0,
                    y1: 48.0,
                }),
                mask: None,
                seq: 4,
            },
        ),
        (
            key(spoon, VideoSide::Two, 1),
            FramePrompts {
                points: vec![point(1.0, 1.0, Label::Positive)],
                bbox: None,
                mask: None,
                seq: 5,
            },
        ),
    ]);
    SessionExport {
        id: "before_after_2026-01-31_18-05-09".parse().unwrap(),
        scene_type: "Küche".into(),
        comments: BTreeMap::new(),
        model: Some(model()),
        objects: vec![
            object(9, 0, "cup", [true, false]),
            object(4, 1, "tea towel", [true, true]),
            object(12, 2, "Löffel", [false, true]),
        ],
        prompts,
        videos: [video1, video2],
    }
}

/// The source frame that a row of the kitchen's video 1 shows.
fn video1_source(row: u32) -> u32 {
    [0, 1, 2, 2, 3, 4, 5, 6, 6, 7][row as usize]
}

fn model() -> ModelInfo {
    ModelInfo {
        name: "nano".into(),
        hash: "0123456789ab".into(),
        device: Device::Cpu,
        image_size: 256,
        embedded: true,
    }
}

fn any_mask(width: u32, height: u32) -> impl Strategy<Value = Rle> {
    proptest::collection::vec(0u8..2, (width * height) as usize)
        .prop_map(move |bitmap| Rle::encode(&bitmap, height, width))
}

fn any_video(objects: i64) -> impl Strategy<Value = VideoExport> {
    (1u32..20, 1u32..20, 1u32..40).prop_flat_map(move |(width, height, frames)| {
        let key = (0..objects.max(1), 0..frames);
        let masks = proptest::collection::btree_map(key, any_mask(width, height), 0..30);
        masks.prop_map(move |masks| {
            let rows: Vec<u32> = (0..frames).collect();
            let mut video = VideoExport::new("film.avi".into(), table(width, height, &rows));
            video.add_frames(masks.into_iter().map(|((id, frame), mask)| FrameMasks {
                frame: FrameNumber(frame),
                masks: vec![ObjectMask {
                    object: ObjectId(id),
                    mask,
                    score: 0.0,
                }],
            }));
            video
        })
    })
}

fn any_object() -> impl Strategy<Value = ObjectFields> {
    (
        "[a-zäöü]{1,8}( [a-z_0-9]{1,5})?",
        1u32..500,
        prop_oneof![Just([true, true]), Just([true, false]), Just([false, true])],
        proptest::sample::select(Deformability::ALL),
        proptest::sample::select(ChangeType::ALL),
    )
        .prop_map(
            |(label, multiplicity, [in_video1, in_video2], deformability, change_type)| {
                ObjectFields {
                    label,
                    multiplicity,
                    in_video1,
                    in_video2,
                    views: 1,
                    deformability,
                    change_type,
                }
            },
        )
}

/// Any session: up to twelve objects, masks anywhere, some of them empty, some of objects that are not in the list or not in the video.
pub fn any_session() -> impl Strategy<Value = SessionExport> {
    proptest::collection::vec(any_object(), 0..12).prop_flat_map(|fields| {
        let count = fields.len() as i64;
        let videos = [any_video(count + 1), any_video(count + 1)];
        (Just(fields), "[^\u{0}]{0,12}", videos).prop_map(|(fields, scene_type, videos)| {
            let objects = (0u32..).zip(fields).map(|(position, fields)| Object {
                id: ObjectId(i64::from(position)),
                position,
                colour: (position % 10) as u8,
                fields,
            });
            SessionExport {
                id: SessionId::compose("a.mp4", "b.mp4", "2026-01-31_18-05-09"),
                scene_type,
                comments: BTreeMap::from([("0".into(), "fine".into())]),
                model: Some(model()),
                objects: objects.collect(),
                prompts: BTreeMap::new(),
                videos,
            }
        })
    })
}
