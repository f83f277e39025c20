//! The model and its lanes: a click goes ahead of encoding ahead, which goes ahead of propagation.

use crate::JobsError;
use crate::features::{FeatureCache, FrameId};
use crate::gate::{Gate, Lane};
use domain::{FramePrompts, ModelInfo, Readiness, RgbFrame};
use sam2::{EngineError, ImageFeatures, Prediction, Segmenter, TrackPlan, TrackedMask, Tracker};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The one model, shared by everybody. Its functions block the thread; call them where that is allowed.
pub(crate) struct Engine {
    segmenter: Arc<dyn Segmenter>,
    gate: Gate,
    features: Mutex<FeatureCache>,
    /// Number of the newest wish to encode ahead; older ones are dropped.
    newest_wish: AtomicU64,
    readiness: Mutex<Readiness>,
}

/// What one step of a tracker gave.
pub(crate) struct Step {
    /// The masks that became known.
    pub(crate) masks: Vec<TrackedMask>,
    /// The tracker's state behind the step, when it was asked for or the work is done.
    pub(crate) state: Option<Vec<u8>>,
}

impl Engine {
    /// Keeps the encoder's answers for up to `capacity` frames.
    pub(crate) fn new(segmenter: Arc<dyn Segmenter>, capacity: usize) -> Self {
        Self {
            segmenter,
            gate: Gate::default(),
            features: Mutex::new(FeatureCache::new(capacity)),
            newest_wish: AtomicU64::new(0),
            readiness: Mutex::new(Readiness::Ready),
        }
    }

    /// Which model it is.
    pub(crate) fn model(&self) -> &ModelInfo {
        self.segmenter.model()
    }

    /// Whether the model has made its first calls.
    pub(crate) fn readiness(&self) -> Readiness {
        let readiness = self.readiness.lock();
        readiness.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes how far the model's first calls are.
    pub(crate) fn set_readiness(&self, readiness: Readiness) {
        *self
            .readiness
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = readiness;
    }

    /// Makes the model's first calls while everybody else waits; `progress` hears what comes next.
    ///
    /// # Errors
    /// When the device fails.
    pub(crate) fn warm_up(&self, progress: &dyn Fn(&str)) -> Result<(), EngineError> {
        let _turn = self.gate.enter(Lane::Interactive);
        sam2::warm_up(&*self.segmenter, progress)
    }

    /// The mask for the prompts of one frame; `read` gives its picture when it was not encoded lately.
    ///
    /// # Errors
    /// When the picture cannot be read or the model fails.
    pub(crate) fn predict(
        &self,
        frame: FrameId,
        prompts: &FramePrompts,
        read: impl FnOnce() -> Result<RgbFrame, JobsError>,
    ) -> Result<Prediction, JobsError> {
        let _turn = self.gate.enter(Lane::Interactive);
        let features = self.encoded(frame, read)?;
        Ok(self.tidied(self.segmenter.predict(&features, prompts))?)
    }

    /// Takes note that a frame is likely to be clicked soon; the number goes to [`prepare`](Self::prepare).
    pub(crate) fn wish(&self) -> u64 {
        let wish = self.newest_wish.fetch_add(1, Ordering::SeqCst) + 1;
        self.gate.look_again();
        wish
    }

    /// Encodes a frame ahead of the click, unless a newer wish comes while the model is busy.
    ///
    /// # Errors
    /// When the picture cannot be read or the model fails.
    pub(crate) fn prepare(
        &self,
        wish: u64,
        frame: FrameId,
        read: impl FnOnce() -> Result<RgbFrame, JobsError>,
    ) -> Result<(), JobsError> {
        if self.features().get(&frame).is_some() {
            return Ok(());
        }
        let newest = || self.newest_wish.load(Ordering::SeqCst) == wish;
        match self.gate.enter_while(Lane::Prepare, newest) {
            Some(_turn) => self.encoded(frame, read).map(drop),
            None => Ok(()),
        }
    }

    /// A tracker at its start.
    ///
    /// # Errors
    /// When the plan makes no sense or the device fails.
    pub(crate) fn tracker(&self, plan: TrackPlan) -> Result<Box<dyn Tracker>, EngineError> {
        let _turn = self.gate.enter(Lane::Propagate);
        self.tidied(self.segmenter.tracker(plan))
    }

    /// A tracker that goes on behind its last saved step.
    ///
    /// # Errors
    /// When the state was saved by another version, model or plan, or the device fails.
    pub(crate) fn resume(
        &self,
        plan: TrackPlan,
        state: &[u8],
    ) -> Result<Box<dyn Tracker>, EngineError> {
        let _turn = self.gate.enter(Lane::Propagate);
        self.tidied(self.segmenter.resume(plan, state))
    }

    /// One step of a tracker; `save` asks for its state behind it.
    ///
    /// # Errors
    /// When the device fails.
    pub(crate) fn step(
        &self,
        tracker: &mut dyn Tracker,
        frame: &RgbFrame,
        save: bool,
    ) -> Result<Step, EngineError> {
        let _turn = self.gate.enter(Lane::Propagate);
        let masks = self.tidied(tracker.step(frame))?;
        let save = save || tracker.next_frame().is_none();
        let state = self.tidied(save.then(|| tracker.save()).transpose())?;
        Ok(Step { masks, state })
    }

    /// Threads that wait in `lane`.
    #[cfg(test)]
    pub(crate) fn waiting(&self, lane: Lane) -> usize {
        self.gate.waiting(lane)
    }

    /// Runs the image encoder, unless its answer is still there. Only with a turn at the gate.
    fn encoded(
        &self,
        frame: FrameId,
        read: impl FnOnce() -> Result<RgbFrame, JobsError>,
    ) -> Result<ImageFeatures, JobsError> {
        if let Some(features) = self.features().get(&frame) {
            return Ok(features);
        }
        let features = self.tidied(self.segmenter.encode(&read()?))?;
        self.features().insert(frame, features.clone());
        Ok(features)
    }

    /// After a failure of the device its memory is given back as far as it is ours, so that the next attempt has room.
    fn tidied<T>(&self, answer: Result<T, EngineError>) -> Result<T, EngineError> {
        if let Err(EngineError::Device(_)) = answer {
            self.features().clear();
        }
        answer
    }

    fn features(&self) -> MutexGuard<'_, FeatureCache> {
        self.features.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
