//! Mask logits become masks at the size of the film.

mod regions;

use domain::Rle;
use rayon::prelude::*;
use regions::regions;
use std::ops::Range;

/// What is done to every mask that is given out. Areas are in pixels of the model's mask, a quarter of its input wide (256
/// for the official sizes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaskOptions {
    /// Holes of at most this area are filled (`fill_hole_area`); 0 for none. Upstream's predictor uses 8.
    pub fill_holes: usize,
    /// Islands of at most this area are removed, but never the largest part of a mask (`max_sprinkle_area`); 0 for none.
    pub remove_islands: usize,
    /// Every pixel belongs to one object at most (`non_overlap_masks`), within the frames of one pass. Off, because a mask
    /// that spills would eat its neighbour.
    pub keep_apart: bool,
}

impl Default for MaskOptions {
    fn default() -> Self {
        Self {
            fill_holes: 8,
            remove_islands: 8,
            keep_apart: false,
        }
    }
}

impl MaskOptions {
    /// Masks as the model gives them, as upstream does without its optional extension.
    pub const UNTOUCHED: Self = Self {
        fill_holes: 0,
        remove_islands: 0,
        keep_apart: false,
    };

    /// Fills holes and removes islands in mask logits, `side` squared.
    pub(crate) fn tidy(&self, logits: &mut [f32], side: usize) {
        fill_holes(logits, side, self.fill_holes);
        remove_islands(logits, side, self.remove_islands);
    }
}

/// Bilinear interpolation of one map `[h, w]` to `[to_h, to_w]`, row-major (`align_corners=False`, no antialiasing).
#[must_use]
pub fn upsample(logits: &[f32], [h, w]: [usize; 2], [to_h, to_w]: [usize; 2]) -> Vec<f32> {
    let columns = taps(w, to_w);
    let mut out = vec![0.0; to_h * to_w];
    let rows = out.par_chunks_mut(to_w).zip(taps(h, to_h));
    rows.for_each_init(
        || vec![0.0; w],
        |between, (out, (y0, y1, fy))| {
            let (upper, lower) = (&logits[y0 * w..(y0 + 1) * w], &logits[y1 * w..(y1 + 1) * w]);
            for ((mixed, top), bottom) in between.iter_mut().zip(upper).zip(lower) {
                *mixed = top * (1.0 - fy) + bottom * fy;
            }
            for (out, &(x0, x1, fx)) in out.iter_mut().zip(&columns) {
                *out = between[x0] * (1.0 - fx) + between[x1] * fx;
            }
        },
    );
    out
}

/// The two neighbours of every output position and the weight of the second.
fn taps(from: usize, to: usize) -> Vec<(usize, usize, f32)> {
    let scale = from as f32 / to as f32;
    (0..to)
        .map(|i| {
            let position = ((i as f32 + 0.5) * scale - 0.5).max(0.0);
            let first = (position as usize).min(from - 1);
            (first, (first + 1).min(from - 1), position - first as f32)
        })
        .collect()
}

/// The pixels of a `height` x `width` frame whose logit is above 0.
#[must_use]
pub fn to_mask(low_res: &[f32], side: usize, height: u32, width: u32) -> Rle {
    let logits = upsample(low_res, [side, side], [height as usize, width as usize]);
    encode(&logits, height, width)
}

/// The same for all objects of a frame, every pixel given to one of them at most.
pub(crate) fn to_masks_apart<'a>(
    low_res: impl Iterator<Item = &'a [f32]>,
    side: usize,
    height: u32,
    width: u32,
) -> Vec<Rle> {
    let size = [height as usize, width as usize];
    let mut logits: Vec<Vec<f32>> = low_res
        .map(|map| upsample(map, [side, side], size))
        .collect();
    keep_apart(&mut logits);
    logits
        .iter()
        .map(|map| encode(map, height, width))
        .collect()
}

