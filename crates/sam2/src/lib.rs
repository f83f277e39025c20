//! SAM 2.1 on Burn, file for file as the model is described in "SAM 2: Segment Anything in Images and Videos"
//! (Ravi et al., 2024) and in the official `sam2` package.
//!
//! Other crates see [`Segmenter`] and [`Tracker`] only; tensors, backends and devices stay in here.

mod segmenter;

pub use segmenter::{
    EngineError, ImageFeatures, Pass, Prediction, Segmenter, TrackObject, TrackPlan, TrackedMask,
    Tracker,
};
