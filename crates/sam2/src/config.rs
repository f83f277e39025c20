//! The model's configuration, with the key names of the official `configs/sam2.1/*.yaml` files.
//!
//! Only keys that change a number are read. What the official code can do and this crate cannot is refused by
//! [`Config::check`], so that a foreign configuration never gives silently different masks.

use serde::Deserialize;
use std::path::Path;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Not YAML or JSON of the expected form.
    #[error("the configuration is not one of SAM 2.1: {0}")]
    Parse(String),
    /// A value that this engine does not support.
    #[error("the configuration asks for {key} = {value}; this engine supports {supported} only")]
    Unsupported {
        /// The key.
        key: &'static str,
        /// The value found.
        value: String,
        /// What would work.
        supported: &'static str,
    },
}

/// A configuration file: everything is below the key `model`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ConfigFile {
    model: Config,
}

/// `sam2.modeling.sam2_base.SAM2Base`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// Hiera and FPN.
    pub image_encoder: ImageEncoderConfig,
    /// Memory attention.
    pub memory_attention: MemoryAttentionConfig,
    /// Memory encoder.
    pub memory_encoder: MemoryEncoderConfig,
    /// Most frames in the memory bank, the prompted one included.
    #[serde(default = "num::<7>")]
    pub num_maskmem: usize,
    /// Side of the square input, in pixels.
    #[serde(default = "num::<512>")]
    pub image_size: usize,
    /// Pixels of the input per cell of the coarsest feature map.
    #[serde(default = "num::<16>")]
    pub backbone_stride: usize,
    /// Factor on mask probabilities before the memory encoder.
    #[serde(default = "one")]
    pub sigmoid_scale_for_mem_enc: f32,
    /// Term added to mask probabilities before the memory encoder.
    #[serde(default)]
    pub sigmoid_bias_for_mem_enc: f32,
    /// A mask prompt is the output of its frame.
    #[serde(default)]
    pub use_mask_input_as_output_without_sam: bool,
    /// Frames without memory get an embedding added and skip memory attention.
    #[serde(default)]
    pub directly_add_no_mem_embed: bool,
    /// Memories of frames without the object get an embedding added.
    #[serde(default)]
    pub no_obj_embed_spatial: bool,
    /// The decoder sees the stride 4 and 8 maps.
    #[serde(default)]
    pub use_high_res_features_in_sam: bool,
    /// The decoder gives three masks for few points.
    #[serde(default)]
    pub multimask_output_in_sam: bool,
    /// Fewest points for three masks.
    #[serde(default = "num::<1>")]
    pub multimask_min_pt_num: usize,
    /// Most points for three masks.
    #[serde(default = "num::<1>")]
    pub multimask_max_pt_num: usize,
    /// Three masks also on tracked frames.
    #[serde(default)]
    pub multimask_output_for_tracking: bool,
    /// The object pointer comes from the token of the chosen mask.
    #[serde(default)]
    pub use_multimask_token_for_obj_ptr: bool,
    /// Predicted IoUs go through a sigmoid.
    #[serde(default)]
    pub iou_prediction_use_sigmoid: bool,
    /// Most object pointers in memory attention.
    #[serde(default = "num::<16>")]
    pub max_obj_ptrs_in_encoder: usize,
    /// Most prompted frames in memory attention; -1 for all.
    #[serde(default = "all")]
    pub max_cond_frames_in_attn: i64,
    #[serde(default)]
    use_obj_ptrs_in_encoder: bool,
    #[serde(default = "yes")]
    add_tpos_enc_to_obj_ptrs: bool,
    #[serde(default)]
    proj_tpos_enc_in_obj_ptrs: bool,
    #[serde(default)]
    use_signed_tpos_enc_to_obj_ptrs: bool,
    #[serde(default)]
    only_obj_ptrs_in_the_past_for_eval: bool,
    #[serde(default)]
    pred_obj_scores: bool,
    #[serde(default)]
    pred_obj_scores_mlp: bool,
    #[serde(default)]
    fixed_no_obj_ptr: bool,
    #[serde(default)]
    use_mlp_for_obj_ptr_proj: bool,
}

/// `ImageEncoder`.
#[derive(Clone, Debug, Deserialize)]
pub struct ImageEncoderConfig {
    /// Coarsest levels that are dropped.
    #[serde(default)]
    pub scalp: usize,
    /// Hiera.
    pub trunk: TrunkConfig,
    /// FPN.
    pub neck: NeckConfig,
}

