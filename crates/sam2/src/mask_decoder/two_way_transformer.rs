//! Tokens attend to the image, and the image attends back (`TwoWayTransformer`).

use crate::kernels::Kernels;
use crate::layers::{Activation, LayerNorm, Linear, Mlp};
use crate::weights::{Loader, WeightsError};
use burn::tensor::Tensor;

const HEADS: usize = 8;
const DEPTH: usize = 2;
const MLP_DIM: usize = 2048;
const EPS: f64 = 1e-5;

pub(crate) struct TwoWayTransformer<B: Kernels> {
    layers: Vec<Layer<B>>,
    final_attention: Attention<B>,
    norm_final: LayerNorm<B>,
}

impl<B: Kernels> TwoWayTransformer<B> {
    pub fn load(from: &Loader<B>, dim: usize) -> Result<Self, WeightsError> {
        Ok(Self {
            layers: (0..DEPTH)
                .map(|i| Layer::load(&from.at(format_args!("layers.{i}")), dim, i == 0))
                .collect::<Result<_, _>>()?,
            final_attention: Attention::load(&from.at("final_attn_token_to_image"), dim, dim / 2)?,
            norm_final: LayerNorm::load(&from.at("norm_final_attn"), dim, EPS)?,
        })
    }

    /// `tokens [b, n, dim]`, `image` and `image_pe [b, hw, dim]` to new tokens and image of the same shapes.
    pub fn forward(
        &self,
        tokens: Tensor<B, 3>,
        image: Tensor<B, 3>,
        image_pe: Tensor<B, 3>,
    ) -> (Tensor<B, 3>, Tensor<B, 3>) {
        let token_pe = tokens.clone();
        let (mut queries, mut keys) = (tokens, image);
        for layer in &self.layers {
            (queries, keys) = layer.forward(queries, keys, token_pe.clone(), image_pe.clone());
        }
        let q = queries.clone() + token_pe;
        let k = keys.clone() + image_pe;
        let queries = queries + self.final_attention.forward(q, k, keys.clone());
        (self.norm_final.forward(queries), keys)
    }
}

/// `TwoWayAttentionBlock`.
struct Layer<B: Kernels> {
    self_attention: Attention<B>,
    token_to_image: Attention<B>,
    image_to_token: Attention<B>,
    mlp: Mlp<B>,
    norms: [LayerNorm<B>; 4],
    is_first: bool,
}

impl<B: Kernels> Layer<B> {
    fn load(from: &Loader<B>, dim: usize, is_first: bool) -> Result<Self, WeightsError> {
        let norm = |i: usize| LayerNorm::load(&from.at(format_args!("norm{i}")), dim, EPS);
        Ok(Self {
            self_attention: Attention::load(&from.at("self_attn"), dim, dim)?,
            token_to_image: Attention::load(&from.at("cross_attn_token_to_image"), dim, dim / 2)?,
            image_to_token: Attention::load(&from.at("cross_attn_image_to_token"), dim, dim / 2)?,
            mlp: Mlp::load(&from.at("mlp"), &[dim, MLP_DIM, dim], Activation::Relu)?,
            norms: [norm(1)?, norm(2)?, norm(3)?, norm(4)?],
            is_first,
        })
    }

    fn forward(
        &self,
        queries: Tensor<B, 3>,
        keys: Tensor<B, 3>,
        token_pe: Tensor<B, 3>,
        image_pe: Tensor<B, 3>,
    ) -> (Tensor<B, 3>, Tensor<B, 3>) {
        let [norm1, norm2, norm3, norm4] = &self.norms;
        // The first layer has neither encoding nor residual here.
        let queries = if self.is_first {
            self.self_attention
                .forward(queries.clone(), queries.clone(), queries)
        } else {
            let q = queries.clone() + token_pe.clone();
            queries.clone() + self.self_attention.forward(q.clone(), q, queries)
        };
        let queries = norm1.forward(queries);

        let q = queries.clone() + token_pe.clone();
        let k = keys.clone() + image_pe.clone();
        let queries =
            norm2.forward(queries + self.token_to_image.forward(q, k.clone(), keys.clone()));
        let queries = norm3.forward(queries.clone() + self.mlp.forward(queries));

        let q = queries.clone() + token_pe;
        let keys = norm4.forward(keys + self.image_to_token.forward(k, q, queries.clone()));
        (queries, keys)
    }
}

/// Multi-head attention with projections to `inner` channels and back.
struct Attention<B: Kernels> {
    q_proj: Linear<B>,
    k_proj: Linear<B>,
    v_proj: Linear<B>,
    out_proj: Linear<B>,
}

impl<B: Kernels> Attention<B> {
    fn load(from: &Loader<B>, dim: usize, inner: usize) -> Result<Self, WeightsError> {
        let project = |name: &str| Linear::load(&from.at(name), dim, inner);
        Ok(Self {
            q_proj: project("q_proj")?,
            k_proj: project("k_proj")?,
            v_proj: project("v_proj")?,
            out_proj: Linear::load(&from.at("out_proj"), inner, dim)?,
        })
    }

    /// `q [b, n, dim]`, `k` and `v [b, m, dim]` to `[b, n, dim]`.
    fn forward(&self, q: Tensor<B, 3>, k: Tensor<B, 3>, v: Tensor<B, 3>) -> Tensor<B, 3> {
        let by_head = |t: Tensor<B, 3>| {
            let [b, n, inner] = t.dims();
            let t = t.reshape([b, n, HEADS, inner / HEADS]).swap_dims(1, 2);
            self.q_proj.factor(t)
        };
        let out = B::attend(
            by_head(self.q_proj.forward(q)),
            by_head(self.k_proj.forward(k)),
            by_head(self.v_proj.forward(v)),
        );
        let [b, heads, n, d] = out.dims();
        self.out_proj
            .forward(out.swap_dims(1, 2).reshape([b, n, heads * d]))
    }
}
