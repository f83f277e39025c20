//! Frames become the model's input: squeezed to a square, scaled and normalised with ImageNet's figures.

use crate::resize::resize_rgb;
use burn::tensor::{Tensor, TensorData, backend::Backend};
use domain::RgbFrame;

const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const STD: [f32; 3] = [0.229, 0.224, 0.225];

/// A frame as `[1, 3, size, size]`, in the way of the official video loader (`_load_img_as_tensor`).
pub fn preprocess<B: Backend>(frame: &RgbFrame, size: usize, device: &B::Device) -> Tensor<B, 4> {
    let square = resize_rgb(
        frame.pixels(),
        frame.height() as usize,
        frame.width() as usize,
        size,
    );
    let values: Vec<f32> = square
        .as_chunks::<3>()
        .0
        .iter()
        .flat_map(|pixel| [0, 1, 2].map(|c| (f32::from(pixel[c]) / 255.0 - MEAN[c]) / STD[c]))
        .collect();
    // The channels stay last in memory, where the first convolution wants them.
    let shape = [1, size, size, 3];
    Tensor::<B, 4>::from_data(TensorData::new(values, shape), device).permute([0, 3, 1, 2])
}
