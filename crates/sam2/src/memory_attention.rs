//! Memory attention: the features of a frame look at the memory bank (`memory_attention.py`).

use crate::config::Config;
use crate::kernels::Kernels;
use crate::layers::{Activation, LayerNorm, Linear};
use crate::position_encoding::axial_rope;
use crate::weights::{Loader, WeightsError};
use burn::tensor::Tensor;

const EPS: f64 = 1e-5;

/// What a frame looks at, `[n, tokens, mem_dim]` each.
#[derive(Clone)]
pub struct Memory<B: Kernels> {
    /// Spatial memories, then object pointers.
    pub tokens: Tensor<B, 3>,
    /// Their position encodings.
    pub positions: Tensor<B, 3>,
    /// How many tokens at the end belong to object pointers, which have no place in the image.
    pub pointer_tokens: usize,
}

/// Layers of self-attention, attention to the memory bank, and an MLP.
pub struct MemoryAttention<B: Kernels> {
    layers: Vec<Layer<B>>,
    norm: LayerNorm<B>,
    rope: Rope<B>,
}

impl<B: Kernels> MemoryAttention<B> {
    pub(crate) fn load(from: &Loader<B>, config: &Config) -> Result<Self, WeightsError> {
        let attention = &config.memory_attention;
        let dim = attention.d_model;
        let theta = attention.layer.self_attention.rope_theta;
        let (cos, sin) = axial_rope(dim, config.feature_size(), theta, from.device());
        Ok(Self {
            layers: (0..attention.num_layers)
                .map(|i| {
                    Layer::load(
                        &from.at(format_args!("layers.{i}")),
                        dim,
                        attention.layer.dim_feedforward,
                        config.mem_dim(),
                    )
                })
                .collect::<Result<_, _>>()?,
            norm: LayerNorm::load(&from.at("norm"), dim, EPS)?,
            rope: Rope { cos, sin },
        })
    }

    /// Features and their position encoding `[1, s * s, hidden]` and the memories of `n` objects to features that know the
    /// past of each, `[n, s * s, hidden]`.
    pub fn forward(
        &self,
        features: Tensor<B, 3>,
        position: Tensor<B, 3>,
        memory: &Memory<B>,
    ) -> Tensor<B, 3> {
        let objects = memory.tokens.dims()[0];
        let mut x = features + position.mul_scalar(0.1);
        for layer in &self.layers {
            x = layer.look_at_self(x, &self.rope);
            // Until the first look at a memory, the picture is the same for all objects.
            if x.dims()[0] < objects {
                x = x.repeat_dim(0, objects);
            }
            x = layer.think(layer.look_at_memory(x, memory, &self.rope));
        }
        self.norm.forward(x)
    }

    /// The first layer after its self-attention and after its look at the memory, for inspection.
    pub fn first_layer(
        &self,
        features: Tensor<B, 3>,
        position: Tensor<B, 3>,
        memory: &Memory<B>,
    ) -> [Tensor<B, 3>; 2] {
        let x = self.layers[0].look_at_self(features + position.mul_scalar(0.1), &self.rope);
        [
            x.clone(),
            self.layers[0].look_at_memory(x, memory, &self.rope),
        ]
    }
}

/// `MemoryAttentionLayer`.
struct Layer<B: Kernels> {
    self_attention: RopeAttention<B>,
    cross_attention: RopeAttention<B>,
    linear1: Linear<B>,
    linear2: Linear<B>,
    norms: [LayerNorm<B>; 3],
}

impl<B: Kernels> Layer<B> {
    fn load(
        from: &Loader<B>,
        dim: usize,
        hidden: usize,
        mem_dim: usize,
    ) -> Result<Self, WeightsError> {
        let norm = |i: usize| LayerNorm::load(&from.at(format_args!("norm{i}")), dim, EPS);
        Ok(Self {
            self_attention: RopeAttention::load(&from.at("self_attn"), dim, dim)?,
            cross_attention: RopeAttention::load(&from.at("cross_attn_image"), dim, mem_dim)?,
            linear1: Linear::load(&from.at("linear1"), dim, hidden)?,
            linear2: Linear::load(&from.at("linear2"), hidden, dim)?,
            norms: [norm(1)?, norm(2)?, norm(3)?],
        })
    }

