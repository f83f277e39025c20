//! The model and its lanes: a click goes ahead of encoding ahead, which goes ahead of propagation.

use crate::JobsError;
use crate::gate::{Gate, Lane};
use domain::{FramePrompts, ModelInfo, Readiness, RgbFrame};
use sam2::{
    EngineError, FeatureCache, FeatureGrid, FeatureLimits, ImageFeatures, Prediction, Segmenter,
    TrackPlan, TrackedMask, Tracker,
};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The one model, shared by everybody. Its functions block the thread; call them where that is allowed.
pub(crate) struct Engine {
    segmenter: Arc<dyn Segmenter>,
    gate: Gate,
    features: FeatureCache,
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
    /// Keeps the encoder's answers within `limits`, on disk in `folder`.
    pub(crate) fn new(
        segmenter: Arc<dyn Segmenter>,
        folder: PathBuf,
        limits: FeatureLimits,
    ) -> Self {
        Self {
            features: FeatureCache::new(Arc::clone(&segmenter), folder, limits),
            segmenter,
            gate: Gate::default(),
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
        frame: &Path,
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
        frame: &Path,
        read: impl FnOnce() -> Result<RgbFrame, JobsError>,
    ) -> Result<(), JobsError> {
        if self.features.is_in_memory(frame) {
            return Ok(());
        }
        let newest = || self.newest_wish.load(Ordering::SeqCst) == wish;
        match self.gate.enter_while(Lane::Prepare, newest) {
            Some(_turn) => self.encoded(frame, read).map(drop),
            None => Ok(()),
        }
    }

    /// What a frame looks like as a whole, to compare it with others.
    ///
    /// # Errors
    /// When the picture cannot be read or the model fails.
    pub(crate) fn describe(
        &self,
        frame: &Path,
        read: impl FnOnce() -> Result<RgbFrame, JobsError>,
    ) -> Result<Vec<f32>, JobsError> {
        let _turn = self.gate.enter(Lane::Propagate);
        let features = self.encoded(frame, read)?;
        Ok(self.tidied(self.segmenter.describe(&features))?)
    }

    /// What is seen in every part of a frame, and with `prompts` the mask that they stand for. For work that nobody waits for
    /// click by click.
    ///
    /// # Errors
    /// When the picture cannot be read or the model fails.
    pub(crate) fn look(
        &self,
        frame: &Path,
        prompts: Option<&FramePrompts>,
        read: impl FnOnce() -> Result<RgbFrame, JobsError>,
    ) -> Result<(FeatureGrid, Option<Prediction>), JobsError> {
        let _turn = self.gate.enter(Lane::Propagate);
        let features = self.encoded(frame, read)?;
        let grid = self.tidied(self.segmenter.grid(&features))?;
        let answer = prompts.map(|prompts| self.segmenter.predict(&features, prompts));
        Ok((grid, self.tidied(answer.transpose())?))
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

    /// One step of a tracker on a frame, whose picture `read` gives; `save` asks for the tracker's state behind it.
    ///
    /// # Errors
    /// When the picture cannot be read or the device fails.
    pub(crate) fn step(
        &self,
        tracker: &mut dyn Tracker,
        frame: &Path,
        read: impl FnOnce() -> Result<RgbFrame, JobsError>,
        save: bool,
    ) -> Result<Step, JobsError> {
        let _turn = self.gate.enter(Lane::Propagate);
        let features = self.encoded(frame, read)?;
        let masks = self.tidied(tracker.step(&features))?;
        let save = save || tracker.next_frame().is_none();
        let state = self.tidied(save.then(|| tracker.save()).transpose())?;
        Ok(Step { masks, state })
    }

    /// Whether a frame was encoded and its features are still kept somewhere.
    pub(crate) fn keeps(&self, frame: &Path) -> bool {
        self.features.keeps(frame)
    }

    /// Forgets the features of every frame whose name lies below `part`.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub(crate) fn forget(&self, part: &Path) -> std::io::Result<()> {
        self.features.remove(part)
    }

    /// Threads that wait in `lane`.
    #[cfg(test)]
    pub(crate) fn waiting(&self, lane: Lane) -> usize {
        self.gate.waiting(lane)
    }

    /// Runs the image encoder, unless its answer is still there. Only with a turn at the gate.
    fn encoded(
        &self,
        frame: &Path,
        read: impl FnOnce() -> Result<RgbFrame, JobsError>,
    ) -> Result<ImageFeatures, JobsError> {
        if let Some(features) = self.features.get(frame) {
            return Ok(features);
        }
        let features = self.tidied(self.segmenter.encode(&read()?))?;
        self.features.insert(frame.to_owned(), features.clone());
        Ok(features)
    }

    /// After a failure of the device its memory is given back as far as it is ours, so that the next attempt has room.
    fn tidied<T>(&self, answer: Result<T, EngineError>) -> Result<T, EngineError> {
        if let Err(EngineError::Device(_)) = answer {
            self.features.forget_memory();
        }
        answer
    }
}
