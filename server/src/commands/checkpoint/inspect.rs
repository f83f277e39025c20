//! `scenediff checkpoint inspect`: what is in a checkpoint file.

use super::millions;
use crate::commands::{UNUSABLE, print};
use anyhow::Context;
use sam2::{Counterpart, Format, Inspection, Misfits, Size};
use std::fmt::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Which file, and what to compare it with.
#[derive(clap::Args)]
pub struct InspectArgs {
    /// The checkpoint (.pt or .safetensors).
    file: PathBuf,
    /// The configuration that belongs to it [default: one beside it, else the nearest official one].
    #[arg(long, value_name = "FILE", conflicts_with = "size")]
    config: Option<PathBuf>,
    /// The official size that it should be: tiny, small, base_plus or large.
    #[arg(long)]
    size: Option<Size>,
}

/// Names that are listed of each kind of misfit.
const LISTED: usize = 20;

pub fn run(args: &InspectArgs) -> anyhow::Result<ExitCode> {
    let found = sam2::inspect(&args.file, args.config.as_deref(), args.size)
        .context("this is no checkpoint that can be used")?;
    print(&describe(&args.file, &found)?)?;
    Ok(match &found.fit {
        Some((_, misfits)) if misfits.is_empty() => ExitCode::SUCCESS,
        _ => ExitCode::from(UNUSABLE),
    })
}

fn describe(file: &Path, found: &Inspection) -> Result<String, fmt::Error> {
    let mut text = String::new();
    let format = match found.format {
        Format::Pt => "PyTorch",
        Format::Safetensors => "safetensors",
    };
    let numbers = found.dtypes.iter();
    let numbers: Vec<String> = numbers
        .map(|(dtype, count)| format!("{count} x {dtype}"))
        .collect();
    for (name, value) in [
        ("file", file.display().to_string()),
        ("format", format.to_owned()),
        ("sha256", found.sha256.clone()),
        (
            "tensors",
            format!("{} ({})", found.tensors, numbers.join(", ")),
        ),
        ("parameters", millions(found.parameters)),
    ] {
        writeln!(text, "{name:12}{value}")?;
    }
    match &found.fit {
        None => writeln!(
            text,
            "{:12}no official size; name its configuration with --config",
            "fits"
        )?,
        Some((counterpart, misfits)) if misfits.is_empty() => {
            writeln!(text, "{:12}{}", "fits", name(counterpart))?;
        }
        Some((counterpart, misfits)) => {
            writeln!(text, "does not fit {}", name(counterpart))?;
            text.push_str(&list(misfits)?);
        }
    }
    Ok(text)
}

fn name(counterpart: &Counterpart) -> String {
    match counterpart {
        Counterpart::Official(size) => format!("SAM 2.1 {size}"),
        Counterpart::File(file) => file.display().to_string(),
    }
}

/// Every kind of misfit with the first names.
fn list(misfits: &Misfits) -> Result<String, fmt::Error> {
    let named = |tensors: &[sam2::Named]| -> Vec<String> {
        let tensors = tensors.iter();
        tensors
            .map(|(name, shape)| format!("{name} {shape:?}"))
            .collect()
    };
    let misshapen = misfits.misshapen.iter();
    let misshapen = misshapen
        .map(|(name, found, expected)| format!("{name} {found:?}, should be {expected:?}"))
        .collect();
    let mut text = String::new();
    for (title, lines) in [
        ("missing", named(&misfits.missing)),
        ("left over", named(&misfits.unexpected)),
        ("of another shape", misshapen),
    ] {
        if lines.is_empty() {
            continue;
        }
        writeln!(text, "{title}: {}", lines.len())?;
        for line in lines.iter().take(LISTED) {
            writeln!(text, "  {line}")?;
        }
        if lines.len() > LISTED {
            writeln!(text, "  and {} more", lines.len() - LISTED)?;
        }
    }
    Ok(text)
}
