//! The feature pyramid (`FpnNeck`).

use crate::config::NeckConfig;
use crate::layers::Conv2d;
use crate::weights::{Loader, WeightsError};
use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};
use burn::tensor::{Tensor, backend::Backend};

/// One 1x1 convolution per level, and the coarser level added where the configuration says so.
pub(crate) struct FpnNeck<B: Backend> {
    /// The finest level first; the checkpoint counts from the coarsest.
    convs: Vec<Conv2d<B>>,
    top_down: Vec<usize>,
}

impl<B: Backend> FpnNeck<B> {
    pub fn load(from: &Loader<B>, config: &NeckConfig) -> Result<Self, WeightsError> {
        let mut convs = Vec::new();
        for (i, &channels) in config.backbone_channel_list.iter().enumerate() {
            let at = from.at(format_args!("convs.{i}.conv"));
            convs.push(Conv2d::load(&at, [channels, config.d_model], 1, 1, 0)?);
        }
        convs.reverse();
        Ok(Self {
            convs,
            top_down: config.fpn_top_down_levels.clone(),
        })
    }

    /// Stages `[1, c, s, s]`, the finest first, to levels `[1, d_model, s, s]`.
    pub fn forward(&self, stages: Vec<Tensor<B, 4>>) -> Vec<Tensor<B, 4>> {
        let mut levels: Vec<Tensor<B, 4>> = Vec::new();
        for (i, (stage, conv)) in stages.into_iter().zip(&self.convs).enumerate().rev() {
            let lateral = conv.forward(stage);
            let level = match levels.last() {
                Some(coarser) if self.top_down.contains(&i) => {
                    let [_, _, h, w] = lateral.dims();
                    lateral
                        + interpolate(
                            coarser.clone(),
                            [h, w],
                            InterpolateOptions::new(InterpolateMode::Nearest),
                        )
                }
                _ => lateral,
            };
            levels.push(level);
        }
        levels.reverse();
        levels
    }
}
