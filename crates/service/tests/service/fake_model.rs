//! A model that sees a square around the first click, on every frame.

use domain::{Device, FramePrompts, Look, ModelInfo, RgbFrame, Rle};
use sam2::{
    EngineError, FeatureGrid, ImageFeatures, Pass, Prediction, Segmenter, TrackPlan, TrackedMask,
    Tracker,
};
use std::sync::Arc;
use tokio::sync::Mutex;

pub struct FakeModel {
    info: ModelInfo,
    brake: Arc<Mutex<()>>,
}

struct FakeTracker {
    plan: TrackPlan,
    next: u32,
    brake: Arc<Mutex<()>>,
}

/// The square that the fake sees.
pub fn square(prompts: &FramePrompts, width: u32, height: u32) -> Rle {
    let (cx, cy) = (prompts.points[0].x as i64, prompts.points[0].y as i64);
    let near = |i: u32| {
        let (x, y) = (i64::from(i % width), i64::from(i / width));
        (x - cx).abs() <= 3 && (y - cy).abs() <= 3
    };
    let bitmap: Vec<u8> = (0..width * height).map(|i| u8::from(near(i))).collect();
    Rle::encode(&bitmap, height, width)
}

impl FakeModel {
    pub fn new(brake: Arc<Mutex<()>>) -> Self {
        let info = ModelInfo {
            name: "fake".into(),
            hash: "0".repeat(12),
            device: Device::Cpu,
            image_size: 64,
            embedded: true,
        };
        Self { info, brake }
    }
}

impl Segmenter for FakeModel {
    fn model(&self) -> &ModelInfo {
        &self.info
    }

    fn encode(&self, frame: &RgbFrame) -> Result<ImageFeatures, EngineError> {
        Ok(ImageFeatures::new((frame.width(), frame.height())))
    }

    fn features_to_bytes(&self, features: &ImageFeatures) -> Result<Vec<u8>, EngineError> {
        let (width, height) = features.downcast::<(u32, u32)>().unwrap();
        Ok([width.to_le_bytes(), height.to_le_bytes()].concat())
    }

    fn features_from_bytes(&self, bytes: &[u8]) -> Result<ImageFeatures, EngineError> {
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        Ok(ImageFeatures::new((number(0), number(4))))
    }

    fn describe(&self, _: &ImageFeatures) -> Result<Vec<f32>, EngineError> {
        Ok(vec![0.0])
    }

    /// The same everywhere: nothing looks like anything.
    fn grid(&self, features: &ImageFeatures) -> Result<FeatureGrid, EngineError> {
        let &(width, height) = features.downcast::<(u32, u32)>().unwrap();
        let values = vec![1.0; FeatureGrid::SIDE * FeatureGrid::SIDE];
        Ok(FeatureGrid::new(values, [width, height]))
    }

    fn predict(
        &self,
        features: &ImageFeatures,
        prompts: &FramePrompts,
    ) -> Result<Prediction, EngineError> {
        let &(width, height) = features.downcast::<(u32, u32)>().unwrap();
        Ok(Prediction {
            mask: square(prompts, width, height),
            score: 5.0,
            iou: 0.75,
        })
    }

    fn tracker(&self, plan: TrackPlan) -> Result<Box<dyn Tracker>, EngineError> {
        self.resume(plan, &[0])
    }

    fn resume(&self, plan: TrackPlan, state: &[u8]) -> Result<Box<dyn Tracker>, EngineError> {
        Ok(Box::new(FakeTracker {
            plan,
            next: u32::from(state[0]),
            brake: Arc::clone(&self.brake),
        }))
    }
}

impl Tracker for FakeTracker {
    fn total_steps(&self) -> u32 {
        self.plan.frames
    }

    fn steps_done(&self) -> u32 {
        self.next
    }

    fn pass(&self) -> Pass {
        Pass::Forward
    }

    fn next_frame(&self) -> Option<u32> {
        (self.next < self.plan.frames).then_some(self.next)
    }

    fn step(&mut self, features: &ImageFeatures) -> Result<Vec<TrackedMask>, EngineError> {
        drop(self.brake.blocking_lock());
        let &(width, height) = features.downcast::<(u32, u32)>().unwrap();
        let masks = self.plan.objects.iter().map(|object| TrackedMask {
            object: object.id,
            frame: self.next,
            mask: square(object.prompts.first_key_value().unwrap().1, width, height),
            score: 5.0,
            look: Look::First,
        });
        let masks = masks.collect();
        self.next += 1;
        Ok(masks)
    }

    fn save(&self) -> Result<Vec<u8>, EngineError> {
        Ok(vec![self.next as u8])
    }
}
