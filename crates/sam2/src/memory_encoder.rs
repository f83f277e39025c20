//! The memory encoder: a mask and its frame become one entry of the memory bank (`memory_encoder.py`).

use crate::config::Config;
use crate::layers::{Conv2d, LayerNorm, Linear};
use crate::weights::{Loader, WeightsError};
use burn::tensor::activation::gelu;
use burn::tensor::{Tensor, backend::Backend};

const EPS: f64 = 1e-6;

/// Mask downsampler, fuser and projection.
pub struct MemoryEncoder<B: Backend> {
    downsampler: Vec<(Conv2d<B>, LayerNorm<B>)>,
    downsampler_out: Conv2d<B>,
    pix_feat_proj: Conv2d<B>,
    fuser: Vec<CxBlock<B>>,
    out_proj: Conv2d<B>,
}

impl<B: Backend> MemoryEncoder<B> {
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
            downsampler_out: Conv2d::load(&masks.at(12), [channels, dim], 1, 1, 0)?,
            pix_feat_proj: Conv2d::load(&from.at("pix_feat_proj"), [dim, dim], 1, 1, 0)?,
            fuser: (0..config.memory_encoder.fuser.num_layers)
                .map(|i| CxBlock::load(&from.at(format_args!("fuser.layers.{i}")), dim))
                .collect::<Result<_, _>>()?,
            out_proj: Conv2d::load(&from.at("out_proj"), [dim, config.mem_dim()], 1, 1, 0)?,
        })
    }

    /// `[n, 1, 16 s, 16 s]` to `[n, hidden, s, s]`.
    pub fn downsample_mask(&self, mut mask: Tensor<B, 4>) -> Tensor<B, 4> {
        for (conv, norm) in &self.downsampler {
            mask = gelu(norm.forward_2d(conv.forward(mask)));
        }
        self.downsampler_out.forward(mask)
    }

    /// Raw features `[1, hidden, s, s]` and scaled masks `[n, 1, 16 s, 16 s]` to memories `[n, mem_dim, s, s]`.
    pub fn forward(&self, features: Tensor<B, 4>, mask: Tensor<B, 4>) -> Tensor<B, 4> {
        let mut x = self.pix_feat_proj.forward(features) + self.downsample_mask(mask);
        for block in &self.fuser {
            x = block.forward(x);
        }
        self.out_proj.forward(x)
    }
}

/// A ConvNeXt block (`CXBlock`).
struct CxBlock<B: Backend> {
    depthwise: Conv2d<B>,
    norm: LayerNorm<B>,
    widen: Linear<B>,
    narrow: Linear<B>,
    gamma: Tensor<B, 4>,
}

impl<B: Backend> CxBlock<B> {
    fn load(from: &Loader<B>, dim: usize) -> Result<Self, WeightsError> {
        Ok(Self {
            depthwise: Conv2d::load_grouped(&from.at("dwconv"), [dim, dim], 7, 1, 3, dim)?,
            norm: LayerNorm::load(&from.at("norm"), dim, EPS)?,
            widen: Linear::load(&from.at("pwconv1"), dim, 4 * dim)?,
            narrow: Linear::load(&from.at("pwconv2"), 4 * dim, dim)?,
            gamma: from.tensor("gamma", [dim])?.reshape([1, 1, 1, dim]),
        })
    }

    /// `[n, dim, s, s]` to the same.
    fn forward(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        let y = self
            .norm
            .forward(self.depthwise.forward(x.clone()).permute([0, 2, 3, 1]));
        let y = self.narrow.forward(gelu(self.widen.forward(y))) * self.gamma.clone();
        x + y.permute([0, 3, 1, 2])
    }
}
