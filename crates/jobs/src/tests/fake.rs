//! A model that follows a disc: small, deterministic, and with a memory that a wrong resume would spoil.

use domain::{Device, FramePrompts, Look, ModelInfo, RgbFrame, Rle};
use sam2::{
    EngineError, FeatureGrid, ImageFeatures, Pass, Prediction, Segmenter, TrackPlan, TrackedMask,
    Tracker,
};
use serde::{Deserialize, Serialize};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};

/// What the model was asked for. Frames are told apart by their colour, which is four times their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Encode(u32),
    Predict,
    Step(u32),
}

/// Called before each call, with the number of calls of this kind before it.
type Hook = dyn Fn(Call, usize) -> Result<(), EngineError> + Send + Sync;

#[derive(Clone)]
struct Recorder {
    calls: Arc<Mutex<Vec<Call>>>,
    hook: Arc<Hook>,
}

pub(super) struct FakeModel {
    info: ModelInfo,
    recorder: Recorder,
}

impl FakeModel {
    pub(super) fn new() -> Arc<Self> {
        Self::with_hook(|_, _| Ok(()))
    }

    pub(super) fn with_hook(
        hook: impl Fn(Call, usize) -> Result<(), EngineError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            info: ModelInfo {
                name: "disc".into(),
                hash: "0123456789ab".into(),
                device: Device::Cpu,
                image_size: 64,
                embedded: true,
            },
            recorder: Recorder {
                calls: Arc::default(),
                hook: Arc::new(hook),
            },
        })
    }

    /// A model that stops before step `at` (from 0) until the brake is released or dropped.
    pub(super) fn with_brake(at: usize) -> (Arc<Self>, Brake) {
        let (reached, is_reached) = tokio::sync::mpsc::unbounded_channel();
        let (release, released) = mpsc::channel::<()>();
        let released = Mutex::new(released);
        let model = Self::with_hook(move |call, before| {
            if matches!(call, Call::Step(_)) && before == at {
                let _ = reached.send(());
                let _ = released.lock().unwrap().recv();
            }
            Ok(())
        });
        let brake = Brake {
            is_reached,
            _release: release,
        };
        (model, brake)
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.recorder.calls.lock().unwrap().clone()
    }

    pub(super) fn steps(&self) -> usize {
        let calls = self.calls();
        calls
            .iter()
            .filter(|call| matches!(call, Call::Step(_)))
            .count()
    }
}

/// Holds a model until it is dropped.
pub(super) struct Brake {
    is_reached: tokio::sync::mpsc::UnboundedReceiver<()>,
    _release: mpsc::Sender<()>,
}

impl Brake {
    /// Waits until the model has stopped.
    pub(super) async fn reached(&mut self) {
        self.is_reached.recv().await.unwrap();
    }
}

impl Recorder {
    fn call(&self, call: Call) -> Result<(), EngineError> {
        let same = |other: &&Call| std::mem::discriminant(*other) == std::mem::discriminant(&call);
        let before = {
            let mut calls = self.calls.lock().unwrap();
            let before = calls.iter().filter(same).count();
            calls.push(call);
            before
        };
        (self.hook)(call, before)
    }
}

/// What the model makes of a frame.
#[derive(Serialize, Deserialize)]
struct Encoded {
    size: (u32, u32),
    tag: u32,
}

fn tag(frame: &RgbFrame) -> u32 {
    (u32::from(frame.pixels()[0]) + 2) / 4
}

/// Where the model's features show the object on a frame, in pixels.
pub(super) fn whereabouts(tag: u32) -> (f32, f32) {
    (8.0 + tag as f32 * 0.5, 16.0)
}

fn disc(width: u32, height: u32, x: f32, y: f32) -> Rle {
    let inside = |i: u32| {
        let (dx, dy) = ((i % width) as f32 - x, (i / width) as f32 - y);
        u8::from(dx * dx + dy * dy <= 16.0)
    };
    let bitmap: Vec<u8> = (0..width * height).map(inside).collect();
    Rle::encode(&bitmap, height, width)
}

impl Segmenter for FakeModel {
    fn model(&self) -> &ModelInfo {
        &self.info
    }

    fn encode(&self, frame: &RgbFrame) -> Result<ImageFeatures, EngineError> {
        self.recorder.call(Call::Encode(tag(frame)))?;
        Ok(ImageFeatures::new(Encoded {
            size: (frame.width(), frame.height()),
            tag: tag(frame),
        }))
    }

    fn features_to_bytes(&self, features: &ImageFeatures) -> Result<Vec<u8>, EngineError> {
        Ok(serde_json::to_vec(features.downcast::<Encoded>().unwrap()).unwrap())
    }

    fn features_from_bytes(&self, bytes: &[u8]) -> Result<ImageFeatures, EngineError> {
        let encoded: Encoded =
            serde_json::from_slice(bytes).map_err(|e| EngineError::State(e.to_string()))?;
        Ok(ImageFeatures::new(encoded))
    }

    fn describe(&self, features: &ImageFeatures) -> Result<Vec<f32>, EngineError> {
        let along = features.downcast::<Encoded>().unwrap().tag as f32 / 9.0;
        Ok((0..8).map(|k| (along + k as f32).sin()).collect())
    }

