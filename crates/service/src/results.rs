//! The files that the offline job wrote.

use crate::{Service, ServiceError};
use domain::{ResultFile, SessionId};
use std::io;
use std::path::{Component, Path, PathBuf};
use tokio::fs;

/// What each file is, in the order in which people look for them; files that are not named here follow.
const TITLES: [(&str, &str); 8] = [
    ("segments.pkl", "Masks and objects (Python pickle)"),
    ("video1.mp4", "Video 1 with masks"),
    ("video2.mp4", "Video 2 with masks"),
    ("review_meta.json", "What reviewers said (JSON)"),
    (
        "benchmark/segments.pkl",
        "Masks and objects, layout of the SceneDiff benchmark",
    ),
    ("benchmark/metadata.json", "Description for the benchmark"),
    ("inference_data.pkl", "Prompts in model space (torch)"),
    ("inference_data.json", "Prompts in pixels (JSON)"),
];

impl Service {
    /// The files that the offline job of a session wrote; none before it was done.
    ///
    /// # Errors
    /// When there is no such session, or the results folder cannot be read.
    pub async fn result_files(&self, session: &SessionId) -> Result<Vec<ResultFile>, ServiceError> {
        self.store.sessions().get(session).await?;
        let root = self.jobs.data_dir().results(session);
        let mut files = list(&root).await.map_err(|error| {
            ServiceError::Internal(format!("cannot read {}: {error}", root.display()))
        })?;
        files.sort_by_cached_key(|file| (rank(&file.path), file.path.clone()));
        Ok(files)
    }

    /// Where a file of a session's results lies; `path` is that of a [`ResultFile`].
    ///
    /// # Errors
    /// When there is no such session or file; nothing outside the results of the session can be named.
    pub async fn result_path(
        &self,
        session: &SessionId,
        path: &str,
    ) -> Result<PathBuf, ServiceError> {
        self.store.sessions().get(session).await?;
        let missing =
            || ServiceError::NotFound(format!("there is no file \"{path}\" in the results"));
        let plain = !path.is_empty()
            && Path::new(path)
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
        if !plain {
            return Err(missing());
        }
        // Resolved, so that a link cannot lead outside.
        let root = self.jobs.data_dir().results(session);
        let root = fs::canonicalize(root).await.map_err(|_| missing())?;
        let file = fs::canonicalize(root.join(path))
            .await
            .map_err(|_| missing())?;
        if file.starts_with(&root) && file.is_file() {
            Ok(file)
        } else {
            Err(missing())
        }
    }
}

/// Every file below `root`, which may be missing.
async fn list(root: &Path) -> io::Result<Vec<ResultFile>> {
    let mut files = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let mut entries = match fs::read_dir(root.join(&folder)).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        while let Some(entry) = entries.next_entry().await? {
            let path = format!("{folder}{}", entry.file_name().to_string_lossy());
            let metadata = entry.metadata().await?;
            if metadata.is_dir() {
                folders.push(format!("{path}/"));
            } else if metadata.is_file() {
                files.push(ResultFile {
                    title: title(&path),
                    bytes: metadata.len(),
                    path,
                });
            }
        }
    }
    Ok(files)
}

fn rank(path: &str) -> usize {
    TITLES
        .iter()
        .position(|(known, _)| *known == path)
        .unwrap_or(TITLES.len())
}

fn title(path: &str) -> String {
    TITLES
        .get(rank(path))
        .map_or_else(|| path.to_owned(), |(_, title)| (*title).to_owned())
}
