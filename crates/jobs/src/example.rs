//! The drawn pair of clips as files.

use crate::JobsError;
use domain::VideoSide;
use example::Example;
use std::path::{Path, PathBuf};
use video::VideoWriter;

/// Draws the example pair into `before.mp4` and `after.mp4`.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn write_example(folder: &Path) -> Result<(PathBuf, PathBuf), JobsError> {
    let example = Example::new();
    let write = |side, name: &str| {
        let clip = example.clip(side);
        let path = folder.join(name);
        let mut writer = VideoWriter::create(&path, clip.width(), clip.height(), clip.fps())?;
        for n in 0..clip.frames() {
            writer.push(&clip.frame(n))?;
        }
        writer.finish()?;
        Ok::<_, JobsError>(path)
    };
    Ok((
        write(VideoSide::One, "before.mp4")?,
        write(VideoSide::Two, "after.mp4")?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_hold_every_drawn_frame() {
        let dir = tempfile::tempdir().unwrap();
        let (before, after) = write_example(dir.path()).unwrap();
        let example = Example::new();
        for (side, path) in VideoSide::BOTH.into_iter().zip([before, after]) {
            let (clip, probe) = (example.clip(side), video::probe(&path).unwrap());
            assert_eq!((probe.width, probe.height), (clip.width(), clip.height()));
            assert_eq!(probe.frames, Some(clip.frames()));
        }
    }
}
