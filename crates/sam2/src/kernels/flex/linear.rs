//! A linear layer with its bias and activation in one go.

use super::math::gelu_all;
use super::matrix::{Matrix, multiply};
use crate::layers::Activation;
use rayon::prelude::*;

/// Most rows that one thread works on at a time: what a core's cache holds.
const ROWS: usize = 1024;

/// `activation(x W + b)` for `x [rows, d_in]`, `weight [d_in, d_out]`, to `[rows, d_out]`.
pub fn linear(
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    [rows, d_in, d_out]: [usize; 3],
    activation: Activation,
) -> Vec<f32> {
    let mut out = vec![0.0; rows * d_out];
    let at_once = rows.div_ceil(rayon::current_num_threads()).min(ROWS);
    let inputs = x.par_chunks(at_once * d_in);
    out.par_chunks_mut(at_once * d_out)
        .zip(inputs)
        .for_each(|(out, x)| {
            for row in out.chunks_exact_mut(d_out) {
                row.copy_from_slice(bias);
            }
            let left = Matrix {
                values: x,
                row: d_in,
                column: 1,
            };
            let right = Matrix {
                values: weight,
                row: d_out,
                column: 1,
            };
            multiply(
                out,
                d_out,
                true,
                left,
                right,
                [out.len() / d_out, d_in, d_out],
                1.0,
            );
            match activation {
                Activation::None => {}
                Activation::Relu => out.iter_mut().for_each(|y| *y = y.max(0.0)),
                Activation::Gelu => gelu_all(out),
            }
        });
    out
}
