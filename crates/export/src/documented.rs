//! The documented layout of `segments.pkl`.
//!
//! ```python
//! {'scenetype': str,
//!  'video1_objects': {'object_1': {frame_number: {'mask': {'size': [H, W], 'counts': bytes}}}},
//!  'video2_objects': {...},
//!  'objects': {'object_1': {'label': str, 'in_video1': bool, 'in_video2': bool, 'deformability': 'rigid' | 'deformable',
//!                           'multiplicity': int, 'change_type': str}},
//!  'schema_version': 1, 'session': str, 'comments': dict, 'model': {'name': str, 'hash': str} | None,
//!  'frame_tables': {'video1': {'file_name': str, 'width': int, 'height': int, 'fps': 30, 'time_base': [int, int],
//!                              'source_frames': [int], 'pts': [int]}, 'video2': {...}}}
//! ```
//! Objects are named `object_1`, `object_2`, ... after their place in the list. An object that is seen on no frame of a
//! video has no entry in that video's dict. Row *n* of a frame table says which decoded frame of the file, with which
//! presentation time stamp (in units of `time_base` seconds), frame number *n* shows.

use crate::pickle::Value;
use crate::{SessionExport, VideoExport};
use domain::{ModelInfo, Object, Rle, TIMELINE_FPS, VideoSide};

/// Version of the keys beside the documented ones.
const SCHEMA_VERSION: u32 = 1;

/// The whole file.
#[must_use]
pub fn layout(session: &SessionExport) -> Value {
    let objects = (session.objects.iter().enumerate())
        .map(|(index, object)| (object_id(index), object_fields(object)))
        .collect();
    let [video1, video2] = &session.videos;
    Value::dict([
        ("scenetype", session.scene_type.as_str().into()),
        ("video1_objects", video_objects(session, VideoSide::One)),
        ("video2_objects", video_objects(session, VideoSide::Two)),
        ("objects", Value::Dict(objects)),
        ("schema_version", SCHEMA_VERSION.into()),
        ("session", session.id.as_str().into()),
        ("comments", crate::benchmark::comments(session)),
        ("model", session.model.as_ref().map_or(Value::None, model)),
        (
            "frame_tables",
            Value::dict([
                ("video1", frame_table(video1)),
                ("video2", frame_table(video2)),
            ]),
        ),
    ])
}

fn model(model: &ModelInfo) -> Value {
    Value::dict([
        ("name", model.name.as_str().into()),
        ("hash", model.hash.as_str().into()),
    ])
}

fn object_id(index: usize) -> Value {
    format!("object_{}", index + 1).into()
}

fn object_fields(object: &Object) -> Value {
    let fields = &object.fields;
    Value::dict([
        ("label", fields.label.as_str().into()),
        ("in_video1", fields.in_video1.into()),
        ("in_video2", fields.in_video2.into()),
        ("deformability", fields.deformability.as_str().into()),
        ("multiplicity", fields.multiplicity.into()),
        ("change_type", fields.change_type.as_str().into()),
    ])
}

fn video_objects(session: &SessionExport, side: VideoSide) -> Value {
    let objects = session.masks(side).map(|(index, frames)| {
        let frames = (frames.into_iter())
            .map(|(frame, mask)| (frame.0.into(), Value::dict([("mask", rle(mask))])));
        (object_id(index), Value::Dict(frames.collect()))
    });
    Value::Dict(objects.collect())
}

pub(crate) fn rle(mask: &Rle) -> Value {
    Value::dict([
        ("size", Value::list([mask.height(), mask.width()])),
        ("counts", Value::Bytes(mask.to_coco_text().into_bytes())),
    ])
}

fn frame_table(video: &VideoExport) -> Value {
    let table = &video.table;
    let (numerator, denominator) = table.time_base;
    let rows = &table.rows;
    Value::dict([
        ("file_name", video.file_name.as_str().into()),
        ("width", table.width.into()),
        ("height", table.height.into()),
        ("fps", TIMELINE_FPS.into()),
        ("time_base", Value::list([numerator, denominator])),
        (
            "source_frames",
            Value::list(rows.iter().map(|row| row.source_frame)),
        ),
        ("pts", Value::list(rows.iter().map(|row| row.pts))),
    ])
}
