//! Tracks a film in the official order: forward from the first prompt of any object, then backward from there.

use crate::encoded_frame::EncodedFrame;
use crate::engine::{Engine, encoded};
use crate::image_encoder::Features;
use crate::kernels::Kernels;
use crate::memory_bank::Direction;
use crate::model::Sam2;
use crate::postprocess::encode;
use crate::predictor::{FrameFeatures, FrameResult, PredictorOptions, VideoPredictor};
use crate::segmenter::{EngineError, ImageFeatures, Pass, TrackPlan, TrackedMask, Tracker};
use crate::tracker::schedule::check;
use crate::tracker::{all_done, check_size};
use domain::{Label, Look};
use std::sync::Arc;

/// One film on the official predictor. Its memory grows with the film, and it cannot be saved.
pub(crate) struct UpstreamTracker<B: Kernels> {
    predictor: VideoPredictor<Arc<Sam2<B>>, B, Handed<B>>,
    plan: TrackPlan,
    steps: Vec<(Pass, u32)>,
    done: usize,
}

/// The frame that was handed over for the present step.
struct Handed<B: Kernels>(Option<Features<B>>);

impl<B: Kernels> FrameFeatures<B> for Handed<B> {
    fn features(&mut self, _frame: u32) -> Features<B> {
        match &self.0 {
            Some(features) => features.clone(),
            None => unreachable!("every step is made with its frame"),
        }
    }
}

impl<B: Kernels> UpstreamTracker<B> {
    /// # Errors
    /// When the plan makes no sense.
    pub fn new(engine: &Engine<B>, plan: TrackPlan) -> Result<Self, EngineError> {
        check(&plan)?;
        let prompted = |o: &crate::TrackObject| {
            let frames = o.prompts.keys().chain(o.masks.keys()).copied();
            frames.collect::<Vec<u32>>()
        };
        let mut prompts: Vec<u32> = plan.objects.iter().flat_map(prompted).collect();
        prompts.sort_unstable();
        prompts.dedup();
        let start = prompts.first().copied().unwrap_or_default();
        let forward = (start..plan.frames).map(|frame| (Pass::Forward, frame));
        let back = if start == 0 { 0 } else { start + 1 };
        let backward = (0..back).rev().map(|frame| (Pass::Backward, frame));
        let prompts = prompts.into_iter().map(|frame| (Pass::Prompts, frame));
        let options = PredictorOptions {
            fill_hole_area: engine.masks.fill_holes,
            non_overlap_masks: engine.masks.keep_apart,
            add_all_frames_to_correct_as_cond: false,
        };
        let size = [plan.height as usize, plan.width as usize];
        Ok(Self {
            predictor: VideoPredictor::new(
                Arc::clone(&engine.model),
                options,
                Handed(None),
                plan.frames,
                size,
            ),
            steps: prompts.chain(forward).chain(backward).collect(),
            plan,
            done: 0,
        })
    }

    /// Every object is clicked before any is tracked, so the memory of a click can be made with it.
    fn prompt(&mut self, frame: u32) {
        for object in &self.plan.objects {
            if let Some(mask) = object.masks.get(&frame) {
                self.predictor.add_mask(frame, object.id, &mask.decode());
            } else if let Some(prompts) = object.prompts.get(&frame) {
                if let Some(mask) = &prompts.mask {
                    self.predictor.add_mask(frame, object.id, &mask.decode());
                }
                if prompts.drawn().is_some() {
                    continue;
                }
                let bbox = prompts.bbox.map(|b| [b.x0, b.y0, b.x1, b.y1]);
                let label = |label| i32::from(label == Label::Positive);
                let points = prompts.points.iter().map(|p| (p.x, p.y, label(p.label)));
                let points: Vec<_> = points.collect();
                self.predictor
                    .add_points(frame, object.id, bbox, &points, true);
            }
        }
        self.predictor.remember_prompts();
    }

    fn masks(&self, result: &FrameResult, look: Look) -> Vec<TrackedMask> {
        let (height, width) = (self.plan.height, self.plan.width);
        let ids = self.predictor.object_ids();
        let masks = ids.into_iter().zip(&result.masks).map(|(id, logits)| {
            let output = self.predictor.output(id, result.frame);
            TrackedMask {
                object: id,
                frame: result.frame,
                mask: encode(logits, height, width),
                score: output.map_or(f32::NEG_INFINITY, |output| output.score),
                look,
            }
        });
        masks.collect()
    }
}

impl<B: Kernels> Tracker for UpstreamTracker<B> {
    fn total_steps(&self) -> u32 {
        self.steps.len() as u32
    }

    fn steps_done(&self) -> u32 {
        self.done as u32
    }

    fn pass(&self) -> Pass {
        self.steps
            .get(self.done)
            .map_or(Pass::Backward, |(pass, _)| *pass)
    }

    fn next_frame(&self) -> Option<u32> {
        self.steps.get(self.done).map(|(_, frame)| *frame)
    }

    fn step(&mut self, features: &ImageFeatures) -> Result<Vec<TrackedMask>, EngineError> {
        let frame: &EncodedFrame<B> = encoded(features)?;
        check_size(frame, &self.plan)?;
        let &(pass, number) = self.steps.get(self.done).ok_or_else(all_done)?;
        self.predictor.source = Handed(Some(frame.features()));
        let masks = match pass {
            Pass::Prompts => {
                self.prompt(number);
                Vec::new()
            }
            Pass::Forward => {
                let result = self.predictor.track(number, Direction::Forward);
                self.masks(&result, Look::First)
            }
            Pass::Backward => {
                let result = self.predictor.track(number, Direction::Backward);
                // The first frame was tracked forward, too: upstream's caller keeps what came last.
                let again = self.steps[self.done - 1].0 == Pass::Forward;
                let look = if again {
                    Look::Second { wins: true }
                } else {
                    Look::First
                };
                self.masks(&result, look)
            }
        };
        self.done += 1;
        Ok(masks)
    }

    fn save(&self) -> Result<Vec<u8>, EngineError> {
        Err(EngineError::Request(
            "work in the official order cannot be interrupted: its memory is the whole film".into(),
        ))
    }
}
