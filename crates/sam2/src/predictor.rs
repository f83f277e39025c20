//! The official video predictor, operation for operation (`SAM2VideoPredictor`, December 2024).
//!
//! Its rules are kept exactly, also those that an annotation tool would not choose: parity tests and comparisons run on it.
//! Films are tracked by [`tracker`](crate::tracker), which shares everything below this file.

use crate::image_encoder::Features;
use crate::kernels::Kernels;
use crate::mask_decoder::floats;
use crate::memory_bank::{Direction, Entry, MemoryBank};
use crate::model::{FrameOutput, NO_OBJECT, Sam2};
use crate::postprocess::{fill_holes, keep_apart, upsample};
use crate::prompt_encoder::ModelPoint;
use burn::tensor::{Tensor, TensorData};
use std::collections::BTreeMap;
use std::ops::Deref;

/// The official switches.
#[derive(Clone, Copy, Debug, Default)]
pub struct PredictorOptions {
    /// Background components of at most so many low-resolution pixels are filled; 0 for none.
    pub fill_hole_area: usize,
    /// Every pixel belongs to one object at most, in what is returned.
    pub non_overlap_masks: bool,
    /// A click on a tracked frame makes it a conditioning frame. Without it, propagating again loses the correction.
    pub add_all_frames_to_correct_as_cond: bool,
}

/// The frames that a predictor works on, encoded when asked for.
pub trait FrameFeatures<B: Kernels> {
    /// The features of a frame.
    fn features(&mut self, frame: u32) -> Features<B>;
}

/// The mask logits of all objects on one frame, at the size of the film.
pub struct FrameResult {
    /// The frame.
    pub frame: u32,
    /// Row-major logits, one map per object in the order in which objects were first prompted.
    pub masks: Vec<Vec<f32>>,
}

/// Tracks objects through one film; `M` holds the model.
pub struct VideoPredictor<M: Deref<Target = Sam2<B>>, B: Kernels, F: FrameFeatures<B>> {
    model: M,
    options: PredictorOptions,
    pub(crate) source: F,
    frames: u32,
    height: usize,
    width: usize,
    objects: Vec<ObjectState<B>>,
}

struct ObjectState<B: Kernels> {
    id: u32,
    points: BTreeMap<u32, Vec<ModelPoint>>,
    bank: MemoryBank<B>,
    outputs: BTreeMap<u32, FrameOutput<B>>,
    /// Answers to prompts since the last propagation, in order: frame, whether it conditions, output.
    pending: Vec<(u32, bool, FrameOutput<B>)>,
    /// Frames that a propagation went over, and its direction.
    tracked: BTreeMap<u32, Direction>,
}

impl<B: Kernels> ObjectState<B> {
    fn latest(&self, frame: u32) -> Option<&FrameOutput<B>> {
        let pending = self
            .pending
            .iter()
            .find(|(f, _, _)| *f == frame)
            .map(|(_, _, output)| output);
        pending.or_else(|| self.outputs.get(&frame))
    }

    fn set_pending(&mut self, frame: u32, conditions: bool, output: FrameOutput<B>) {
        match self.pending.iter_mut().find(|(f, _, _)| *f == frame) {
            Some(entry) => *entry = (frame, conditions, output),
            None => self.pending.push((frame, conditions, output)),
        }
    }
}

impl<M: Deref<Target = Sam2<B>>, B: Kernels, F: FrameFeatures<B>> VideoPredictor<M, B, F> {
    /// A predictor for a film of `frames` frames of `height` x `width` pixels.
    pub fn new(
        model: M,
        options: PredictorOptions,
        source: F,
        frames: u32,
        [height, width]: [usize; 2],
    ) -> Self {
        Self {
            model,
            options,
            source,
            frames,
            height,
            width,
            objects: Vec::new(),
        }
    }

    /// The ids of the objects, in the order of every result.
    pub fn object_ids(&self) -> Vec<u32> {
        self.objects.iter().map(|object| object.id).collect()
    }

