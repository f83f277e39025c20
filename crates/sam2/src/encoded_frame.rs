//! The image encoder's answer for one frame as it is kept: in half precision.
//!
//! Clicks and tracking always work with the rounded numbers, so that an answer does not depend on whether its frame was
//! encoded just now or read from disk.

use crate::feature_grid::FeatureGrid;
use crate::image_encoder::Features;
use crate::kernels::Kernels;
use crate::layers::{channels_first, channels_last};
use crate::mask_decoder::floats;
use crate::segmenter::EngineError;
use burn::tensor::{DType, Tensor, TensorData};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt::Display;

/// The maps, in the order of [`Features`].
const MAPS: [&str; 3] = ["s0", "s1", "coarse"];
/// Key of the JSON header in the metadata.
const HEADER: &str = "frame";

/// Features `[1, h, w, c]` in half precision, and the size of their frame in pixels.
pub(crate) struct EncodedFrame<B: Kernels> {
    maps: [Tensor<B, 4>; 3],
    pub width: u32,
    pub height: u32,
}

#[derive(Serialize, Deserialize)]
struct Header {
    model: String,
    width: u32,
    height: u32,
}

impl<B: Kernels> EncodedFrame<B> {
    /// Rounds the features of a frame of `width` x `height` pixels.
    pub fn new(features: Features<B>, [width, height]: [u32; 2]) -> Self {
        let half = |map| B::cast(channels_last(map), DType::F16);
        Self {
            maps: [features.s0, features.s1, features.coarse].map(half),
            width,
            height,
        }
    }

    /// The rounded features, for computing.
    pub fn features(&self) -> Features<B> {
        let full = |map: &Tensor<B, 4>| channels_first(B::cast(map.clone(), DType::F32));
        let [s0, s1, coarse] = self.maps.each_ref().map(full);
        Features { s0, s1, coarse }
    }

    /// The means of the coarsest map over `grid` x `grid` cells, cell by cell: `[grid * grid * hidden]`.
    pub fn pooled(&self, grid: usize) -> Vec<f32> {
        let [_, height, width, channels] = self.maps[2].dims();
        let map = floats(B::cast(self.maps[2].clone(), DType::F32));
        let mut sums = vec![0.0; grid * grid * channels];
        let mut pixels = vec![0.0; grid * grid];
        for (at, pixel) in map.chunks_exact(channels).enumerate() {
            let cell = at / width * grid / height * grid + at % width * grid / width;
            pixels[cell] += 1.0;
            let sums = sums[cell * channels..].iter_mut();
            sums.zip(pixel).for_each(|(sum, value)| *sum += value);
        }
        let cells = sums.chunks_exact_mut(channels).zip(pixels);
        cells.for_each(|(cell, pixels)| {
            cell.iter_mut()
                .for_each(|sum| *sum /= f32::max(pixels, 1.0))
        });
        sums
    }

    /// All maps on one grid.
    pub fn grid(&self) -> FeatureGrid {
        let maps = self.maps.each_ref().map(|map| {
            let [_, side, _, channels] = map.dims();
            (side, channels, floats(B::cast(map.clone(), DType::F32)))
        });
        FeatureGrid::of_maps(&maps, [self.width, self.height])
    }

    /// The features as safetensors, marked with the model that made them.
    pub fn to_bytes(&self, model: &str) -> Result<Vec<u8>, EngineError> {
        let header = serde_json::to_string(&Header {
            model: model.to_owned(),
            width: self.width,
            height: self.height,
        })
        .map_err(damaged)?;
        let maps = self.maps.each_ref().map(|map| map.to_data());
        let views = MAPS.into_iter().zip(&maps).map(|(name, map)| {
            let view = TensorView::new(Dtype::F16, map.shape.to_vec(), map.as_bytes());
            Ok((name, view.map_err(damaged)?))
        });
        let views = views.collect::<Result<Vec<_>, EngineError>>()?;
        serialize(views, Some(HashMap::from([(HEADER.to_owned(), header)]))).map_err(damaged)
    }

    /// What [`to_bytes`](Self::to_bytes) wrote for the same model.
    pub fn from_bytes(bytes: &[u8], model: &str, device: &B::Device) -> Result<Self, EngineError> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
        let text = metadata.metadata().as_ref().and_then(|m| m.get(HEADER));
        let text = text.ok_or_else(|| damaged("they have no header"))?;
        let header: Header = serde_json::from_str(text).map_err(damaged)?;
        if header.model != model {
            return Err(damaged("another model made them"));
        }
        let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
        let map = |name: &str| {
            let view = file.tensor(name).map_err(damaged)?;
            let shape: [usize; 4] = view.shape().try_into().map_err(damaged)?;
            if view.dtype() != Dtype::F16 {
                return Err(damaged("they are not in half precision"));
            }
            let data = TensorData::from_bytes_vec(view.data().to_vec(), shape, DType::F16);
            Ok(Tensor::from_data(data, (device, DType::F16)))
        };
        Ok(Self {
            maps: [map(MAPS[0])?, map(MAPS[1])?, map(MAPS[2])?],
            width: header.width,
            height: header.height,
        })
    }
}

fn damaged(reason: impl Display) -> EngineError {
    EngineError::State(format!("the features cannot be read: {reason}"))
}
