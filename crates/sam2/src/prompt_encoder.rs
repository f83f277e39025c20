//! The prompt encoder: points, boxes and masks (`prompt_encoder.py`).

use crate::config::Config;
use crate::kernels::Kernels;
use crate::layers::{Conv2d, LayerNorm, Linear, channels_first, pointwise};
use crate::position_encoding::fourier;
use crate::weights::{Loader, WeightsError};
use burn::tensor::{Tensor, TensorData};

/// A point in pixels of the model's input, with SAM's label: 1 and 0 for clicks, 2 and 3 for the corners of a box, -1 for none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ModelPoint {
    /// Pixels from the left, 0 to `image_size`.
    pub x: f32,
    /// Pixels from the top, 0 to `image_size`.
    pub y: f32,
    /// SAM's label.
    pub label: i32,
}

/// Embeds prompts for the mask decoder.
pub struct PromptEncoder<B: Kernels> {
    /// `[2, hidden / 2]`, row-major.
    gaussian: Vec<f32>,
    /// Negative, positive, first corner, second corner; `[hidden]` each.
    point_embeddings: Vec<Vec<f32>>,
    not_a_point: Vec<f32>,
    no_mask: Tensor<B, 4>,
    mask_convs: [Conv2d<B>; 2],
    mask_out: Linear<B>,
    mask_norms: [LayerNorm<B>; 2],
    dense_pe: Tensor<B, 4>,
    image_size: f32,
    hidden: usize,
    device: B::Device,
}

impl<B: Kernels> PromptEncoder<B> {
    pub(crate) fn load(from: &Loader<B>, config: &Config) -> Result<Self, WeightsError> {
        let hidden = config.hidden_dim();
        let size = config.feature_size();
        let gaussian = from.values(
            "pe_layer.positional_encoding_gaussian_matrix",
            &[2, hidden / 2],
        )?;
        let point_embeddings = (0..4)
            .map(|i| from.values(&format!("point_embeddings.{i}.weight"), &[1, hidden]))
            .collect::<Result<_, _>>()?;
        let masks = from.at("mask_downscaling");
        let norm = |i: usize, dim| LayerNorm::load(&masks.at(i), dim, 1e-6);
        let dense_pe = dense_pe(&gaussian, hidden, size, from.device());
        Ok(Self {
            point_embeddings,
            not_a_point: from.values("not_a_point_embed.weight", &[1, hidden])?,
            no_mask: from
                .tensor("no_mask_embed.weight", [1, hidden])?
                .reshape([1, hidden, 1, 1]),
            mask_convs: [
                Conv2d::load(&masks.at(0), [1, 4], 2, 2, 0)?,
                Conv2d::load(&masks.at(3), [4, 16], 2, 2, 0)?,
            ],
            mask_out: pointwise(&masks.at(6), 16, hidden)?,
            mask_norms: [norm(1, 4)?, norm(4, 16)?],
            dense_pe,
            image_size: config.image_size as f32,
            hidden,
            device: from.device().clone(),
            gaussian,
        })
    }

    /// The position encoding of the feature map, `[1, hidden, s, s]`.
    pub fn dense_pe(&self) -> Tensor<B, 4> {
        self.dense_pe.clone()
    }

    /// Embeds points, `[1, points + 1, hidden]`: a padding point is always appended, also to no points at all.
    ///
    /// Boxes are two points labelled 2 and 3 before the clicks.
    pub fn sparse(&self, points: &[ModelPoint]) -> Tensor<B, 3> {
        let padding = ModelPoint {
            x: 0.0,
            y: 0.0,
            label: -1,
        };
        let tokens: Vec<f32> = points
            .iter()
            .chain([&padding])
            .flat_map(|point| self.embed(point))
            .collect();
        let shape = [1, points.len() + 1, self.hidden];
        Tensor::from_data(TensorData::new(tokens, shape), &self.device)
    }

    fn embed(&self, point: &ModelPoint) -> Vec<f32> {
        let Some(kind) = usize::try_from(point.label)
            .ok()
            .and_then(|l| self.point_embeddings.get(l))
        else {
            return self.not_a_point.clone();
        };
        // Coordinates are those of the pixel's centre.
        let (x, y) = (
            (point.x + 0.5) / self.image_size,
            (point.y + 0.5) / self.image_size,
        );
        fourier(&self.gaussian, x, y)
            .iter()
            .zip(kind)
            .map(|(code, kind)| code + kind)
            .collect()
    }

    /// Embeds a mask prompt `[1, 1, 4 s, 4 s]` (logits) as `[1, hidden, s, s]`; no mask as `[1, hidden, 1, 1]`, to be broadcast.
    pub fn dense(&self, mask: Option<Tensor<B, 4>>) -> Tensor<B, 4> {
        let Some(mask) = mask else {
            return self.no_mask.clone();
        };
        let [n, _, h, w] = mask.dims();
        let mut x = mask.reshape([n, h, w, 1]);
        for (conv, norm) in self.mask_convs.iter().zip(&self.mask_norms) {
            x = B::exact_gelu(norm.forward(conv.forward(x)));
        }
        channels_first(self.mask_out.forward(x))
    }
}

fn dense_pe<B: Kernels>(
    gaussian: &[f32],
    hidden: usize,
    size: usize,
    device: &B::Device,
) -> Tensor<B, 4> {
    let centre = |i: usize| (i as f32 + 0.5) / size as f32;
    let codes: Vec<f32> = (0..size * size)
        .flat_map(|i| fourier(gaussian, centre(i % size), centre(i / size)))
        .collect();
    Tensor::from_data(TensorData::new(codes, [1, size, size, hidden]), device).permute([0, 3, 1, 2])
}
