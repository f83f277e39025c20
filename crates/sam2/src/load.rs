//! Choosing a checkpoint, its configuration and a device.

use crate::choose::Choice;
use crate::config::{Config, ConfigError};
use crate::engine::Engine;
use crate::guard::{Guarded, guarded};
use crate::hardware::{DeviceChoice, Hardware};
use crate::kernels::{Kernels, Precision};
use crate::model::Sam2;
use crate::postprocess::MaskOptions;
use crate::segmenter::{EngineError, Segmenter};
use crate::size::Size;
use crate::weights::{Weights, WeightsError};
use burn_flex::Flex;
use domain::{Device, ModelInfo};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The small model that comes with the program.
const EMBEDDED_WEIGHTS: &[u8] = include_bytes!("../../../checkpoints/nano.safetensors");
const EMBEDDED_CONFIG: &str = include_str!("../../../checkpoints/nano.json");
const EMBEDDED_NAME: &str = "nano";

/// What to load.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// An official `.pt` file or safetensors.
    pub checkpoint: Option<PathBuf>,
    /// Where official files are looked for when no checkpoint is named ([`Choice::among`]); only the embedded model is
    /// left when none.
    pub checkpoints: Option<PathBuf>,
    /// Its configuration; when none, a file beside the checkpoint with the same stem and the ending `.yaml` or `.json`, else
    /// the official configuration of the checkpoint's size.
    pub config: Option<PathBuf>,
    /// Where to run it.
    pub device: DeviceChoice,
    /// Where kernels compiled for the GPU, and what was found out about their speed, are kept for the next start; nowhere
    /// when none. Counts for the whole process, from the first model on.
    pub kernels: Option<PathBuf>,
    /// What is done to every mask.
    pub masks: MaskOptions,
    /// In which precision products are made; when none, half on a GPU and full on the CPU.
    pub precision: Option<Precision>,
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

impl From<EngineError> for LoadError {
    fn from(error: EngineError) -> Self {
        Self::Device(error.to_string())
    }
}

/// Chooses the device and the model, and loads it. Says in the log what was chosen, and why.
///
/// # Errors
/// When the checkpoint or configuration cannot be read, do not fit together, or the device is not there or fails.
pub fn load(options: &LoadOptions) -> Result<Arc<dyn Segmenter>, LoadError> {
    #[cfg(feature = "cuda")]
    if let Some(folder) = &options.kernels {
        crate::kernel_cache::keep_in(folder);
    }
    let hardware = Hardware::find(options.device)?;
    match load_on(options, hardware) {
        Err(LoadError::Device(reason))
            if options.device == DeviceChoice::Auto && hardware.device != Device::Cpu =>
        {
            tracing::warn!(reason, "the GPU cannot hold the model: running on the CPU");
            load_on(options, Hardware::cpu())
        }
        loaded => loaded,
    }
}

/// Which model [`load`] would run on a device, and why.
///
/// # Errors
/// [`LoadError::ConfigAlone`].
pub fn choose(options: &LoadOptions, hardware: Hardware) -> Result<Choice, LoadError> {
    match &options.checkpoint {
        Some(file) => Ok(Choice {
            file: Some(file.clone()),
            size: None,
            reason: "asked for with --checkpoint".into(),
        }),
        None if options.config.is_some() => Err(LoadError::ConfigAlone),
        None => Ok(Choice::among(options.checkpoints.as_deref(), hardware)),
    }
}

fn load_on(options: &LoadOptions, hardware: Hardware) -> Result<Arc<dyn Segmenter>, LoadError> {
    let choice = choose(options, hardware)?;
    let (name, weights, config) = match &choice.file {
        None => (
            EMBEDDED_NAME.to_owned(),
            Weights::from_safetensors(EMBEDDED_WEIGHTS)?,
            Config::parse(EMBEDDED_CONFIG)?,
        ),
        Some(path) => {
            let weights = Weights::read(path)?;
            let config = config_for(path, options.config.as_deref(), &weights)?;
            let stem = path.file_stem().unwrap_or(path.as_os_str());
            (stem.to_string_lossy().into_owned(), weights, config)
        }
    };
    let info = ModelInfo {
        name,
        hash: weights.hash().to_owned(),
        device: hardware.device,
        image_size: config.image_size as u32,
        embedded: choice.file.is_none(),
    };
    let precision = options.precision.unwrap_or(match hardware.device {
        Device::Cpu => Precision::Full,
        Device::Cuda => Precision::Half,
    });
    tracing::info!(
        model = info.name,
        hash = info.hash,
        device = ?info.device,
        ?precision,
        reason = choice.reason,
        "the model is chosen"
    );
    let masks = options.masks;
    match hardware.device {
        Device::Cpu => build::<Flex>(info, config, weights, precision, masks),
        #[cfg(feature = "cuda")]
        Device::Cuda => build::<burn::backend::Cuda>(info, config, weights, precision, masks),
        #[cfg(not(feature = "cuda"))]
        Device::Cuda => Err(LoadError::Device(
            "this program was built without CUDA".into(),
        )),
    }
}

fn build<B: Kernels>(
    info: ModelInfo,
    config: Config,
    weights: Weights,
    precision: Precision,
    masks: MaskOptions,
) -> Result<Arc<dyn Segmenter>, LoadError> {
    guarded(|| {
        let model = Sam2::<B>::load_in(precision, config, weights, &Default::default())?;
        let segmenter: Arc<dyn Segmenter> = Arc::new(Guarded(Engine {
            // What was made in one precision is not gone on with in the other.
            identity: format!("{} {precision:?}", info.hash),
            model: Arc::new(model),
            info,
            masks,
        }));
        Ok(segmenter)
    })
}

fn config_for(
    checkpoint: &Path,
    named: Option<&Path>,
    weights: &Weights,
) -> Result<Config, LoadError> {
    let file = named
        .map(Path::to_owned)
        .or_else(|| config_beside(checkpoint));
    if let Some(file) = file {
        return Ok(Config::read(&file)?);
    }
    let size = Size::of(weights)
        .ok_or_else(|| LoadError::UnknownSize(checkpoint.display().to_string()))?;
    Ok(size.config()?)
}

/// The configuration beside a checkpoint, with the same stem.
pub(crate) fn config_beside(checkpoint: &Path) -> Option<PathBuf> {
    ["yaml", "json"]
        .map(|ending| checkpoint.with_extension(ending))
        .into_iter()
        .find(|file| file.is_file())
}
