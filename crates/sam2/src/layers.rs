//! The small layers that everything is built of.

use crate::kernels::{Kernels, Precision};
use crate::weights::{Loader, WeightsError};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Tensor, TensorData, TensorPrimitive};

/// `y = x W + b`, stored as `[in, out]`.
pub(crate) struct Linear<B: Kernels> {
    weight: Tensor<B, 2>,
    bias: Tensor<B, 1>,
    precision: Precision,
}

impl<B: Kernels> Linear<B> {
    pub fn load(from: &Loader<B>, d_in: usize, d_out: usize) -> Result<Self, WeightsError> {
        Self::load_permuted(from, d_in, d_out, |i| i)
    }

    /// Loads with the outputs in another order: output `i` is the checkpoint's output `order(i)`.
    pub fn load_permuted(
        from: &Loader<B>,
        d_in: usize,
        d_out: usize,
        order: impl Fn(usize) -> usize,
    ) -> Result<Self, WeightsError> {
        Self::load_shaped(from, &[d_out, d_in], order)
    }

    /// Loads a weight whose shape in the checkpoint starts with out and in.
    fn load_shaped(
        from: &Loader<B>,
        shape: &[usize],
        order: impl Fn(usize) -> usize,
    ) -> Result<Self, WeightsError> {
        let (d_out, d_in) = (shape[0], shape[1]);
        let weight = from.values("weight", shape)?;
        let bias = from.values("bias", &[d_out])?;
        let transposed: Vec<f32> = (0..d_in)
            .flat_map(|i| (0..d_out).map(move |o| (i, o)))
            .map(|(i, o)| weight[order(o) * d_in + i])
            .collect();
        let bias: Vec<f32> = (0..d_out).map(|o| bias[order(o)]).collect();
        Ok(Self {
            weight: Tensor::from_data(TensorData::new(transposed, [d_in, d_out]), from.device()),
            bias: Tensor::from_data(TensorData::new(bias, [d_out]), from.device()),
            precision: from.precision,
        })
    }

    /// A tensor as a factor of a product in the precision of this layer.
    pub fn factor<const D: usize>(&self, x: Tensor<B, D>) -> Tensor<B, D> {
        self.precision.factor(x)
    }

    /// `[.., in]` to `[.., out]`.
    pub fn forward<const D: usize>(&self, x: Tensor<B, D>) -> Tensor<B, D> {
        self.activated(x, Activation::None)
    }

    /// The same, followed by an activation.
    pub fn activated<const D: usize>(
        &self,
        x: Tensor<B, D>,
        activation: Activation,
    ) -> Tensor<B, D> {
        let mut shape = x.dims();
        let [d_in, d_out] = self.weight.dims();
        let rows = shape.iter().product::<usize>() / d_in;
        let x = B::compact(x).reshape([rows, d_in]);
        let (x, weight) = (self.factor(x), self.factor(self.weight.clone()));
        let y = B::project(x, weight, self.bias.clone(), activation);
        shape[D - 1] = d_out;
        y.reshape(shape)
    }
}

impl<B: Kernels> Linear<B> {
    /// This layer and the next one as a single layer.
    pub fn then(&self, next: &Self) -> Self {
        let bias = self.bias.clone().unsqueeze::<2>();
        Self {
            weight: self.weight.clone().matmul(next.weight.clone()),
            bias: (bias.matmul(next.weight.clone()).squeeze_dim::<1>(0)) + next.bias.clone(),
            precision: self.precision,
        }
    }
}

/// Normalises the last dimension.
pub(crate) struct LayerNorm<B: Kernels> {
    weight: Tensor<B, 1>,
    bias: Tensor<B, 1>,
    eps: f64,
}

impl<B: Kernels> LayerNorm<B> {
    pub fn load(from: &Loader<B>, dim: usize, eps: f64) -> Result<Self, WeightsError> {
        Ok(Self {
            weight: from.tensor("weight", [dim])?,
            bias: from.tensor("bias", [dim])?,
            eps,
        })
    }

    /// `[.., dim]` to the same.
    pub fn forward<const D: usize>(&self, x: Tensor<B, D>) -> Tensor<B, D> {
        let normalised = B::layer_norm(
            x.into_primitive().tensor(),
            self.weight.clone().into_primitive().tensor(),
            Some(self.bias.clone().into_primitive().tensor()),
            self.eps,
        );
        Tensor::from_primitive(TensorPrimitive::Float(normalised))
    }
}

