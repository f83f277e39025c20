//! Scaled dot-product attention in blocks of queries.

use burn::tensor::activation::softmax;
use burn::tensor::{Tensor, backend::Backend};

/// Most scores that are held at once, over all heads: 4 MB of 32-bit floats, about what stays in cache.
const SCORES_AT_ONCE: usize = 1 << 20;

/// `softmax(q k^T / sqrt(d)) v` for `q [b, heads, n, d]`, `k [b, heads, m, d]`, `v [b, heads, m, d']`.
///
/// The score matrix exists for one block of queries at a time: 4096 x 28,736 scores of the official sizes would take 471 MB.
pub(crate) fn attention<B: Backend>(
    q: Tensor<B, 4>,
    k: Tensor<B, 4>,
    v: Tensor<B, 4>,
) -> Tensor<B, 4> {
    let [b, heads, n, d] = q.dims();
    let m = k.dims()[2];
    let q = q.mul_scalar((d as f64).powf(-0.5));
    let k = k.swap_dims(2, 3);
    let block = (SCORES_AT_ONCE / (b * heads * m)).max(16);
    if block >= n {
        return softmax(q.matmul(k), 3).matmul(v);
    }
    let blocks = (0..n).step_by(block).map(|start| {
        let end = (start + block).min(n);
        let part = q.clone().slice([0..b, 0..heads, start..end, 0..d]);
        softmax(part.matmul(k.clone()), 3).matmul(v.clone())
    });
    Tensor::cat(blocks.collect(), 2)
}