/// `Hiera`.
#[derive(Clone, Debug, Deserialize)]
pub struct TrunkConfig {
    /// Channels after the patch embedding.
    #[serde(default = "num::<96>")]
    pub embed_dim: usize,
    /// Heads in the first stage.
    #[serde(default = "num::<1>")]
    pub num_heads: usize,
    /// Stages at whose start the map is halved.
    #[serde(default = "num::<3>")]
    pub q_pool: usize,
    /// Blocks per stage.
    #[serde(default = "default_stages")]
    pub stages: Vec<usize>,
    /// Growth of the channels from stage to stage.
    #[serde(default = "two")]
    pub dim_mul: f32,
    /// Growth of the heads from stage to stage.
    #[serde(default = "two")]
    pub head_mul: f32,
    /// Blocks that attend to the whole map.
    #[serde(default = "default_global_att_blocks")]
    pub global_att_blocks: Vec<usize>,
    /// Side of the learnt position embedding.
    #[serde(default = "default_pos_embed_bkg")]
    pub window_pos_embed_bkg_spatial_size: [usize; 2],
    /// Side of the attention windows, per stage.
    #[serde(default = "default_window_spec")]
    pub window_spec: Vec<usize>,
}

/// `FpnNeck`.
#[derive(Clone, Debug, Deserialize)]
pub struct NeckConfig {
    /// Channels of every level.
    pub d_model: usize,
    /// Channels of the stages, the last stage first.
    pub backbone_channel_list: Vec<usize>,
    /// Levels that get the next coarser one added.
    pub fpn_top_down_levels: Vec<usize>,
    #[serde(default = "nearest")]
    fpn_interp_model: String,
}

/// `MemoryAttention`.
#[derive(Clone, Debug, Deserialize)]
pub struct MemoryAttentionConfig {
    /// Channels.
    pub d_model: usize,
    /// Number of layers.
    pub num_layers: usize,
    #[serde(default)]
    pos_enc_at_input: bool,
    /// The layers.
    pub layer: MemoryAttentionLayerConfig,
}

/// `MemoryAttentionLayer`.
#[derive(Clone, Debug, Deserialize)]
pub struct MemoryAttentionLayerConfig {
    /// Hidden channels of the MLP.
    pub dim_feedforward: usize,
    #[serde(default)]
    pos_enc_at_attn: bool,
    #[serde(default)]
    pos_enc_at_cross_attn_keys: bool,
    #[serde(default)]
    pos_enc_at_cross_attn_queries: bool,
    #[serde(default = "relu")]
    activation: String,
    /// Attention of the frame to itself.
    pub self_attention: RopeAttentionConfig,
    /// Attention of the frame to the memory bank.
    pub cross_attention: RopeAttentionConfig,
}

/// `RoPEAttention`.
#[derive(Clone, Debug, Deserialize)]
pub struct RopeAttentionConfig {
    /// Base of the rotary frequencies.
    #[serde(default = "ten_thousand")]
    pub rope_theta: f64,
    #[serde(default = "num::<1>")]
    num_heads: usize,
    #[serde(default = "num::<1>")]
    downsample_rate: usize,
}

/// `MemoryEncoder`.
#[derive(Clone, Debug, Deserialize)]
pub struct MemoryEncoderConfig {
    /// Channels of a memory.
    pub out_dim: usize,
    /// The ConvNeXt blocks.
    pub fuser: FuserConfig,
}

/// `Fuser`.
#[derive(Clone, Debug, Deserialize)]
pub struct FuserConfig {
    /// Number of blocks.
    pub num_layers: usize,
}

fn num<const N: usize>() -> usize {
    N
}
fn one() -> f32 {
    1.0
}
fn two() -> f32 {
    2.0
}
fn all() -> i64 {
    -1
}
fn yes() -> bool {
    true
}
fn ten_thousand() -> f64 {
    10_000.0
}
fn nearest() -> String {
    "nearest".into()
}
fn relu() -> String {
    "relu".into()
}
fn default_stages() -> Vec<usize> {
    vec![2, 3, 16, 3]
}
fn default_global_att_blocks() -> Vec<usize> {
    vec![12, 16, 20]
}
fn default_pos_embed_bkg() -> [usize; 2] {
    [14, 14]
}
fn default_window_spec() -> Vec<usize> {
    vec![8, 4, 14, 7]
}

