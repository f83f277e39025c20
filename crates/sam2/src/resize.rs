//! Picture resizing that agrees with Pillow and with PyTorch's `antialias=True`, to the last bit of 8-bit pictures.
//!
//! The official code resizes with Pillow; a library with other rounding would shift every number after it.

use rayon::prelude::*;

/// A reconstruction filter; widened when shrinking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Pillow's `BICUBIC`, a = -0.5.
    Bicubic,
    /// Bilinear.
    Triangle,
}

impl Filter {
    fn support(self) -> f64 {
        match self {
            Self::Bicubic => 2.0,
            Self::Triangle => 1.0,
        }
    }

    fn weight(self, x: f64) -> f64 {
        let x = x.abs();
        match self {
            Self::Bicubic if x < 1.0 => (1.5 * x - 2.5) * x * x + 1.0,
            Self::Bicubic if x < 2.0 => ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0,
            Self::Triangle if x < 1.0 => 1.0 - x,
            _ => 0.0,
        }
    }

    /// For every output position: the first input position and the weights from there on (Pillow's `precompute_coeffs`).
    fn taps(self, from: usize, to: usize) -> Vec<(usize, Vec<f64>)> {
        let scale = from as f64 / to as f64;
        let widened = scale.max(1.0);
        let support = self.support() * widened;
        (0..to)
            .map(|i| {
                let centre = (i as f64 + 0.5) * scale;
                let first = ((centre - support + 0.5) as i64).max(0) as usize;
                let end = ((centre + support + 0.5) as usize).min(from);
                let weights: Vec<f64> = (first..end)
                    .map(|j| self.weight((j as f64 - centre + 0.5) / widened))
                    .collect();
                let sum: f64 = weights.iter().sum();
                (first, weights.iter().map(|w| w / sum).collect())
            })
            .collect()
    }
}

/// Bits behind the point of Pillow's fixed-point weights.
const PRECISION: u32 = 32 - 8 - 2;

fn fixed(weights: &[f64]) -> Vec<i32> {
    weights
        .iter()
        .map(|w| (w * f64::from(1u32 << PRECISION)).round() as i32)
        .collect()
}

fn clip(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}

/// Resizes RGB pixels `[h, w, 3]` to `[size, size, 3]`, first along rows, then along columns, as Pillow does.
pub(crate) fn resize_rgb(pixels: &[u8], height: usize, width: usize, size: usize) -> Vec<u8> {
    const HALF: i32 = 1 << (PRECISION - 1);
    let columns: Vec<(usize, Vec<i32>)> = Filter::Bicubic
        .taps(width, size)
        .into_iter()
        .map(|(first, w)| (first, fixed(&w)))
        .collect();
    let mut narrow = vec![0u8; height * size * 3];
    let rows = pixels.par_chunks_exact(width * 3);
    rows.zip(narrow.par_chunks_exact_mut(size * 3))
        .for_each(|(row, out)| {
            for ((first, weights), out) in columns.iter().zip(out.chunks_exact_mut(3)) {
                let mut sum = [HALF; 3];
                let (pixels, _) = row[first * 3..].as_chunks::<3>();
                for (pixel, weight) in pixels.iter().zip(weights) {
                    for (sum, value) in sum.iter_mut().zip(pixel) {
                        *sum += i32::from(*value) * weight;
                    }
                }
                out.copy_from_slice(&sum.map(clip));
            }
        });
    let mut square = vec![0u8; size * size * 3];
    let rows = Filter::Bicubic.taps(height, size);
    let out = square.par_chunks_exact_mut(size * 3).zip(&rows);
    out.for_each_init(
        || vec![0i32; size * 3],
        |sums, (out, (first, weights))| {
            sums.fill(HALF);
            for (row, weight) in narrow
                .chunks_exact(size * 3)
                .skip(*first)
                .zip(fixed(weights))
            {
                for (sum, &value) in sums.iter_mut().zip(row) {
                    *sum += i32::from(value) * weight;
                }
            }
            for (out, &sum) in out.iter_mut().zip(&*sums) {
                *out = clip(sum);
            }
        },
    );
    square
}

/// Resizes one map of floats `[h, w]`, row-major (`torch.nn.functional.interpolate(antialias=True)`).
pub(crate) fn resize_f32(
    values: &[f32],
    [h, w]: [usize; 2],
    [to_h, to_w]: [usize; 2],
    filter: Filter,
) -> Vec<f32> {
    let columns = filter.taps(w, to_w);
    let narrow: Vec<f32> = values
        .chunks_exact(w)
        .flat_map(|row| {
            columns.iter().map(move |(first, weights)| {
                weights
                    .iter()
                    .zip(&row[*first..])
                    .map(|(w, v)| *w as f32 * v)
                    .sum::<f32>()
            })
        })
        .collect();
    debug_assert_eq!(narrow.len(), h * to_w);
    let mut out = Vec::with_capacity(to_h * to_w);
    for (first, weights) in filter.taps(h, to_h) {
        for x in 0..to_w {
            let sum = weights
                .iter()
                .enumerate()
                .map(|(i, w)| *w as f32 * narrow[(first + i) * to_w + x]);
            out.push(sum.sum());
        }
    }
    out
}
