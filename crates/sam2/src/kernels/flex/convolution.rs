//! Convolutions of maps whose channels lie side by side, `[maps, h, w, c]`.

use super::matrix::{Matrix, multiply};
use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

/// Numbers of patches that one thread gathers at a time: half a megabyte, which stays in the cache of a core.
const PATCHES: usize = 1 << 17;

/// A square convolution.
pub struct Shape {
    pub maps: usize,
    /// Height and width of the input.
    pub size: [usize; 2],
    /// In and out.
    pub channels: [usize; 2],
    pub kernel: usize,
    pub stride: usize,
    pub padding: usize,
}

impl Shape {
    /// Height and width of the output.
    pub fn size_out(&self) -> [usize; 2] {
        self.size
            .map(|n| (n + 2 * self.padding - self.kernel) / self.stride + 1)
    }

    /// The position in the input, along one side, of tap `k` of output `i`; none in the padding.
    #[inline(always)]
    fn input(&self, i: usize, k: usize, size: usize) -> Option<usize> {
        (i * self.stride + k)
            .checked_sub(self.padding)
            .filter(|&p| p < size)
    }
}

/// `weight [k, k, c_in, c_out]`: the patches of an output row become a matrix, so that the convolution is a product.
pub fn dense(x: &[f32], weight: &[f32], bias: &[f32], shape: &Shape) -> Vec<f32> {
    let ([h, w], [c_in, c_out]) = (shape.size, shape.channels);
    let [h_out, w_out] = shape.size_out();
    let patch = shape.kernel * shape.kernel * c_in;
    let mut out = vec![0.0; shape.maps * h_out * w_out * c_out];
    // Some rows at once, so that the products are not too small.
    let at_once = (PATCHES / (w_out * patch)).max(1);
    let blocks = out.par_chunks_mut(at_once * w_out * c_out).enumerate();
    blocks.for_each_init(
        || vec![0.0; at_once * w_out * patch],
        |patches, (block, out)| {
            let rows = out.len() / (w_out * c_out);
            for (i, patches) in patches
                .chunks_exact_mut(w_out * patch)
                .take(rows)
                .enumerate()
            {
                let row = block * at_once + i;
                let map = &x[row / h_out * h * w * c_in..][..h * w * c_in];
                gather(patches, map, row % h_out, shape);
            }
            for pixel in out.chunks_exact_mut(c_out) {
                pixel.copy_from_slice(bias);
            }
            let left = Matrix {
                values: patches,
                row: patch,
                column: 1,
            };
            let right = Matrix {
                values: weight,
                row: c_out,
                column: 1,
            };
            multiply(
                out,
                c_out,
                true,
                left,
                right,
                [rows * w_out, patch, c_out],
                1.0,
            );
        },
    );
    out
}

/// The patches of one output row, `[w', k, k, c_in]`.
fn gather(patches: &mut [f32], map: &[f32], row: usize, shape: &Shape) {
    let ([h, w], c) = (shape.size, shape.channels[0]);
    patches.fill(0.0);
    let patch = shape.kernel * shape.kernel * c;
    for (x_out, patch) in patches.chunks_exact_mut(patch).enumerate() {
        // The part of a line that is inside the map.
        let first = shape.padding.saturating_sub(x_out * shape.stride);
        let start = x_out * shape.stride + first - shape.padding;
        let taps = (shape.kernel - first).min(w.saturating_sub(start));
        for (ky, line) in patch.chunks_exact_mut(shape.kernel * c).enumerate() {
            let Some(y) = shape.input(row, ky, h) else {
                continue;
            };
            let from = (y * w + start) * c;
            line[first * c..(first + taps) * c].copy_from_slice(&map[from..from + taps * c]);
        }
    }
}

/// `weight [k, k, 1, c]`: every channel by itself.
pub fn depthwise(x: &[f32], weight: &[f32], bias: &[f32], shape: &Shape) -> Vec<f32> {
    let ([h, w], c) = (shape.size, shape.channels[0]);
    let [h_out, w_out] = shape.size_out();
    let mut out = vec![0.0; shape.maps * h_out * w_out * c];
    out.par_chunks_mut(w_out * c)
        .enumerate()
        .for_each(|(row, out)| {
            let map = &x[row / h_out * h * w * c..][..h * w * c];
            let y = row % h_out;
            Arch::new().dispatch(Row {
                map,
                weight,
                bias,
                shape,
                y,
                out,
            });
        });
    out
}

/// One row of a depthwise convolution.
struct Row<'a> {
    map: &'a [f32],
    weight: &'a [f32],
    bias: &'a [f32],
    shape: &'a Shape,
    y: usize,
    out: &'a mut [f32],
}

impl NullaryFnOnce for Row<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (shape, [h, w], c) = (self.shape, self.shape.size, self.shape.channels[0]);
        for (x, pixel) in self.out.chunks_exact_mut(c).enumerate() {
            pixel.copy_from_slice(self.bias);
            for ky in 0..shape.kernel {
                let Some(y) = shape.input(self.y, ky, h) else {
                    continue;
                };
                for kx in 0..shape.kernel {
                    let Some(x) = shape.input(x, kx, w) else {
                        continue;
                    };
                    let tap = &self.weight[(ky * shape.kernel + kx) * c..][..c];
                    let values = &self.map[(y * w + x) * c..][..c];
                    for ((sum, value), tap) in pixel.iter_mut().zip(values).zip(tap) {
                        *sum = value.mul_add(*tap, *sum);
                    }
                }
            }
        }
    }
}
