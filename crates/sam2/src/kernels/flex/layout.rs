//! Moving numbers about: the same in another order, the highest of every four, rotated.

use burn_flex::FlexTensor;
use rayon::prelude::*;
use std::borrow::Cow;

/// Numbers that one thread copies at a time, at least.
const CHUNK: usize = 1 << 14;

/// The numbers of a tensor in the order of its shape; borrowed where they lie like that already.
pub fn ordered(x: &FlexTensor) -> Cow<'_, [f32]> {
    let (layout, values) = (x.layout(), x.storage::<f32>());
    let n = layout.num_elements();
    if layout.is_contiguous() {
        let start = layout.start_offset();
        return values[start..start + n].into();
    }
    let blocks = layout.strided_blocks();
    let length = blocks.block_len();
    let starts: Vec<usize> = blocks.block_starts().collect();
    let mut out = vec![0.0; n];
    let at_once = CHUNK.div_ceil(length);
    let chunks = out
        .par_chunks_mut(at_once * length)
        .zip(starts.par_chunks(at_once));
    chunks.for_each(|(out, starts)| {
        for (out, &start) in out.chunks_exact_mut(length).zip(starts) {
            out.copy_from_slice(&values[start..start + length]);
        }
    });
    out.into()
}

/// `[b, h, w, c]` to `[b, h / 2, w / 2, c]`: the highest of every 2 x 2 pixels.
pub fn halve(x: &[f32], [b, h, w, c]: [usize; 4]) -> Vec<f32> {
    let (rows, columns) = (h / 2, w / 2);
    let mut out = vec![0.0; b * rows * columns * c];
    out.par_chunks_mut(columns * c)
        .enumerate()
        .for_each(|(row, out)| {
            let first = (row / rows * h + row % rows * 2) * w * c;
            let (upper, lower) = x[first..first + 2 * w * c].split_at(w * c);
            let pairs = upper.chunks_exact(2 * c).zip(lower.chunks_exact(2 * c));
            for (out, (upper, lower)) in out.chunks_exact_mut(c).zip(pairs) {
                for (i, out) in out.iter_mut().enumerate() {
                    *out = upper[i].max(upper[c + i]).max(lower[i]).max(lower[c + i]);
                }
            }
        });
    out
}

/// Rotates the first `placed` of `tokens` rows of every map; the angles, `[period, dim / 2]`, repeat.
pub fn rotate(x: &mut [f32], cos: &[f32], sin: &[f32], [tokens, placed, dim]: [usize; 3]) {
    let half = dim / 2;
    let period = cos.len() / half;
    x.par_chunks_mut(dim).enumerate().for_each(|(row, x)| {
        let token = row % tokens;
        if token >= placed {
            return;
        }
        let at = token % period * half;
        let (re, im) = x.split_at_mut(half);
        let angles = cos[at..at + half].iter().zip(&sin[at..at + half]);
        for ((re, im), (cos, sin)) in re.iter_mut().zip(im).zip(angles) {
            (*re, *im) = (*re * cos - *im * sin, *re * sin + *im * cos);
        }
    });
}
