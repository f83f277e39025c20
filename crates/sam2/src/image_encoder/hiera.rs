//! The Hiera trunk (Ryali et al., 2023; `hieradet.py`). Maps are `[b, h, w, c]` between blocks.

use crate::config::TrunkConfig;
use crate::kernels::Kernels;
use crate::layers::{Activation, Conv2d, LayerNorm, Linear, Mlp, channels_last};
use crate::weights::{Loader, WeightsError};
use burn::tensor::Tensor;
use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};

const EPS: f64 = 1e-6;

pub(crate) struct Hiera<B: Kernels> {
    patch_embed: Conv2d<B>,
    /// Learnt background plus tiled window embedding, folded for the input size.
    pos_embed: Tensor<B, 4>,
    blocks: Vec<Block<B>>,
    /// The last block of every stage.
    stage_ends: Vec<usize>,
}

impl<B: Kernels> Hiera<B> {
    pub fn load(
        from: &Loader<B>,
        config: &TrunkConfig,
        image_size: usize,
    ) -> Result<Self, WeightsError> {
        let dim = config.embed_dim;
        let mut end = 0;
        let stage_ends: Vec<usize> = config
            .stages
            .iter()
            .map(|n| {
                end += n;
                end - 1
            })
            .collect();
        let mut blocks = Vec::new();
        let (mut dim_in, mut heads, mut stage) = (dim, config.num_heads, 0);
        for i in 0..end {
            // The first block of a stage still uses the window of the stage before.
            let window = if config.global_att_blocks.contains(&i) {
                0
            } else {
                config.window_spec[stage]
            };
            let starts_stage = i > 0 && stage_ends.contains(&(i - 1));
            let mut dim_out = dim_in;
            if starts_stage {
                dim_out = (dim_in as f32 * config.dim_mul) as usize;
                heads = (heads as f32 * config.head_mul) as usize;
                stage += 1;
            }
            let pool = starts_stage && stage <= config.q_pool;
            let at = from.at(format_args!("blocks.{i}"));
            blocks.push(Block::load(&at, dim_in, dim_out, heads, window, pool)?);
            dim_in = dim_out;
        }
        Ok(Self {
            patch_embed: Conv2d::load(&from.at("patch_embed.proj"), [3, dim], 7, 4, 3)?,
            pos_embed: fold_pos_embed(from, config, image_size / 4)?,
            blocks,
            stage_ends,
        })
    }

    /// Patches and position embedding, `[1, s, s, c]` each.
    pub fn embed(&self, image: Tensor<B, 4>) -> (Tensor<B, 4>, Tensor<B, 4>) {
        (
            self.patch_embed.forward(channels_last(image)),
            self.pos_embed.clone(),
        )
    }

    /// `[1, 3, size, size]` to the output of every stage, `[1, s, s, c]`, the finest first.
    pub fn forward(&self, image: Tensor<B, 4>) -> Vec<Tensor<B, 4>> {
        let (patches, pos_embed) = self.embed(image);
        let mut x = patches + pos_embed;
        let mut stages = Vec::new();
        for (i, block) in self.blocks.iter().enumerate() {
            x = block.forward(x);
            if self.stage_ends.contains(&i) {
                stages.push(x.clone());
            }
        }
        stages
    }
}

/// `bicubic(pos_embed) + tile(pos_embed_window)`, `[1, size, size, dim]`.
fn fold_pos_embed<B: Kernels>(
    from: &Loader<B>,
    config: &TrunkConfig,
    size: usize,
) -> Result<Tensor<B, 4>, WeightsError> {
    let dim = config.embed_dim;
    let [h, w] = config.window_pos_embed_bkg_spatial_size;
    let window = config.window_spec[0];
    let background = from.tensor("pos_embed", [1, dim, h, w])?;
    let tile = from.tensor("pos_embed_window", [1, dim, window, window])?;
    let options = InterpolateOptions::new(InterpolateMode::Bicubic).with_align_corners(false);
    let background = interpolate(background, [size, size], options);
    let tiles = size.div_ceil(window);
    let tiled = tile
        .repeat(&[1, 1, tiles, tiles])
        .slice([0..1, 0..dim, 0..size, 0..size]);
    Ok((background + tiled).permute([0, 2, 3, 1]))
}

/// `MultiScaleBlock`.
struct Block<B: Kernels> {
    norm1: LayerNorm<B>,
    qkv: Linear<B>,
    attn_proj: Linear<B>,
    norm2: LayerNorm<B>,
    mlp: Mlp<B>,
    /// Widens the shortcut where the stage changes.
    proj: Option<Linear<B>>,
    dim_out: usize,
    heads: usize,
    /// Side of the attention windows; 0 for the whole map.
    window: usize,
    /// Whether queries and shortcut are halved.
    pool: bool,
}

