//! The first calls of a model, made before a person waits for them.
//!
//! On a GPU the first call of every kernel compiles it and measures its variants, which takes from seconds to minutes. On
//! the CPU there is nothing to compile: one frame and one click show that the model answers.

use crate::segmenter::{EngineError, Order, Segmenter, TrackObject, TrackPlan};
use domain::{Device, FramePrompts, Label, Point, RgbFrame};
use std::collections::BTreeMap;

/// Frames tracked on a GPU: one more than the memory bank of the official models holds, so that it has had every length.
const TRACKED: u32 = 8;

/// Side of the picture, in pixels. The model scales every picture to its own input.
const SIDE: u32 = 256;

/// Encodes a picture, answers a click and, on a GPU, tracks a few frames; `progress` hears what comes next.
///
/// # Errors
/// When the device fails.
pub fn warm_up(segmenter: &dyn Segmenter, progress: &dyn Fn(&str)) -> Result<(), EngineError> {
    let frame = picture();
    let prompts = FramePrompts {
        points: vec![Point {
            x: SIDE as f32 / 2.0,
            y: SIDE as f32 / 2.0,
            label: Label::Positive,
        }],
        ..FramePrompts::default()
    };
    progress("encoding a frame");
    let features = segmenter.encode(&frame)?;
    progress("answering a click");
    segmenter.predict(&features, &prompts)?;
    if segmenter.model().device == Device::Cpu {
        return Ok(());
    }
    let mut tracker = segmenter.tracker(TrackPlan {
        frames: TRACKED,
        width: SIDE,
        height: SIDE,
        objects: vec![TrackObject::everywhere(1, BTreeMap::from([(0, prompts)]))],
        order: Order::Outwards,
    })?;
    while tracker.next_frame().is_some() {
        let (done, total) = (tracker.steps_done(), tracker.total_steps());
        progress(&format!("tracking, step {} of {total}", done + 1));
        tracker.step(&features)?;
    }
    Ok(())
}

/// A bright disc on a dark ground.
fn picture() -> RgbFrame {
    let radius = SIDE as i32 / 4;
    let pixels = (0..SIDE * SIDE).flat_map(|i| {
        let (x, y) = (
            (i % SIDE) as i32 - SIDE as i32 / 2,
            (i / SIDE) as i32 - SIDE as i32 / 2,
        );
        let inside = x * x + y * y <= radius * radius;
        [if inside { 220 } else { 40 }; 3]
    });
    RgbFrame::new(SIDE, SIDE, pixels.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DeviceChoice, LoadOptions, load};
    use std::cell::RefCell;

    #[test]
    fn the_embedded_model_warms_up() {
        let options = LoadOptions {
            device: DeviceChoice::Cpu,
            ..LoadOptions::default()
        };
        let heard = RefCell::new(Vec::new());
        let progress = |stage: &str| heard.borrow_mut().push(stage.to_owned());
        warm_up(&*load(&options).unwrap(), &progress).unwrap();
        assert_eq!(*heard.borrow(), ["encoding a frame", "answering a click"]);
    }
}
