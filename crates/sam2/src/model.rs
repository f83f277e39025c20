//! The whole model for single frames: prompts to masks, masks to memories (`sam2_base.py`).

use crate::config::Config;
use crate::image_encoder::{Features, ImageEncoder};
use crate::kernels::{Kernels, Precision};
use crate::layers::{Activation, Conv2d, Linear, Mlp, channels_first, channels_last};
use crate::mask_decoder::{ChosenMask, MaskChoice, MaskDecoder};
use crate::memory_attention::{Memory, MemoryAttention};
use crate::memory_bank::{Entry, Selection};
use crate::memory_encoder::MemoryEncoder;
use crate::position_encoding::{sine_1d, sine_2d};
use crate::prompt_encoder::{ModelPoint, PromptEncoder};
use crate::resize::{Filter, resize_f32};
use crate::weights::{Loader, Weights, WeightsError};
use burn::tensor::activation::sigmoid;
use burn::tensor::{DType, Tensor, TensorData};

/// The logit of every pixel where the object is absent.
pub const NO_OBJECT: f32 = -1024.0;

/// How memories are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryPrecision {
    /// Rounded to bfloat16, as the official code does on every device.
    Bf16,
    /// As computed; for parity tests.
    F32,
}

/// What the model says about one object on one frame.
#[derive(Clone)]
pub struct FrameOutput<B: Kernels> {
    /// Mask logits, `[1, 1, 4 s, 4 s]`; [`NO_OBJECT`] everywhere when the object is absent.
    pub low_res: Tensor<B, 4>,
    /// Object pointer, `[1, hidden]`.
    pub pointer: Tensor<B, 2>,
    /// Object score logit.
    pub score: f32,
    /// Predicted IoU.
    pub iou: f32,
}

/// SAM 2.1 with its weights on a device.
pub struct Sam2<B: Kernels> {
    /// The configuration it was built from.
    pub config: Config,
    /// How memories are stored.
    pub memory_precision: MemoryPrecision,
    /// Hiera and FPN.
    pub image_encoder: ImageEncoder<B>,
    /// Points, boxes and masks.
    pub prompt_encoder: PromptEncoder<B>,
    /// Masks from prompts.
    pub mask_decoder: MaskDecoder<B>,
    /// Memories from masks.
    pub memory_encoder: MemoryEncoder<B>,
    /// Features that know the past.
    pub memory_attention: MemoryAttention<B>,
    device: B::Device,
    /// `[num_maskmem, 1, mem_dim]`.
    memory_time: Tensor<B, 3>,
    no_mem_embed: Tensor<B, 4>,
    no_obj_ptr: Tensor<B, 2>,
    no_obj_embed_spatial: Tensor<B, 3>,
    obj_ptr_proj: Mlp<B>,
    obj_ptr_tpos_proj: Linear<B>,
    mask_downsample: Conv2d<B>,
    /// Position encoding of features, `[1, s * s, hidden]`.
    feature_position: Tensor<B, 3>,
    /// Position encoding of memories, `[1, s * s, mem_dim]`.
    memory_position: Tensor<B, 3>,
}

impl<B: Kernels> Sam2<B> {
    /// Builds the model in full precision and takes every tensor of `weights`.
    ///
    /// # Errors
    /// Names a tensor that is missing, left over or of another shape.
    pub fn load(
        config: Config,
        weights: Weights,
        device: &B::Device,
    ) -> Result<Self, WeightsError> {
        Self::load_in(Precision::Full, config, weights, device)
    }

