//! The four official sizes of SAM 2.1: their files, their configurations, and what they need to run.

use crate::config::{Config, ConfigError};
use crate::weights::Weights;
use domain::Device;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// An official size, the smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// 39 million parameters.
    Tiny,
    /// 46 million parameters.
    Small,
    /// 81 million parameters.
    BasePlus,
    /// 224 million parameters.
    Large,
}

/// What a frame in work takes beside the weights, in bytes: features, memories, and the activations of the widest stage.
const AT_WORK_ON_CPU: u64 = 2 << 30;
const AT_WORK_ON_GPU: u64 = 3 << 30;

impl Size {
    /// Every size, the smallest first.
    pub const ALL: [Self; 4] = [Self::Tiny, Self::Small, Self::BasePlus, Self::Large];

    /// The name by which it is asked for.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Small => "small",
            Self::BasePlus => "base_plus",
            Self::Large => "large",
        }
    }

    /// The name of the official file.
    #[must_use]
    pub fn file_name(self) -> String {
        format!("sam2.1_hiera_{}.pt", self.name())
    }

    /// Number of parameters.
    #[must_use]
    pub fn parameters(self) -> u64 {
        match self {
            Self::Tiny => 38_962_754,
            Self::Small => 46_060_610,
            Self::BasePlus => 80_850_434,
            Self::Large => 224_446_898,
        }
    }

    /// Memory that a device must have for this size, in bytes: four per parameter, on the CPU twice because the file is
    /// read beside the model that is built from it, and what a frame in work takes (2 GiB on the CPU, 3 GiB on a GPU).
    #[must_use]
    pub fn memory(self, device: Device) -> u64 {
        let weights = 4 * self.parameters();
        match device {
            Device::Cpu => 2 * weights + AT_WORK_ON_CPU,
            Device::Cuda => weights + AT_WORK_ON_GPU,
        }
    }

    /// The official configuration.
    ///
    /// # Errors
    /// Never for the configurations that come with this crate; its tests read every one.
    pub fn config(self) -> Result<Config, ConfigError> {
        Config::parse(match self {
            Self::Tiny => include_str!("../configs/sam2.1_hiera_t.yaml"),
            Self::Small => include_str!("../configs/sam2.1_hiera_s.yaml"),
            Self::BasePlus => include_str!("../configs/sam2.1_hiera_b+.yaml"),
            Self::Large => include_str!("../configs/sam2.1_hiera_l.yaml"),
        })
    }

    /// The size whose image encoder has the width and depth of these weights.
    #[must_use]
    pub fn of(weights: &Weights) -> Option<Self> {
        let (width, blocks) = trunk(weights)?;
        Self::ALL
            .into_iter()
            .find(|size| size.trunk() == (width, blocks))
    }

    /// The size of the same width with the nearest depth: what a damaged file was meant to be.
    #[must_use]
    pub fn nearest(weights: &Weights) -> Option<Self> {
        let (width, blocks) = trunk(weights)?;
        Self::ALL
            .into_iter()
            .filter(|size| size.trunk().0 == width)
            .min_by_key(|size| size.trunk().1.abs_diff(blocks))
    }

    /// The sizes whose official file lies in `folder`, the smallest first.
    #[must_use]
    pub fn present(folder: &Path) -> Vec<Self> {
        Self::ALL
            .into_iter()
            .filter(|size| folder.join(size.file_name()).is_file())
            .collect()
    }

    /// Width of the patch embedding and number of blocks.
    fn trunk(self) -> (usize, usize) {
        match self {
            Self::Tiny => (96, 12),
            Self::Small => (96, 16),
            Self::BasePlus => (112, 24),
            Self::Large => (144, 48),
        }
    }
}

/// Width of the patch embedding and number of blocks.
fn trunk(weights: &Weights) -> Option<(usize, usize)> {
    let shape = weights.shape("image_encoder.trunk.patch_embed.proj.weight")?;
    let blocks = weights.count("image_encoder.trunk.blocks.", ".norm1.weight");
    Some((*shape.first()?, blocks))
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|size| size.name() == name)
            .ok_or_else(|| {
                let names = Self::ALL.map(Self::name).join(", ");
                format!("there is no size \"{name}\": the sizes are {names}")
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use safetensors::tensor::TensorView;

    /// The parameters of a model of this size: what an empty file lacks.
    fn counted(size: Size) -> u64 {
        let nothing = safetensors::serialize(Vec::<(String, TensorView<'_>)>::new(), None).unwrap();
        let weights = Weights::from_safetensors(&nothing).unwrap();
        let misfits = weights.misfits(size.config().unwrap()).unwrap();
        assert!(misfits.unexpected.is_empty() && misfits.misshapen.is_empty());
        let lengths = misfits.missing.iter();
        lengths
            .map(|(_, shape)| shape.iter().product::<usize>() as u64)
            .sum()
    }

    #[test]
    fn the_stated_parameters_are_those_of_the_model() {
        assert_eq!(Size::ALL.map(counted), Size::ALL.map(Size::parameters));
    }

    #[test]
    fn sizes_are_known_by_name() {
        for size in Size::ALL {
            assert_eq!(size.name().parse(), Ok(size));
        }
        assert!("huge".parse::<Size>().unwrap_err().contains("base_plus"));
    }
}