impl Config {
    /// Reads a configuration in YAML or JSON.
    ///
    /// # Errors
    /// When the text is of another form or asks for something unsupported.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let file: ConfigFile =
            serde_saphyr::from_str(text).map_err(|e| ConfigError::Parse(e.to_string()))?;
        file.model.check()?;
        Ok(file.model)
    }

    /// Reads a configuration file.
    ///
    /// # Errors
    /// When it cannot be read, see also [`Config::parse`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.display().to_string(),
            source,
        })?;
        Self::parse(&text)
    }

    /// Cells per side of the coarsest feature map.
    #[must_use]
    pub fn feature_size(&self) -> usize {
        self.image_size / self.backbone_stride
    }

    /// Channels of features and prompts.
    #[must_use]
    pub fn hidden_dim(&self) -> usize {
        self.image_encoder.neck.d_model
    }

    /// Channels of a memory.
    #[must_use]
    pub fn mem_dim(&self) -> usize {
        self.memory_encoder.out_dim
    }

    /// Refuses what this engine would compute differently from the official code.
    fn check(&self) -> Result<(), ConfigError> {
        let layer = &self.memory_attention.layer;
        let neck = &self.image_encoder.neck;
        let must = [
            (
                "use_obj_ptrs_in_encoder",
                self.use_obj_ptrs_in_encoder,
                true,
            ),
            (
                "add_tpos_enc_to_obj_ptrs",
                self.add_tpos_enc_to_obj_ptrs,
                true,
            ),
            (
                "proj_tpos_enc_in_obj_ptrs",
                self.proj_tpos_enc_in_obj_ptrs,
                true,
            ),
            (
                "use_signed_tpos_enc_to_obj_ptrs",
                self.use_signed_tpos_enc_to_obj_ptrs,
                true,
            ),
            (
                "only_obj_ptrs_in_the_past_for_eval",
                self.only_obj_ptrs_in_the_past_for_eval,
                true,
            ),
            (
                "image_encoder.neck.fpn_top_down_levels of 0 or 1",
                neck.fpn_top_down_levels.iter().any(|&level| level < 2),
                false,
            ),
            ("pred_obj_scores", self.pred_obj_scores, true),
            ("pred_obj_scores_mlp", self.pred_obj_scores_mlp, true),
            ("fixed_no_obj_ptr", self.fixed_no_obj_ptr, true),
            (
                "use_mlp_for_obj_ptr_proj",
                self.use_mlp_for_obj_ptr_proj,
                true,
            ),
            (
                "use_mask_input_as_output_without_sam",
                self.use_mask_input_as_output_without_sam,
                true,
            ),
            (
                "directly_add_no_mem_embed",
                self.directly_add_no_mem_embed,
                true,
            ),
            ("no_obj_embed_spatial", self.no_obj_embed_spatial, true),
            (
                "use_high_res_features_in_sam",
                self.use_high_res_features_in_sam,
                true,
            ),
            (
                "use_multimask_token_for_obj_ptr",
                self.use_multimask_token_for_obj_ptr,
                true,
            ),
            (
                "iou_prediction_use_sigmoid",
                self.iou_prediction_use_sigmoid,
                true,
            ),
            (
                "pos_enc_at_input",
                self.memory_attention.pos_enc_at_input,
                true,
            ),
            ("pos_enc_at_attn", layer.pos_enc_at_attn, false),
            (
                "pos_enc_at_cross_attn_keys",
                layer.pos_enc_at_cross_attn_keys,
                true,
            ),
            (
                "pos_enc_at_cross_attn_queries",
                layer.pos_enc_at_cross_attn_queries,
                false,
            ),
        ];
        for (key, value, wanted) in must {
            if value != wanted {
                let supported = if wanted { "true" } else { "false" };
                return Err(ConfigError::Unsupported {
                    key,
                    value: value.to_string(),
                    supported,
                });
            }
        }
        let unsupported = |key, value: String, supported| {
            Err(ConfigError::Unsupported {
                key,
                value,
                supported,
            })
        };
        if neck.fpn_interp_model != "nearest" {
            return unsupported("fpn_interp_model", neck.fpn_interp_model.clone(), "nearest");
        }
        if layer.activation != "relu" {
            return unsupported("activation", layer.activation.clone(), "relu");
        }
        for attention in [&layer.self_attention, &layer.cross_attention] {
            if (attention.num_heads, attention.downsample_rate) != (1, 1) {
                let value = format!("{}, {}", attention.num_heads, attention.downsample_rate);
                return unsupported("num_heads, downsample_rate", value, "1, 1");
            }
        }
        if self.image_encoder.scalp != 1 || self.image_encoder.trunk.stages.len() != 4 {
            return unsupported(
                "scalp, stages",
                format!(
                    "{}, {}",
                    self.image_encoder.scalp,
                    self.image_encoder.trunk.stages.len()
                ),
                "1, 4",
            );
        }
        if self.backbone_stride != 16 || !self.image_size.is_multiple_of(32) || self.image_size == 0
        {
            return unsupported(
                "backbone_stride, image_size",
                format!("{}, {}", self.backbone_stride, self.image_size),
                "16 and a multiple of 32",
            );
        }
        Ok(())
    }
}
