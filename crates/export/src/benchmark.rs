//! The layout of the SceneDiff benchmark: what its evaluator and its viewer open.
//!
//! ```python
//! {'scene_type': str, 'comments': dict,
//!  'video1_objects': {0: {'17': {'size': [H, W], 'counts': str}}},   # object index from 0; frame number as text
//!  'video2_objects': {...},
//!  'objects': [{'label': 'cup_1', 'in_video1': bool, 'in_video2': bool,
//!               'video1_frame_idx': int, 'video1_status': 'video1' | None,   # first frame with prompts, -1 if none
//!               'video2_frame_idx': int, 'video2_status': 'video2' | None,
//!               'original_obj_idx': int, 'deformability': 'rigid' | 'deformable'}]}
//! ```
//! The evaluator is strict in silence: text object keys, indices from 1, empty masks or left-out frames give wrong
//! figures without an error. So this file holds these keys and no others.
//!
//! A session becomes a sequence of the benchmark when its `benchmark/` folder is copied there under the name
//! [`sequence_name`] (also in `metadata.json`). The caller places the two original videos and the two overlay videos in
//! the folder, under [`original_name`] and [`overlay_name`]; the originals sort before the overlays.

use crate::SessionExport;
use crate::pickle::Value;
use domain::{FrameNumber, SessionId, TIMELINE_FPS, VideoSide};
use serde::Serialize;
use std::collections::BTreeMap;

/// The folder below the results of a session.
pub const FOLDER: &str = "benchmark";

/// The name that the folder has in the benchmark's data: `<video1>_<video2>`.
#[must_use]
pub fn sequence_name(session: &SessionExport) -> String {
    let [video1, video2] = &session.videos;
    let stem = SessionId::stem;
    format!("{}_{}", stem(&video1.file_name), stem(&video2.file_name))
}

/// The name of an uploaded video in the folder: `original_video1.<ext>`, the extension in lower case (`mp4` where the
/// file name has none).
#[must_use]
pub fn original_name(session: &SessionExport, side: VideoSide) -> String {
    let extension: String = match session.video(side).file_name.rsplit_once('.') {
        Some((_, text)) => text.chars().filter(char::is_ascii_alphanumeric).collect(),
        None => String::new(),
    };
    let extension = match extension.as_str() {
        "" => "mp4",
        text => text,
    };
    format!(
        "original_video{}.{}",
        side.number(),
        extension.to_ascii_lowercase()
    )
}

/// The name of an overlay video in the folder: `video1.mp4`.
#[must_use]
pub fn overlay_name(side: VideoSide) -> String {
    format!("video{}.mp4", side.number())
}

/// The whole of `segments.pkl`.
#[must_use]
pub fn layout(session: &SessionExport) -> Value {
    Value::dict([
        ("scene_type", session.scene_type.as_str().into()),
        ("comments", comments(session)),
        ("video1_objects", video_objects(session, VideoSide::One)),
        ("video2_objects", video_objects(session, VideoSide::Two)),
        ("objects", objects(session)),
    ])
}

/// The reviewers' comments.
pub(crate) fn comments(session: &SessionExport) -> Value {
    let entries =
        (session.comments.iter()).map(|(key, text)| (key.as_str().into(), text.as_str().into()));
    Value::Dict(entries.collect())
}

/// The list of objects, which `inference_data.pkl` holds as well.
pub(crate) fn objects(session: &SessionExport) -> Value {
    let first_prompts = VideoSide::BOTH.map(|side| {
        let firsts = session.prompts(side).filter_map(|(index, frames)| {
            let (frame, _) = frames.first()?;
            Some((index, *frame))
        });
        firsts.collect::<BTreeMap<usize, FrameNumber>>()
    });
    let objects = (0u32..).zip(&session.objects).map(|(position, object)| {
        let fields = &object.fields;
        let [one, two] =
            [0, 1].map(|side: usize| first_prompts[side].get(&(position as usize)).copied());
        let frame = |first: Option<FrameNumber>| first.map_or(Value::Int(-1), |f| f.0.into());
        let status =
            |first: Option<FrameNumber>, name: &str| first.map_or(Value::None, |_| name.into());
        Value::dict([
            (
                "label",
                format!("{}_{}", fields.label, fields.multiplicity).into(),
            ),
            ("in_video1", fields.in_video1.into()),
            ("in_video2", fields.in_video2.into()),
            ("video1_frame_idx", frame(one)),
            ("video1_status", status(one, "video1")),
            ("video2_frame_idx", frame(two)),
            ("video2_status", status(two, "video2")),
            ("original_obj_idx", position.into()),
            ("deformability", fields.deformability.as_str().into()),
        ])
    });
    Value::list(objects)
}

fn video_objects(session: &SessionExport, side: VideoSide) -> Value {
    let objects = session.masks(side).map(|(index, frames)| {
        let frames = frames.into_iter().map(|(frame, mask)| {
            let rle = Value::dict([
                ("size", Value::list([mask.height(), mask.width()])),
                ("counts", mask.to_coco_text().into()),
            ]);
            (frame.to_string().into(), rle)
        });
        (Value::Int(index as i64), Value::Dict(frames.collect()))
    });
    Value::Dict(objects.collect())
}

/// What `metadata.json` says of a sequence.
#[derive(Debug, Serialize)]
pub struct Metadata {
    /// The name of its folder in the benchmark.
    pub name: String,
    /// The session it was made in.
    pub session: String,
    /// What kind of place was filmed.
    pub scene_type: String,
    /// Number of objects.
    pub num_objects: usize,
    /// The model that made the masks; none when they were made elsewhere.
    pub model: Option<MetadataModel>,
    /// Video 1 and video 2.
    pub videos: [MetadataVideo; 2],
}

/// A model, as `metadata.json` names it.
#[derive(Debug, Serialize)]
pub struct MetadataModel {
    /// Its name.
    pub name: String,
    /// The beginning of the SHA-256 of its checkpoint.
    pub hash: String,
}

/// A video, as `metadata.json` describes it.
#[derive(Debug, Serialize)]
pub struct MetadataVideo {
    /// Its file in the folder.
    pub file: String,
    /// Its overlay video in the folder.
    pub overlay: String,
    /// The name under which it was uploaded.
    pub uploaded_as: String,
    /// Width in pixels, display orientation.
    pub width: u32,
    /// Height in pixels, display orientation.
    pub height: u32,
    /// Frame numbers per second.
    pub fps: u32,
    /// How many frame numbers there are.
    pub num_frames: usize,
}

/// The whole of `metadata.json`.
#[must_use]
pub fn metadata(session: &SessionExport) -> Metadata {
    Metadata {
        name: sequence_name(session),
        session: session.id.to_string(),
        scene_type: session.scene_type.clone(),
        num_objects: session.objects.len(),
        model: session.model.as_ref().map(|model| MetadataModel {
            name: model.name.clone(),
            hash: model.hash.clone(),
        }),
        videos: VideoSide::BOTH.map(|side| {
            let video = session.video(side);
            MetadataVideo {
                file: original_name(session, side),
                overlay: overlay_name(side),
                uploaded_as: video.file_name.clone(),
                width: video.table.width,
                height: video.table.height,
                fps: TIMELINE_FPS,
                num_frames: video.table.len(),
            }
        }),
    }
}