    /// The MLP.
    fn think(&self, x: Tensor<B, 3>) -> Tensor<B, 3> {
        let normed = self.norms[2].forward(x.clone());
        x + self
            .linear2
            .forward(self.linear1.activated(normed, Activation::Relu))
    }

    fn look_at_self(&self, x: Tensor<B, 3>, rope: &Rope<B>) -> Tensor<B, 3> {
        let normed = self.norms[0].forward(x.clone());
        x + self
            .self_attention
            .forward(normed.clone(), normed.clone(), normed, 0, rope)
    }

    fn look_at_memory(&self, x: Tensor<B, 3>, memory: &Memory<B>, rope: &Rope<B>) -> Tensor<B, 3> {
        let normed = self.norms[1].forward(x.clone());
        let keys = memory.tokens.clone() + memory.positions.clone();
        x + self.cross_attention.forward(
            normed,
            keys,
            memory.tokens.clone(),
            memory.pointer_tokens,
            rope,
        )
    }
}

/// Cosines and sines `[s * s, dim / 2]`; every map of the memory bank turns by the same angles.
struct Rope<B: Kernels> {
    cos: Tensor<B, 2>,
    sin: Tensor<B, 2>,
}

impl<B: Kernels> Rope<B> {
    /// Turns the first `placed` tokens of `x [n, tokens, dim]`.
    fn turn(&self, x: Tensor<B, 3>, placed: usize) -> Tensor<B, 3> {
        B::rotate(x, self.cos.clone(), self.sin.clone(), placed)
    }
}

/// `RoPEAttention` with one head.
struct RopeAttention<B: Kernels> {
    q_proj: Linear<B>,
    k_proj: Linear<B>,
    v_proj: Linear<B>,
    out_proj: Linear<B>,
    /// Value and output projection in one, where values are narrower before their projection than after it: the weights
    /// of attention sum to 1, so that it may as well mix the unprojected values.
    mixed_out: Option<Linear<B>>,
}

impl<B: Kernels> RopeAttention<B> {
    fn load(from: &Loader<B>, dim: usize, kv_dim: usize) -> Result<Self, WeightsError> {
        // Real and imaginary parts alternate in the checkpoint. Sorting both q and k leaves their products as they are
        // and lets the rotation work on halves.
        let halves = |i: usize| {
            if i < dim / 2 {
                2 * i
            } else {
                2 * (i - dim / 2) + 1
            }
        };
        let v_proj = Linear::load(&from.at("v_proj"), kv_dim, dim)?;
        let out_proj = Linear::load(&from.at("out_proj"), dim, dim)?;
        Ok(Self {
            mixed_out: (B::NARROW_VALUES && kv_dim < dim).then(|| v_proj.then(&out_proj)),
            v_proj,
            out_proj,
            q_proj: Linear::load_permuted(&from.at("q_proj"), dim, dim, halves)?,
            k_proj: Linear::load_permuted(&from.at("k_proj"), kv_dim, dim, halves)?,
        })
    }

    /// `q [n, s * s, dim]`, `k` and `v [n, tokens, kv_dim]`; the last `unturned` keys have no place in the image.
    fn forward(
        &self,
        q: Tensor<B, 3>,
        k: Tensor<B, 3>,
        v: Tensor<B, 3>,
        unturned: usize,
        rope: &Rope<B>,
    ) -> Tensor<B, 3> {
        let (queries, keys) = (q.dims()[1], k.dims()[1]);
        let q = rope.turn(self.q_proj.forward(q), queries).unsqueeze_dim(1);
        let k = rope.turn(self.k_proj.forward(k), keys - unturned);
        let k = k.unsqueeze_dim(1);
        let factor = |x: Tensor<B, 4>| self.q_proj.factor(x);
        let mixed = |v: Tensor<B, 3>| {
            let v = v.unsqueeze_dim(1);
            B::attend(factor(q), factor(k), factor(v)).squeeze_dim::<3>(1)
        };
        match &self.mixed_out {
            Some(out) => out.forward(mixed(v)),
            None => self.out_proj.forward(mixed(self.v_proj.forward(v))),
        }
    }
}
