//! The prompts: `inference_data.pkl` in model space for SAM 2's own Python code, `inference_data.json` in pixels.
//!
//! ```python
//! {'video1': {'obj_idx_to_id': {0: 1},                 # SAM 2 id = object index + 1
//!             'point_inputs_per_obj': {0: {17: {'point_coords': FloatTensor [1, N, 2], 'point_labels': IntTensor [1, N]}}},
//!             'frames_dir': str, 'frame_names': ['00000.jpg', ...]},
//!  'video2': {...}, 'objects': [as in the benchmark layout], 'scene_type': str, 'comments': dict}
//! ```
//! Coordinates are `x * 1024 / width`, `y * 1024 / height`. Labels are 1 (on the object) and 0 (beside it); a box is
//! written as SAM 2 itself takes it: its two corners as points labelled 2 (top left) and 3 (bottom right), before the
//! clicks. `mask_inputs_per_obj` holds the masks that were drawn, `{0: {17: RLE}}`, at the size of the film; clicks on the
//! same frame refine them. The tensors are made by calls of `torch.FloatTensor` and `torch.IntTensor` when the file is loaded.

use crate::pickle::Value;
use crate::{SessionExport, VideoExport, benchmark, documented};
use domain::{FramePrompts, Label, Rle, VideoSide};
use serde::Serialize;

/// Side of SAM 2's square input, in which the original tool keeps its prompts, whatever the size of the model in use.
const MODEL_SIDE: f64 = 1024.0;

/// The whole of `inference_data.pkl`.
#[must_use]
pub fn model_space(session: &SessionExport) -> Value {
    Value::dict([
        ("video1", video_in_model_space(session, VideoSide::One)),
        ("video2", video_in_model_space(session, VideoSide::Two)),
        ("objects", benchmark::objects(session)),
        ("scene_type", session.scene_type.as_str().into()),
        ("comments", benchmark::comments(session)),
    ])
}

fn video_in_model_space(session: &SessionExport, side: VideoSide) -> Value {
    let video = session.video(side);
    let ids = (session.prompts(side))
        .map(|(index, _)| (Value::Int(index as i64), Value::Int(index as i64 + 1)));
    let inputs = session.prompts(side).map(|(index, frames)| {
        let frames = (frames.into_iter())
            .filter(|(_, prompts)| prompts.drawn().is_none())
            .map(|(frame, prompts)| (frame.0.into(), point_inputs(video, prompts)));
        (Value::Int(index as i64), Value::Dict(frames.collect()))
    });
    let masks = session.prompts(side).filter_map(|(index, frames)| {
        let frames = frames.into_iter().filter_map(|(frame, prompts)| {
            let mask = prompts.mask.as_ref()?;
            Some((frame.0.into(), documented::rle(mask)))
        });
        let frames: Vec<_> = frames.collect();
        (!frames.is_empty()).then_some((Value::Int(index as i64), Value::Dict(frames)))
    });
    let masks = Value::Dict(masks.collect());
    // The folder and the names that `ffmpeg -r 30 -start_number 0 %05d.jpg` would fill.
    let frames_dir = format!("uploads/{}/video{}_frames", session.id, side.number());
    let names = (0..video.table.len()).map(|row| format!("{row:05}.jpg"));
    Value::dict([
        ("obj_idx_to_id", Value::Dict(ids.collect())),
        ("point_inputs_per_obj", Value::Dict(inputs.collect())),
        ("mask_inputs_per_obj", masks),
        ("frames_dir", frames_dir.into()),
        ("frame_names", Value::list(names)),
    ])
}

