//! Position encodings; all of them are constants, computed once on the host.

use burn::tensor::{Tensor, TensorData, backend::Backend};
use std::f32::consts::PI;

/// The sine encoding of a `size` x `size` map, `[1, dim, size, size]`: `dim / 2` channels for y, then as many for x, sine
/// and cosine interleaved (`PositionEmbeddingSine`, normalised, temperature 10,000).
#[must_use]
pub fn sine_2d<B: Backend>(dim: usize, size: usize, device: &B::Device) -> Tensor<B, 4> {
    let half = dim / 2;
    let code = |position: usize, channel: usize| {
        let angle = (position + 1) as f32 / (size as f32 + 1e-6) * 2.0 * PI;
        let wave = angle / 10_000f32.powf(2.0 * (channel / 2) as f32 / half as f32);
        if channel.is_multiple_of(2) {
            wave.sin()
        } else {
            wave.cos()
        }
    };
    let mut values = Vec::with_capacity(dim * size * size);
    for channel in 0..dim {
        for y in 0..size {
            for x in 0..size {
                values.push(if channel < half {
                    code(y, channel)
                } else {
                    code(x, channel - half)
                });
            }
        }
    }
    Tensor::from_data(TensorData::new(values, [1, dim, size, size]), device)
}

/// The sine encoding of times, row-major `[times, dim]`: all sines, then all cosines (`get_1d_sine_pe`).
pub(crate) fn sine_1d(times: &[f32], dim: usize) -> Vec<f32> {
    let half = dim / 2;
    let wave = |time: f32, i: usize| time / 10_000f32.powf(2.0 * (i / 2) as f32 / half as f32);
    times
        .iter()
        .flat_map(|&time| {
            let sines = (0..half).map(move |i| wave(time, i).sin());
            sines.chain((0..half).map(move |i| wave(time, i).cos()))
        })
        .collect()
}

/// Cosines and sines of the axial rotary encoding of a `size` x `size` map, each `[1, 1, size * size, dim / 2]`: the first
/// half of the frequencies turns with x, the second with y (`compute_axial_cis`).
pub(crate) fn axial_rope<B: Backend>(
    dim: usize,
    size: usize,
    theta: f64,
    device: &B::Device,
) -> (Tensor<B, 4>, Tensor<B, 4>) {
    let quarter = dim / 4;
    let mut cos = Vec::with_capacity(size * size * dim / 2);
    let mut sin = Vec::with_capacity(size * size * dim / 2);
    for token in 0..size * size {
        for position in [token % size, token / size] {
            for i in 0..quarter {
                let frequency = 1.0 / theta.powf((4 * i) as f64 / dim as f64);
                let angle = position as f32 * frequency as f32;
                cos.push(angle.cos());
                sin.push(angle.sin());
            }
        }
    }
    let tensor = |values| {
        Tensor::from_data(
            TensorData::new(values, [1, 1, size * size, dim / 2]),
            device,
        )
    };
    (tensor(cos), tensor(sin))
}

/// The random Fourier encoding of points in `0..=1`: all sines, then all cosines (`PositionEmbeddingRandom`).
///
/// `gaussian` is `[2, dim / 2]`, row-major.
pub(crate) fn fourier(gaussian: &[f32], x: f32, y: f32) -> Vec<f32> {
    let half = gaussian.len() / 2;
    let (x, y) = (2.0 * x - 1.0, 2.0 * y - 1.0);
    let wave = |i: usize| 2.0 * PI * (x * gaussian[i] + y * gaussian[half + i]);
    (0..half)
        .map(|i| wave(i).sin())
        .chain((0..half).map(|i| wave(i).cos()))
        .collect()
}
