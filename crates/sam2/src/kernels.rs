//! The operations that most of the time goes into, chosen by backend.
//!
//! What is written here in Burn's terms runs on any backend; [`Flex`](burn_flex::Flex) has its own for the CPU.

mod flex;

use crate::layers::Activation;
use burn::tensor::Tensor;
use burn::tensor::activation::{gelu, relu};
use burn::tensor::backend::Backend;
use burn::tensor::module;
use burn::tensor::ops::{AttentionModuleOptions, ConvOptions, InterpolateMode, InterpolateOptions};

/// A backend that can run the model.
pub trait Kernels: Backend {
    /// Whether attention is faster with few channels of values.
    const NARROW_VALUES: bool = false;

    /// `softmax(q k^T / sqrt(d)) v` for `q [b, heads, n, d]`, `k [b, heads, m, d]`, `v [b, heads, m, d']`.
    ///
    /// The score matrix never exists as a whole: 4096 x 28,736 scores of the official sizes would take 471 MB.
    fn attend(q: Tensor<Self, 4>, k: Tensor<Self, 4>, v: Tensor<Self, 4>) -> Tensor<Self, 4> {
        module::attention(q, k, v, None, None, AttentionModuleOptions::default())
    }

    /// `activation(x W + b)` for `x [n, in]`, `W [in, out]` and `b [out]`.
    fn project(
        x: Tensor<Self, 2>,
        weight: Tensor<Self, 2>,
        bias: Tensor<Self, 1>,
        activation: Activation,
    ) -> Tensor<Self, 2> {
        let x = module::linear(x, weight, Some(bias));
        match activation {
            Activation::None => x,
            Activation::Relu => relu(x),
            Activation::Gelu => gelu(x),
        }
    }

    /// A convolution of `x [b, h, w, c_in]` with `weight [c_out, c_in / groups, k, k]`, to `[b, h', w', c_out]`.
    fn convolve(
        x: Tensor<Self, 4>,
        weight: Tensor<Self, 4>,
        bias: Tensor<Self, 1>,
        options: &ConvOptions<2>,
    ) -> Tensor<Self, 4> {
        let x = x.permute([0, 3, 1, 2]);
        module::conv2d(x, weight, Some(bias), options.clone()).permute([0, 2, 3, 1])
    }

    /// GELU with the exact error function.
    fn exact_gelu<const D: usize>(x: Tensor<Self, D>) -> Tensor<Self, D> {
        gelu(x)
    }

    /// Bilinear interpolation of maps `[n, c, h, w]` (`align_corners=False`).
    fn upsample(x: Tensor<Self, 4>, size: [usize; 2]) -> Tensor<Self, 4> {
        let options = InterpolateOptions::new(InterpolateMode::Bilinear).with_align_corners(false);
        module::interpolate(x, size, options)
    }
}

#[cfg(feature = "cuda")]
impl Kernels for burn::backend::Cuda {}
