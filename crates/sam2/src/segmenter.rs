//! What the rest of the project asks of the model, independent of backend and device.

use crate::feature_grid::FeatureGrid;
use domain::{FramePrompts, Look, ModelInfo, RgbFrame, Rle};
use std::any::Any;
use std::collections::BTreeMap;
use std::ops::Range;
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
/// In half precision: about 0.7 MB for the embedded model, 8.4 MB for the official sizes.
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
    /// Its points, boxes and drawn masks, by frame; none of them empty.
    pub prompts: BTreeMap<u32, FramePrompts>,
    /// Approved masks, by frame, which are taken as they are. They go ahead of prompts on the same frame.
    pub masks: BTreeMap<u32, Rle>,
    /// The frames whose masks are wanted, in order and apart. All prompts are looked at, also those outside.
    pub spans: Vec<Range<u32>>,
}

impl TrackObject {
    /// The mask of a frame that no model is asked for: approved, or drawn and not refined by points.
    #[must_use]
    pub fn given_mask(&self, frame: u32) -> Option<&Rle> {
        let drawn = || self.prompts.get(&frame)?.drawn();
        self.masks.get(&frame).or_else(drawn)
    }

    /// An object that is wanted on every frame.
    #[must_use]
    pub fn everywhere(id: u32, prompts: BTreeMap<u32, FramePrompts>) -> Self {
        Self {
            id,
            prompts,
            masks: BTreeMap::new(),
            spans: std::iter::once(0..u32::MAX).collect(),
        }
    }
}

/// In which order frames are visited, and what they look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Outwards from each object's prompts, in both directions, each with a memory of its own.
    #[default]
    Outwards,
    /// As the official predictor does when asked to go forward, then backward: all objects forward from the first prompt of
    /// any of them, then back from there, all with one memory. Neither spans nor saving; memory grows with the film.
    Upstream,
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
    /// The order of the work.
    pub order: Order,
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

/// The mask of one object on one frame.
///
/// A frame between two prompts is visited by both passes: its second mask says which of the two to keep. Where they differ
/// much, one of them is wrong.
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
    /// First or second mask of its frame.
    pub look: Look,
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

    /// Features as bytes, to be kept beside this model.
    ///
    /// # Errors
    /// When the device fails, or another model made them.
    fn features_to_bytes(&self, features: &ImageFeatures) -> Result<Vec<u8>, EngineError>;

    /// Features from what [`features_to_bytes`](Self::features_to_bytes) gave: the same to the bit.
    ///
    /// # Errors
    /// [`EngineError::State`] when they are damaged or were made by another model.
    fn features_from_bytes(&self, bytes: &[u8]) -> Result<ImageFeatures, EngineError>;

    /// What a frame looks like as a whole: its coarsest features, averaged over the cells of a grid. Frames of one place
    /// have similar vectors; all have the same length.
    ///
    /// # Errors
    /// When the device fails, or another model made the features.
    fn describe(&self, features: &ImageFeatures) -> Result<Vec<f32>, EngineError>;

    /// What is seen in every part of a frame: all levels of its features on one grid.
    ///
    /// # Errors
    /// When the device fails, or another model made the features.
    fn grid(&self, features: &ImageFeatures) -> Result<FeatureGrid, EngineError>;

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
    /// When the plan has no object, an object without prompts, a prompt behind the end, or spans that overlap.
    fn tracker(&self, plan: TrackPlan) -> Result<Box<dyn Tracker>, EngineError>;

    /// Goes on where [`Tracker::save`] was called; `plan` must be the one of then.
    ///
    /// # Errors
    /// When the state was saved by another version, model or plan.
    fn resume(&self, plan: TrackPlan, state: &[u8]) -> Result<Box<dyn Tracker>, EngineError>;
}

/// A video being tracked: ask for [`next_frame`](Tracker::next_frame), hand its features to [`step`](Tracker::step), until
/// there is none. The same frame may be asked for once per pass.
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
    /// When the frame has another size than planned, its features are another model's, or the device fails; the tracker is
    /// unchanged then.
    fn step(&mut self, features: &ImageFeatures) -> Result<Vec<TrackedMask>, EngineError>;

    /// Everything needed to go on after the last step, as bytes.
    ///
    /// # Errors
    /// When the device fails, or the order is [`Order::Upstream`].
    fn save(&self) -> Result<Vec<u8>, EngineError>;
}
