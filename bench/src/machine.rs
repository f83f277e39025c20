//! What a figure depends on besides the program: the machine and the versions.

use crate::model::Device;
use std::process::Command;

/// Processor, memory, system, and the GPU where it is used, in one line.
pub fn describe(device: Device) -> String {
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown CPU".into());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.trim_end_matches(" kB").parse::<u64>().ok())
        .map_or_else(String::new, |kib| {
            format!(", {} GiB", kib.div_ceil(1 << 20))
        });
    let gpu = match device {
        Device::Cpu => String::new(),
        Device::Cuda => {
            let query = [
                "--query-gpu=name,driver_version,memory.total",
                "--format=csv,noheader",
            ];
            output("nvidia-smi", &query).map_or_else(String::new, |text| format!(", {text}"))
        }
    };
    let system = std::env::consts::OS;
    format!("{cpu}, {cores} cores{memory}{gpu}, {system}")
}

/// Versions of the compiler and of Burn.
pub fn versions() -> String {
    let compiler = output("rustc", &["--version"]).unwrap_or_else(|| "unknown rustc".into());
    let compiler = compiler.split(" (").next().unwrap_or_default().to_owned();
    format!("{compiler}, Burn {}", burn_version())
}

/// Today, and the command line.
pub fn occasion() -> (String, String) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let date = jiff::Zoned::now().date().to_string();
    (
        date,
        format!("bench {}", arguments.join(" "))
            .trim_end()
            .to_owned(),
    )
}

/// The version of Burn in the lock file that this was built with.
fn burn_version() -> &'static str {
    include_str!("../../Cargo.lock")
        .split("[[package]]\n")
        .find_map(|package| package.strip_prefix("name = \"burn\"\nversion = \""))
        .and_then(|rest| rest.split('"').next())
        .unwrap_or("unknown")
}

/// The first value of a key in a file of `key : value` lines.
pub fn field(file: &str, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == key).then(|| value.trim().to_owned())
    })
}

/// What a program prints, when it is there.
fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
