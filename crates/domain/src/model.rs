//! Which model answers, and where it runs.

use serde::{Deserialize, Serialize};

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