impl<B: Kernels> Block<B> {
    fn load(
        from: &Loader<B>,
        dim: usize,
        dim_out: usize,
        heads: usize,
        window: usize,
        pool: bool,
    ) -> Result<Self, WeightsError> {
        Ok(Self {
            norm1: LayerNorm::load(&from.at("norm1"), dim, EPS)?,
            qkv: Linear::load(&from.at("attn.qkv"), dim, 3 * dim_out)?,
            attn_proj: Linear::load(&from.at("attn.proj"), dim_out, dim_out)?,
            norm2: LayerNorm::load(&from.at("norm2"), dim_out, EPS)?,
            mlp: Mlp::load(
                &from.at("mlp"),
                &[dim_out, 4 * dim_out, dim_out],
                Activation::Gelu,
            )?,
            proj: (dim != dim_out)
                .then(|| Linear::load(&from.at("proj"), dim, dim_out))
                .transpose()?,
            dim_out,
            heads,
            window,
            pool,
        })
    }

    /// `[b, h, w, dim]` to `[b, h', w', dim_out]`.
    fn forward(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        let normed = self.norm1.forward(x.clone());
        let shortcut = match &self.proj {
            Some(proj) => self.pooled(proj.forward(normed.clone())),
            None => x,
        };
        let [_, h, w, _] = normed.dims();
        let [_, h_out, w_out, _] = shortcut.dims();
        let attended = if self.window == 0 {
            self.attend(normed)
        } else {
            let shrunk = if self.pool {
                self.window / 2
            } else {
                self.window
            };
            let windows = self.attend(partition(normed, h, w, self.window));
            unpartition(windows, h_out, w_out, shrunk)
        };
        let x = shortcut + attended;
        x.clone() + self.mlp.forward(self.norm2.forward(x))
    }

    fn pooled(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        if self.pool { B::halve(x) } else { x }
    }

    /// Attention within every map of `[b, h, w, dim]`.
    fn attend(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        let [b, h, w, _] = x.dims();
        let (dim, heads) = (self.dim_out, self.heads);
        let qkv = self.qkv.forward(x);
        // Queries, keys and values stay where they are: attention reads them by their strides.
        let all = qkv.clone().reshape([b, h * w, 3 * heads, dim / heads]);
        let part = |i: usize| all.clone().narrow(2, i * heads, heads).swap_dims(1, 2);
        let (q, h_out, w_out) = if self.pool {
            let q = B::halve(qkv.narrow(3, 0, dim));
            let [_, h, w, _] = q.dims();
            let q = q.reshape([b, h * w, heads, dim / heads]);
            (q.swap_dims(1, 2), h, w)
        } else {
            (part(0), h, w)
        };
        let [q, k, v] = [q, part(1), part(2)].map(|x| self.qkv.factor(x));
        let out = B::attend(q, k, v);
        self.attn_proj
            .forward(out.swap_dims(1, 2).reshape([b, h_out, w_out, dim]))
    }
}

/// `[b, h, w, c]` to `[b * windows, side, side, c]`; zeros fill up the last windows and take part in attention.
fn partition<B: Kernels>(x: Tensor<B, 4>, h: usize, w: usize, side: usize) -> Tensor<B, 4> {
    let [b, _, _, c] = x.dims();
    let (rows, columns) = (h.div_ceil(side), w.div_ceil(side));
    let x = if (rows * side, columns * side) == (h, w) {
        x
    } else {
        Tensor::zeros([b, rows * side, columns * side, c], &x.device())
            .slice_assign([0..b, 0..h, 0..w, 0..c], x)
    };
    B::compact(x.reshape([b, rows, side, columns, side, c]).swap_dims(2, 3)).reshape([
        b * rows * columns,
        side,
        side,
        c,
    ])
}

/// Undoes [`partition`] for a map of `h` x `w`.
fn unpartition<B: Kernels>(windows: Tensor<B, 4>, h: usize, w: usize, side: usize) -> Tensor<B, 4> {
    let (rows, columns) = (h.div_ceil(side), w.div_ceil(side));
    let [n, _, _, c] = windows.dims();
    let b = n / (rows * columns);
    let x = windows.reshape([b, rows, columns, side, side, c]);
    let x = B::compact(x.swap_dims(2, 3)).reshape([b, rows * side, columns * side, c]);
    B::compact(x.slice([0..b, 0..h, 0..w, 0..c]))
}
