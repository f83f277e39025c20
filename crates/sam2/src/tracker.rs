//! Carries all objects of a film outwards from their prompts, in both directions, a frame at a time.
//!
//! A prompted frame stays a conditioning frame whatever happens, so a correction is never lost. Every object is tracked
//! forward from its first prompt to the end and backward from its last prompt to the start, each pass with its own memory
//! bank; no mask before an object's first prompt is guessed by a forward pass. Frames between two prompts are visited by
//! both; [`seam`] decides. (The official predictor runs all objects from the first prompt of any of them, and its backward
//! pass also reads what the forward pass remembered: [`upstream`](crate::upstream).)

pub(crate) mod schedule;
mod seam;
mod state;

use crate::encoded_frame::EncodedFrame;
use crate::engine::{Engine, encoded};
use crate::image_encoder::Features;
use crate::kernels::Kernels;
use crate::mask_decoder::floats;
use crate::memory_bank::{Direction, Entry, MemoryBank};
use crate::model::{FrameOutput, Sam2};
use crate::postprocess::{fill_holes, remove_islands, to_mask, to_masks_apart};
use crate::prompt_encoder::ModelPoint;
use crate::segmenter::{EngineError, ImageFeatures, Pass, TrackPlan, TrackedMask, Tracker};
use burn::tensor::{Tensor, TensorData};
use domain::{FramePrompts, Label, Look, Rle};
use schedule::{Schedule, Step};
use seam::{Claim, backward_wins};
use std::collections::BTreeMap;

/// One film being tracked on the backend `B`.
pub(crate) struct FilmTracker<B: Kernels> {
    engine: Engine<B>,
    plan: TrackPlan,
    schedule: Schedule,
    objects: Vec<TrackedObject<B>>,
    steps_done: u32,
}

struct TrackedObject<B: Kernels> {
    /// Masks of the prompted frames; given out by the forward pass.
    prompted: BTreeMap<u32, FrameMask>,
    /// Prompted entries, and what the present pass has tracked.
    bank: MemoryBank<B>,
    /// Object scores of the forward pass where the backward pass will come by.
    forward_scores: BTreeMap<u32, f32>,
}

/// Low-resolution logits `[4 s * 4 s]` and object score.
struct FrameMask {
    logits: Vec<f32>,
    score: f32,
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

/// The mask that prompts give by themselves on a frame of `size`, width and height.
///
/// A drawn mask alone is taken as it is; with points or a box it is the earlier mask that they refine.
pub(crate) fn answer<B: Kernels>(
    model: &Sam2<B>,
    features: &Features<B>,
    prompts: &FramePrompts,
    size: [u32; 2],
) -> FrameOutput<B> {
    let points = model_points(prompts, size, model.config.image_size);
    let drawn = prompts
        .mask
        .as_ref()
        .map(|mask| given(model, features, mask));
    match drawn {
        Some(drawn) if points.is_empty() => drawn,
        earlier => model.heads(
            model.without_memory(features),
            features,
            &points,
            earlier.map(|earlier| earlier.low_res),
            model.mask_choice(points.len(), true),
        ),
    }
}

/// A mask of the film, taken as it is.
fn given<B: Kernels>(model: &Sam2<B>, features: &Features<B>, mask: &Rle) -> FrameOutput<B> {
    let size = [mask.height() as usize, mask.width() as usize];
    model.from_mask(features, &model.fit_mask(&mask.decode(), size))
}

impl<B: Kernels> FilmTracker<B> {
    /// # Errors
    /// When the plan makes no sense.
    pub fn new(engine: Engine<B>, plan: TrackPlan) -> Result<Self, EngineError> {
        let schedule = Schedule::new(&plan)?;
        let objects = plan.objects.iter().map(|_| TrackedObject {
            prompted: BTreeMap::new(),
            bank: MemoryBank::default(),
            forward_scores: BTreeMap::new(),
        });
        Ok(Self {
            objects: objects.collect(),
            engine,
            plan,
            schedule,
            steps_done: 0,
        })
    }

    /// Goes on where `saved` was made.
    ///
    /// # Errors
    /// [`EngineError::State`] when that was another version, model or plan.
    pub fn resume(engine: Engine<B>, plan: TrackPlan, saved: &[u8]) -> Result<Self, EngineError> {
        let mut tracker = Self::new(engine, plan)?;
        state::restore(&mut tracker, saved)?;
        Ok(tracker)
    }

