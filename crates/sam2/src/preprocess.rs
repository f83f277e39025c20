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
    let mut planes = vec![0f32; 3 * size * size];
    for (c, plane) in planes.chunks_exact_mut(size * size).enumerate() {
        for (out, pixel) in plane.iter_mut().zip(square.chunks_exact(3)) {
            *out = (f32::from(pixel[c]) / 255.0 - MEAN[c]) / STD[c];
        }
    }
    Tensor::from_data(TensorData::new(planes, [1, 3, size, size]), device)
}
