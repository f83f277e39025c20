//! The mask decoder (`mask_decoder.py`).

mod two_way_transformer;

use crate::config::Config;
use crate::image_encoder::Features;
use crate::kernels::Kernels;
use crate::layers::{Activation, LayerNorm, Mlp, Upscale, channels_last};
use crate::weights::{Loader, WeightsError};
use burn::tensor::Tensor;
use burn::tensor::activation::sigmoid;
use two_way_transformer::TwoWayTransformer;

/// Mask tokens: one mask for clear prompts, three for ambiguous ones.
const MASKS: usize = 4;
const IOU_HIDDEN: usize = 256;
/// A logit this far from 0 on either side still counts as uncertain for the stability score.
const STABILITY_DELTA: f32 = 0.05;
const STABILITY_THRESHOLD: f32 = 0.98;

/// Everything that the decoder predicts for one frame and `n` objects.
pub struct DecoderOutput<B: Kernels> {
    /// Logits of all four masks, `[n, 4, 4 s, 4 s]`.
    pub masks: Tensor<B, 4>,
    /// Their predicted IoUs, `[n, 4]`.
    pub ious: Tensor<B, 2>,
    /// Their tokens, `[n, 4, hidden]`.
    pub tokens: Tensor<B, 3>,
    /// Object score logits, `[n, 1]`.
    pub object_score: Tensor<B, 2>,
    /// The tokens after the transformer, `[n, 6 + prompts, hidden]`.
    pub transformer_tokens: Tensor<B, 3>,
    /// The image after the transformer, `[n, s * s, hidden]`.
    pub transformer_image: Tensor<B, 3>,
}

/// Which of the four masks answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaskChoice {
    /// Masks 1 to 3, of which the one with the best predicted IoU is taken.
    Multiple,
    /// Mask 0, unless it is unstable.
    Single,
}

/// Turns image features and embedded prompts into masks.
pub struct MaskDecoder<B: Kernels> {
    transformer: TwoWayTransformer<B>,
    /// Object score, IoU and the four mask tokens, `[1, 6, hidden]`.
    output_tokens: Tensor<B, 3>,
    upscale1: Upscale<B>,
    upscale_norm: LayerNorm<B>,
    upscale2: Upscale<B>,
    hypernetworks: Vec<Mlp<B>>,
    iou_head: Mlp<B>,
    object_score_head: Mlp<B>,
}

impl<B: Kernels> MaskDecoder<B> {
    pub(crate) fn load(from: &Loader<B>, config: &Config) -> Result<Self, WeightsError> {
        let dim = config.hidden_dim();
        let token = |name: &str, n: usize| from.tensor::<2>(&format!("{name}.weight"), [n, dim]);
        let tokens = vec![
            token("obj_score_token", 1)?,
            token("iou_token", 1)?,
            token("mask_tokens", MASKS)?,
        ];
        let up = from.at("output_upscaling");
        let mlp = |name: String, dims: &[usize]| Mlp::load(&from.at(name), dims, Activation::Relu);
        Ok(Self {
            transformer: TwoWayTransformer::load(&from.at("transformer"), dim)?,
            output_tokens: Tensor::cat(tokens, 0).unsqueeze(),
            upscale1: Upscale::load(&up.at(0), dim, dim / 4)?,
            upscale_norm: LayerNorm::load(&up.at(1), dim / 4, 1e-6)?,
            upscale2: Upscale::load(&up.at(3), dim / 4, dim / 8)?,
            hypernetworks: (0..MASKS)
                .map(|i| {
                    mlp(
                        format!("output_hypernetworks_mlps.{i}"),
                        &[dim, dim, dim, dim / 8],
                    )
                })
                .collect::<Result<_, _>>()?,
            iou_head: mlp(
                "iou_prediction_head".into(),
                &[dim, IOU_HIDDEN, IOU_HIDDEN, MASKS],
            )?,
            object_score_head: mlp("pred_obj_score_head".into(), &[dim, dim, dim, 1])?,
        })
    }

