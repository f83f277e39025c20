//! Carries all objects of a film outwards from their prompts, in both directions, a frame at a time.
//!
//! A prompted frame stays a conditioning frame whatever happens, so a correction is never lost. Every object is tracked
//! forward from its first prompt to the end and backward from there to the start, each pass with its own memory bank; no
//! mask before an object's first prompt is guessed by a forward pass. (The official predictor runs all objects from the
//! first prompt of any of them, and its backward pass also reads what the forward pass remembered.)

mod state;

use crate::image_encoder::Features;
use crate::kernels::Kernels;
use crate::mask_decoder::floats;
use crate::memory_bank::{Direction, Entry, MemoryBank};
use crate::model::{FrameOutput, Sam2};
use crate::postprocess::to_mask;
use crate::preprocess::preprocess;
use crate::prompt_encoder::ModelPoint;
use crate::segmenter::{EngineError, Pass, TrackObject, TrackPlan, TrackedMask, Tracker};
use domain::{FramePrompts, Label, RgbFrame};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One film being tracked on the backend `B`.
pub(crate) struct FilmTracker<B: Kernels> {
    model: Arc<Sam2<B>>,
    /// Hash of the checkpoint, so that a state is not resumed with another model.
    model_hash: String,
    plan: TrackPlan,
    objects: Vec<TrackedObject<B>>,
    steps_done: u32,
}

struct TrackedObject<B: Kernels> {
    first: u32,
    /// Masks of the prompted frames; given out by the forward pass.
    prompted: BTreeMap<u32, PromptedMask>,
    /// Prompted entries, and what the present pass has tracked.
    bank: MemoryBank<B>,
}

/// Low-resolution logits `[4 s * 4 s]` and object score.
struct PromptedMask {
    logits: Vec<f32>,
    score: f32,
}

/// Where a step lies.
enum Step {
    Prompts(u32),
    Forward(u32),
    Backward(u32),
}

/// The prompts of a frame in pixels of the model's input; a box is two points before the clicks.
pub(crate) fn model_points(
    prompts: &FramePrompts,
    [width, height]: [u32; 2],
    size: usize,
) -> Vec<ModelPoint> {
    let (sx, sy) = (size as f32 / width as f32, size as f32 / height as f32);
    let at = |x: f32, y: f32, label: i32| ModelPoint {
        x: x * sx,
        y: y * sy,
        label,
    };
    let corners = prompts
        .bbox
        .iter()
        .flat_map(|b| [at(b.x0, b.y0, 2), at(b.x1, b.y1, 3)]);
    let clicks = prompts
        .points
        .iter()
        .map(|p| at(p.x, p.y, i32::from(p.label == Label::Positive)));
    corners.chain(clicks).collect()
}

/// The mask that prompts give on a frame by themselves.
pub(crate) fn answer<B: Kernels>(
    model: &Sam2<B>,
    features: &Features<B>,
    points: &[ModelPoint],
) -> FrameOutput<B> {
    let choice = model.mask_choice(points.len(), true);
    model.heads(
        model.without_memory(features),
        features,
        points,
        None,
        choice,
    )
}

impl<B: Kernels> FilmTracker<B> {
    pub fn new(
        model: Arc<Sam2<B>>,
        model_hash: &str,
        plan: TrackPlan,
    ) -> Result<Self, EngineError> {
        check(&plan)?;
        let first =
            |object: &TrackObject| object.prompts.keys().next().copied().unwrap_or_default();
        let objects = plan
            .objects
            .iter()
            .map(|o| TrackedObject {
                first: first(o),
                prompted: BTreeMap::new(),
                bank: MemoryBank::default(),
            })
            .collect();
        Ok(Self {
            model,
            model_hash: model_hash.to_owned(),
            plan,
            objects,
            steps_done: 0,
        })
    }

    fn prompted_frames(&self) -> Vec<u32> {
        let mut frames: Vec<u32> = self
            .plan
            .objects
            .iter()
            .flat_map(|o| o.prompts.keys().copied())
            .collect();
        frames.sort_unstable();
        frames.dedup();
        frames
    }

    /// First prompts of the earliest and of the latest object.
    fn first_prompts(&self) -> (u32, u32) {
        let firsts = self.objects.iter().map(|o| o.first);
        (
            firsts.clone().min().unwrap_or_default(),
            firsts.max().unwrap_or_default(),
        )
    }

    fn steps(&self) -> [u32; 3] {
        let (earliest, latest) = self.first_prompts();
        [
            self.prompted_frames().len() as u32,
            self.plan.frames - earliest,
            latest,
        ]
    }

    fn next_step(&self) -> Option<Step> {
        let (earliest, latest) = self.first_prompts();
        let [prompts, forward, backward] = self.steps();
        let done = self.steps_done;
        if done < prompts {
            Some(Step::Prompts(self.prompted_frames()[done as usize]))
        } else if done < prompts + forward {
            Some(Step::Forward(earliest + done - prompts))
        } else if done < prompts + forward + backward {
            Some(Step::Backward(latest - 1 - (done - prompts - forward)))
        } else {
            None
        }
    }

    fn features(&self, frame: &RgbFrame) -> Features<B> {
        let image = preprocess(frame, self.model.config.image_size, self.model.device());
        self.model.image_encoder.forward(image)
    }

