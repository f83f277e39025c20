//! `scenediff checkpoint`: the official models, from their public place to this machine.

mod download;
mod fetch;
mod inspect;
mod list;

use clap::{Args, Subcommand};
use std::process::ExitCode;

/// What to do with checkpoints.
#[derive(Args)]
pub struct CheckpointArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Says which sizes there are, which are here, and which would run.
    List(list::ListArgs),
    /// Downloads an official model, and checks it; goes on where an earlier download was interrupted.
    Download(download::DownloadArgs),
    /// Says what is in a checkpoint file, and whether a model can be built from it.
    Inspect(inspect::InspectArgs),
}

pub fn run(args: &CheckpointArgs) -> anyhow::Result<ExitCode> {
    match &args.action {
        Action::List(args) => list::run(args),
        Action::Download(args) => download::run(args),
        Action::Inspect(args) => inspect::run(args),
    }
}

/// Bytes in words, `155.9 MB`.
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// A number of parameters in words, `38.9 million`.
fn millions(number: u64) -> String {
    format!("{:.1} million", number as f64 / 1e6)
}
