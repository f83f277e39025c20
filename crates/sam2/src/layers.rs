//! The small layers that everything is built of.

use crate::weights::{Loader, WeightsError};
use burn::tensor::activation::{gelu, relu};
use burn::tensor::backend::Backend;
use burn::tensor::module;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Tensor, TensorData, TensorPrimitive};

/// `y = x W + b`, stored as `[in, out]`.
pub(crate) struct Linear<B: Backend> {
    weight: Tensor<B, 2>,
    bias: Tensor<B, 1>,
}

impl<B: Backend> Linear<B> {
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
        let weight = from.values("weight", &[d_out, d_in])?;
        let bias = from.values("bias", &[d_out])?;
        let transposed: Vec<f32> = (0..d_in)
            .flat_map(|i| (0..d_out).map(move |o| (i, o)))
            .map(|(i, o)| weight[order(o) * d_in + i])
            .collect();
        let bias: Vec<f32> = (0..d_out).map(|o| bias[order(o)]).collect();
        Ok(Self {
            weight: Tensor::from_data(TensorData::new(transposed, [d_in, d_out]), from.device()),
            bias: Tensor::from_data(TensorData::new(bias, [d_out]), from.device()),
        })
    }

    /// `[.., in]` to `[.., out]`.
    pub fn forward<const D: usize>(&self, x: Tensor<B, D>) -> Tensor<B, D> {
        module::linear(x, self.weight.clone(), Some(self.bias.clone()))
    }
}

/// Normalises the last dimension.
pub(crate) struct LayerNorm<B: Backend> {
    weight: Tensor<B, 1>,
    bias: Tensor<B, 1>,
    eps: f64,
}

impl<B: Backend> LayerNorm<B> {
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

    /// Over the channels of `[b, dim, h, w]` (`LayerNorm2d`).
    pub fn forward_2d(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        self.forward(x.permute([0, 2, 3, 1])).permute([0, 3, 1, 2])
    }
}

/// A convolution over `[b, c, h, w]`.
pub(crate) struct Conv2d<B: Backend> {
    weight: Tensor<B, 4>,
    bias: Tensor<B, 1>,
    options: ConvOptions<2>,
}

impl<B: Backend> Conv2d<B> {
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
        })
    }

    /// `[b, c_in, h, w]` to `[b, c_out, h', w']`.
    pub fn forward(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        module::conv2d(
            x,
            self.weight.clone(),
            Some(self.bias.clone()),
            self.options.clone(),
        )
    }
}

/// What follows the hidden layers of an [`Mlp`].
#[derive(Clone, Copy)]
pub(crate) enum Activation {
    Relu,
    Gelu,
}

/// Linear layers `layers.0`, `layers.1`, ... with an activation between them.
pub(crate) struct Mlp<B: Backend> {
    layers: Vec<Linear<B>>,
    activation: Activation,
}

impl<B: Backend> Mlp<B> {
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
            x = layer.forward(x);
            if i + 1 < self.layers.len() {
                x = match self.activation {
                    Activation::Relu => relu(x),
                    Activation::Gelu => gelu(x),
                };
            }
        }
        x
    }
}
