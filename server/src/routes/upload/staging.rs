//! Where uploads lie until they are complete.

use super::form::{broken, unusable};
use crate::routes::Refusal;
use anyhow::Context;
use axum::extract::multipart::Field;
use axum::http::StatusCode;
use service::{SEGMENTS_MAX, UploadedFile, video_extension};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::fs::File;
use tokio::io::{AsyncWriteExt, BufWriter};

/// The folder for uploads in the making, on the file system of the data folder.
#[derive(Clone, Debug)]
pub struct Staging {
    folder: PathBuf,
    max_bytes: u64,
}

/// One upload in the making; dropped, it leaves nothing behind.
pub struct StagedUpload {
    folder: TempDir,
    max_bytes: u64,
}

impl Staging {
    /// Makes the folder, and clears what a server that was killed left in it.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn prepare(data: &Path, max_bytes: u64) -> anyhow::Result<Self> {
        let folder = data.join("staging");
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot clear {}", folder.display()));
            }
            _ => {}
        }
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self { folder, max_bytes })
    }

    /// Makes room for one upload.
    pub fn begin(&self) -> Result<StagedUpload, Refusal> {
        let folder = TempDir::new_in(&self.folder).map_err(|error| not_written(&error))?;
        Ok(StagedUpload {
            folder,
            max_bytes: self.max_bytes,
        })
    }
}

impl StagedUpload {
    /// Writes a video chunk by chunk; none when the field was left empty.
    ///
    /// # Errors
    /// When it is no video by its name, empty or too large, or cannot be written.
    pub async fn receive_video(
        &self,
        field: Field<'_>,
        stem: &str,
    ) -> Result<Option<UploadedFile>, Refusal> {
        let name = field.file_name().unwrap_or_default().to_owned();
        if name.is_empty() {
            return Ok(None);
        }
        let file = format!("{stem}.{}", video_extension(&name)?);
        let way_out = "shorten the video, or start the server with a larger --max-upload";
        self.write(field, &file, name, self.max_bytes, way_out)
            .await
            .map(Some)
    }

    /// Writes a `segments.pkl` chunk by chunk; none when the field was left empty.
    ///
    /// # Errors
    /// When it is empty or too large, or cannot be written.
    pub async fn receive_segments(
        &self,
        field: Field<'_>,
    ) -> Result<Option<UploadedFile>, Refusal> {
        let name = field.file_name().unwrap_or_default().to_owned();
        if name.is_empty() {
            return Ok(None);
        }
        let way_out = "choose a segments.pkl, which holds masks as run lengths";
        self.write(field, "segments.pkl", name, SEGMENTS_MAX as u64, way_out)
            .await
            .map(Some)
    }

    async fn write(
        &self,
        mut field: Field<'_>,
        file_name: &str,
        name: String,
        max_bytes: u64,
        way_out: &str,
    ) -> Result<UploadedFile, Refusal> {
        let path = self.folder.path().join(file_name);
        let file = File::create(&path)
            .await
            .map_err(|error| not_written(&error))?;
        let mut file = BufWriter::with_capacity(1 << 20, file);
        let mut bytes = 0;
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            bytes += chunk.len() as u64;
            if bytes > max_bytes {
                return Err(Refusal::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    format!(
                        "\"{name}\" is larger than the {} that this server accepts: {way_out}",
                        size(max_bytes)
                    ),
                ));
            }
            file.write_all(&chunk)
                .await
                .map_err(|error| not_written(&error))?;
        }
        file.flush().await.map_err(|error| not_written(&error))?;
        if bytes == 0 {
            return Err(unusable(format!(
                "\"{name}\" is empty: choose another file"
            )));
        }
        Ok(UploadedFile { path, name })
    }
}

/// The disk said no.
fn not_written(error: &io::Error) -> Refusal {
    tracing::error!(%error, "an upload cannot be written");
    if error.kind() == io::ErrorKind::StorageFull || error.kind() == io::ErrorKind::QuotaExceeded {
        Refusal::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "the server's disk is full, nothing was kept: free some space or remove old sessions, then upload again",
        )
    } else {
        Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("the upload cannot be written to the server's disk: {error}"),
        )
    }
}

/// A number of bytes for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} bytes"),
        10_000..=9_999_999 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