    /// Side of the model's masks, in their pixels.
    fn side(&self) -> usize {
        self.engine.model.config.feature_size() * 4
    }

    /// Makes masks and memories of the prompts of one frame.
    fn prompt(&mut self, frame: u32, features: &Features<B>) {
        let (model, side) = (self.engine.model.clone(), self.side());
        let size = [self.plan.width, self.plan.height];
        for (object, planned) in self.objects.iter_mut().zip(&self.plan.objects) {
            let output = if let Some(mask) = planned.masks.get(&frame) {
                given(&model, features, mask)
            } else if let Some(prompts) = planned.prompts.get(&frame) {
                answer(&model, features, prompts, size)
            } else {
                continue;
            };
            // The memory of a prompted mask is made without its holes, as upstream does.
            let mut logits = floats(output.low_res);
            fill_holes(&mut logits, side, self.engine.masks.fill_holes);
            let low_res = TensorData::new(logits.clone(), [1, 1, side, side]);
            let low_res = Tensor::from_data(low_res, model.device());
            let memory =
                model.encode_memory(features, model.high_res(low_res), &[output.score], true);
            let entry = Entry {
                memory: Some(memory),
                pointer: output.pointer,
            };
            object.bank.remember_prompted(frame, entry);
            remove_islands(&mut logits, side, self.engine.masks.remove_islands);
            let score = output.score;
            object.prompted.insert(frame, FrameMask { logits, score });
        }
    }

    /// Carries the objects to one frame that the pass brings there, and gives their masks.
    fn track(
        &mut self,
        frame: u32,
        direction: Direction,
        features: &EncodedFrame<B>,
    ) -> Vec<TrackedMask> {
        let courses = &self.schedule.courses;
        let tracked: Vec<usize> = (0..courses.len())
            .filter(|&i| courses[i].tracks(frame, direction))
            .collect();
        for (object, course) in self.objects.iter_mut().zip(courses) {
            if course.begins(frame, direction) {
                object.bank.tracked.clear();
            }
        }
        let mut found: BTreeMap<usize, FrameMask> = BTreeMap::new();
        if !tracked.is_empty() {
            let features = features.features();
            for (i, output, entry) in self.track_together(frame, direction, &features, &tracked) {
                let score = output.score;
                let logits = floats(output.low_res);
                found.insert(i, FrameMask { logits, score });
                let bank = &mut self.objects[i].bank;
                bank.tracked.insert(frame, entry);
                bank.forget_before(&self.engine.model.config, frame, direction);
            }
        }
        self.give_out(frame, direction, found)
    }

    /// The masks of a frame at the size of the film: those that were `found`, and on the way forward those of its prompts.
    fn give_out(
        &mut self,
        frame: u32,
        direction: Direction,
        mut found: BTreeMap<usize, FrameMask>,
    ) -> Vec<TrackedMask> {
        let (side, options) = (self.side(), self.engine.masks);
        for mask in found.values_mut() {
            options.tidy(&mut mask.logits, side);
        }
        let prompted = |i: &usize| Some((*i, self.objects[*i].prompted.get(&frame)?));
        let prompted: Vec<_> = (0..self.objects.len())
            .filter_map(|i| prompted(&i))
            .collect();
        let found: Vec<(usize, &FrameMask)> = found.iter().map(|(i, mask)| (*i, mask)).collect();
        // Prompted objects of this frame take their pixels also on the way back, where they are not given out again.
        let all: Vec<(usize, &FrameMask)> = found.iter().chain(&prompted).copied().collect();
        let (width, height) = (self.plan.width, self.plan.height);
        let masks: Vec<Rle> = if options.keep_apart {
            to_masks_apart(
                all.iter().map(|(_, mask)| &mask.logits[..]),
                side,
                height,
                width,
            )
        } else {
            let mask = |mask: &FrameMask| to_mask(&mask.logits, side, height, width);
            all.iter().map(|(_, logits)| mask(logits)).collect()
        };
        let scored = all.iter().map(|(i, mask)| (*i, mask.score)).zip(masks);
        let scored: Vec<((usize, f32), Rle)> = scored.collect();
        let mut given = Vec::new();
        for ((i, score), mask) in scored {
            let (planned, course) = (&self.plan.objects[i], &self.schedule.courses[i]);
            if course.is_anchor(frame) && (direction == Direction::Backward || !course.shows(frame))
            {
                continue;
            }
            given.push(TrackedMask {
                object: planned.id,
                frame,
                // The model's own is coarser than what was approved or drawn.
                mask: planned.given_mask(frame).cloned().unwrap_or(mask),
                score,
                look: self.look(i, frame, direction, score),
            });
        }
        given.sort_by_key(|mask| self.plan.objects.iter().position(|o| o.id == mask.object));
        given
    }

