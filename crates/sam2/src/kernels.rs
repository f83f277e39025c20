//! The operations that most of the time goes into, chosen by backend.
//!
//! What is written here in Burn's terms runs on any backend; [`Flex`](burn_flex::Flex) has its own for the CPU.

mod flex;

use crate::layers::Activation;
use burn::tensor::activation::{gelu, relu};
use burn::tensor::backend::Backend;
use burn::tensor::module::{self, max_pool2d};
use burn::tensor::ops::{AttentionModuleOptions, ConvOptions, InterpolateMode, InterpolateOptions};
use burn::tensor::{DType, Tensor};

/// Scores that may exist at once where attention makes them: 256 MB in single precision.
const SCORES: usize = 1 << 26;

/// In which precision products are made: those of linear layers, convolutions and attention. Everything else, sums,
/// normalisation, position encodings and masks, is single precision always, as under the official code's autocast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// Single.
    #[default]
    Full,
    /// Factors are rounded to bfloat16. A GPU multiplies them several times as fast; the CPU only imitates the rounding,
    /// which is how the loss is measured.
    Half,
}

impl Precision {
    /// A factor of a product.
    pub(crate) fn factor<B: Kernels, const D: usize>(self, x: Tensor<B, D>) -> Tensor<B, D> {
        match self {
            Self::Full => x,
            Self::Half => B::halved(x),
        }
    }
}

/// A backend that can run the model.
pub trait Kernels: Backend {
    /// Whether attention is faster with few channels of values.
    const NARROW_VALUES: bool = false;
    /// How many objects are tracked together at most. For the official sizes each takes 7.4 million numbers per layer for the
    /// keys of its memories.
    const OBJECTS_AT_ONCE: usize = 16;

    /// `softmax(q k^T / sqrt(d)) v` for `q [b, heads, n, d]`, `k [b, heads, m, d]`, `v [b, heads, m, d']`.
    ///
    /// The score matrix never exists as a whole: 4096 x 28,736 scores of the official sizes would take 471 MB.
    fn attend(q: Tensor<Self, 4>, k: Tensor<Self, 4>, v: Tensor<Self, 4>) -> Tensor<Self, 4> {
        // Which kernel runs is Burn's choice; one of its candidates makes all scores of a call.
        let ([b, heads, n, _], m) = (q.dims(), k.dims()[2]);
        let rows = (SCORES / (b * heads * m).max(1)).max(64);
        let part =
            |q, k, v| module::attention(q, k, v, None, None, AttentionModuleOptions::default());
        if rows >= n {
            return part(q, k, v).cast(DType::F32);
        }
        let parts = (0..n).step_by(rows).map(|start| {
            let q = q.clone().narrow(2, start, rows.min(n - start));
            part(q, k.clone(), v.clone())
        });
        Tensor::cat(parts.collect(), 2).cast(DType::F32)
    }

    /// `activation(x W + b)` for `x [n, in]`, `W [in, out]` and `b [out]`.
    fn project(
        x: Tensor<Self, 2>,
        weight: Tensor<Self, 2>,
        bias: Tensor<Self, 1>,
        activation: Activation,
    ) -> Tensor<Self, 2> {
        let x = match x.dtype() {
            DType::F32 => module::linear(x, weight, Some(bias)),
            _ => module::linear(x, weight, None).cast(DType::F32) + bias.unsqueeze(),
        };
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
        let is_full = x.dtype() == DType::F32;
        let x = x.permute([0, 3, 1, 2]);
        if is_full {
            return module::conv2d(x, weight, Some(bias), options.clone()).permute([0, 2, 3, 1]);
        }
        let x = module::conv2d(x, weight, None, options.clone()).permute([0, 2, 3, 1]);
        x.cast(DType::F32) + bias.unsqueeze()
    }

    /// GELU with the exact error function.
    fn exact_gelu<const D: usize>(x: Tensor<Self, D>) -> Tensor<Self, D> {
        gelu(x)
    }

    /// The numbers as products take them in half precision.
    fn halved<const D: usize>(x: Tensor<Self, D>) -> Tensor<Self, D> {
        x.cast(DType::BF16)
    }

    /// The same numbers in another precision.
    fn cast<const D: usize>(x: Tensor<Self, D>, to: DType) -> Tensor<Self, D> {
        x.cast(to)
    }

    /// The same tensor, its numbers in order in memory: what a reshape needs that joins dimensions.
    fn compact<const D: usize>(x: Tensor<Self, D>) -> Tensor<Self, D> {
        x
    }

    /// The highest of every 2 x 2 pixels, `[b, h, w, c]` to `[b, h / 2, w / 2, c]`.
    fn halve(x: Tensor<Self, 4>) -> Tensor<Self, 4> {
        let x = x.permute([0, 3, 1, 2]);
        max_pool2d(x, [2, 2], [2, 2], [0, 0], [1, 1], false).permute([0, 2, 3, 1])
    }

    /// Rotates the first `placed` tokens of `x [n, tokens, dim]`, whose first half holds the real parts and whose second
    /// half the imaginary ones; `cos` and `sin [places, dim / 2]` repeat.
    fn rotate(
        x: Tensor<Self, 3>,
        cos: Tensor<Self, 2>,
        sin: Tensor<Self, 2>,
        placed: usize,
    ) -> Tensor<Self, 3> {
        let [n, tokens, dim] = x.dims();
        let [places, half] = cos.dims();
        let (cos, sin) = (cos.unsqueeze::<4>(), sin.unsqueeze::<4>());
        let turned = x.clone().narrow(1, 0, placed);
        let turned = turned.reshape([n, placed / places, places, dim]);
        let (re, im) = (
            turned.clone().narrow(3, 0, half),
            turned.narrow(3, half, half),
        );
        let turned = vec![
            re.clone() * cos.clone() - im.clone() * sin.clone(),
            re * sin + im * cos,
        ];
        let turned = Tensor::cat(turned, 3).reshape([n, placed, dim]);
        if placed == tokens {
            return turned;
        }
        Tensor::cat(vec![turned, x.narrow(1, placed, tokens - placed)], 1)
    }

    /// Bilinear interpolation of maps `[n, c, h, w]` (`align_corners=False`).
    fn upsample(x: Tensor<Self, 4>, size: [usize; 2]) -> Tensor<Self, 4> {
        let options = InterpolateOptions::new(InterpolateMode::Bilinear).with_align_corners(false);
        module::interpolate(x, size, options)
    }
}

#[cfg(feature = "cuda")]
impl Kernels for burn::backend::Cuda {}
