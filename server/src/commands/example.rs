//! `scenediff example`: the drawn pair of clips as files.

use anyhow::Context;
use domain::VideoSide;
use example::Example;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use video::VideoWriter;

/// Where to write the example.
#[derive(clap::Args)]
pub struct ExampleArgs {
    /// The folder for `video1.mp4`, `video2.mp4` and `truth.json`.
    out_dir: PathBuf,
}

pub fn run(args: &ExampleArgs) -> anyhow::Result<ExitCode> {
    let folder = &args.out_dir;
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let example = Example::new();
    for side in VideoSide::BOTH {
        write_clip(
            &example,
            side,
            &folder.join(format!("video{}.mp4", side.number())),
        )?;
    }
    let path = folder.join("truth.json");
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    serde_json::to_writer(BufWriter::new(file), &example.truth())
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(ExitCode::SUCCESS)
}

fn write_clip(example: &Example, side: VideoSide, path: &Path) -> anyhow::Result<()> {
    let clip = example.clip(side);
    let mut writer = VideoWriter::create(path, clip.width(), clip.height(), clip.fps())?;
    for n in 0..clip.frames() {
        writer.push(&clip.frame(n))?;
    }
    writer.finish()?;
    Ok(())
}