    fn mask(&self, object: usize, frame: u32, logits: &[f32], score: f32) -> TrackedMask {
        let side = self.model.config.feature_size() * 4;
        let mask = to_mask(logits, side, self.plan.height, self.plan.width);
        TrackedMask {
            object: self.plan.objects[object].id,
            frame,
            mask,
            score,
        }
    }

    /// Makes masks and memories of the prompts of one frame.
    fn prompt(&mut self, frame: u32, picture: &RgbFrame) {
        let features = self.features(picture);
        let model = Arc::clone(&self.model);
        for (object, planned) in self.objects.iter_mut().zip(&self.plan.objects) {
            let Some(prompts) = planned.prompts.get(&frame) else {
                continue;
            };
            let points = model_points(
                prompts,
                [self.plan.width, self.plan.height],
                model.config.image_size,
            );
            let output = answer(&model, &features, &points);
            let high_res = model.high_res(output.low_res.clone());
            let memory = model.encode_memory(&features, high_res, output.score, true);
            object.bank.remember_prompted(
                frame,
                Entry {
                    memory: Some(memory),
                    pointer: output.pointer,
                },
            );
            let mask = PromptedMask {
                logits: floats(output.low_res),
                score: output.score,
            };
            object.prompted.insert(frame, mask);
        }
    }

    fn track(&mut self, frame: u32, direction: Direction, picture: &RgbFrame) -> Vec<TrackedMask> {
        let model = Arc::clone(&self.model);
        let mut features = None;
        let mut masks = Vec::new();
        for i in 0..self.objects.len() {
            let object = &self.objects[i];
            let reached = match direction {
                Direction::Forward => object.first <= frame,
                Direction::Backward => object.first > frame,
            };
            if !reached {
                continue;
            }
            if let Some(prompted) = object.prompted.get(&frame) {
                masks.push(self.mask(i, frame, &prompted.logits, prompted.score));
                continue;
            }
            let features = features.get_or_insert_with(|| self.features(picture));
            let selection = object
                .bank
                .select(&model.config, frame, direction, self.plan.frames);
            let (output, entry) = model.track(features, &selection);
            masks.push(self.mask(i, frame, &floats(output.low_res), output.score));
            let bank = &mut self.objects[i].bank;
            bank.tracked.insert(frame, entry);
            bank.forget_before(&model.config, frame, direction);
        }
        masks
    }
}

impl<B: Kernels> Tracker for FilmTracker<B> {
    fn total_steps(&self) -> u32 {
        self.steps().iter().sum()
    }

    fn steps_done(&self) -> u32 {
        self.steps_done
    }

    fn pass(&self) -> Pass {
        match self.next_step() {
            Some(Step::Prompts(_)) => Pass::Prompts,
            Some(Step::Forward(_)) => Pass::Forward,
            Some(Step::Backward(_)) | None => Pass::Backward,
        }
    }

    fn next_frame(&self) -> Option<u32> {
        self.next_step().map(|step| match step {
            Step::Prompts(frame) | Step::Forward(frame) | Step::Backward(frame) => frame,
        })
    }

    fn step(&mut self, frame: &RgbFrame) -> Result<Vec<TrackedMask>, EngineError> {
        let planned = (self.plan.width, self.plan.height);
        if (frame.width(), frame.height()) != planned {
            return Err(EngineError::Request(format!(
                "the frame is {} x {} pixels but the film has {} x {}",
                frame.width(),
                frame.height(),
                planned.0,
                planned.1
            )));
        }
        let masks = match self.next_step() {
            None => return Err(EngineError::Request("every frame has been tracked".into())),
            Some(Step::Prompts(n)) => {
                self.prompt(n, frame);
                Vec::new()
            }
            Some(Step::Forward(n)) => self.track(n, Direction::Forward, frame),
            Some(Step::Backward(n)) => self.track(n, Direction::Backward, frame),
        };
        self.steps_done += 1;
        let [prompts, forward, _] = self.steps();
        if self.steps_done == prompts + forward {
            self.objects
                .iter_mut()
                .for_each(|object| object.bank.tracked.clear());
        }
        Ok(masks)
    }

    fn save(&self) -> Result<Vec<u8>, EngineError> {
        state::save(self)
    }
}

fn check(plan: &TrackPlan) -> Result<(), EngineError> {
    let fail = |text: String| Err(EngineError::Request(text));
    if plan.objects.is_empty() {
        return fail("there is no object to track".into());
    }
    for object in &plan.objects {
        if object.prompts.is_empty() || object.prompts.values().any(FramePrompts::is_empty) {
            return fail(format!(
                "object {} has a frame without any point or box",
                object.id
            ));
        }
        if let Some((&frame, _)) = object.prompts.range(plan.frames..).next() {
            return fail(format!(
                "object {} is prompted on frame {frame}, but the film has {} frames, counted from 0",
                object.id, plan.frames
            ));
        }
    }
    Ok(())
}

/// Goes on where `state` was saved.
pub(crate) fn resume<B: Kernels>(
    model: Arc<Sam2<B>>,
    model_hash: &str,
    plan: TrackPlan,
    saved: &[u8],
) -> Result<FilmTracker<B>, EngineError> {
    let mut tracker = FilmTracker::new(model, model_hash, plan)?;
    state::restore(&mut tracker, saved)?;
    Ok(tracker)
}
