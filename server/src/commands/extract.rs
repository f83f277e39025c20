//! `scenediff extract`: decodes a file in a process of its own, because a broken one can take its process down.

use super::{print_json, unusable};
use domain::FrameTable;
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to decode, and where to.
#[derive(clap::Args)]
pub struct ExtractArgs {
    /// The video file.
    file: PathBuf,
    /// The folder for the pictures, `000000.jpg` and so on, numbered by source frame.
    out_dir: PathBuf,
}

/// One line of the answer.
#[derive(Serialize)]
#[serde(untagged)]
enum Line<'a> {
    /// How far it has come.
    Progress { done: u32, total: Option<u32> },
    /// The end.
    Finished { table: &'a FrameTable },
}

pub fn run(args: &ExtractArgs) -> anyhow::Result<ExitCode> {
    let outcome = video::extract(&args.file, &args.out_dir, |done, total| {
        if print_json(&Line::Progress { done, total }).is_err() {
            // Whoever asked for it is gone.
            std::process::exit(1);
        }
    });
    match outcome {
        Ok(table) => print_json(&Line::Finished { table: &table }).map(|()| ExitCode::SUCCESS),
        Err(error) => Ok(unusable(&error)),
    }
}
