//! Whole films: frames per second from JPEG files to masks.

use crate::clip::{Clip, prompts};
use anyhow::Context;
use sam2::{Order, Segmenter, TrackObject, TrackPlan, TrackedMask};
use std::collections::BTreeMap;
use std::time::Instant;

/// Frames per second, decoding included: every object is clicked on the first frame and carried to the last.
///
/// # Errors
/// When a picture cannot be read or the device fails.
pub fn frames_per_second(
    segmenter: &dyn Segmenter,
    clip: &Clip,
    objects: u32,
    frames: u32,
) -> anyhow::Result<f64> {
    let start = Instant::now();
    track(segmenter, clip, objects, frames)?;
    Ok(f64::from(frames) / start.elapsed().as_secs_f64())
}

/// The masks of the first frames, and the state of the tracker behind them.
///
/// # Errors
/// When a picture cannot be read or the device fails.
pub fn track(
    segmenter: &dyn Segmenter,
    clip: &Clip,
    objects: u32,
    frames: u32,
) -> anyhow::Result<(Vec<TrackedMask>, Vec<u8>)> {
    let mut tracker = segmenter.tracker(plan(clip, objects, frames, 0))?;
    let mut masks = Vec::new();
    while let Some(n) = tracker.next_frame() {
        masks.extend(tracker.step(&segmenter.encode(&clip.read(n % clip.frames)?)?)?);
    }
    let state = tracker.save().context("cannot save the tracker")?;
    Ok((masks, state))
}

/// Objects that are clicked on frame `prompted` of a film of `frames` frames.
pub fn plan(clip: &Clip, objects: u32, frames: u32, prompted: u32) -> TrackPlan {
    let objects = clip.clicks(objects).into_iter().zip(1..);
    TrackPlan {
        frames,
        width: clip.width,
        height: clip.height,
        objects: objects
            .map(|(click, id)| {
                TrackObject::everywhere(id, BTreeMap::from([(prompted, prompts(click))]))
            })
            .collect(),
        order: Order::Outwards,
    }
}
