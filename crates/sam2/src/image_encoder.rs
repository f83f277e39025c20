//! The image encoder: a Hiera trunk and a feature pyramid (SAM 2 paper, section 4; `image_encoder.py`).

mod fpn;
mod hiera;

pub(crate) use fpn::FpnNeck;
pub(crate) use hiera::Hiera;

use crate::config::Config;
use crate::layers::Conv2d;
use crate::weights::{Loader, WeightsError};
use burn::tensor::{Tensor, backend::Backend};

/// What the rest of the model needs of one frame. The batch dimension is 1.
#[derive(Clone)]
pub struct Features<B: Backend> {
    /// Stride 4, `[1, hidden / 8, 4 s, 4 s]` where `s` is the side of the coarsest map.
    pub s0: Tensor<B, 4>,
    /// Stride 8, `[1, hidden / 4, 2 s, 2 s]`.
    pub s1: Tensor<B, 4>,
    /// Stride 16, `[1, hidden, s, s]`.
    pub coarse: Tensor<B, 4>,
}

/// Trunk, neck and the two convolutions that prepare the fine maps for the mask decoder.
pub struct ImageEncoder<B: Backend> {
    trunk: Hiera<B>,
    neck: FpnNeck<B>,
    conv_s0: Conv2d<B>,
    conv_s1: Conv2d<B>,
}

impl<B: Backend> ImageEncoder<B> {
    pub(crate) fn load(root: &Loader<B>, config: &Config) -> Result<Self, WeightsError> {
        let from = root.at("image_encoder");
        let decoder = root.at("sam_mask_decoder");
        let hidden = config.hidden_dim();
        Ok(Self {
            trunk: Hiera::load(
                &from.at("trunk"),
                &config.image_encoder.trunk,
                config.image_size,
            )?,
            neck: FpnNeck::load(&from.at("neck"), &config.image_encoder.neck)?,
            conv_s0: Conv2d::load(&decoder.at("conv_s0"), [hidden, hidden / 8], 1, 1, 0)?,
            conv_s1: Conv2d::load(&decoder.at("conv_s1"), [hidden, hidden / 4], 1, 1, 0)?,
        })
    }

    /// Encodes a normalised picture `[1, 3, image_size, image_size]`.
    pub fn forward(&self, image: Tensor<B, 4>) -> Features<B> {
        self.prepare(self.levels(image))
    }

    /// The four stages of the trunk, `[1, c, s, s]` each, the finest first.
    pub fn stages(&self, image: Tensor<B, 4>) -> Vec<Tensor<B, 4>> {
        self.trunk.forward(image)
    }

    /// The trunk's patches and position embedding, `[1, s, s, c]` each.
    pub fn patches(&self, image: Tensor<B, 4>) -> (Tensor<B, 4>, Tensor<B, 4>) {
        self.trunk.embed(image)
    }

    /// The levels of the pyramid, `[1, hidden, s, s]` each, the finest first; the last one is dropped by [`prepare`](Self::prepare).
    pub fn levels(&self, image: Tensor<B, 4>) -> Vec<Tensor<B, 4>> {
        self.neck.forward(self.stages(image))
    }

    fn prepare(&self, levels: Vec<Tensor<B, 4>>) -> Features<B> {
        Features {
            s0: self.conv_s0.forward(levels[0].clone()),
            s1: self.conv_s1.forward(levels[1].clone()),
            coarse: levels[2].clone(),
        }
    }
}