/// The mask of logits at the size of the film.
pub(crate) fn encode(logits: &[f32], height: u32, width: u32) -> Rle {
    let bitmap: Vec<u8> = logits.iter().map(|&v| u8::from(v > 0.0)).collect();
    Rle::encode(&bitmap, height, width)
}

/// Fills holes: background regions (logit <= 0, 8-connected) of at most `area` pixels become barely foreground
/// (`fill_holes_in_mask_scores`).
pub fn fill_holes(logits: &mut [f32], side: usize, area: usize) {
    if area == 0 {
        return;
    }
    for hole in regions(logits, side, |v| v <= 0.0) {
        if hole.area <= area {
            paint(logits, &hole.runs, 0.1);
        }
    }
}

/// Removes islands: foreground regions of at most `area` pixels become barely background, except the largest of all
/// (`SAM2Transforms.postprocess_masks`, which removes that one, too).
pub fn remove_islands(logits: &mut [f32], side: usize, area: usize) {
    if area == 0 {
        return;
    }
    let mut islands = regions(logits, side, |v| v > 0.0);
    let largest = (0..islands.len()).max_by_key(|&i| islands[i].area);
    if let Some(largest) = largest {
        islands.swap_remove(largest);
    }
    for island in islands {
        if island.area <= area {
            paint(logits, &island.runs, -0.1);
        }
    }
}

fn paint(logits: &mut [f32], runs: &[Range<usize>], value: f32) {
    for run in runs {
        logits[run.clone()].fill(value);
    }
}

/// Lets every pixel belong to one object at most: where another object's logit is higher, a logit is lowered to -10 or less
/// (`_apply_non_overlapping_constraints`).
pub fn keep_apart(objects: &mut [Vec<f32>]) {
    if objects.len() < 2 {
        return;
    }
    for pixel in 0..objects[0].len() {
        let mut best = 0;
        for i in 1..objects.len() {
            if objects[i][pixel] > objects[best][pixel] {
                best = i;
            }
        }
        for (i, object) in objects.iter_mut().enumerate() {
            if i != best {
                object[pixel] = object[pixel].min(-10.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logits(picture: &[&str]) -> (Vec<f32>, usize) {
        let values = picture.iter().flat_map(|row| row.bytes());
        let value = |c| if c == b'#' { 5.0 } else { -5.0 };
        (values.map(value).collect(), picture[0].len())
    }

    fn picture(logits: &[f32], side: usize) -> Vec<String> {
        let draw = |row: &[f32]| {
            row.iter()
                .map(|&v| if v > 0.0 { '#' } else { '.' })
                .collect()
        };
        logits.chunks(side).map(draw).collect()
    }

    #[test]
    fn small_holes_are_filled_and_corners_connect() {
        // The hole of two pixels touches nothing; the other is open at a corner.
        let (mut map, side) = logits(&["#######.", "#.#####.", "#.##.##.", "#####.#.", "######.."]);
        fill_holes(&mut map, side, 2);
        let filled = ["#######.", "#######.", "####.##.", "#####.#.", "######.."];
        assert_eq!(picture(&map, side), filled);
    }

    #[test]
    fn small_islands_go_but_never_the_largest_part() {
        let (mut map, side) = logits(&["##..#", "##...", "....#"]);
        remove_islands(&mut map, side, 4);
        assert_eq!(picture(&map, side), ["##...", "##...", "....."]);
        let (mut map, side) = logits(&["...", ".#.", "..."]);
        remove_islands(&mut map, side, 4);
        assert_eq!(picture(&map, side), ["...", ".#.", "..."]);
    }

    #[test]
    fn parts_that_meet_late_are_one_region() {
        let (map, side) = logits(&["#.#.#", "#.#.#", "#####"]);
        let found = regions(&map, side, |v| v > 0.0);
        assert_eq!(found.iter().map(|r| r.area).collect::<Vec<_>>(), [11]);
    }
}
