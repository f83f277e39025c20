//! The one place where a failure of the device becomes an error.
//!
//! Burn panics when the GPU runs out of memory or stops working. Such a panic ends here as [`EngineError::Device`]; every
//! other panic is a fault of the program and goes on.

use crate::feature_grid::FeatureGrid;
use crate::segmenter::{
    EngineError, ImageFeatures, Pass, Prediction, Segmenter, TrackPlan, TrackedMask, Tracker,
};
use domain::{FramePrompts, ModelInfo, RgbFrame};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// How CubeCL and the CUDA driver say that there is no memory left.
const OUT_OF_MEMORY: [&str; 5] = [
    "out of memory",
    "out-of-memory",
    "outofmemory",
    "out_of_memory",
    "can't allocate buffer",
];

/// How they say that the device or its queue is gone.
const LOST: [&str; 3] = ["drivererror", "cuda_error", "callerror"];

/// Does `work`; a panic that tells of the device becomes an error.
///
/// # Errors
/// Those of `work`, and [`EngineError::Device`].
pub(crate) fn guarded<T, E: From<EngineError>>(
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    // A tensor that was being made is gone with the unwinding; trackers are dropped by whoever gets the error.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        match device_failure(text(&*payload)) {
            Some(reason) => Err(EngineError::Device(reason).into()),
            None => resume_unwind(payload),
        }
    })
}

fn text(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or_default()
}

/// What a panic says about the device, for people; none when it is about something else.
fn device_failure(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(&OUT_OF_MEMORY) {
        return Some(
            "it is out of memory; end other programs that use it, or run a smaller checkpoint, then retry".into(),
        );
    }
    let first = text.lines().next().unwrap_or_default();
    says(&LOST)
        .then(|| format!("it stopped working ({first}); start the program again, then retry"))
}

/// A model or a tracker whose device may fail.
pub(crate) struct Guarded<T>(pub(crate) T);

impl<S: Segmenter> Segmenter for Guarded<S> {
    fn model(&self) -> &ModelInfo {
        self.0.model()
    }

    fn encode(&self, frame: &RgbFrame) -> Result<ImageFeatures, EngineError> {
        guarded(|| self.0.encode(frame))
    }

    fn features_to_bytes(&self, features: &ImageFeatures) -> Result<Vec<u8>, EngineError> {
        guarded(|| self.0.features_to_bytes(features))
    }

    fn features_from_bytes(&self, bytes: &[u8]) -> Result<ImageFeatures, EngineError> {
        guarded(|| self.0.features_from_bytes(bytes))
    }

    fn describe(&self, features: &ImageFeatures) -> Result<Vec<f32>, EngineError> {
        guarded(|| self.0.describe(features))
    }

    fn grid(&self, features: &ImageFeatures) -> Result<FeatureGrid, EngineError> {
        guarded(|| self.0.grid(features))
    }

    fn predict(
        &self,
        features: &ImageFeatures,
        prompts: &FramePrompts,
    ) -> Result<Prediction, EngineError> {
        guarded(|| self.0.predict(features, prompts))
    }

    fn tracker(&self, plan: TrackPlan) -> Result<Box<dyn Tracker>, EngineError> {
        let tracker = guarded(|| self.0.tracker(plan))?;
        Ok(Box::new(Guarded(tracker)))
    }

    fn resume(&self, plan: TrackPlan, state: &[u8]) -> Result<Box<dyn Tracker>, EngineError> {
        let tracker = guarded(|| self.0.resume(plan, state))?;
        Ok(Box::new(Guarded(tracker)))
    }
}

impl Tracker for Guarded<Box<dyn Tracker>> {
    fn total_steps(&self) -> u32 {
        self.0.total_steps()
    }

    fn steps_done(&self) -> u32 {
        self.0.steps_done()
    }

    fn pass(&self) -> Pass {
        self.0.pass()
    }

    fn next_frame(&self) -> Option<u32> {
        self.0.next_frame()
    }

    fn step(&mut self, features: &ImageFeatures) -> Result<Vec<TrackedMask>, EngineError> {
        guarded(|| self.0.step(features))
    }

    fn save(&self) -> Result<Vec<u8>, EngineError> {
        guarded(|| self.0.save())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panicking(text: &'static str) -> Result<(), EngineError> {
        guarded(|| std::panic::panic_any(text))
    }

    #[test]
    fn a_device_out_of_memory_is_an_error() {
        for text in [
            "called `Result::unwrap()` on an `Err` value: DriverError(CUDA_ERROR_OUT_OF_MEMORY, \"out of memory\")",
            "can't allocate buffer of size: 8589934592",
            "An out-of-memory error happened during launch",
        ] {
            let error = panicking(text).unwrap_err().to_string();
            assert!(
                error.starts_with("the model failed on its device: it is out of memory"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_lost_device_is_an_error_that_names_it() {
        let text =
            "DriverError(CUDA_ERROR_ILLEGAL_ADDRESS, \"an illegal memory access\")\nat line 3";
        let error = panicking(text).unwrap_err().to_string();
        assert!(error.contains("CUDA_ERROR_ILLEGAL_ADDRESS"), "{error}");
        assert!(!error.contains("line 3"), "{error}");
        assert!(panicking("called `Result::unwrap()` on an `Err` value: CallError").is_err());
    }

    #[test]
    fn other_panics_go_on() {
        let caught = catch_unwind(|| panicking("index out of bounds"));
        assert_eq!(text(&*caught.unwrap_err()), "index out of bounds");
        assert_eq!(guarded::<_, EngineError>(|| Ok(7)).unwrap(), 7);
    }
}
