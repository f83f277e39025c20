//! The sizes of the model, and weights for those whose checkpoint is not at hand.

use anyhow::Context;
use clap::ValueEnum;
use safetensors::tensor::{Dtype, View};
use sam2::{Config, DeviceChoice, Formula, LoadOptions, Segmenter};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// A size of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Size {
    /// The embedded model.
    Nano,
    /// The smallest official one.
    Tiny,
    /// The second official one.
    Small,
    /// The third official one.
    BasePlus,
    /// The largest official one.
    Large,
}

impl Size {
    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nano => "nano",
            Self::Tiny => "tiny",
            Self::Small => "small",
            Self::BasePlus => "base_plus",
            Self::Large => "large",
        }
    }

    /// Its configuration, with the official keys.
    pub fn config(self) -> PathBuf {
        let file = match self {
            Self::Nano => "checkpoints/nano.json",
            Self::Tiny => "crates/sam2/configs/sam2.1_hiera_t.yaml",
            Self::Small => "crates/sam2/configs/sam2.1_hiera_s.yaml",
            Self::BasePlus => "crates/sam2/configs/sam2.1_hiera_b+.yaml",
            Self::Large => "crates/sam2/configs/sam2.1_hiera_l.yaml",
        };
        in_project(file)
    }
}

/// What runs the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Device {
    /// The CPU.
    Cpu,
    /// The NVIDIA GPU.
    Cuda,
}

impl Device {
    /// As on the command line, and as PyTorch calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
        }
    }
}

/// Configuration and checkpoint of a model on disk, for both sides of the comparison.
pub struct ModelFiles {
    /// With the official keys.
    pub config: PathBuf,
    /// `.pt` or safetensors.
    pub checkpoint: PathBuf,
    /// Where the weights come from, in words.
    pub weights: String,
    /// Holds weights from the formula until the end.
    _folder: Option<TempDir>,
}

impl ModelFiles {
    /// The embedded model, the checkpoint that is named, or else weights from the formula.
    ///
    /// # Errors
    /// When the configuration cannot be read or the weights cannot be written.
    pub fn open(size: Size, checkpoint: Option<&Path>) -> anyhow::Result<Self> {
        let config = size.config();
        let files = |checkpoint: PathBuf, weights: String, folder| Self {
            config: config.clone(),
            checkpoint,
            weights,
            _folder: folder,
        };
        if let Some(path) = checkpoint {
            let name = path.file_name().unwrap_or(path.as_os_str());
            return Ok(files(
                path.to_owned(),
                name.to_string_lossy().into_owned(),
                None,
            ));
        }
        if size == Size::Nano {
            let path = in_project("checkpoints/nano.safetensors");
            return Ok(files(path, "the embedded checkpoint".into(), None));
        }
        let folder = TempDir::new().context("cannot make a temporary folder for the weights")?;
        let path = folder.path().join("formula.safetensors");
        write_formula(&Config::read(&config)?, &path)?;
        Ok(files(path, "from the formula".into(), Some(folder)))
    }

    /// Loads the model as the server does.
    ///
    /// # Errors
    /// When the files do not fit together or the device is not there.
    pub fn segmenter(&self, device: Device) -> anyhow::Result<Arc<dyn Segmenter>> {
        let options = LoadOptions {
            checkpoint: Some(self.checkpoint.clone()),
            config: Some(self.config.clone()),
            device: match device {
                Device::Cpu => DeviceChoice::Cpu,
                Device::Cuda => DeviceChoice::Cuda,
            },
            ..LoadOptions::default()
        };
        sam2::load(&options).context("cannot load the model")
    }
}

/// A file of this project.
pub fn in_project(path: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(path)
}

/// Writes the weights of the formula, a tensor at a time.
fn write_formula(config: &Config, path: &Path) -> anyhow::Result<()> {
    let formula = Formula::default();
    let tensors = Formula::tensors(config)?.into_iter().map(|(name, shape)| {
        let tensor = FormulaTensor {
            formula: &formula,
            name: name.clone(),
            shape,
        };
        (name, tensor)
    });
    safetensors::serialize_to_file(tensors, None, path)
        .with_context(|| format!("cannot write {}", path.display()))
}

/// A tensor that is computed when it is written.
struct FormulaTensor<'a> {
    formula: &'a Formula,
    name: String,
    shape: Vec<usize>,
}

impl View for FormulaTensor<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        let values = self.formula.values(&self.name, &self.shape);
        values
            .into_iter()
            .flat_map(f32::to_le_bytes)
            .collect::<Vec<u8>>()
            .into()
    }

    fn data_len(&self) -> usize {
        self.shape.iter().product::<usize>() * size_of::<f32>()
    }
}
