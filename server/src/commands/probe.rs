//! `scenediff probe`: opens a file in a process of its own, because a broken one can take its process down.

use super::{print_json, unusable};
use std::path::PathBuf;
use std::process::ExitCode;

/// What to look at.
#[derive(clap::Args)]
pub struct ProbeArgs {
    /// The video file.
    file: PathBuf,
}

pub fn run(args: &ProbeArgs) -> anyhow::Result<ExitCode> {
    match video::probe(&args.file) {
        Ok(probe) => print_json(&probe).map(|()| ExitCode::SUCCESS),
        Err(error) => Ok(unusable(&error)),
    }
}
