//! The file of masks.

use anyhow::Context;
use sam2::TrackedMask;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::Permissions;
use std::io::{BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Everything that the file holds; numbers are sorted as numbers.
#[derive(Serialize)]
pub struct Masks {
    /// Height and width in pixels.
    size: [u32; 2],
    /// By frame, then by object.
    frames: BTreeMap<u32, BTreeMap<u32, Mask>>,
}

/// One mask.
#[derive(Serialize)]
struct Mask {
    counts: String,
    score: f32,
}

impl Masks {
    /// No mask yet, for pictures of `width` x `height` pixels.
    pub fn new(width: u32, height: u32) -> Self {
        Self {
            size: [height, width],
            frames: BTreeMap::new(),
        }
    }

    /// Adds the mask of one object on frame `row`.
    pub fn insert(&mut self, row: u32, tracked: &TrackedMask) {
        let mask = Mask {
            counts: tracked.mask.to_coco_text(),
            score: tracked.score,
        };
        self.frames
            .entry(row)
            .or_default()
            .insert(tracked.object, mask);
    }
}

/// The file in the making: it takes its place when it is whole.
pub struct MaskFile {
    file: NamedTempFile,
    path: PathBuf,
}

impl MaskFile {
    /// Makes sure that a file can be written at `path`.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let file = tempfile::Builder::new()
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder)
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    /// Writes the masks.
    pub fn write(mut self, masks: &Masks) -> anyhow::Result<()> {
        let failed = || format!("cannot write {}", self.path.display());
        let mut writer = BufWriter::new(&mut self.file);
        serde_json::to_writer(&mut writer, masks).with_context(failed)?;
        writer.flush().with_context(failed)?;
        drop(writer);
        self.file.persist(&self.path).with_context(failed)?;
        Ok(())
    }
}