/// A convolution over maps with their channels last.
pub(crate) struct Conv2d<B: Kernels> {
    weight: Tensor<B, 4>,
    bias: Tensor<B, 1>,
    options: ConvOptions<2>,
    precision: Precision,
}

impl<B: Kernels> Conv2d<B> {
    pub fn load(
        from: &Loader<B>,
        [c_in, c_out]: [usize; 2],
        kernel: usize,
        stride: usize,
        padding: usize,
    ) -> Result<Self, WeightsError> {
        Self::load_grouped(from, [c_in, c_out], kernel, stride, padding, 1)
    }

    pub fn load_grouped(
        from: &Loader<B>,
        [c_in, c_out]: [usize; 2],
        kernel: usize,
        stride: usize,
        padding: usize,
        groups: usize,
    ) -> Result<Self, WeightsError> {
        Ok(Self {
            weight: from.tensor("weight", [c_out, c_in / groups, kernel, kernel])?,
            bias: from.tensor("bias", [c_out])?,
            options: ConvOptions::new([stride; 2], [padding; 2], [1, 1], groups),
            precision: from.precision,
        })
    }

    /// `[b, h, w, c_in]` to `[b, h', w', c_out]`.
    pub fn forward(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        let weight = self.precision.factor(self.weight.clone());
        let x = self.precision.factor(x);
        B::convolve(x, weight, self.bias.clone(), &self.options)
    }
}

/// A transposed convolution that doubles the sides: every pixel becomes four by a linear layer.
pub(crate) struct Upscale<B: Kernels>(Linear<B>);

impl<B: Kernels> Upscale<B> {
    pub fn load(from: &Loader<B>, c_in: usize, c_out: usize) -> Result<Self, WeightsError> {
        let weight = from.tensor::<4>("weight", [c_in, c_out, 2, 2])?;
        let bias = from.tensor::<1>("bias", [c_out])?;
        Ok(Self(Linear {
            weight: weight.permute([0, 2, 3, 1]).reshape([c_in, 4 * c_out]),
            bias: bias.repeat_dim(0, 4),
            precision: from.precision,
        }))
    }

    /// `[b, h, w, c_in]` to `[b, 2 h, 2 w, c_out]`.
    pub fn forward(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        let [b, h, w, _] = x.dims();
        let x = self.0.forward(x);
        let c = x.dims()[3] / 4;
        let x = x.reshape([b, h, w, 2, 2, c]).swap_dims(2, 3);
        B::compact(x).reshape([b, 2 * h, 2 * w, c])
    }
}

/// What follows a linear layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// Nothing.
    None,
    /// The positive part.
    Relu,
    /// GELU with the exact error function.
    Gelu,
}

/// A 1x1 convolution of a checkpoint, as the linear layer that it is on maps with their channels last.
pub(crate) fn pointwise<B: Kernels>(
    from: &Loader<B>,
    c_in: usize,
    c_out: usize,
) -> Result<Linear<B>, WeightsError> {
    Linear::load_shaped(from, &[c_out, c_in, 1, 1], |i| i)
}

/// `[b, c, h, w]` to `[b, h, w, c]`.
pub(crate) fn channels_last<B: Kernels>(x: Tensor<B, 4>) -> Tensor<B, 4> {
    x.permute([0, 2, 3, 1])
}

/// `[b, h, w, c]` to `[b, c, h, w]`.
pub(crate) fn channels_first<B: Kernels>(x: Tensor<B, 4>) -> Tensor<B, 4> {
    x.permute([0, 3, 1, 2])
}

/// Linear layers `layers.0`, `layers.1`, ... with an activation between them.
pub(crate) struct Mlp<B: Kernels> {
    layers: Vec<Linear<B>>,
    activation: Activation,
}

impl<B: Kernels> Mlp<B> {
    /// `dims` are the widths from input to output.
    pub fn load(
        from: &Loader<B>,
        dims: &[usize],
        activation: Activation,
    ) -> Result<Self, WeightsError> {
        let layers = dims
            .windows(2)
            .enumerate()
            .map(|(i, d)| Linear::load(&from.at(format_args!("layers.{i}")), d[0], d[1]))
            .collect::<Result<_, _>>()?;
        Ok(Self { layers, activation })
    }

    /// `[.., dims[0]]` to `[.., dims[last]]`.
    pub fn forward<const D: usize>(&self, mut x: Tensor<B, D>) -> Tensor<B, D> {
        for (i, layer) in self.layers.iter().enumerate() {
            let is_last = i + 1 == self.layers.len();
            let activation = if is_last {
                Activation::None
            } else {
                self.activation
            };
            x = layer.activated(x, activation);
        }
        x
    }
}
