//! Writes the result files of a session.

use crate::{SessionExport, benchmark, documented, pickle, prompts};
use domain::{FrameNumber, ResultFile, VideoSide};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The files that [`write_results`] writes, below the results folder of the session, with their titles.
pub const RESULT_FILES: [(&str, &str); 5] = [
    ("segments.pkl", "Masks and objects (Python pickle)"),
    (
        "benchmark/segments.pkl",
        "Masks and objects, layout of the SceneDiff benchmark",
    ),
    ("benchmark/metadata.json", "Description for the benchmark"),
    ("inference_data.pkl", "Prompts in model space (torch)"),
    ("inference_data.json", "Prompts in pixels (JSON)"),
];

/// Why result files cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A file cannot be written.
    #[error("cannot write {}: {source}; check free space and permissions", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A mask or a prompt lies behind the last frame.
    #[error("{side} has {frames} frames, but there is a {what} on frame {frame}")]
    Frame {
        /// The video.
        side: VideoSide,
        /// `mask` or `prompt`.
        what: &'static str,
        /// Where it lies.
        frame: FrameNumber,
        /// Rows of the timeline.
        frames: usize,
    },
    /// A mask has another size than its video.
    #[error(
        "frame {frame} of {side} has a mask of {found:?} pixels (height, width), but the video has {expected:?}"
    )]
    Size {
        /// The video.
        side: VideoSide,
        /// The frame.
        frame: FrameNumber,
        /// Height and width of the mask.
        found: (u32, u32),
        /// Height and width of the video.
        expected: (u32, u32),
    },
}

/// Writes all [`RESULT_FILES`] of a session into `dir`, which is made if need be; returns what was written.
///
/// Each file is written beside its place and then renamed: a reader never sees half a file. The same input gives the
/// same bytes. Every mask is written, on every frame it has.
///
/// # Errors
/// When a mask or prompt does not fit its video (nothing is written then), or a file cannot be written.
pub fn write_results(dir: &Path, session: &SessionExport) -> Result<Vec<ResultFile>, ExportError> {
    check(session)?;
    let mut written = Vec::new();
    for (path, title) in RESULT_FILES {
        let bytes = write_file(&dir.join(path), |out| match path {
            "segments.pkl" => pickle::write(out, &documented::layout(session)),
            "benchmark/segments.pkl" => pickle::write(out, &benchmark::layout(session)),
            "benchmark/metadata.json" => write_json(out, &benchmark::metadata(session)),
            "inference_data.pkl" => pickle::write(out, &prompts::model_space(session)),
            _ => write_json(out, &prompts::pixels(session)),
        })?;
        written.push(ResultFile {
            path: path.to_owned(),
            title: title.to_owned(),
            bytes,
        });
    }
    Ok(written)
}

/// Checks that every mask and prompt that will be written lies within its video.
fn check(session: &SessionExport) -> Result<(), ExportError> {
    for side in VideoSide::BOTH {
        let table = &session.video(side).table;
        let within = |what, frame: FrameNumber| match table.row(frame) {
            Ok(_) => Ok(()),
            Err(_) => Err(ExportError::Frame {
                side,
                what,
                frame,
                frames: table.len(),
            }),
        };
        for (frame, mask) in session.masks(side).flat_map(|(_, frames)| frames) {
            within("mask", frame)?;
            let found = (mask.height(), mask.width());
            let expected = (table.height, table.width);
            if found != expected {
                return Err(ExportError::Size {
                    side,
                    frame,
                    found,
                    expected,
                });
            }
        }
        for (frame, _) in session.prompts(side).flat_map(|(_, frames)| frames) {
            within("prompt", frame)?;
        }
    }
    Ok(())
}

pub(crate) fn write_json(out: &mut dyn Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Writes `path` through a temporary neighbour; returns the size in bytes.
pub(crate) fn write_file(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<u64, ExportError> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".part");
    let temporary = PathBuf::from(temporary);
    let write = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut out = BufWriter::new(File::create(&temporary)?);
        content(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        let bytes = file.metadata()?.len();
        fs::rename(&temporary, path)?;
        Ok(bytes)
    };
    write().map_err(|source| {
        // What is left of a failed write is of no use; the reason of the failure is what matters.
        let _ = fs::remove_file(&temporary);
        ExportError::Io {
            path: path.to_owned(),
            source,
        }
    })
}