    /// Predicts all masks of `n` objects on one frame.
    ///
    /// `image [n, hidden, s, s]` (with memory, if any), `dense_pe [1, hidden, s, s]`, `sparse [n, prompts, hidden]`,
    /// `dense [n, hidden, s, s]` or `[1, hidden, 1, 1]`; the fine maps come from `features`.
    pub fn forward(
        &self,
        image: Tensor<B, 4>,
        dense_pe: Tensor<B, 4>,
        sparse: Tensor<B, 3>,
        dense: Tensor<B, 4>,
        features: &Features<B>,
    ) -> DecoderOutput<B> {
        let [n, dim, h, w] = image.dims();
        let tokens = Tensor::cat(vec![self.output_tokens.clone().repeat_dim(0, n), sparse], 1);
        let image = (channels_last(image) + channels_last(dense)).flatten::<3>(1, 2);
        let image_pe = channels_last(dense_pe).flatten::<3>(1, 2);
        let (tokens, image) = self.transformer.forward(tokens, image, image_pe);

        // Channels last from here on.
        let map = image.clone().reshape([n, h, w, dim]);
        let map = self.upscale1.forward(map) + channels_last(features.s1.clone());
        let map = B::exact_gelu(self.upscale_norm.forward(map));
        let map = B::exact_gelu(self.upscale2.forward(map) + channels_last(features.s0.clone()));

        let mask_tokens = tokens.clone().slice([0..n, 2..2 + MASKS, 0..dim]);
        let weights = self
            .hypernetworks
            .iter()
            .enumerate()
            .map(|(i, mlp)| mlp.forward(mask_tokens.clone().slice([0..n, i..i + 1, 0..dim])));
        let [_, height, width, _] = map.dims();
        let map = map.flatten::<3>(1, 2).swap_dims(1, 2);
        let masks = Tensor::cat(weights.collect(), 1).matmul(map);
        let token = |i: usize| {
            tokens
                .clone()
                .slice([0..n, i..i + 1, 0..dim])
                .squeeze_dim::<2>(1)
        };
        DecoderOutput {
            masks: masks.reshape([n, MASKS, height, width]),
            ious: sigmoid(self.iou_head.forward(token(1))),
            object_score: self.object_score_head.forward(token(0)),
            tokens: mask_tokens,
            transformer_tokens: tokens,
            transformer_image: image,
        }
    }
}

/// The mask that answers for one object.
pub(crate) struct ChosenMask<B: Kernels> {
    /// Logits `[1, 1, 4 s, 4 s]`.
    pub mask: Tensor<B, 4>,
    /// Predicted IoU.
    pub iou: f32,
    /// The token for the object pointer, `[1, hidden]`.
    pub token: Tensor<B, 2>,
    /// Object score logit.
    pub object_score: f32,
}

impl<B: Kernels> DecoderOutput<B> {
    /// Chooses the mask of every object.
    pub(crate) fn choose(&self, choice: MaskChoice) -> Vec<ChosenMask<B>> {
        let [_, _, h, w] = self.masks.dims();
        let dim = self.tokens.dims()[2];
        let scores = floats(self.object_score.clone());
        let ious = floats(self.ious.clone());
        let rows = ious.chunks_exact(MASKS).zip(scores).enumerate();
        rows.map(|(row, (ious, object_score))| {
            let best = (2..MASKS).fold(1, |best, i| if ious[i] > ious[best] { i } else { best });
            let (mask, token) = match choice {
                MaskChoice::Multiple => (best, best),
                // The pointer stays that of mask 0 even when another mask steps in.
                MaskChoice::Single if self.is_stable(row) => (0, 0),
                MaskChoice::Single => (best, 0),
            };
            let masks = self.masks.clone();
            let tokens = self.tokens.clone();
            ChosenMask {
                mask: masks.slice([row..row + 1, mask..mask + 1, 0..h, 0..w]),
                iou: ious[mask],
                token: tokens
                    .slice([row..row + 1, token..token + 1, 0..dim])
                    .squeeze_dim(1),
                object_score,
            }
        })
        .collect()
    }

    /// Whether mask 0 hardly changes when its threshold does.
    fn is_stable(&self, row: usize) -> bool {
        let [_, _, h, w] = self.masks.dims();
        let logits = floats(self.masks.clone().slice([row..row + 1, 0..1, 0..h, 0..w]));
        let above = |limit: f32| logits.iter().filter(|&&v| v > limit).count() as f32;
        let (inner, outer) = (above(STABILITY_DELTA), above(-STABILITY_DELTA));
        outer == 0.0 || inner / outer >= STABILITY_THRESHOLD
    }
}

/// The numbers of a tensor, on the host.
pub(crate) fn floats<B: Kernels, const D: usize>(tensor: Tensor<B, D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}