    /// Noise, in which the object is where [`whereabouts`] says.
    fn grid(&self, features: &ImageFeatures) -> Result<FeatureGrid, EngineError> {
        let encoded = features.downcast::<Encoded>().unwrap();
        let (width, height) = encoded.size;
        let (x, y) = whereabouts(encoded.tag);
        let side = FeatureGrid::SIDE as u32;
        let cell = |at: u32| {
            let across = (at % side) as f32 + 0.5 - x / width as f32 * side as f32;
            let down = (at / side) as f32 + 0.5 - y / height as f32 * side as f32;
            let is_object = across.abs() < 5.0 && down.abs() < 8.0;
            (0..4).map(move |channel| {
                let noise = ((at * 31 + encoded.tag * 17 + channel * 101) as f32 * 12.9898).sin();
                noise + if is_object && channel == 2 { 6.0 } else { 0.0 }
            })
        };
        let values = (0..side * side).flat_map(cell).collect();
        Ok(FeatureGrid::new(values, [width, height]))
    }

    fn predict(
        &self,
        features: &ImageFeatures,
        prompts: &FramePrompts,
    ) -> Result<Prediction, EngineError> {
        self.recorder.call(Call::Predict)?;
        let (width, height) = features.downcast::<Encoded>().unwrap().size;
        let point = prompts.points[0];
        Ok(Prediction {
            mask: disc(width, height, point.x, point.y),
            score: 5.0,
            iou: 0.9,
        })
    }

    fn tracker(&self, plan: TrackPlan) -> Result<Box<dyn Tracker>, EngineError> {
        Ok(Box::new(FakeTracker::new(plan, self.recorder.clone())))
    }

    fn resume(&self, plan: TrackPlan, state: &[u8]) -> Result<Box<dyn Tracker>, EngineError> {
        let mut tracker = FakeTracker::new(plan, self.recorder.clone());
        tracker.memory =
            serde_json::from_slice(state).map_err(|e| EngineError::State(e.to_string()))?;
        Ok(Box::new(tracker))
    }
}

#[derive(Serialize, Deserialize)]
struct Memory {
    done: usize,
    /// Depends on every frame that was handed over, and on their order.
    digest: u32,
}

struct FakeTracker {
    plan: TrackPlan,
    order: Vec<(Pass, u32)>,
    memory: Memory,
    recorder: Recorder,
}

impl FakeTracker {
    fn new(plan: TrackPlan, recorder: Recorder) -> Self {
        let anchors = |object: &sam2::TrackObject| -> Vec<u32> {
            object
                .prompts
                .keys()
                .chain(object.masks.keys())
                .copied()
                .collect()
        };
        let mut prompted: Vec<u32> = plan
            .objects
            .iter()
            .filter(|object| !object.spans.is_empty())
            .flat_map(anchors)
            .collect();
        prompted.sort_unstable();
        prompted.dedup();
        let first = prompted.first().copied().unwrap_or_default();
        let wanted = |frame: &u32| {
            let spans = plan.objects.iter().flat_map(|object| &object.spans);
            !prompted.contains(frame) && spans.clone().any(|span| span.contains(frame))
        };
        let order = (prompted.iter().map(|&frame| (Pass::Prompts, frame)))
            .chain(
                (first..plan.frames)
                    .filter(wanted)
                    .map(|frame| (Pass::Forward, frame)),
            )
            .chain(
                (0..first)
                    .rev()
                    .filter(wanted)
                    .map(|frame| (Pass::Backward, frame)),
            )
            .collect();
        Self {
            plan,
            order,
            memory: Memory { done: 0, digest: 0 },
            recorder,
        }
    }
}

impl Tracker for FakeTracker {
    fn total_steps(&self) -> u32 {
        self.order.len() as u32
    }

    fn steps_done(&self) -> u32 {
        self.memory.done as u32
    }

    fn pass(&self) -> Pass {
        let at = self.memory.done.min(self.order.len().saturating_sub(1));
        self.order.get(at).map_or(Pass::Backward, |step| step.0)
    }

    fn next_frame(&self) -> Option<u32> {
        Some(self.order.get(self.memory.done)?.1)
    }

    fn step(&mut self, features: &ImageFeatures) -> Result<Vec<TrackedMask>, EngineError> {
        let tag = features.downcast::<Encoded>().unwrap().tag;
        self.recorder.call(Call::Step(tag))?;
        let (_, index) = self.order[self.memory.done];
        self.memory.done += 1;
        self.memory.digest = (self.memory.digest * 31 + tag + 7) % 10_007;
        let score = self.memory.digest as f32 / 100.0;
        let wanted =
            |object: &&sam2::TrackObject| object.spans.iter().any(|span| span.contains(&index));
        let masks = self.plan.objects.iter().filter(wanted).map(|object| {
            let (&anchor, prompts) = object.prompts.first_key_value().unwrap();
            let click = prompts.points[0];
            let x = click.x + (index as f32 - anchor as f32) / 4.0;
            let (width, height) = (self.plan.width, self.plan.height);
            let mask = if index % 7 == 3 {
                Rle::encode(&vec![0; (width * height) as usize], height, width)
            } else {
                disc(width, height, x, click.y)
            };
            TrackedMask {
                object: object.id,
                frame: index,
                mask,
                score,
                look: Look::First,
            }
        });
        Ok(masks.collect())
    }

    fn save(&self) -> Result<Vec<u8>, EngineError> {
        Ok(serde_json::to_vec(&self.memory).unwrap())
    }
}
