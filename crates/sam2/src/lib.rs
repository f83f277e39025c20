//! SAM 2.1 on Burn, file for file as the model is described in "SAM 2: Segment Anything in Images and Videos"
//! (Ravi et al., 2024) and in the official `sam2` package.
//!
//! The rest of the project sees [`load`], [`Segmenter`] and [`Tracker`] only; tensors, backends and devices stay in here.
//! The parts of the model are public so that they can be compared with the official code one by one.
//!
//! Shapes: `s` is the side of the coarsest feature map (64 for the official sizes), `hidden` the width of features and
//! prompts (256), `mem_dim` that of memories (64).

mod choose;
mod config;
#[cfg(feature = "cuda")]
mod cuda;
mod encoded_frame;
mod engine;
mod feature_cache;
mod feature_grid;
#[cfg(feature = "formula")]
mod formula;
mod guard;
mod hardware;
mod image_encoder;
mod inspect;
#[cfg(feature = "cuda")]
mod kernel_cache;
mod kernels;
mod layers;
mod likeness;
mod load;
mod mask_decoder;
mod memory_attention;
mod memory_bank;
mod memory_encoder;
mod model;
mod position_encoding;
mod postprocess;
mod predictor;
mod preprocess;
mod prompt_encoder;
mod resize;
mod segmenter;
mod size;
mod tracker;
mod upstream;
mod warm_up;
mod weights;

pub use choose::Choice;
pub use config::{
    Config, ConfigError, FuserConfig, ImageEncoderConfig, MemoryAttentionConfig,
    MemoryAttentionLayerConfig, MemoryEncoderConfig, NeckConfig, RopeAttentionConfig, TrunkConfig,
};
pub use feature_cache::{FeatureCache, FeatureLimits};
pub use feature_grid::FeatureGrid;
#[cfg(feature = "formula")]
pub use formula::Formula;
pub use hardware::{DeviceChoice, Hardware};
pub use image_encoder::{Features, ImageEncoder};
pub use inspect::{Counterpart, Inspection, Misfits, Named, inspect};
pub use kernels::{Kernels, Precision};
pub use layers::Activation;
pub use likeness::{Background, Pattern, Peak, cosine, peaks};
pub use load::{LoadError, LoadOptions, choose, load};
pub use mask_decoder::{DecoderOutput, MaskChoice, MaskDecoder};
pub use memory_attention::{Memory, MemoryAttention};
pub use memory_bank::{Direction, Entry, MemoryBank, Selection};
pub use memory_encoder::MemoryEncoder;
pub use model::{FrameOutput, MemoryPrecision, NO_OBJECT, Sam2};
pub use position_encoding::sine_2d;
pub use postprocess::{MaskOptions, fill_holes, keep_apart, remove_islands, to_mask, upsample};
pub use predictor::{FrameFeatures, FrameResult, PredictorOptions, VideoPredictor};
pub use preprocess::preprocess;
pub use prompt_encoder::{ModelPoint, PromptEncoder};
pub use segmenter::{
    EngineError, ImageFeatures, Order, Pass, Prediction, Segmenter, TrackObject, TrackPlan,
    TrackedMask, Tracker,
};
pub use size::Size;
pub use warm_up::warm_up;
pub use weights::{Format, Weights, WeightsError, file_hash};
