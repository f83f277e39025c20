//! The pictures that are measured on, as JPEG files like those that the server tracks.

use anyhow::{Context, ensure};
use domain::{FramePrompts, Label, Point, RgbFrame, VideoSide};
use example::Example;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use video::JpegEncoder;

/// A short clip on disk: `00000.jpg`, `00001.jpg` and so on.
pub struct Clip {
    folder: TempDir,
    /// What it shows.
    pub name: String,
    /// Number of pictures.
    pub frames: u32,
    /// Width of every picture, in pixels.
    pub width: u32,
    /// Height of every picture, in pixels.
    pub height: u32,
}

impl Clip {
    /// The first `frames` frames of a video file, or of the drawn example.
    ///
    /// # Errors
    /// When the film cannot be used or is too short, or the pictures cannot be written.
    pub fn open(video: Option<&Path>, frames: u32) -> anyhow::Result<Self> {
        match video {
            Some(path) => Self::of_video(path, frames),
            None => Self::of_example(frames),
        }
    }

    fn of_example(frames: u32) -> anyhow::Result<Self> {
        let example = Example::new();
        let clip = example.clip(VideoSide::One);
        ensure!(
            frames <= clip.frames(),
            "the drawn clip has {} frames: ask for fewer, or name a film with --clip",
            clip.frames()
        );
        let pictures = (0..frames).map(|n| clip.frame(n)).collect();
        Self::write("the drawn example".into(), pictures)
    }

    fn of_video(path: &Path, frames: u32) -> anyhow::Result<Self> {
        let mut pictures = Vec::new();
        let decoded = video::decode(path, |frame| {
            pictures.push(frame.image);
            if pictures.len() < frames as usize {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        match decoded {
            Ok(_) | Err(video::VideoError::Stopped) => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot use {}", path.display()));
            }
        }
        ensure!(
            pictures.len() == frames as usize,
            "{} has {} frames only: ask for fewer with --frames",
            path.display(),
            pictures.len()
        );
        let name = path.file_name().unwrap_or(path.as_os_str());
        Self::write(name.to_string_lossy().into_owned(), pictures)
    }

    /// Writes pictures of one size, at least one.
    ///
    /// # Errors
    /// When there is none, one has another size, or the disk is full.
    pub fn write(name: String, pictures: Vec<RgbFrame>) -> anyhow::Result<Self> {
        let first = pictures.first().context("the clip has no frame")?;
        let (width, height) = (first.width(), first.height());
        let folder = TempDir::new().context("cannot make a temporary folder for the clip")?;
        let mut encoder = JpegEncoder::new(width, height)?;
        for (n, picture) in pictures.iter().enumerate() {
            let path = folder.path().join(file_name(n as u32));
            std::fs::write(&path, encoder.encode(picture)?)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(Self {
            folder,
            name,
            frames: pictures.len() as u32,
            width,
            height,
        })
    }

    /// Where the pictures lie.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The JPEG file of a picture.
    pub fn path(&self, n: u32) -> PathBuf {
        self.folder().join(file_name(n))
    }

    /// Reads and decodes a picture.
    ///
    /// # Errors
    /// When its file is gone or damaged.
    pub fn read(&self, n: u32) -> anyhow::Result<RgbFrame> {
        let path = self.path(n);
        let bytes =
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        decode(&bytes)
    }

    /// Clicks for `objects` objects on the first picture: the middles of the cells of a grid.
    pub fn clicks(&self, objects: u32) -> Vec<[f32; 2]> {
        let columns = f64::from(objects).sqrt().ceil() as u32;
        let rows = objects.div_ceil(columns);
        let middle = |cell: u32, cells: u32, size: u32| {
            ((cell as f32 + 0.5) / cells as f32 * size as f32).round()
        };
        (0..objects)
            .map(|i| {
                [
                    middle(i % columns, columns, self.width),
                    middle(i / columns, rows, self.height),
                ]
            })
            .collect()
    }
}

fn file_name(n: u32) -> String {
    format!("{n:05}.jpg")
}

/// Decodes a JPEG in the way of the server's jobs.
///
/// # Errors
/// When it is damaged.
pub fn decode(jpeg: &[u8]) -> anyhow::Result<RgbFrame> {
    let picture = image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg)?.into_rgb8();
    let (width, height) = picture.dimensions();
    Ok(RgbFrame::new(width, height, picture.into_raw()))
}

/// A click as the prompts of a frame.
pub fn prompts([x, y]: [f32; 2]) -> FramePrompts {
    FramePrompts {
        points: vec![Point {
            x,
            y,
            label: Label::Positive,
        }],
        ..FramePrompts::default()
    }
}
