//! What the rest of the project asks of the model, independent of backend and device.

use domain::{FramePrompts, ModelInfo, RgbFrame, Rle};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why the model gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The caller asked for something that makes no sense.
    #[error("{0}")]
    Request(String),
    /// A saved tracker cannot be gone on with: another version, another model or damaged.
    #[error("the saved state cannot be resumed: {0}")]
    State(String),
    /// The device failed, for example out of memory.
    #[error("the model failed on its device: {0}")]
    Device(String),
}

/// The image encoder's answer for one frame; opaque, cheap to clone, and good for any number of prompts.
///
/// About 1.3 MB for the embedded model, 17 MB for the official sizes.
#[derive(Clone)]
pub struct ImageFeatures(Arc<dyn Any + Send + Sync>);

impl ImageFeatures {
    /// Wraps what an implementation of [`Segmenter::encode`] wants to keep.
    pub fn new(features: impl Any + Send + Sync) -> Self {
        Self(Arc::new(features))
    }

    /// What was wrapped, when it is of this type.
    #[must_use]
    pub fn downcast<T: Any>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }
}

/// A mask made from prompts.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// The mask, in pixels of the frame that was encoded; empty when the model sees no object.
    pub mask: Rle,
    /// Object score logit.
    pub score: f32,
    /// Predicted IoU, 0 to 1.
    pub iou: f32,
}

/// One object to be carried through a video.
#[derive(Clone, Debug)]
pub struct TrackObject {
    /// The caller's id.
    pub id: u32,
    /// Its prompts, by frame; at least one, none of them empty.
    pub prompts: BTreeMap<u32, FramePrompts>,
}

/// What a tracker is to do. Frames are numbered from 0 over the frames that are really different.
#[derive(Clone, Debug)]
pub struct TrackPlan {
    /// Number of frames of the video.
    pub frames: u32,
    /// Width of every frame, in pixels.
    pub width: u32,
    /// Height of every frame, in pixels.
    pub height: u32,
    /// The objects.
    pub objects: Vec<TrackObject>,
}

/// The part of its work that a tracker is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Making masks and memories on the prompted frames.
    Prompts,
    /// From the first prompt of each object to the end.
    Forward,
    /// From the first prompt of each object to the start.
    Backward,
}

/// The mask of one object on one frame. A tracker gives each pair once.
#[derive(Clone, Debug)]
pub struct TrackedMask {
    /// The caller's id of the object.
    pub object: u32,
    /// The frame.
    pub frame: u32,
    /// The mask, in pixels of the source frame; empty when the object is not seen.
    pub mask: Rle,
    /// Object score logit.
    pub score: f32,
}

/// A loaded model.
pub trait Segmenter: Send + Sync {
    /// Which model this is.
    fn model(&self) -> &ModelInfo;

    /// Runs the image encoder.
    ///
    /// # Errors
    /// When the device fails.
    fn encode(&self, frame: &RgbFrame) -> Result<ImageFeatures, EngineError>;

    /// Makes a mask from all prompts of a frame; depends on nothing else.
    ///
    /// # Errors
    /// When there are no prompts or the device fails.
    fn predict(
        &self,
        features: &ImageFeatures,
        prompts: &FramePrompts,
    ) -> Result<Prediction, EngineError>;

    /// Prepares to carry objects through a video, in both directions from their prompts.
    ///
    /// # Errors
    /// When the plan has no object, an object without prompts, or a prompt behind the end.
    fn tracker(&self, plan: TrackPlan) -> Result<Box<dyn Tracker>, EngineError>;

    /// Goes on where [`Tracker::save`] was called; `plan` must be the one of then.
    ///
    /// # Errors
    /// When the state was saved by another version, model or plan.
    fn resume(&self, plan: TrackPlan, state: &[u8]) -> Result<Box<dyn Tracker>, EngineError>;
}

/// A video being tracked: ask for [`next_frame`](Tracker::next_frame), hand it to [`step`](Tracker::step), until there is none.
pub trait Tracker: Send {
    /// Frames to be handed over in all, over all passes.
    fn total_steps(&self) -> u32;

    /// Frames handed over so far.
    fn steps_done(&self) -> u32;

    /// The part of the work that the next step belongs to.
    fn pass(&self) -> Pass;

    /// The frame that [`step`](Tracker::step) needs next; none when the work is done.
    fn next_frame(&self) -> Option<u32>;

    /// Works on the frame that was asked for, and returns the masks that became known.
    ///
    /// # Errors
    /// When the frame has another size than planned or the device fails; the tracker is unchanged then.
    fn step(&mut self, frame: &RgbFrame) -> Result<Vec<TrackedMask>, EngineError>;

    /// Everything needed to go on after the last step, as bytes.
    ///
    /// # Errors
    /// When the device fails.
    fn save(&self) -> Result<Vec<u8>, EngineError>;
}
