//! Mask logits become masks at the size of the film.

use domain::Rle;
use rayon::prelude::*;

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
    let bitmap: Vec<u8> = logits.iter().map(|&v| u8::from(v > 0.0)).collect();
    Rle::encode(&bitmap, height, width)
}

/// Fills holes: background components (logit <= 0, 8-connected) of at most `area` pixels become barely foreground
/// (`fill_holes_in_mask_scores`).
pub fn fill_holes(logits: &mut [f32], side: usize, area: usize) {
    let mut seen: Vec<bool> = logits.iter().map(|&v| v > 0.0).collect();
    let mut component = Vec::new();
    for start in 0..logits.len() {
        if seen[start] {
            continue;
        }
        component.clear();
        component.push(start);
        seen[start] = true;
        let mut next = 0;
        while next < component.len() {
            let (y, x) = (component[next] / side, component[next] % side);
            next += 1;
            for ny in y.saturating_sub(1)..(y + 2).min(side) {
                for nx in x.saturating_sub(1)..(x + 2).min(side) {
                    let neighbour = ny * side + nx;
                    if !seen[neighbour] {
                        seen[neighbour] = true;
                        component.push(neighbour);
                    }
                }
            }
        }
        if component.len() <= area {
            component.iter().for_each(|&i| logits[i] = 0.1);
        }
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
