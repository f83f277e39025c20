//! Kernels for the CPU: matrix products in cache-sized pieces on all cores, with everything that follows them done while
//! the piece is still in cache. Maps are `[b, h, w, c]`.

mod attention;
mod convolution;
mod layout;
mod linear;
mod math;
mod matrix;
mod precision;

use super::Kernels;
use crate::layers::Activation;
use crate::postprocess::upsample;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{DType, Element, Tensor, TensorData, TensorPrimitive};
use burn_flex::{Flex, FlexTensor};
use half::{bf16, f16};
use layout::ordered;
use rayon::prelude::*;

/// Numbers that one thread works on at a time where every number stands alone.
const CHUNK: usize = 1 << 14;

impl Kernels for Flex {
    const NARROW_VALUES: bool = true;
    const OBJECTS_AT_ONCE: usize = 4;

    fn attend(q: Tensor<Self, 4>, k: Tensor<Self, 4>, v: Tensor<Self, 4>) -> Tensor<Self, 4> {
        let ([b, heads, n, _], width) = (q.dims(), v.dims()[3]);
        let out = attention::attention(
            &attention::Operand::new(&storage(q)),
            &attention::Operand::new(&storage(k)),
            &attention::Operand::new(&storage(v)),
        );
        tensor(out, [b, n, heads, width]).swap_dims(1, 2)
    }

    fn project(
        x: Tensor<Self, 2>,
        weight: Tensor<Self, 2>,
        bias: Tensor<Self, 1>,
        activation: Activation,
    ) -> Tensor<Self, 2> {
        let ([rows, _], [d_in, d_out]) = (x.dims(), weight.dims());
        let out = linear::linear(
            &ordered(&storage(x)),
            &ordered(&storage(weight)),
            &ordered(&storage(bias)),
            [rows, d_in, d_out],
            activation,
        );
        tensor(out, [rows, d_out])
    }

    fn convolve(
        x: Tensor<Self, 4>,
        weight: Tensor<Self, 4>,
        bias: Tensor<Self, 1>,
        options: &ConvOptions<2>,
    ) -> Tensor<Self, 4> {
        let [b, h, w, c_in] = x.dims();
        let [c_out, _, kernel, _] = weight.dims();
        let shape = convolution::Shape {
            maps: b,
            size: [h, w],
            channels: [c_in, c_out],
            kernel,
            stride: options.stride[0],
            padding: options.padding[0],
        };
        let [h_out, w_out] = shape.size_out();
        let (x, bias) = (storage(x), storage(bias));
        // Channels last, as the maps are.
        let weight = storage(weight.permute([2, 3, 1, 0]));
        let convolution = match options.groups {
            1 => convolution::dense,
            _ => convolution::depthwise,
        };
        let out = convolution(&ordered(&x), &ordered(&weight), &ordered(&bias), &shape);
        tensor(out, [b, h_out, w_out, c_out])
    }

    fn exact_gelu<const D: usize>(x: Tensor<Self, D>) -> Tensor<Self, D> {
        let shape = x.dims();
        let mut values = into_vec(x);
        values.par_chunks_mut(CHUNK).for_each(math::gelu_all);
        tensor(values, shape)
    }

    fn compact<const D: usize>(x: Tensor<Self, D>) -> Tensor<Self, D> {
        let (shape, x) = (x.dims(), storage(x));
        if x.is_contiguous() {
            return Tensor::from_primitive(TensorPrimitive::Float(x));
        }
        tensor(ordered(&x).into_owned(), shape)
    }

    fn halved<const D: usize>(x: Tensor<Self, D>) -> Tensor<Self, D> {
        Self::cast(Self::cast(x, DType::BF16), DType::F32)
    }

    fn cast<const D: usize>(x: Tensor<Self, D>, to: DType) -> Tensor<Self, D> {
        let shape = x.dims();
        match (x.dtype(), to) {
            (DType::F32, DType::F16) => typed(precision::narrow::<f16>(&into_vec(x)), shape),
            (DType::F32, DType::BF16) => typed(precision::narrow::<bf16>(&into_vec(x)), shape),
            (DType::F16, DType::F32) => tensor(precision::widen::<f16>(&into_vec(x)), shape),
            (DType::BF16, DType::F32) => tensor(precision::widen::<bf16>(&into_vec(x)), shape),
            _ => x.cast(to),
        }
    }

    fn halve(x: Tensor<Self, 4>) -> Tensor<Self, 4> {
        let [b, h, w, c] = x.dims();
        let out = layout::halve(&ordered(&storage(x)), [b, h, w, c]);
        tensor(out, [b, h / 2, w / 2, c])
    }

    fn rotate(
        x: Tensor<Self, 3>,
        cos: Tensor<Self, 2>,
        sin: Tensor<Self, 2>,
        placed: usize,
    ) -> Tensor<Self, 3> {
        let [n, tokens, dim] = x.dims();
        let mut values = into_vec(x);
        let (cos, sin) = (storage(cos), storage(sin));
        let shape = [tokens, placed, dim];
        layout::rotate(&mut values, &ordered(&cos), &ordered(&sin), shape);
        tensor(values, [n, tokens, dim])
    }

    fn upsample(x: Tensor<Self, 4>, size: [usize; 2]) -> Tensor<Self, 4> {
        let [n, c, h, w] = x.dims();
        let x = storage(x);
        let values = ordered(&x);
        let mut maps = values
            .chunks_exact(h * w)
            .map(|map| upsample(map, [h, w], size));
        let mut out = maps.next().unwrap_or_default();
        maps.for_each(|map| out.extend(map));
        tensor(out, [n, c, size[0], size[1]])
    }
}

fn storage<const D: usize>(x: Tensor<Flex, D>) -> FlexTensor {
    x.into_primitive().tensor()
}

/// The numbers, in place when nobody else holds them.
fn into_vec<T: Element, const D: usize>(x: Tensor<Flex, D>) -> Vec<T> {
    match x.into_data().into_vec() {
        Ok(values) => values,
        Err(error) => unreachable!("every tensor says which numbers it holds: {error:?}"),
    }
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<Flex, D> {
    Tensor::from_data(TensorData::new(values, shape), &Default::default())
}

/// A tensor of other numbers than the backend's usual ones.
fn typed<T: Element, const D: usize>(values: Vec<T>, shape: [usize; D]) -> Tensor<Flex, D> {
    Tensor::from_data(
        TensorData::new(values, shape),
        (&Default::default(), T::dtype()),
    )
}
