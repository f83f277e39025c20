//! `scenediff track`: carries prompted masks through one video, without a server.

mod frames;
mod masks;
mod prompts;

use crate::config::{DataArgs, ModelArgs};
use anyhow::Context;
use domain::Look;
use frames::Frames;
use indicatif::{ProgressBar, ProgressStyle};
use masks::MaskFile;
use sam2::{FeatureCache, FeatureLimits, Order, Pass, TrackPlan};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// What to track, and where the masks go.
#[derive(clap::Args)]
pub struct TrackArgs {
    /// A video file, or a folder of pictures 00000.jpg, 00001.jpg and so on.
    #[arg(long, value_name = "FILE|FRAMES_DIR")]
    video: PathBuf,
    /// The clicks and boxes, as JSON: {"objects":[{"id":1,"prompts":[{"frame":0,"points":[[x,y]],"labels":[1],"box":[x0,y0,x1,y1]}]}]}.
    /// Pixels; label 1 is on the object, 0 beside it; "box" may be left out. Frames of a file count at 30 per second.
    #[arg(long, value_name = "FILE")]
    prompts: PathBuf,
    /// Where to write the masks, as JSON: {"size":[h,w],"frames":{"0":{"1":{"counts":"<COCO RLE>","score":1.5}}}}.
    /// Every object has an entry on every frame; its mask is empty where the model does not see it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// In which order frames are visited, and what they look at.
    #[arg(long, value_enum, default_value_t = OrderArg::Outwards)]
    order: OrderArg,
    /// Where checkpoints lie.
    #[command(flatten)]
    data: DataArgs,
    /// The model.
    #[command(flatten)]
    model: ModelArgs,
}

/// In which order frames are visited.
#[derive(Clone, Copy, clap::ValueEnum)]
enum OrderArg {
    /// Outwards from each object's prompts; between two prompts both directions decide.
    Outwards,
    /// As the official predictor: all objects forward from the first prompt of any of them, then backward from there, with
    /// one memory. For comparisons; keeps the whole film in memory.
    Upstream,
}

impl OrderArg {
    fn order(self) -> Order {
        match self {
            Self::Outwards => Order::Outwards,
            Self::Upstream => Order::Upstream,
        }
    }
}

pub fn run(args: &TrackArgs) -> anyhow::Result<ExitCode> {
    // What can fail early, fails before hours of work.
    let file = prompts::read(&args.prompts)?;
    let out = MaskFile::create(&args.out)?;
    let segmenter = args.model.load(&args.data)?;
    let frames = open_frames(&args.video)?;

    let plan = TrackPlan {
        frames: frames.count(),
        width: frames.width(),
        height: frames.height(),
        objects: file
            .plan(&frames)
            .with_context(|| format!("cannot use {}", args.prompts.display()))?,
        order: args.order.order(),
    };
    // A frame is encoded once, however many passes come by.
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let encoded = FeatureCache::new(
        Arc::clone(&segmenter),
        folder.path().to_owned(),
        FeatureLimits::default(),
    );
    let mut masks = masks::Masks::new(frames.width(), frames.height());
    let mut tracker = segmenter.tracker(plan)?;
    let bar = bar(u64::from(tracker.total_steps()))?;
    while let Some(number) = tracker.next_frame() {
        bar.set_message(stage(tracker.pass()));
        let name = PathBuf::from(number.to_string());
        let features = match encoded.get(&name) {
            Some(features) => features,
            None => {
                let features = segmenter.encode(&frames.read(number)?)?;
                encoded.insert(name, features.clone());
                features
            }
        };
        for mask in tracker.step(&features)? {
            if mask.look == (Look::Second { wins: false }) {
                continue;
            }
            for row in frames.rows(mask.frame) {
                masks.insert(row, &mask);
            }
        }
        bar.set_position(u64::from(tracker.steps_done()));
    }
    bar.finish_and_clear();
    out.write(&masks)?;
    Ok(ExitCode::SUCCESS)
}

/// Opens a folder of pictures as it is; decodes a file first.
fn open_frames(video: &Path) -> anyhow::Result<Frames> {
    if video.is_dir() {
        return Frames::of_folder(video);
    }
    let bar = bar(0)?;
    bar.set_message("reading the video");
    let frames = Frames::of_file(video, |done, total| {
        bar.set_length(u64::from(total.unwrap_or(done)));
        bar.set_position(u64::from(done));
    })?;
    bar.finish_and_clear();
    Ok(frames)
}

/// A progress bar on stderr; nothing where stderr is no terminal.
fn bar(total: u64) -> anyhow::Result<ProgressBar> {
    let style =
        ProgressStyle::with_template("{msg:20} {wide_bar} {pos}/{len} {per_sec} {eta} left")?;
    Ok(ProgressBar::new(total).with_style(style))
}

/// What the tracker is doing.
fn stage(pass: Pass) -> &'static str {
    match pass {
        Pass::Prompts => "prompted frames",
        Pass::Forward => "forward",
        Pass::Backward => "backward",
    }
}
