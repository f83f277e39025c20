//! `scenediff checkpoint download`: gets an official file, and takes it only when a model can be built from it.

use super::fetch::{FetchError, fetch, part_of};
use super::megabytes;
use crate::commands::print;
use crate::config::DataArgs;
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use sam2::{Inspection, Misfits, Size};
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// Where the official files lie.
const OFFICIAL: &str = "https://dl.fbaipublicfiles.com/segment_anything_2/092824";

/// What to download, and where to.
#[derive(clap::Args)]
pub struct DownloadArgs {
    /// The size: tiny, small, base_plus or large.
    size: Size,
    #[command(flatten)]
    data: DataArgs,
    /// The address of the folder with the files, for a mirror.
    #[arg(long, value_name = "URL", default_value = OFFICIAL, env = "SCENEDIFF_CHECKPOINT_URL")]
    from: String,
}

pub fn run(args: &DownloadArgs) -> anyhow::Result<ExitCode> {
    let folder = args.data.checkpoints();
    fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let file = folder.join(args.size.file_name());
    if file.is_file() {
        match check(&file, args.size) {
            Ok(found) => {
                return report(&file, &found, "is here already");
            }
            Err(reason) => tracing::warn!(
                file = %file.display(), reason = format!("{reason:#}"), "the file is damaged and is downloaded again"
            ),
        }
    }
    let url = format!(
        "{}/{}",
        args.from.trim_end_matches('/'),
        args.size.file_name()
    );
    let bar = ProgressBar::no_length().with_style(ProgressStyle::with_template(
        "{msg:12} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} left",
    )?);
    bar.set_message(args.size.name());
    let part = part_of(&file);
    fetch(&url, &part, &bar).map_err(|error| explain(&error, &url, &file))?;
    bar.set_style(ProgressStyle::with_template("{msg} {spinner}")?);
    bar.set_message("checking every tensor");
    bar.enable_steady_tick(Duration::from_millis(100));
    let found = match check(&part, args.size) {
        Ok(found) => found,
        Err(reason) => {
            fs::remove_file(&part).with_context(|| format!("cannot remove {}", part.display()))?;
            return Err(reason.context(format!(
                "what {url} gave is not SAM 2.1 {} and was removed; run the same command again, or use another --from",
                args.size
            )));
        }
    };
    bar.finish_and_clear();
    fs::rename(&part, &file).with_context(|| format!("cannot write {}", file.display()))?;
    report(&file, &found, "is complete, every tensor loads")
}

/// Builds the model of a size from a file.
fn check(file: &Path, size: Size) -> anyhow::Result<Inspection> {
    let found = sam2::inspect(file, None, Some(size))?;
    match &found.fit {
        Some((_, misfits)) if !misfits.is_empty() => bail!(first(misfits)),
        _ => Ok(found),
    }
}

/// How much does not fit, and the first of it.
fn first(misfits: &Misfits) -> String {
    let counts = format!(
        "{} tensors are missing, {} left over, {} of another shape",
        misfits.missing.len(),
        misfits.unexpected.len(),
        misfits.misshapen.len()
    );
    let missing = misfits.missing.iter().chain(&misfits.unexpected);
    let named = missing.map(|(name, _)| name);
    let misshapen = misfits.misshapen.iter().map(|(name, ..)| name);
    match named.chain(misshapen).next() {
        Some(name) => format!("{counts}; the first is {name}"),
        None => counts,
    }
}

fn report(file: &Path, found: &Inspection, standing: &str) -> anyhow::Result<ExitCode> {
    let bytes = fs::metadata(file).map_or(0, |data| data.len());
    print(&format!(
        "{} {standing} ({}, sha256 {})\n",
        file.display(),
        megabytes(bytes),
        found.sha256
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// The error with what to do.
fn explain(error: &FetchError, url: &str, file: &Path) -> anyhow::Error {
    let elsewhere = format!(
        "a file fetched elsewhere from {url} can be put at {}; `scenediff checkpoint inspect` checks it",
        file.display()
    );
    match error {
        FetchError::Interrupted { .. } => {
            anyhow::anyhow!(
                "{error}: run the same command again, it goes on from there; or {elsewhere}"
            )
        }
        FetchError::File { .. } | FetchError::Busy(_) => anyhow::anyhow!("{error}"),
        FetchError::Unreachable(_) => anyhow::anyhow!(
            "{error}: is this machine online, and may it reach that address? Run the same command again, or {elsewhere}"
        ),
        FetchError::Status(_) => {
            anyhow::anyhow!(
                "{url} is not to be had: {error}; try again later or another --from; or {elsewhere}"
            )
        }
    }
}
