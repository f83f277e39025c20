//! `scenediff checkpoint list`: the sizes, what is here, and which model would run.

use super::{megabytes, millions};
use crate::commands::print;
use crate::config::{DataArgs, DeviceArg};
use domain::Device;
use sam2::{Choice, Hardware, Size, file_hash};
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

/// Where to look, and for which device.
#[derive(clap::Args)]
pub struct ListArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The device that a model would run on.
    #[arg(long, value_enum, default_value_t = DeviceArg::Auto)]
    device: DeviceArg,
}

pub fn run(args: &ListArgs) -> anyhow::Result<ExitCode> {
    let folder = args.data.checkpoints();
    let hardware = Hardware::find(args.device.choice())?;
    let mut text = format!(
        "{:10} {:14} {:10} {:28} {:>11}  {}\n",
        "size", "parameters", "memory", "file", "on disk", "hash"
    );
    for size in Size::ALL {
        let (length, hash) = standing(&folder.join(size.file_name()));
        writeln!(
            text,
            "{:10} {:14} {:10} {:28} {length:>11}  {hash}",
            size.name(),
            millions(size.parameters()),
            format!("{:.1} GB", size.memory(hardware.device) as f64 / 1e9),
            size.file_name(),
        )?;
    }
    let choice = Choice::among(Some(&folder), hardware);
    let name = choice
        .size
        .map_or("the embedded model".to_owned(), |size| size.to_string());
    let device = match hardware.device {
        Device::Cpu => "the CPU",
        Device::Cuda => "the GPU",
    };
    writeln!(text, "\nWould run on {device}: {name} ({})", choice.reason)?;
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Length and hash of a file, or what there is instead.
fn standing(file: &Path) -> (String, String) {
    let length = |file: &Path| std::fs::metadata(file).map(|data| data.len());
    match (length(file), length(&super::fetch::part_of(file))) {
        (Ok(bytes), _) => {
            let hash = file_hash(file).map(|hash| hash.chars().take(12).collect());
            (
                megabytes(bytes),
                hash.unwrap_or_else(|error| error.to_string()),
            )
        }
        (Err(_), Ok(bytes)) => (
            megabytes(bytes),
            "interrupted: download it again to go on".into(),
        ),
        (Err(_), Err(_)) => ("-".into(), "not here".into()),
    }
}
