//! What there is to run a model on, and how much memory it has.

use crate::load::LoadError;
use domain::Device;

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

/// A device that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hardware {
    /// What it is.
    pub device: Device,
    /// Its memory in bytes, when that can be told: on the CPU what is available at this moment, on a GPU all of it.
    pub memory: Option<u64>,
}

impl Hardware {
    /// The CPU, with the memory that is available.
    #[must_use]
    pub fn cpu() -> Self {
        Self {
            device: Device::Cpu,
            memory: available_memory(),
        }
    }

    /// The device that is asked for.
    ///
    /// # Errors
    /// When a GPU is asked for and cannot be used; the text says why.
    pub fn find(choice: DeviceChoice) -> Result<Self, LoadError> {
        match (choice, gpu()) {
            (DeviceChoice::Cpu, _) => Ok(Self::cpu()),
            (_, Ok(gpu)) => Ok(gpu),
            (DeviceChoice::Cuda, Err(reason)) => Err(LoadError::Device(reason)),
            (DeviceChoice::Auto, Err(reason)) => {
                tracing::info!(%reason, "running on the CPU");
                Ok(Self::cpu())
            }
        }
    }
}

#[cfg(feature = "cuda")]
fn gpu() -> Result<Hardware, String> {
    let memory = crate::cuda::present()?;
    Ok(Hardware {
        device: Device::Cuda,
        memory: Some(memory),
    })
}

#[cfg(not(feature = "cuda"))]
fn gpu() -> Result<Hardware, String> {
    Err(
        "this program was built without CUDA: build it with the feature `cuda` to use a GPU, or leave out --device"
            .into(),
    )
}

/// What the system and the control group of this process leave, in bytes.
fn available_memory() -> Option<u64> {
    let meminfo = std::fs::read_to_string("/proc/meminfo").ok()?;
    let system = field(&meminfo, "MemAvailable:")?.checked_mul(1024)?;
    Some(group_memory().map_or(system, |group| group.min(system)))
}

/// What the control group leaves; none when it sets no limit. Pages of files count as free: they go when memory is needed.
fn group_memory() -> Option<u64> {
    let read = |file: &str| std::fs::read_to_string(format!("/sys/fs/cgroup/{file}")).ok();
    let limit: u64 = read("memory.max")?.trim().parse().ok()?;
    let used: u64 = read("memory.current")?.trim().parse().ok()?;
    let files = field(&read("memory.stat")?, "inactive_file")?;
    Some(limit.saturating_sub(used.saturating_sub(files)))
}

/// The number behind a name in a system file.
fn field(text: &str, name: &str) -> Option<u64> {
    text.lines()
        .find_map(|line| line.strip_prefix(name))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_system_files_are_found() {
        let text = "MemTotal:       24689420 kB\nMemAvailable:   23068672 kB\n";
        assert_eq!(field(text, "MemAvailable:"), Some(23_068_672));
        assert_eq!(field(text, "SwapFree:"), None);
        assert_eq!(field("inactive_file 4096\n", "inactive_file"), Some(4096));
    }

    #[test]
    fn the_cpu_is_always_there() {
        let cpu = Hardware::find(DeviceChoice::Cpu).unwrap();
        assert_eq!(cpu.device, Device::Cpu);
    }
}