    /// Builds the model and takes every tensor of `weights`.
    ///
    /// # Errors
    /// Names a tensor that is missing, left over or of another shape.
    pub fn load_in(
        precision: Precision,
        config: Config,
        weights: Weights,
        device: &B::Device,
    ) -> Result<Self, WeightsError> {
        let root = Loader::<B>::new(weights, device, precision);
        let (hidden, mem_dim, size) =
            (config.hidden_dim(), config.mem_dim(), config.feature_size());
        // Part of every checkpoint, read by no code path of SAM 2.1.
        root.values("no_mem_pos_enc", &[1, 1, hidden])?;
        let position = |dim: usize| {
            sine_2d::<B>(dim, size, device)
                .flatten::<3>(2, 3)
                .swap_dims(1, 2)
        };
        let model = Self {
            memory_precision: MemoryPrecision::Bf16,
            image_encoder: ImageEncoder::load(&root, &config)?,
            prompt_encoder: PromptEncoder::load(&root.at("sam_prompt_encoder"), &config)?,
            mask_decoder: MaskDecoder::load(&root.at("sam_mask_decoder"), &config)?,
            memory_encoder: MemoryEncoder::load(&root.at("memory_encoder"), &config)?,
            memory_attention: MemoryAttention::load(&root.at("memory_attention"), &config)?,
            device: device.clone(),
            memory_time: root
                .tensor("maskmem_tpos_enc", [config.num_maskmem, 1, 1, mem_dim])?
                .reshape([config.num_maskmem, 1, mem_dim]),
            no_mem_embed: root
                .tensor("no_mem_embed", [1, 1, hidden])?
                .reshape([1, 1, 1, hidden]),
            no_obj_ptr: root.tensor("no_obj_ptr", [1, hidden])?,
            no_obj_embed_spatial: root
                .tensor("no_obj_embed_spatial", [1, mem_dim])?
                .reshape([1, 1, mem_dim]),
            obj_ptr_proj: Mlp::load(&root.at("obj_ptr_proj"), &[hidden; 4], Activation::Relu)?,
            obj_ptr_tpos_proj: Linear::load(&root.at("obj_ptr_tpos_proj"), hidden, mem_dim)?,
            mask_downsample: Conv2d::load(&root.at("mask_downsample"), [1, 1], 4, 4, 0)?,
            feature_position: position(hidden),
            memory_position: position(mem_dim),
            config,
        };
        root.finish()?;
        Ok(model)
    }

    /// Where the model lives.
    pub fn device(&self) -> &B::Device {
        &self.device
    }

    /// The features that the decoder gets on a frame without memory, `[1, hidden, s, s]`.
    pub fn without_memory(&self, features: &Features<B>) -> Tensor<B, 4> {
        let coarse = channels_last(features.coarse.clone());
        channels_first(coarse + self.no_mem_embed.clone())
    }

