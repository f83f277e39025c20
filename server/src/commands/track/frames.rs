//! The pictures of the video that is tracked.

use anyhow::{Context, ensure};
use domain::{FrameNumber, FrameTable, RgbFrame};
use image::ImageReader;
use std::ops::Range;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Pictures on disk, numbered from 0, each really different from the others.
pub struct Frames {
    paths: Vec<PathBuf>,
    width: u32,
    height: u32,
    /// For a file: its 30-fps timeline.
    timeline: Option<Timeline>,
}

/// Which rows of a file's 30-fps timeline show which picture.
struct Timeline {
    table: FrameTable,
    /// The source frame of every picture.
    shown: Vec<u32>,
    /// Where the pictures lie, until the end.
    _decoded: TempDir,
}

impl Frames {
    /// The pictures of a folder, in the order of their names.
    pub fn of_folder(folder: &Path) -> anyhow::Result<Self> {
        let unreadable = || format!("cannot read the folder {}", folder.display());
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).with_context(unreadable)? {
            let path = entry.with_context(unreadable)?.path();
            let extension = path
                .extension()
                .and_then(|text| text.to_str())
                .unwrap_or_default();
            if ["jpg", "jpeg", "png"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
            {
                paths.push(path);
            }
        }
        paths.sort();
        let first = paths
            .first()
            .with_context(|| format!("there is no picture (.jpg, .png) in {}", folder.display()))?;
        let picture = load(first)?;
        let (width, height) = (picture.width(), picture.height());
        Ok(Self {
            paths,
            width,
            height,
            timeline: None,
        })
    }

    /// The frames of a video file, decoded to a temporary folder; `progress` hears how many are done.
    pub fn of_file(file: &Path, progress: impl FnMut(u32, Option<u32>)) -> anyhow::Result<Self> {
        let decoded = TempDir::new().context("cannot make a temporary folder for the frames")?;
        let table = video::extract(file, decoded.path(), progress)
            .with_context(|| format!("cannot use {}", file.display()))?;
        let shown = table.shown_frames();
        Ok(Self {
            paths: shown
                .iter()
                .map(|&source| decoded.path().join(video::frame_file_name(source)))
                .collect(),
            width: table.width,
            height: table.height,
            timeline: Some(Timeline {
                table,
                shown,
                _decoded: decoded,
            }),
        })
    }

    /// How many pictures there are.
    pub fn count(&self) -> u32 {
        self.paths.len() as u32
    }

    /// Width of every picture, in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height of every picture, in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Reads picture `number`.
    pub fn read(&self, number: u32) -> anyhow::Result<RgbFrame> {
        let path = self
            .paths
            .get(number as usize)
            .with_context(|| format!("there is no picture {number}"))?;
        let picture = load(path)?;
        ensure!(
            (picture.width(), picture.height()) == (self.width, self.height),
            "{} has {} x {} pixels, but the first picture has {} x {}: all must be of one size",
            path.display(),
            picture.width(),
            picture.height(),
            self.width,
            self.height
        );
        Ok(picture)
    }

    /// The picture that `row` shows.
    pub fn number_of_row(&self, row: u32) -> anyhow::Result<u32> {
        let Some(timeline) = &self.timeline else {
            ensure!(
                row < self.count(),
                "there is no such frame: the folder has frames 0 to {}",
                self.count() - 1
            );
            return Ok(row);
        };
        let source = timeline.table.row(FrameNumber(row))?.source_frame;
        Ok(timeline.shown.partition_point(|&shown| shown < source) as u32)
    }

    /// The rows that show picture `number`.
    pub fn rows(&self, number: u32) -> Range<u32> {
        match &self.timeline {
            None => number..number + 1,
            Some(timeline) => {
                let source = timeline.shown.get(number as usize);
                source.map_or(0..0, |&source| timeline.table.rows_showing(source))
            }
        }
    }
}

fn load(path: &Path) -> anyhow::Result<RgbFrame> {
    let unreadable = || format!("cannot read the picture {}", path.display());
    let picture = ImageReader::open(path)
        .with_context(unreadable)?
        .decode()
        .with_context(unreadable)?
        .into_rgb8();
    let (width, height) = picture.dimensions();
    Ok(RgbFrame::new(width, height, picture.into_raw()))
}
