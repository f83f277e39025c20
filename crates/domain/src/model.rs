//! Which model answers, and where it runs.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The hardware that runs the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// The CPU, through Burn's Flex backend.
    Cpu,
    /// An NVIDIA GPU, through Burn's CUDA backend.
    Cuda,
}

/// The loaded model, as pages, job records and exports name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Short name, e.g. `nano` or the stem of the checkpoint file.
    pub name: String,
    /// SHA-256 of the checkpoint, the first 12 hexadecimal digits.
    pub hash: String,
    /// Where it runs.
    pub device: Device,
    /// Side of the model's square input, in pixels.
    pub image_size: u32,
    /// Whether this is the small embedded model, which is for trying the tool only.
    pub embedded: bool,
}

impl ModelInfo {
    /// What tells this model from others.
    #[must_use]
    pub fn id(&self) -> ModelId {
        ModelId {
            name: self.name.clone(),
            hash: self.hash.clone(),
        }
    }
}

/// A model by name and checkpoint, as records keep it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelId {
    /// Short name.
    pub name: String,
    /// SHA-256 of the checkpoint, the first 12 hexadecimal digits.
    pub hash: String,
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.hash)
    }
}

/// Whether the model has made its first calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", content = "reason", rename_all = "snake_case")]
pub enum Readiness {
    /// It makes them; clicks wait.
    Warming,
    /// It answers.
    Ready,
    /// They failed, for this reason; later calls are tried all the same.
    Failed(String),
}
