//! Milliseconds per stage and frames per second, as a table per size.

use crate::clip::Clip;
use crate::model::{Device, ModelFiles, Size, in_project};
use crate::quiet::{self, Watch};
use crate::reference::{self, Reference, Setting};
use crate::stages::{self, Stage, Timings};
use crate::{film, machine, results, storing};
use anyhow::{Context, ensure};
use sam2::Segmenter;
use std::fmt::Write;
use std::path::PathBuf;

/// Objects whose masks are stored in a chunk.
const STORED_OBJECTS: u32 = 4;

/// What to measure.
#[derive(clap::Args)]
pub struct SpeedArgs {
    /// Sizes of the model.
    #[arg(long = "size", value_enum, value_delimiter = ',', default_values_t = [Size::Nano, Size::Tiny])]
    sizes: Vec<Size>,
    /// What runs the model.
    #[arg(long, value_enum, default_value_t = Device::Cpu)]
    device: Device,
    /// Weights of the one size that is measured; without, the embedded ones or those of a formula.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Frames of every film that is tracked.
    #[arg(long, default_value_t = 16)]
    frames: u32,
    /// Numbers of objects to track at once.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 4, 8])]
    objects: Vec<u32>,
    /// Films per number of objects, of which the fastest counts.
    #[arg(long, default_value_t = 1)]
    runs: u32,
    /// The film; without, a drawn one.
    #[arg(long, value_name = "VIDEO")]
    clip: Option<PathBuf>,
    /// Threads of the CPU; without, as many as there are cores.
    #[arg(long)]
    threads: Option<usize>,
    /// A Python with `torch` and `sam2`, for the comparison.
    #[arg(long, value_name = "PYTHON", default_value = "python3")]
    reference: PathBuf,
    /// In which precision the official code computes.
    #[arg(long, default_value = "f32", value_parser = ["f32", "bf16", "f16"])]
    precision: String,
    /// The file that keeps the results.
    #[arg(long, value_name = "FILE", default_value_os_t = in_project("bench/RESULTS.md"))]
    out: PathBuf,
}

/// Measures every size that was asked for.
///
/// # Errors
/// When a file cannot be used, the device is not there, or the official code fails.
pub fn run(args: &SpeedArgs) -> anyhow::Result<()> {
    ensure!(
        args.checkpoint.is_none() || args.sizes.len() == 1,
        "a checkpoint belongs to one size: name it with --size"
    );
    ensure!(
        args.frames > 0 && args.runs > 0 && !args.objects.contains(&0),
        "--frames, --runs and --objects begin at 1"
    );
    if let Some(threads) = args.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build_global()
            .context("cannot set the number of threads")?;
    }
    let clip = Clip::open(args.clip.as_deref(), args.frames)?;
    for &size in &args.sizes {
        let files = ModelFiles::open(size, args.checkpoint.as_deref())?;
        let watch = Watch::start();
        let ours = Ours::measure(args, &files, &clip)?;
        let setting = Setting {
            python: &args.reference,
            objects: &args.objects,
            device: args.device,
            precision: &args.precision,
            threads: rayon::current_num_threads(),
            runs: args.runs,
        };
        let official = reference::measure(&setting, &files, &clip)?;
        let others = watch.others();
        let body = section(args, &files, &clip, &ours, official, others);
        let title = format!("{}, {}", size.name(), args.device.name());
        results::keep(&args.out, &title, &body, others)?;
    }
    Ok(())
}

/// What this engine needs.
struct Ours {
    timings: Timings,
    /// Number of objects and frames per second.
    films: Vec<(u32, f64)>,
}

