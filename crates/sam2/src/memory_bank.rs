//! The memory bank of one object, and which of its entries a frame looks at.

use crate::config::Config;
use crate::kernels::Kernels;
use burn::tensor::Tensor;
use std::collections::BTreeMap;

/// The way in which a pass runs through the video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards the end.
    Forward,
    /// Towards the start.
    Backward,
}

impl Direction {
    /// The frame seen `steps` earlier in this direction, when there is one in a video of `frames`.
    fn earlier(self, frame: u32, steps: u32, frames: u32) -> Option<u32> {
        match self {
            Self::Forward => frame.checked_sub(steps),
            Self::Backward => Some(frame + steps).filter(|&earlier| earlier < frames),
        }
    }
}

/// What is remembered of one frame.
#[derive(Clone)]
pub struct Entry<B: Kernels> {
    /// Spatial memory, `[1, s * s, mem_dim]`; none once it is too old to be read again.
    pub memory: Option<Tensor<B, 3>>,
    /// Object pointer, `[1, hidden]`.
    pub pointer: Tensor<B, 2>,
}

/// Entries of prompted ("conditioning") and of tracked frames.
#[derive(Clone)]
pub struct MemoryBank<B: Kernels> {
    /// Prompted frames in the order in which they were first prompted.
    pub prompted: Vec<(u32, Entry<B>)>,
    /// Tracked frames.
    pub tracked: BTreeMap<u32, Entry<B>>,
}

/// What one frame looks at.
pub struct Selection<'a, B: Kernels> {
    /// Place in time (0 for prompted frames, then 1 for the oldest to `num_maskmem - 1` for the last one) and spatial memory
    /// `[1, s * s, mem_dim]`, in the order of the official code.
    pub memories: Vec<(usize, &'a Tensor<B, 3>)>,
    /// Time difference as a share of the longest one, and pointer `[1, hidden]`.
    pub pointers: Vec<(f32, &'a Tensor<B, 2>)>,
}

impl<B: Kernels> Default for MemoryBank<B> {
    fn default() -> Self {
        Self {
            prompted: Vec::new(),
            tracked: BTreeMap::new(),
        }
    }
}

impl<B: Kernels> MemoryBank<B> {
    /// Remembers a prompted frame; it keeps its place in the order if it was there before.
    pub fn remember_prompted(&mut self, frame: u32, entry: Entry<B>) {
        self.tracked.remove(&frame);
        match self.prompted.iter_mut().find(|(f, _)| *f == frame) {
            Some((_, old)) => *old = entry,
            None => self.prompted.push((frame, entry)),
        }
    }

    /// Chooses what `frame` looks at (`_prepare_memory_conditioned_features`).
    #[must_use]
    pub fn select(
        &self,
        config: &Config,
        frame: u32,
        direction: Direction,
        frames: u32,
    ) -> Selection<'_, B> {
        let (chosen, rest) = self.closest_prompted(frame, config.max_cond_frames_in_attn);
        let tracked = |f: u32| {
            self.tracked
                .get(&f)
                .or_else(|| rest.iter().find(|(g, _)| *g == f).map(|(_, e)| *e))
        };

        let mut memories: Vec<(usize, &Tensor<B, 3>)> = chosen
            .iter()
            .filter_map(|(_, entry)| Some((0, entry.memory.as_ref()?)))
            .collect();
        for place in 1..config.num_maskmem {
            let age = config.num_maskmem - place;
            let entry = direction
                .earlier(frame, age as u32, frames)
                .and_then(tracked);
            if let Some(memory) = entry.and_then(|e| e.memory.as_ref()) {
                memories.push((place, memory));
            }
        }

        let most = config.max_obj_ptrs_in_encoder.min(frames as usize);
        let longest = (most.max(2) - 1) as f32;
        let mut pointers = Vec::new();
        for (prompted, entry) in &chosen {
            let difference = match direction {
                Direction::Forward => i64::from(frame) - i64::from(*prompted),
                Direction::Backward => i64::from(*prompted) - i64::from(frame),
            };
            // A prompt ahead lends its memory but not its pointer.
            if difference >= 0 {
                pointers.push((difference as f32 / longest, &entry.pointer));
            }
        }
        for steps in 1..most {
            let Some(earlier) = direction.earlier(frame, steps as u32, frames) else {
                break;
            };
            if let Some(entry) = tracked(earlier) {
                pointers.push((steps as f32 / longest, &entry.pointer));
            }
        }
        Selection { memories, pointers }
    }

    /// The prompted frames to look at, and those left out (`select_closest_cond_frames`): the nearest before, the nearest
    /// from here on, then the nearest of the others.
    #[expect(clippy::type_complexity, reason = "two lists of the same pairs")]
    fn closest_prompted(
        &self,
        frame: u32,
        most: i64,
    ) -> (Vec<(u32, &Entry<B>)>, Vec<(u32, &Entry<B>)>) {
        let all: Vec<(u32, &Entry<B>)> = self.prompted.iter().map(|(f, e)| (*f, e)).collect();
        let Some(most) = usize::try_from(most).ok().filter(|&most| most < all.len()) else {
            return (all, Vec::new());
        };
        let before = all
            .iter()
            .filter(|(f, _)| *f < frame)
            .max_by_key(|(f, _)| *f)
            .copied();
        let after = all
            .iter()
            .filter(|(f, _)| *f >= frame)
            .min_by_key(|(f, _)| *f)
            .copied();
        let mut chosen: Vec<_> = before.into_iter().chain(after).collect();
        let mut others: Vec<_> = all
            .into_iter()
            .filter(|(f, _)| chosen.iter().all(|(g, _)| g != f))
            .collect();
        others.sort_by_key(|(f, _)| f.abs_diff(frame));
        let rest = others.split_off(most.saturating_sub(chosen.len()).min(others.len()));
        chosen.append(&mut others);
        (chosen, rest)
    }

    /// Drops what no later frame of this direction can read.
    pub fn forget_before(&mut self, config: &Config, frame: u32, direction: Direction) {
        let distance = |f: u32| match direction {
            Direction::Forward => frame.saturating_sub(f) as usize,
            Direction::Backward => f.saturating_sub(frame) as usize,
        };
        self.tracked
            .retain(|&f, _| distance(f) < config.max_obj_ptrs_in_encoder);
        for (&f, entry) in &mut self.tracked {
            if distance(f) >= config.num_maskmem {
                entry.memory = None;
            }
        }
    }
}
