//! Which model runs: the one asked for, else the largest official one that is there and fits, else the embedded one.

use crate::hardware::Hardware;
use crate::size::Size;
use std::path::{Path, PathBuf};

/// A model that is to run, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its file; none for the embedded model.
    pub file: Option<PathBuf>,
    /// Its size, when it was chosen by that.
    pub size: Option<Size>,
    /// Why it is this one, for people.
    pub reason: String,
}

impl Choice {
    /// Chooses among the official files in `folder`: the largest that needs no more memory ([`Size::memory`]) than the
    /// device has. Where its memory cannot be told, every size counts as fitting.
    #[must_use]
    pub fn among(folder: Option<&Path>, hardware: Hardware) -> Self {
        let embedded = |reason: String| Self {
            file: None,
            size: None,
            reason,
        };
        let Some(folder) = folder else {
            return embedded("no checkpoint is named".into());
        };
        let place = folder.display();
        let present = Size::present(folder);
        let Some(&largest) = present.last() else {
            return embedded(format!(
                "no official checkpoint lies in {place}: get one with `scenediff checkpoint download large`"
            ));
        };
        let fits = |size: &&Size| {
            hardware
                .memory
                .is_none_or(|memory| size.memory(hardware.device) <= memory)
        };
        let too_large = |size: Size| {
            let needed = gigabytes(size.memory(hardware.device));
            let there = gigabytes(hardware.memory.unwrap_or_default());
            format!("{size} needs {needed} of memory and {there} is there")
        };
        match present.iter().rev().find(fits) {
            None => embedded(format!(
                "none of the checkpoints in {place} fits: {}",
                too_large(present[0])
            )),
            Some(&size) => Self {
                file: Some(folder.join(size.file_name())),
                size: Some(size),
                reason: if size == largest {
                    format!("the largest checkpoint in {place}, and it fits")
                } else {
                    format!(
                        "the largest checkpoint in {place} that fits: {}",
                        too_large(largest)
                    )
                },
            },
        }
    }
}

/// Bytes in words, `3.8 GB`.
fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Device;

    const ENOUGH: Hardware = Hardware {
        device: Device::Cpu,
        memory: None,
    };

    fn folder(sizes: &[Size]) -> PathBuf {
        let names: Vec<&str> = sizes.iter().map(|size| size.name()).collect();
        let folder = std::env::temp_dir().join(format!(
            "scenediff-choose-{}-{}",
            std::process::id(),
            names.join("-")
        ));
        std::fs::create_dir_all(&folder).unwrap();
        for size in sizes {
            std::fs::write(folder.join(size.file_name()), "").unwrap();
        }
        folder
    }

    #[test]
    fn without_files_the_embedded_model_runs() {
        let empty = folder(&[]);
        let choice = Choice::among(Some(&empty), ENOUGH);
        assert_eq!((choice.file, choice.size), (None, None));
        assert!(choice.reason.contains("checkpoint download"));
        assert_eq!(Choice::among(None, ENOUGH).file, None);
        std::fs::remove_dir_all(empty).unwrap();
    }

    #[test]
    fn the_largest_that_fits_runs() {
        let folder = folder(&[Size::Tiny, Size::Large]);
        let choose = |memory| {
            Choice::among(
                Some(&folder),
                Hardware {
                    device: Device::Cuda,
                    memory,
                },
            )
        };
        assert_eq!(choose(None).size, Some(Size::Large));
        let need = |size: Size| Some(size.memory(Device::Cuda));
        assert_eq!(choose(need(Size::Large)).size, Some(Size::Large));
        let choice = choose(need(Size::Small));
        assert_eq!(choice.size, Some(Size::Tiny));
        assert_eq!(choice.file, Some(folder.join("sam2.1_hiera_tiny.pt")));
        assert!(
            choice.reason.contains("large needs 4.1 GB"),
            "{}",
            choice.reason
        );
        let choice = choose(Some(1 << 30));
        assert_eq!(choice.file, None);
        assert!(
            choice
                .reason
                .contains("tiny needs 3.4 GB of memory and 1.1 GB is there"),
            "{}",
            choice.reason
        );
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_gpu_of_six_gigabytes_holds_every_size() {
        for size in Size::ALL {
            assert!(size.memory(Device::Cuda) < 6_000_000_000);
        }
    }
}