impl Ours {
    fn measure(args: &SpeedArgs, files: &ModelFiles, clip: &Clip) -> anyhow::Result<Self> {
        // First: it says clearly when the device is not there.
        let segmenter = files.segmenter(args.device)?;
        let segmenter: &dyn Segmenter = segmenter.as_ref();
        let mut timings = match args.device {
            Device::Cpu => stages::of_model::<burn_flex::Flex>(files, clip, &Default::default())?,
            Device::Cuda => on_cuda(files, clip)?,
        };
        timings.push((Stage::Click, stages::click(segmenter, clip)?));
        // Two frames warm up what tracking alone needs.
        let (masks, state) = film::track(segmenter, clip, STORED_OBJECTS, 2)?;
        timings.push((
            Stage::Store,
            storing::commit(&masks, STORED_OBJECTS, &state)?,
        ));
        let mut films = Vec::new();
        for &objects in &args.objects {
            let mut fastest = 0f64;
            for _ in 0..args.runs {
                fastest = fastest.max(film::frames_per_second(
                    segmenter,
                    clip,
                    objects,
                    args.frames,
                )?);
            }
            films.push((objects, fastest));
        }
        Ok(Self { timings, films })
    }
}

#[cfg(feature = "cuda")]
fn on_cuda(files: &ModelFiles, clip: &Clip) -> anyhow::Result<Timings> {
    stages::of_model::<burn::backend::Cuda>(files, clip, &Default::default())
}

#[cfg(not(feature = "cuda"))]
fn on_cuda(_: &ModelFiles, _: &Clip) -> anyhow::Result<Timings> {
    anyhow::bail!("this program was built without CUDA: build it with the feature `cuda`")
}

/// The section of one size: where it was measured, and the tables.
fn section(
    args: &SpeedArgs,
    files: &ModelFiles,
    clip: &Clip,
    ours: &Ours,
    official: Result<Reference, String>,
    others: Option<f64>,
) -> String {
    let (date, command) = machine::occasion();
    let packages = match &official {
        Ok(reference) => {
            let versions = reference.versions.iter();
            let list: Vec<String> = versions
                .map(|(name, version)| format!("{name} {version}"))
                .collect();
            format!("{} ({})", list.join(", "), args.precision)
        }
        Err(reason) => format!("the official code was not measured: {reason}"),
    };
    let reference = official.ok();
    let mut text = format!(
        "- {date}: `{command}`\n- {}; {} threads; {}\n- {}; {packages}\n- weights {}; {}, {} x {}, {} frames\n\n",
        machine::describe(args.device),
        rayon::current_num_threads(),
        quiet::describe(others),
        machine::versions(),
        files.weights,
        clip.name,
        clip.width,
        clip.height,
        clip.frames,
    );
    let modes: Vec<_> = reference.iter().flat_map(|r| &r.modes).collect();
    let head = |text: &mut String, first: &str, ours: &str| {
        let mut rule = String::from("|---|---:|");
        let mut line = format!("| {first} | {ours} |");
        for (name, _) in &modes {
            line += &format!(" official, {name} | ratio |");
            rule += "---:|---:|";
        }
        *text += &format!("{line}\n{rule}\n");
    };
    // Writing to a string cannot fail.
    head(&mut text, "stage", "ms, best (median)");
    for stage in Stage::ALL {
        let Some((_, timing)) = ours.timings.iter().find(|(of, _)| *of == stage) else {
            continue;
        };
        let _ = write!(
            text,
            "| {} | {:.2} ({:.2}) |",
            stage.title(),
            timing.best,
            timing.median
        );
        for (_, mode) in &modes {
            let _ = match mode.stage(stage) {
                Some(other) => write!(
                    text,
                    " {:.2} ({:.2}) | {:.2} |",
                    other.best,
                    other.median,
                    other.median / timing.median
                ),
                None => write!(text, " | |"),
            };
        }
        text.push('\n');
    }
    text.push('\n');
    head(&mut text, "whole film", "frames per second");
    for &(objects, fps) in &ours.films {
        let plural = if objects == 1 { "" } else { "s" };
        let _ = write!(text, "| {objects} object{plural} | {fps:.2} |");
        for (_, mode) in &modes {
            let _ = match mode.fps(objects) {
                Some(other) => write!(text, " {other:.2} | {:.2} |", fps / other),
                None => write!(text, " | |"),
            };
        }
        text.push('\n');
    }
    text
}