    /// Whether the other pass has been here, and which of the two masks is kept.
    fn look(&mut self, object: usize, frame: u32, direction: Direction, score: f32) -> Look {
        let course = &self.schedule.courses[object];
        let scores = &mut self.objects[object].forward_scores;
        let [Some(before), Some(behind)] = course.around(frame) else {
            return Look::First;
        };
        if course.is_anchor(frame) {
            return Look::First;
        }
        if direction == Direction::Forward {
            scores.insert(frame, score);
            return Look::First;
        }
        let Some(forward) = scores.remove(&frame) else {
            return Look::First;
        };
        let forward = Claim {
            distance: frame - before,
            score: forward,
        };
        let backward = Claim {
            distance: behind - frame,
            score,
        };
        Look::Second {
            wins: backward_wins(&forward, &backward),
        }
    }

    /// Carries `objects` to a frame, those together whose memories have the same layout.
    fn track_together(
        &self,
        frame: u32,
        direction: Direction,
        features: &Features<B>,
        objects: &[usize],
    ) -> Vec<(usize, FrameOutput<B>, Entry<B>)> {
        let model = &self.engine.model;
        let mut alike: BTreeMap<[usize; 2], Vec<_>> = BTreeMap::new();
        for &i in objects {
            let bank = &self.objects[i].bank;
            let selection = bank.select(&model.config, frame, direction, self.plan.frames);
            let group = alike.entry(selection.layout()).or_default();
            group.push((i, selection));
        }
        let mut results = Vec::with_capacity(objects.len());
        for mut group in alike.into_values() {
            while !group.is_empty() {
                let batch = group.drain(..group.len().min(B::OBJECTS_AT_ONCE));
                let (batch, selections): (Vec<usize>, Vec<_>) = batch.unzip();
                let outputs = model.track(features, &selections);
                let with_index = batch.into_iter().zip(outputs);
                results.extend(with_index.map(|(i, (output, entry))| (i, output, entry)));
            }
        }
        results
    }
}

/// That a frame has the size of the film.
pub(crate) fn check_size<B: Kernels>(
    frame: &EncodedFrame<B>,
    plan: &TrackPlan,
) -> Result<(), EngineError> {
    if (frame.width, frame.height) == (plan.width, plan.height) {
        return Ok(());
    }
    Err(EngineError::Request(format!(
        "the frame is {} x {} pixels but the film has {} x {}",
        frame.width, frame.height, plan.width, plan.height
    )))
}

/// What a tracker says that has nothing left to do.
pub(crate) fn all_done() -> EngineError {
    EngineError::Request("every frame has been tracked".into())
}

impl<B: Kernels> Tracker for FilmTracker<B> {
    fn total_steps(&self) -> u32 {
        self.schedule.len()
    }

    fn steps_done(&self) -> u32 {
        self.steps_done
    }

    fn pass(&self) -> Pass {
        let [prompts, forward] = self.schedule.ends;
        match self.steps_done {
            done if done < prompts => Pass::Prompts,
            done if done < forward => Pass::Forward,
            _ => Pass::Backward,
        }
    }

    fn next_frame(&self) -> Option<u32> {
        self.schedule.step(self.steps_done).map(Step::frame)
    }

    fn step(&mut self, features: &ImageFeatures) -> Result<Vec<TrackedMask>, EngineError> {
        let frame = encoded::<B>(features)?;
        check_size(frame, &self.plan)?;
        let masks = match self.schedule.step(self.steps_done) {
            None => return Err(all_done()),
            Some(Step::Prompts(n)) => {
                self.prompt(n, &frame.features());
                Vec::new()
            }
            Some(Step::Track(n, direction)) => self.track(n, direction, frame),
        };
        self.steps_done += 1;
        if self.steps_done == self.schedule.ends[1] {
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
