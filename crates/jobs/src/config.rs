//! What the jobs need to know before they start, and where files lie below the data directory.

use crate::JobsError;
use crate::frames::StoredFrame;
use domain::{SessionId, VideoSide};
use sam2::FeatureLimits;
use std::path::{Path, PathBuf};

/// How the jobs run.
#[derive(Clone, Debug)]
pub struct JobsConfig {
    /// The directory that holds uploads, frames, results and databases.
    pub data_dir: PathBuf,
    /// The program that decodes uploads in a process of its own (`probe FILE`, `extract FILE OUT_DIR`).
    pub worker_exe: PathBuf,
    /// How much of the image encoder's answers is kept.
    pub features: FeatureLimits,
}

impl JobsConfig {
    /// The usual settings.
    #[must_use]
    pub fn new(data_dir: PathBuf, worker_exe: PathBuf) -> Self {
        Self {
            data_dir,
            worker_exe,
            features: FeatureLimits::default(),
        }
    }
}

/// The data directory: where everything of a session lies.
#[derive(Clone, Debug)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// The data directory at `root`.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self(root)
    }

    /// The file of the queue.
    #[must_use]
    pub fn queue(&self) -> PathBuf {
        self.0.join("queue.sqlite")
    }

    /// The folder of a session's uploaded files.
    #[must_use]
    pub fn uploads(&self, session: &SessionId) -> PathBuf {
        self.0.join("uploads").join(session.as_str())
    }

    /// The uploaded file of one side, `original_video1.<ext>` or `original_video2.<ext>`.
    ///
    /// # Errors
    /// When it is not there.
    pub fn original(&self, session: &SessionId, side: VideoSide) -> Result<PathBuf, JobsError> {
        let folder = self.uploads(session);
        let stem = format!("original_video{}", side.number());
        let entries = std::fs::read_dir(&folder).map_err(JobsError::file("read", &folder))?;
        entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.file_stem().is_some_and(|name| name == stem.as_str()))
            .ok_or_else(|| {
                JobsError::Request(format!(
                    "the uploaded file of {side} is gone: upload the videos again"
                ))
            })
    }

    /// The uploaded `segments.pkl` of a session whose masks were made elsewhere.
    #[must_use]
    pub fn uploaded_segments(&self, session: &SessionId) -> PathBuf {
        self.uploads(session).join("segments.pkl")
    }

    /// The folder of a session's frames.
    #[must_use]
    pub fn cache(&self, session: &SessionId) -> PathBuf {
        self.0.join("cache").join(session.as_str())
    }

    /// The folder of the frames of one side.
    #[must_use]
    pub fn frames(&self, session: &SessionId, side: VideoSide) -> PathBuf {
        self.cache(session).join(format!("video{}", side.number()))
    }

    /// The picture of a source frame that some row of the timeline shows.
    #[must_use]
    pub fn frame(&self, session: &SessionId, side: VideoSide, source_frame: u32) -> PathBuf {
        let folder = self.frames(session, side);
        folder.join(video::frame_file_name(source_frame))
    }

    /// Where everything about a source frame lies.
    pub(crate) fn stored_frame(
        &self,
        session: &SessionId,
        side: VideoSide,
        source_frame: u32,
    ) -> StoredFrame {
        let features = features_of(session).join(format!("video{}", side.number()));
        StoredFrame {
            picture: self.frame(session, side, source_frame),
            features: features.join(format!("{source_frame:06}")),
        }
    }

    /// The folder of the image encoder's answers.
    pub(crate) fn features(&self) -> PathBuf {
        self.0.join("features")
    }

    /// The folder of a session's result files.
    #[must_use]
    pub fn results(&self, session: &SessionId) -> PathBuf {
        self.0.join("results").join(session.as_str())
    }

    /// Where the result files of a session are made before they take the place of the former ones.
    pub(crate) fn results_in_work(&self, session: &SessionId) -> PathBuf {
        // No session name begins with a dot.
        self.0.join("results").join(format!(".{session}"))
    }

    /// Where the former result files of a session lie until the new ones are in their place.
    pub(crate) fn results_before(&self, session: &SessionId) -> PathBuf {
        // Nor do two dots begin one.
        self.0.join("results").join(format!("..{session}"))
    }

    /// The sessions whose former result files lie aside.
    ///
    /// # Errors
    /// When the folder of all results cannot be read.
    pub(crate) async fn results_aside(&self) -> Result<Vec<SessionId>, JobsError> {
        let folder = self.0.join("results");
        let mut entries = match tokio::fs::read_dir(&folder).await {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(JobsError::file("read", &folder))?,
        };
        let mut aside = Vec::new();
        while let Some(entry) =
            (entries.next_entry().await).map_err(JobsError::file("read", &folder))?
        {
            let name = entry.file_name();
            let name = name.to_str().and_then(|name| name.strip_prefix(".."));
            aside.extend(name.and_then(|name| name.parse().ok()));
        }
        Ok(aside)
    }
}

/// Below the folder of the image encoder's answers, where those of a session lie.
pub(crate) fn features_of(session: &SessionId) -> PathBuf {
    PathBuf::from(session.as_str())
}

/// Removes a folder with everything in it, if it is there.
///
/// # Errors
/// When something in it cannot be removed.
pub(crate) async fn remove_folder(folder: &Path) -> Result<(), JobsError> {
    match tokio::fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(JobsError::file("remove", folder)(error))
        }
        _ => Ok(()),
    }
}
