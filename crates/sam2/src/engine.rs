//! The model behind the [`Segmenter`] interface, on one backend.

use crate::image_encoder::Features;
use crate::kernels::Kernels;
use crate::mask_decoder::floats;
use crate::model::Sam2;
use crate::postprocess::to_mask;
use crate::preprocess::preprocess;
use crate::segmenter::{EngineError, ImageFeatures, Prediction, Segmenter, TrackPlan, Tracker};
use crate::tracker::{self, FilmTracker};
use domain::{FramePrompts, ModelInfo, RgbFrame};
use std::sync::Arc;

/// A model on the backend `B`.
pub(crate) struct Engine<B: Kernels> {
    pub model: Arc<Sam2<B>>,
    pub info: ModelInfo,
}

/// What [`ImageFeatures`] hold: the features and the size of their frame in pixels.
struct EncodedFrame<B: Kernels> {
    features: Features<B>,
    width: u32,
    height: u32,
}

impl<B: Kernels> Segmenter for Engine<B> {
    fn model(&self) -> &ModelInfo {
        &self.info
    }

    fn encode(&self, frame: &RgbFrame) -> Result<ImageFeatures, EngineError> {
        let image = preprocess(frame, self.model.config.image_size, self.model.device());
        let features = self.model.image_encoder.forward(image);
        Ok(ImageFeatures::new(EncodedFrame {
            features,
            width: frame.width(),
            height: frame.height(),
        }))
    }

    fn predict(
        &self,
        features: &ImageFeatures,
        prompts: &FramePrompts,
    ) -> Result<Prediction, EngineError> {
        let frame: &EncodedFrame<B> = features.downcast().ok_or_else(|| {
            EngineError::Request("these features were made by another model".into())
        })?;
        if prompts.is_empty() {
            return Err(EngineError::Request(
                "there is no point and no box to answer".into(),
            ));
        }
        let points = tracker::model_points(
            prompts,
            [frame.width, frame.height],
            self.model.config.image_size,
        );
        let output = tracker::answer(&self.model, &frame.features, &points);
        let side = self.model.config.feature_size() * 4;
        let mask = to_mask(&floats(output.low_res), side, frame.height, frame.width);
        Ok(Prediction {
            mask,
            score: output.score,
            iou: output.iou,
        })
    }

    fn tracker(&self, plan: TrackPlan) -> Result<Box<dyn Tracker>, EngineError> {
        Ok(Box::new(FilmTracker::new(
            Arc::clone(&self.model),
            &self.info.hash,
            plan,
        )?))
    }

    fn resume(&self, plan: TrackPlan, state: &[u8]) -> Result<Box<dyn Tracker>, EngineError> {
        Ok(Box::new(tracker::resume(
            Arc::clone(&self.model),
            &self.info.hash,
            plan,
            state,
        )?))
    }
}
