//! The model behind the [`Segmenter`] interface, on one backend.

use crate::encoded_frame::EncodedFrame;
use crate::feature_grid::FeatureGrid;
use crate::kernels::Kernels;
use crate::mask_decoder::floats;
use crate::model::Sam2;
use crate::postprocess::{MaskOptions, to_mask};
use crate::preprocess::preprocess;
use crate::segmenter::{
    EngineError, ImageFeatures, Order, Prediction, Segmenter, TrackPlan, Tracker,
};
use crate::tracker::{self, FilmTracker};
use crate::upstream::UpstreamTracker;
use domain::{FramePrompts, ModelInfo, RgbFrame};
use std::sync::Arc;

/// Cells of the grid over which a whole frame is described, in each direction.
const GRID: usize = 4;

/// A model on the backend `B`; cheap to clone.
pub(crate) struct Engine<B: Kernels> {
    pub model: Arc<Sam2<B>>,
    pub info: ModelInfo,
    /// What features and states are marked with: they are of use to this model alone.
    pub identity: String,
    pub masks: MaskOptions,
}

impl<B: Kernels> Clone for Engine<B> {
    fn clone(&self) -> Self {
        Self {
            model: Arc::clone(&self.model),
            info: self.info.clone(),
            identity: self.identity.clone(),
            masks: self.masks,
        }
    }
}

/// What this backend encoded.
pub(crate) fn encoded<B: Kernels>(
    features: &ImageFeatures,
) -> Result<&EncodedFrame<B>, EngineError> {
    let frame = features.downcast();
    frame.ok_or_else(|| EngineError::Request("these features were made by another model".into()))
}

impl<B: Kernels> Segmenter for Engine<B> {
    fn model(&self) -> &ModelInfo {
        &self.info
    }

    fn encode(&self, frame: &RgbFrame) -> Result<ImageFeatures, EngineError> {
        let image = preprocess(frame, self.model.config.image_size, self.model.device());
        let features = self.model.image_encoder.forward(image);
        let size = [frame.width(), frame.height()];
        Ok(ImageFeatures::new(EncodedFrame::new(features, size)))
    }

    fn features_to_bytes(&self, features: &ImageFeatures) -> Result<Vec<u8>, EngineError> {
        encoded::<B>(features)?.to_bytes(&self.identity)
    }

    fn features_from_bytes(&self, bytes: &[u8]) -> Result<ImageFeatures, EngineError> {
        let frame = EncodedFrame::<B>::from_bytes(bytes, &self.identity, self.model.device())?;
        Ok(ImageFeatures::new(frame))
    }

    fn describe(&self, features: &ImageFeatures) -> Result<Vec<f32>, EngineError> {
        Ok(encoded::<B>(features)?.pooled(GRID))
    }

    fn grid(&self, features: &ImageFeatures) -> Result<FeatureGrid, EngineError> {
        Ok(encoded::<B>(features)?.grid())
    }

    fn predict(
        &self,
        features: &ImageFeatures,
        prompts: &FramePrompts,
    ) -> Result<Prediction, EngineError> {
        let frame = encoded::<B>(features)?;
        if prompts.is_empty() {
            return Err(EngineError::Request(
                "there is no point, no box and no mask to answer".into(),
            ));
        }
        let size = [frame.width, frame.height];
        let output = tracker::answer(&self.model, &frame.features(), prompts, size);
        let side = self.model.config.feature_size() * 4;
        let mut logits = floats(output.low_res);
        self.masks.tidy(&mut logits, side);
        // The model's own is coarser than what was drawn.
        let drawn = prompts.drawn().cloned();
        Ok(Prediction {
            mask: drawn.unwrap_or_else(|| to_mask(&logits, side, frame.height, frame.width)),
            score: output.score,
            iou: output.iou,
        })
    }

    fn tracker(&self, plan: TrackPlan) -> Result<Box<dyn Tracker>, EngineError> {
        Ok(match plan.order {
            Order::Outwards => Box::new(FilmTracker::new(self.clone(), plan)?),
            Order::Upstream => Box::new(UpstreamTracker::new(self, plan)?),
        })
    }

    fn resume(&self, plan: TrackPlan, state: &[u8]) -> Result<Box<dyn Tracker>, EngineError> {
        let tracker = FilmTracker::resume(self.clone(), plan, state)?;
        Ok(Box::new(tracker))
    }
}
