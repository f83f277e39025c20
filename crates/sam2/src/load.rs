//! Choosing a checkpoint, its configuration and a device.

use crate::config::{Config, ConfigError};
use crate::engine::Engine;
use crate::kernels::Kernels;
use crate::model::Sam2;
use crate::segmenter::Segmenter;
use crate::weights::{Weights, WeightsError};
use burn_flex::Flex;
use domain::{Device, ModelInfo};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The small model that comes with the program.
const EMBEDDED_WEIGHTS: &[u8] = include_bytes!("../../../checkpoints/nano.safetensors");
const EMBEDDED_CONFIG: &str = include_str!("../../../checkpoints/nano.json");
const EMBEDDED_NAME: &str = "nano";

/// Official configurations by the width of the patch embedding and the number of blocks.
const OFFICIAL: [(usize, usize, &str); 4] = [
    (96, 12, include_str!("../configs/sam2.1_hiera_t.yaml")),
    (96, 16, include_str!("../configs/sam2.1_hiera_s.yaml")),
    (112, 24, include_str!("../configs/sam2.1_hiera_b+.yaml")),
    (144, 48, include_str!("../configs/sam2.1_hiera_l.yaml")),
];

/// Where to run the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// A GPU when this program was built for one and one is there, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// A GPU, or an error.
    Cuda,
}

/// What to load.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// An official `.pt` file or safetensors; the embedded model when none.
    pub checkpoint: Option<PathBuf>,
    /// Its configuration; when none, a file beside the checkpoint with the same stem and the ending `.yaml` or `.json`, else
    /// the official configuration of the checkpoint's size.
    pub config: Option<PathBuf>,
    /// Where to run it.
    pub device: DeviceChoice,
}

/// Why a model cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The weights.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The configuration of a checkpoint is unknown.
    #[error("{0} is of none of the official sizes: name its configuration with --config")]
    UnknownSize(String),
    /// A configuration without a checkpoint.
    #[error("a configuration needs a checkpoint: name one with --checkpoint")]
    ConfigAlone,
    /// The device.
    #[error("{0}")]
    Device(String),
}

/// Loads a model onto its device.
///
/// # Errors
/// When the checkpoint or configuration cannot be read, do not fit together, or the device is not there.
pub fn load(options: &LoadOptions) -> Result<Arc<dyn Segmenter>, LoadError> {
    let (name, weights, config, embedded) = match &options.checkpoint {
        None if options.config.is_some() => return Err(LoadError::ConfigAlone),
        None => {
            let weights = Weights::from_safetensors(EMBEDDED_WEIGHTS)?;
            (
                EMBEDDED_NAME.to_owned(),
                weights,
                Config::parse(EMBEDDED_CONFIG)?,
                true,
            )
        }
        Some(path) => {
            let weights = Weights::read(path)?;
            let config = config_for(path, options.config.as_deref(), &weights)?;
            let stem = path.file_stem().unwrap_or(path.as_os_str());
            (stem.to_string_lossy().into_owned(), weights, config, false)
        }
    };
    let info = |device| ModelInfo {
        name,
        hash: weights.hash().to_owned(),
        device,
        image_size: config.image_size as u32,
        embedded,
    };
    match options.device {
        DeviceChoice::Cpu => build::<Flex>(info(Device::Cpu), config, weights, &Default::default()),
        #[cfg(feature = "cuda")]
        DeviceChoice::Auto | DeviceChoice::Cuda => match crate::cuda::present() {
            Ok(()) => build::<burn::backend::Cuda>(info(Device::Cuda), config, weights, &Default::default()),
            Err(reason) if options.device == DeviceChoice::Cuda => Err(LoadError::Device(reason)),
            Err(reason) => {
                tracing::info!(%reason, "running on the CPU");
                build::<Flex>(info(Device::Cpu), config, weights, &Default::default())
            }
        },
        #[cfg(not(feature = "cuda"))]
        DeviceChoice::Auto => build::<Flex>(info(Device::Cpu), config, weights, &Default::default()),
        #[cfg(not(feature = "cuda"))]
        DeviceChoice::Cuda => Err(LoadError::Device(
            "this program was built without CUDA: build it with the feature `cuda`, or leave out --device".into(),
        )),
    }
}

fn build<B: Kernels>(
    info: ModelInfo,
    config: Config,
    weights: Weights,
    device: &B::Device,
) -> Result<Arc<dyn Segmenter>, LoadError> {
    let model = Arc::new(Sam2::<B>::load(config, weights, device)?);
    Ok(Arc::new(Engine { model, info }))
}

fn config_for(
    checkpoint: &Path,
    named: Option<&Path>,
    weights: &Weights,
) -> Result<Config, LoadError> {
    if let Some(path) = named {
        return Ok(Config::read(path)?);
    }
    for ending in ["yaml", "json"] {
        let beside = checkpoint.with_extension(ending);
        if beside.is_file() {
            return Ok(Config::read(&beside)?);
        }
    }
    let width = weights
        .shape("image_encoder.trunk.patch_embed.proj.weight")
        .and_then(|shape| shape.first());
    let blocks = weights.count("image_encoder.trunk.blocks.", ".norm1.weight");
    OFFICIAL
        .iter()
        .find(|(w, b, _)| Some(w) == width && *b == blocks)
        .map(|(_, _, text)| Config::parse(text).map_err(LoadError::from))
        .unwrap_or_else(|| Err(LoadError::UnknownSize(checkpoint.display().to_string())))
}