    /// The output of an object on a frame that was propagated or prompted.
    pub fn output(&self, id: u32, frame: u32) -> Option<&FrameOutput<B>> {
        self.objects
            .iter()
            .find(|object| object.id == id)?
            .latest(frame)
    }

    fn object(&mut self, id: u32) -> usize {
        if let Some(i) = self.objects.iter().position(|object| object.id == id) {
            return i;
        }
        self.objects.push(ObjectState {
            id,
            points: BTreeMap::new(),
            bank: MemoryBank::default(),
            outputs: BTreeMap::new(),
            pending: Vec::new(),
            tracked: BTreeMap::new(),
        });
        self.objects.len() - 1
    }

    /// Adds clicks `(x, y, label)` and a box, in pixels of the film; a box needs `clear_old`.
    pub fn add_points(
        &mut self,
        frame: u32,
        id: u32,
        bbox: Option<[f32; 4]>,
        points: &[(f32, f32, i32)],
        clear_old: bool,
    ) -> FrameResult {
        let size = self.model.config.image_size as f32;
        let (sx, sy) = (size / self.width as f32, size / self.height as f32);
        let corners = bbox
            .into_iter()
            .flat_map(|[x0, y0, x1, y1]| [(x0, y0, 2), (x1, y1, 3)]);
        let new = corners
            .chain(points.iter().copied())
            .map(|(x, y, label)| ModelPoint {
                x: x * sx,
                y: y * sy,
                label,
            });
        let index = self.object(id);
        let points = self.objects[index].points.entry(frame).or_default();
        if clear_old {
            points.clear();
        }
        points.extend(new);
        let points = points.clone();

        let features = self.source.features(frame);
        let object = &self.objects[index];
        let is_init = !object.tracked.contains_key(&frame);
        let previous = object
            .latest(frame)
            .map(|output| output.low_res.clone().clamp(-32.0, 32.0));
        let image = match object.tracked.get(&frame) {
            None => self.model.without_memory(&features),
            Some(&direction) => self.model.with_memory(
                &features,
                &[object
                    .bank
                    .select(&self.model.config, frame, direction, self.frames)],
            ),
        };
        let choice = self.model.mask_choice(points.len(), is_init);
        let output = self
            .model
            .heads(image, &features, &points, previous, choice);
        self.answer(index, frame, is_init, output)
    }

    /// Gives the mask of a frame; row-major, at the size of the film, everything but 0 is inside.
    pub fn add_mask(&mut self, frame: u32, id: u32, mask: &[u8]) -> FrameResult {
        let index = self.object(id);
        self.objects[index].points.remove(&frame);
        let binary = self.model.fit_mask(mask, [self.height, self.width]);
        let features = self.source.features(frame);
        let output = self.model.from_mask(&features, &binary);
        let is_init = !self.objects[index].tracked.contains_key(&frame);
        self.answer(index, frame, is_init, output)
    }

    fn answer(
        &mut self,
        index: usize,
        frame: u32,
        is_init: bool,
        output: FrameOutput<B>,
    ) -> FrameResult {
        let output = self.filled(output);
        let conditions = is_init || self.options.add_all_frames_to_correct_as_cond;
        self.objects[index].set_pending(frame, conditions, output);
        self.result(frame)
    }

    fn filled(&self, mut output: FrameOutput<B>) -> FrameOutput<B> {
        if self.options.fill_hole_area > 0 {
            let [_, _, side, _] = output.low_res.dims();
            let mut logits = floats(output.low_res);
            fill_holes(&mut logits, side, self.options.fill_hole_area);
            output.low_res = Tensor::from_data(
                TensorData::new(logits, [1, 1, side, side]),
                self.model.device(),
            );
        }
        output
    }