    /// The features that the decoder gets for objects that look at their memory banks, `[objects, hidden, s, s]`.
    ///
    /// All selections must have [the same layout](Selection::layout).
    pub fn with_memory(
        &self,
        features: &Features<B>,
        selections: &[Selection<'_, B>],
    ) -> Tensor<B, 4> {
        let [_, dim, h, w] = features.coarse.dims();
        let curr = channels_last(features.coarse.clone()).flatten::<3>(1, 2);
        let memory = self.gather(selections);
        let out = self
            .memory_attention
            .forward(curr, self.feature_position.clone(), &memory);
        channels_first(out.reshape([selections.len(), h, w, dim]))
    }

    /// Lines up memories and pointers with their encodings in space and time.
    pub fn gather(&self, selections: &[Selection<'_, B>]) -> Memory<B> {
        let (tokens, positions) = selections.iter().map(|one| self.line_up(one)).unzip();
        let pieces = self.config.hidden_dim() / self.config.mem_dim();
        Memory {
            tokens: Tensor::cat(tokens, 0),
            positions: Tensor::cat(positions, 0),
            pointer_tokens: selections.first().map_or(0, |one| one.pointers.len()) * pieces,
        }
    }

    /// Tokens and positions of one object, `[1, tokens, mem_dim]` each.
    fn line_up(&self, selection: &Selection<'_, B>) -> (Tensor<B, 3>, Tensor<B, 3>) {
        let (hidden, mem_dim) = (self.config.hidden_dim(), self.config.mem_dim());
        let mut tokens = Vec::new();
        let mut positions = Vec::new();
        for &(place, memory) in &selection.memories {
            let row = self.config.num_maskmem - 1 - place;
            let time = self.memory_time.clone().narrow(0, row, 1);
            tokens.push(memory.clone());
            positions.push(self.memory_position.clone() + time);
        }
        let pointers = selection.pointers.len();
        if pointers > 0 {
            // A pointer is cut into tokens as wide as a memory.
            let pieces = hidden / mem_dim;
            let times: Vec<f32> = selection.pointers.iter().map(|&(time, _)| time).collect();
            let codes = TensorData::new(sine_1d(&times, hidden), [pointers, hidden]);
            let codes = self
                .obj_ptr_tpos_proj
                .forward(Tensor::<B, 2>::from_data(codes, &self.device));
            let codes = codes.unsqueeze_dim::<3>(1).repeat_dim(1, pieces);
            positions.push(codes.reshape([1, pointers * pieces, mem_dim]));
            let vectors = selection
                .pointers
                .iter()
                .map(|&(_, pointer)| pointer.clone())
                .collect();
            tokens.push(Tensor::cat(vectors, 0).reshape([1, pointers * pieces, mem_dim]));
        }
        (Tensor::cat(tokens, 1), Tensor::cat(positions, 1))
    }

    /// Which masks answer to so many points: a box counts as two (`_use_multimask`).
    #[must_use]
    pub fn mask_choice(&self, points: usize, is_init_cond: bool) -> MaskChoice {
        let config = &self.config;
        let many = config.multimask_output_in_sam
            && (is_init_cond || config.multimask_output_for_tracking)
            && (config.multimask_min_pt_num..=config.multimask_max_pt_num).contains(&points);
        if many {
            MaskChoice::Multiple
        } else {
            MaskChoice::Single
        }
    }

    /// Prompts to a mask (`_forward_sam_heads`).
    ///
    /// `image [1, hidden, s, s]` comes from [`without_memory`](Self::without_memory) or [`with_memory`](Self::with_memory);
    /// `mask [1, 1, 4 s, 4 s]` are the logits of an earlier mask.
    pub fn heads(
        &self,
        image: Tensor<B, 4>,
        features: &Features<B>,
        points: &[ModelPoint],
        mask: Option<Tensor<B, 4>>,
        choice: MaskChoice,
    ) -> FrameOutput<B> {
        self.heads_of_all(image, features, points, mask, choice)
            .swap_remove(0)
    }

    /// The same for many objects, `image [objects, hidden, s, s]`, that share their prompts.
    fn heads_of_all(
        &self,
        image: Tensor<B, 4>,
        features: &Features<B>,
        points: &[ModelPoint],
        mask: Option<Tensor<B, 4>>,
        choice: MaskChoice,
    ) -> Vec<FrameOutput<B>> {
        let nothing = [ModelPoint {
            x: 0.0,
            y: 0.0,
            label: -1,
        }];
        let sparse = self
            .prompt_encoder
            .sparse(if points.is_empty() { &nothing } else { points })
            .repeat_dim(0, image.dims()[0]);
        let dense = self.prompt_encoder.dense(mask);
        let dense_pe = self.prompt_encoder.dense_pe();
        let output = self
            .mask_decoder
            .forward(image, dense_pe, sparse, dense, features);
        let answer = |chosen: ChosenMask<B>| {
            let is_there = chosen.object_score > 0.0;
            FrameOutput {
                pointer: if is_there {
                    self.obj_ptr_proj.forward(chosen.token)
                } else {
                    self.no_obj_ptr.clone()
                },
                low_res: if is_there {
                    chosen.mask
                } else {
                    chosen.mask.full_like(NO_OBJECT)
                },
                score: chosen.object_score,
                iou: chosen.iou,
            }
        };
        output.choose(choice).into_iter().map(answer).collect()
    }

    /// A mask of a frame, row-major `[height, width]` with everything but 0 inside, as the model's input has it: 0 or 1,
    /// `image_size` squared (`add_new_mask`).
    #[must_use]
    pub fn fit_mask(&self, mask: &[u8], size: [usize; 2]) -> Vec<f32> {
        let side = self.config.image_size;
        let values: Vec<f32> = mask.iter().map(|&v| f32::from(v != 0)).collect();
        let resized = resize_f32(&values, size, [side, side], Filter::Triangle);
        resized.iter().map(|&v| f32::from(v >= 0.5)).collect()
    }

    /// Takes a drawn mask as it is (`_use_mask_as_output`); `mask` comes from [`fit_mask`](Self::fit_mask).
    pub fn from_mask(&self, features: &Features<B>, mask: &[f32]) -> FrameOutput<B> {
        let size = self.config.image_size;
        let logits: Vec<f32> = mask.iter().map(|v| v * 20.0 - 10.0).collect();
        let quarter = resize_f32(
            &logits,
            [size, size],
            [size / 4, size / 4],
            Filter::Triangle,
        );
        let tensor = |values: Vec<f32>, side: usize| {
            Tensor::<B, 4>::from_data(TensorData::new(values, [1, 1, side, side]), &self.device)
        };
        let drawn = channels_last(tensor(mask.to_vec(), size));
        let prompt = channels_first(self.mask_downsample.forward(drawn));
        // The official code feeds the raw features here.
        let decoded = self.heads(
            features.coarse.clone(),
            features,
            &[],
            Some(prompt),
            MaskChoice::Single,
        );
        let present = mask.iter().any(|&v| v > 0.0);
        FrameOutput {
            low_res: tensor(quarter, size / 4),
            pointer: if present {
                decoded.pointer
            } else {
                self.no_obj_ptr.clone()
            },
            score: if present { 10.0 } else { -10.0 },
            iou: 1.0,
        }
    }

    /// Mask logits at the size of the model's input, `[1, 1, image_size, image_size]`.
    pub fn high_res(&self, low_res: Tensor<B, 4>) -> Tensor<B, 4> {
        B::upsample(low_res, [self.config.image_size; 2])
    }

    /// Masks become memories, `[objects, s * s, mem_dim]` (`_encode_new_memory`).
    ///
    /// `high_res [objects, 1, image_size, image_size]` are logits, `scores` the objects' score logits; masks made from prompts
    /// are binarised.
    pub fn encode_memory(
        &self,
        features: &Features<B>,
        high_res: Tensor<B, 4>,
        scores: &[f32],
        from_prompt: bool,
    ) -> Tensor<B, 3> {
        let mask = if from_prompt {
            high_res.greater_elem(0.0).float()
        } else {
            sigmoid(high_res)
        };
        let mask = mask
            .mul_scalar(self.config.sigmoid_scale_for_mem_enc)
            .add_scalar(self.config.sigmoid_bias_for_mem_enc);
        let memory = self.memory_encoder.forward(features.coarse.clone(), mask);
        let mut memory = channels_last(memory).flatten::<3>(1, 2);
        if scores.iter().any(|&score| score <= 0.0) {
            let absent: Vec<f32> = scores.iter().map(|&s| f32::from(s <= 0.0)).collect();
            let absent = TensorData::new(absent, [scores.len(), 1, 1]);
            let absent = Tensor::<B, 3>::from_data(absent, &self.device);
            memory = memory + absent * self.no_obj_embed_spatial.clone();
        }
        match self.memory_precision {
            MemoryPrecision::Bf16 => B::cast(B::cast(memory, DType::BF16), DType::F32),
            MemoryPrecision::F32 => memory,
        }
    }

    /// Carries objects whose selections have [the same layout](Selection::layout) to the next frame: masks and memories.
    pub fn track(
        &self,
        features: &Features<B>,
        selections: &[Selection<'_, B>],
    ) -> Vec<(FrameOutput<B>, Entry<B>)> {
        let image = self.with_memory(features, selections);
        let choice = self.mask_choice(0, false);
        let outputs = self.heads_of_all(image, features, &[], None, choice);
        let low_res = outputs.iter().map(|output| output.low_res.clone());
        let high_res = self.high_res(Tensor::cat(low_res.collect(), 0));
        let scores: Vec<f32> = outputs.iter().map(|output| output.score).collect();
        let memories = self.encode_memory(features, high_res, &scores, false);
        let remember = |(i, output): (usize, FrameOutput<B>)| {
            let entry = Entry {
                memory: Some(memories.clone().narrow(0, i, 1)),
                pointer: output.pointer.clone(),
            };
            (output, entry)
        };
        outputs.into_iter().enumerate().map(remember).collect()
    }
}
