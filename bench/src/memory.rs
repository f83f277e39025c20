//! The memory of the process while it tracks a looped clip: a long film must take no more than a short one.
//!
//! What grows with the number of frames does so whatever the size of the model, so the embedded model runs on small
//! inputs here; that makes tens of thousands of frames affordable.

use crate::clip::Clip;
use crate::model::{Device, ModelFiles, Size, in_project};
use crate::{film, machine, results};
use anyhow::{Context, ensure};
use domain::RgbFrame;
use serde_json::Value;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::Instant;
use tempfile::TempDir;

/// Pictures of the clip that is looped.
const LOOP: u32 = 16;
/// Steps between two looks at the memory.
const EVERY: u32 = 10;

/// What to measure.
#[derive(clap::Args)]
pub struct MemoryArgs {
    /// Lengths of the film, in frames.
    #[arg(long, value_delimiter = ',', default_values_t = [300, 3000, 30_000])]
    frames: Vec<u32>,
    /// Objects to track.
    #[arg(long, default_value_t = 2)]
    objects: u32,
    /// Size of the model.
    #[arg(long, value_enum, default_value_t = Size::Nano)]
    size: Size,
    /// Side of the model's input in pixels, a multiple of 32; without, that of the configuration.
    #[arg(long)]
    image_size: Option<u32>,
    /// What runs the model.
    #[arg(long, value_enum, default_value_t = Device::Cpu)]
    device: Device,
    /// Every how many-th pixel of the drawn clip is kept in each direction.
    #[arg(long, default_value_t = 4)]
    every: u32,
    /// The file that keeps the results.
    #[arg(long, value_name = "FILE", default_value_os_t = in_project("bench/RESULTS.md"))]
    out: PathBuf,
}

/// Measures every length that was asked for, in one process.
///
/// # Errors
/// When a file cannot be used, the device is not there or fails, or the system does not tell the memory of a process.
pub fn run(args: &MemoryArgs) -> anyhow::Result<()> {
    ensure!(
        args.every > 0 && args.objects > 0 && !args.frames.contains(&0),
        "--frames, --objects and --every begin at 1"
    );
    let mut files = ModelFiles::open(args.size, None)?;
    let folder = TempDir::new().context("cannot make a temporary folder")?;
    if let Some(side) = args.image_size {
        files.config = with_image_size(&files, side, &folder)?;
    }
    let segmenter = files.segmenter(args.device)?;
    let clip = small_clip(args.every)?;
    let mut rows = String::new();
    for &frames in &args.frames {
        // Prompted in the middle, so that both passes run.
        let mut tracker = segmenter.tracker(film::plan(&clip, args.objects, frames, frames / 2))?;
        let (start, mut peak, mut tenth) = (Instant::now(), 0u64, 0u64);
        while let Some(n) = tracker.next_frame() {
            tracker.step(&segmenter.encode(&clip.read(n % clip.frames)?)?)?;
            let done = tracker.steps_done();
            if done.is_multiple_of(EVERY) {
                peak = peak.max(resident()?);
            }
            if done == tracker.total_steps().div_ceil(10) {
                tenth = peak;
            }
        }
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        let _ = writeln!(
            rows,
            "| {frames} | {:.1} | {:.1} | {:.0} |",
            mib(tenth),
            mib(peak),
            start.elapsed().as_secs_f64()
        );
    }
    let (date, command) = machine::occasion();
    let body = format!(
        "- {date}: `{command}`\n- {}; {}\n- {} objects, prompted in the middle; {} pictures of {} x {}, looped; input of {} pixels\n\n\
         | frames | MiB after a tenth | peak MiB | seconds |\n|---:|---:|---:|---:|\n{rows}",
        machine::describe(args.device),
        machine::versions(),
        args.objects,
        clip.frames,
        clip.width,
        clip.height,
        segmenter.model().image_size,
    );
    let title = format!("memory, {}, {}", args.size.name(), args.device.name());
    // Others do not change the memory of this process.
    results::keep(&args.out, &title, &body, Some(0.0))
}

/// The drawn clip, thinned out.
fn small_clip(every: u32) -> anyhow::Result<Clip> {
    let whole = Clip::open(None, LOOP)?;
    let pictures = (0..whole.frames).map(|n| Ok(thinned(&whole.read(n)?, every)));
    Clip::write(whole.name.clone(), pictures.collect::<anyhow::Result<_>>()?)
}

/// Every so many-th pixel in each direction; sides stay even, as JPEG wants them.
fn thinned(picture: &RgbFrame, every: u32) -> RgbFrame {
    let even = |side: u32| (side / every).max(2) / 2 * 2;
    let (width, height) = (even(picture.width()), even(picture.height()));
    let pixel = |x: u32, y: u32| {
        let (x, y) = (
            (x * every).min(picture.width() - 1),
            (y * every).min(picture.height() - 1),
        );
        let place = ((y * picture.width() + x) * 3) as usize;
        &picture.pixels()[place..place + 3]
    };
    let pixels =
        (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y).iter().copied()));
    RgbFrame::new(width, height, pixels.collect())
}

/// A copy of the configuration with another input; the weights fit any.
fn with_image_size(files: &ModelFiles, side: u32, folder: &TempDir) -> anyhow::Result<PathBuf> {
    let text = std::fs::read_to_string(&files.config)
        .with_context(|| format!("cannot read {}", files.config.display()))?;
    let mut config: Value = serde_json::from_str(&text)
        .context("--image-size needs a size whose configuration is JSON: nano")?;
    config["model"]["image_size"] = side.into();
    let path = folder.path().join("config.json");
    std::fs::write(&path, config.to_string())
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// Bytes of the process that are in memory now.
fn resident() -> anyhow::Result<u64> {
    let text = machine::field("/proc/self/status", "VmRSS");
    let kib = text.and_then(|text| text.trim_end_matches(" kB").parse::<u64>().ok());
    let kib = kib.context("this system does not tell the memory of a process in /proc")?;
    Ok(kib << 10)
}