fn point_inputs(video: &VideoExport, prompts: &FramePrompts) -> Value {
    let scale_x = MODEL_SIDE / f64::from(video.table.width);
    let scale_y = MODEL_SIDE / f64::from(video.table.height);
    let mut points = Vec::new();
    if let Some(b) = prompts.bbox {
        points.extend([(b.x0, b.y0, 2), (b.x1, b.y1, 3)]);
    }
    points.extend(prompts.points.iter().map(|p| (p.x, p.y, label(p.label))));
    let coords = (points.iter())
        .map(|&(x, y, _)| Value::list([f64::from(x) * scale_x, f64::from(y) * scale_y]));
    let labels = points.iter().map(|&(_, _, label)| label);
    Value::dict([
        ("point_coords", tensor("FloatTensor", Value::list(coords))),
        ("point_labels", tensor("IntTensor", Value::list(labels))),
    ])
}

/// A tensor of the batch that holds `values` alone.
fn tensor(name: &'static str, values: Value) -> Value {
    Value::Call {
        module: "torch",
        name,
        argument: Box::new(Value::List(vec![values])),
    }
}

fn label(label: Label) -> u32 {
    match label {
        Label::Positive => 1,
        Label::Negative => 0,
    }
}

/// What `inference_data.json` holds.
#[derive(Debug, Serialize)]
pub struct PixelPrompts<'a> {
    /// The session.
    pub session: &'a str,
    /// What kind of place was filmed.
    pub scene_type: &'a str,
    /// The prompts in video 1, in the form that `scenediff track --prompts` takes.
    pub video1: PixelVideo<'a>,
    /// The prompts in video 2, in the same form.
    pub video2: PixelVideo<'a>,
}

/// One video with its prompts.
#[derive(Debug, Serialize)]
pub struct PixelVideo<'a> {
    /// The name under which it was uploaded.
    pub file_name: &'a str,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// How many frame numbers there are, 30 a second.
    pub frames: usize,
    /// The objects with prompts, in order.
    pub objects: Vec<PixelObject>,
}

/// One object with its prompts.
#[derive(Debug, Serialize)]
pub struct PixelObject {
    /// SAM 2's id: the object's index plus 1.
    pub id: usize,
    /// Label and index, `cup_1`.
    pub label: String,
    /// Its prompts in order of frames.
    pub prompts: Vec<PixelFrame>,
}

/// The prompts of one object on one frame, in pixels.
#[derive(Debug, Serialize)]
pub struct PixelFrame {
    /// The frame number.
    pub frame: u32,
    /// `[x, y]` of every click.
    pub points: Vec<[f32; 2]>,
    /// 1 (on the object) or 0 (beside it) for every click.
    pub labels: Vec<u32>,
    /// `[x0, y0, x1, y1]`, if there is a box.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none")]
    pub bbox: Option<[f32; 4]>,
    /// The drawn mask, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mask: Option<Rle>,
}

/// The whole of `inference_data.json`.
#[must_use]
pub fn pixels(session: &SessionExport) -> PixelPrompts<'_> {
    PixelPrompts {
        session: session.id.as_str(),
        scene_type: &session.scene_type,
        video1: video_in_pixels(session, VideoSide::One),
        video2: video_in_pixels(session, VideoSide::Two),
    }
}

fn video_in_pixels(session: &SessionExport, side: VideoSide) -> PixelVideo<'_> {
    let video = session.video(side);
    let objects = session.prompts(side).filter_map(|(index, frames)| {
        let fields = &session.objects.get(index)?.fields;
        let frames = frames.into_iter().map(|(frame, prompts)| PixelFrame {
            frame: frame.0,
            points: prompts.points.iter().map(|p| [p.x, p.y]).collect(),
            labels: prompts.points.iter().map(|p| label(p.label)).collect(),
            bbox: prompts.bbox.map(|b| [b.x0, b.y0, b.x1, b.y1]),
            mask: prompts.mask.clone(),
        });
        Some(PixelObject {
            id: index + 1,
            label: format!("{}_{}", fields.label, fields.multiplicity),
            prompts: frames.collect(),
        })
    });
    PixelVideo {
        file_name: &video.file_name,
        width: video.table.width,
        height: video.table.height,
        frames: video.table.len(),
        objects: objects.collect(),
    }
}
