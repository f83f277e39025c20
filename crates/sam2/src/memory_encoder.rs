//! The memory encoder: a mask and its frame become one entry of the memory bank (`memory_encoder.py`).

use crate::config::Config;
use crate::kernels::Kernels;
use crate::layers::{
    Activation, Conv2d, LayerNorm, Linear, channels_first, channels_last, pointwise,
};
use crate::weights::{Loader, WeightsError};
use burn::tensor::Tensor;

const EPS: f64 = 1e-6;

/// Mask downsampler, fuser and projection.
pub struct MemoryEncoder<B: Kernels> {
    downsampler: Vec<(Conv2d<B>, LayerNorm<B>)>,
    downsampler_out: Linear<B>,
    pix_feat_proj: Linear<B>,
    fuser: Vec<CxBlock<B>>,
    out_proj: Linear<B>,
}

impl<B: Kernels> MemoryEncoder<B> {
    pub(crate) fn load(from: &Loader<B>, config: &Config) -> Result<Self, WeightsError> {
        let dim = config.hidden_dim();
        let masks = from.at("mask_downsampler.encoder");
        let mut downsampler = Vec::new();
        let mut channels = 1;
        for i in 0..4 {
            let conv = Conv2d::load(&masks.at(3 * i), [channels, channels * 4], 3, 2, 1)?;
            channels *= 4;
            downsampler.push((conv, LayerNorm::load(&masks.at(3 * i + 1), channels, EPS)?));
        }
        Ok(Self {
            downsampler,
            downsampler_out: pointwise(&masks.at(12), channels, dim)?,
            pix_feat_proj: pointwise(&from.at("pix_feat_proj"), dim, dim)?,
            fuser: (0..config.memory_encoder.fuser.num_layers)
                .map(|i| CxBlock::load(&from.at(format_args!("fuser.layers.{i}")), dim))
                .collect::<Result<_, _>>()?,
            out_proj: pointwise(&from.at("out_proj"), dim, config.mem_dim())?,
        })
    }

    /// `[n, 1, 16 s, 16 s]` to `[n, hidden, s, s]`.
    pub fn downsample_mask(&self, mask: Tensor<B, 4>) -> Tensor<B, 4> {
        channels_first(self.downsampled(mask))
    }

    /// `[n, 1, 16 s, 16 s]` to `[n, s, s, hidden]`.
    fn downsampled(&self, mask: Tensor<B, 4>) -> Tensor<B, 4> {
        let [n, _, h, w] = mask.dims();
        let mut x = mask.reshape([n, h, w, 1]);
        for (conv, norm) in &self.downsampler {
            x = B::exact_gelu(norm.forward(conv.forward(x)));
        }
        self.downsampler_out.forward(x)
    }

    /// Raw features `[1, hidden, s, s]` and scaled masks `[n, 1, 16 s, 16 s]` to memories `[n, mem_dim, s, s]`.
    pub fn forward(&self, features: Tensor<B, 4>, mask: Tensor<B, 4>) -> Tensor<B, 4> {
        let features = self.pix_feat_proj.forward(channels_last(features));
        let mut x = features + self.downsampled(mask);
        for block in &self.fuser {
            x = block.forward(x);
        }
        channels_first(self.out_proj.forward(x))
    }
}

/// A ConvNeXt block (`CXBlock`).
struct CxBlock<B: Kernels> {
    depthwise: Conv2d<B>,
    norm: LayerNorm<B>,
    widen: Linear<B>,
    narrow: Linear<B>,
    gamma: Tensor<B, 4>,
}

impl<B: Kernels> CxBlock<B> {
    fn load(from: &Loader<B>, dim: usize) -> Result<Self, WeightsError> {
        Ok(Self {
            depthwise: Conv2d::load_grouped(&from.at("dwconv"), [dim, dim], 7, 1, 3, dim)?,
            norm: LayerNorm::load(&from.at("norm"), dim, EPS)?,
            widen: Linear::load(&from.at("pwconv1"), dim, 4 * dim)?,
            narrow: Linear::load(&from.at("pwconv2"), 4 * dim, dim)?,
            gamma: from.tensor("gamma", [dim])?.reshape([1, 1, 1, dim]),
        })
    }

    /// `[n, s, s, dim]` to the same.
    fn forward(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        let y = self.norm.forward(self.depthwise.forward(x.clone()));
        let y = self.widen.activated(y, Activation::Gelu);
        x + self.narrow.forward(y) * self.gamma.clone()
    }
}