    /// All objects on a frame; one that was never seen there is absent.
    fn result(&self, frame: u32) -> FrameResult {
        let mut masks: Vec<Vec<f32>> = self
            .objects
            .iter()
            .map(|object| match object.latest(frame) {
                Some(output) => {
                    let side = output.low_res.dims()[2];
                    upsample(
                        &floats(output.low_res.clone()),
                        [side, side],
                        [self.height, self.width],
                    )
                }
                None => vec![NO_OBJECT; self.height * self.width],
            })
            .collect();
        if self.options.non_overlap_masks {
            keep_apart(&mut masks);
        }
        FrameResult { frame, masks }
    }

    /// Forgets the prompts of an object on a frame; what it gave there counts as tracked from now on.
    pub fn clear_prompts(&mut self, frame: u32, id: u32) {
        let index = self.object(id);
        let object = &mut self.objects[index];
        object.points.remove(&frame);
        object.pending.retain(|(f, _, _)| *f != frame);
        if let Some(i) = object.bank.prompted.iter().position(|(f, _)| *f == frame) {
            let (_, entry) = object.bank.prompted.remove(i);
            object.bank.tracked.insert(frame, entry);
        }
        object.tracked.remove(&frame);
    }

    /// Forgets an object.
    pub fn remove_object(&mut self, id: u32) {
        self.objects.retain(|object| object.id != id);
    }

    /// Carries every object from `start` (the first conditioning frame when none) through at most `most` further frames.
    pub fn propagate(
        &mut self,
        start: Option<u32>,
        direction: Direction,
        most: Option<u32>,
    ) -> Vec<FrameResult> {
        self.remember_prompts();
        let prompted = self
            .objects
            .iter()
            .flat_map(|object| object.bank.prompted.iter().map(|(f, _)| *f));
        let Some(start) = start.or_else(|| prompted.min()) else {
            return Vec::new();
        };
        let most = most.unwrap_or(self.frames);
        let order: Vec<u32> = match direction {
            Direction::Forward => {
                (start..=start.saturating_add(most).min(self.frames - 1)).collect()
            }
            Direction::Backward if start == 0 => Vec::new(),
            Direction::Backward => (start.saturating_sub(most)..=start).rev().collect(),
        };
        order
            .into_iter()
            .map(|frame| self.track(frame, direction))
            .collect()
    }

    /// Makes memories of the answers to prompts (`propagate_in_video_preflight`).
    pub(crate) fn remember_prompts(&mut self) {
        for index in 0..self.objects.len() {
            self.remember_pending(index);
        }
    }

    fn remember_pending(&mut self, index: usize) {
        let mut pending = std::mem::take(&mut self.objects[index].pending);
        // Corrections that do not condition go first; the order within is kept.
        pending.sort_by_key(|(_, conditions, _)| *conditions);
        for (frame, conditions, output) in pending {
            let features = self.source.features(frame);
            let high_res = self.model.high_res(output.low_res.clone());
            let memory = self
                .model
                .encode_memory(&features, high_res, &[output.score], true);
            let entry = Entry {
                memory: Some(memory),
                pointer: output.pointer.clone(),
            };
            let object = &mut self.objects[index];
            if conditions {
                object.bank.remember_prompted(frame, entry);
            } else {
                object.bank.tracked.insert(frame, entry);
            }
            object.outputs.insert(frame, output);
        }
    }

    /// Carries every object to one frame.
    pub(crate) fn track(&mut self, frame: u32, direction: Direction) -> FrameResult {
        let features = self.source.features(frame);
        for index in 0..self.objects.len() {
            let object = &self.objects[index];
            if !object.bank.prompted.iter().any(|(f, _)| *f == frame) {
                let selection =
                    object
                        .bank
                        .select(&self.model.config, frame, direction, self.frames);
                let (output, entry) = self.model.track(&features, &[selection]).swap_remove(0);
                let output = self.filled(output);
                let object = &mut self.objects[index];
                object.bank.tracked.insert(frame, entry);
                object.outputs.insert(frame, output);
            }
            self.objects[index].tracked.insert(frame, direction);
        }
        self.result(frame)
    }
}
