//! The feature pyramid (`FpnNeck`).

use crate::config::NeckConfig;
use crate::kernels::Kernels;
use crate::layers::{Linear, channels_first, channels_last, pointwise};
use crate::weights::{Loader, WeightsError};
use burn::tensor::Tensor;
use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};

/// One 1x1 convolution per level, and the coarser level added where the configuration says so.
pub(crate) struct FpnNeck<B: Kernels> {
    /// The finest level first; the checkpoint counts from the coarsest.
    convs: Vec<Linear<B>>,
    top_down: Vec<usize>,
}

impl<B: Kernels> FpnNeck<B> {
    pub fn load(from: &Loader<B>, config: &NeckConfig) -> Result<Self, WeightsError> {
        let mut convs = Vec::new();
        for (i, &channels) in config.backbone_channel_list.iter().enumerate() {
            let at = from.at(format_args!("convs.{i}.conv"));
            convs.push(pointwise(&at, channels, config.d_model)?);
        }
        convs.reverse();
        Ok(Self {
            convs,
            top_down: config.fpn_top_down_levels.clone(),
        })
    }

    /// The convolution of a level; 0 is the finest.
    pub fn lateral(&self, level: usize) -> &Linear<B> {
        &self.convs[level]
    }

    /// Stages `[1, s, s, c]`, the finest first, to levels `[1, s, s, d_model]`, without those finer than `finest`.
    pub fn forward(&self, stages: &[Tensor<B, 4>], finest: usize) -> Vec<Tensor<B, 4>> {
        let mut levels: Vec<Tensor<B, 4>> = Vec::new();
        let laterals = stages.iter().zip(&self.convs).enumerate().skip(finest);
        for (i, (stage, conv)) in laterals.rev() {
            let lateral = conv.forward(stage.clone());
            let level = match levels.last() {
                Some(coarser) if self.top_down.contains(&i) => {
                    let [_, h, w, _] = lateral.dims();
                    let nearest = InterpolateOptions::new(InterpolateMode::Nearest);
                    let coarser = channels_first(coarser.clone());
                    lateral + channels_last(interpolate(coarser, [h, w], nearest))
                }
                _ => lateral,
            };
            levels.push(level);
        }
        levels.reverse();
        levels
    }
}
