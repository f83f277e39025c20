//! The image encoder: a Hiera trunk and a feature pyramid (SAM 2 paper, section 4; `image_encoder.py`).

mod fpn;
mod hiera;

pub(crate) use fpn::FpnNeck;
pub(crate) use hiera::Hiera;

use crate::config::Config;
use crate::kernels::Kernels;
use crate::layers::{Linear, channels_first, pointwise};
use crate::weights::{Loader, WeightsError};
use burn::tensor::Tensor;

/// What the rest of the model needs of one frame. The batch dimension is 1; in memory the channels come last.
#[derive(Clone)]
pub struct Features<B: Kernels> {
    /// Stride 4, `[1, hidden / 8, 4 s, 4 s]` where `s` is the side of the coarsest map.
    pub s0: Tensor<B, 4>,
    /// Stride 8, `[1, hidden / 4, 2 s, 2 s]`.
    pub s1: Tensor<B, 4>,
    /// Stride 16, `[1, hidden, s, s]`.
    pub coarse: Tensor<B, 4>,
}

/// Trunk, neck and the two convolutions that prepare the fine maps for the mask decoder.
pub struct ImageEncoder<B: Kernels> {
    trunk: Hiera<B>,
    neck: FpnNeck<B>,
    /// From the two finest stages to what the decoder sees of them: lateral and decoder convolution in one.
    fine: [Linear<B>; 2],
}

impl<B: Kernels> ImageEncoder<B> {
    pub(crate) fn load(root: &Loader<B>, config: &Config) -> Result<Self, WeightsError> {
        let from = root.at("image_encoder");
        let decoder = root.at("sam_mask_decoder");
        let hidden = config.hidden_dim();
        let neck = FpnNeck::load(&from.at("neck"), &config.image_encoder.neck)?;
        // The configuration lets nothing flow from coarser levels into these two.
        let fine = |level: usize, name: &str, width: usize| {
            let conv = pointwise(&decoder.at(name), hidden, width)?;
            Ok::<_, WeightsError>(neck.lateral(level).then(&conv))
        };
        Ok(Self {
            trunk: Hiera::load(
                &from.at("trunk"),
                &config.image_encoder.trunk,
                config.image_size,
            )?,
            fine: [
                fine(0, "conv_s0", hidden / 8)?,
                fine(1, "conv_s1", hidden / 4)?,
            ],
            neck,
        })
    }

    /// Encodes a normalised picture `[1, 3, image_size, image_size]`.
    pub fn forward(&self, image: Tensor<B, 4>) -> Features<B> {
        let stages = self.trunk.forward(image);
        let [s0, s1] = [0, 1].map(|i| channels_first(self.fine[i].forward(stages[i].clone())));
        let coarse = self.neck.forward(&stages, 2).remove(0);
        Features {
            s0,
            s1,
            coarse: channels_first(coarse),
        }
    }

    /// The four stages of the trunk, `[1, c, s, s]` each, the finest first.
    pub fn stages(&self, image: Tensor<B, 4>) -> Vec<Tensor<B, 4>> {
        let stages = self.trunk.forward(image);
        stages.into_iter().map(channels_first).collect()
    }

    /// The trunk's patches and position embedding, `[1, s, s, c]` each.
    pub fn patches(&self, image: Tensor<B, 4>) -> (Tensor<B, 4>, Tensor<B, 4>) {
        self.trunk.embed(image)
    }

    /// All levels of the pyramid, `[1, hidden, s, s]` each, the finest first, as [`forward`](Self::forward) never needs them
    /// together.
    pub fn levels(&self, image: Tensor<B, 4>) -> Vec<Tensor<B, 4>> {
        let levels = self.neck.forward(&self.trunk.forward(image), 0);
        levels.into_iter().map(channels_first).collect()
    }
}
