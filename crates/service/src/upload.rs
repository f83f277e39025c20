//! Uploaded files: what is accepted, and how they become a session.

use crate::{Service, ServiceError};
use domain::{Duty, JobKind, Role, Session, SessionId, VideoSide};
use std::path::{Path, PathBuf};
use store::StoreError;
use tokio::fs;

/// The extensions that uploaded videos may have, in lower case.
pub const VIDEO_EXTENSIONS: [&str; 5] = ["mp4", "mov", "avi", "mkv", "webm"];

/// Longest side of a picture, in pixels, of which an overlay video can be made.
const PIXELS_MAX: u32 = 8192;

/// Longest scene type, in characters.
const SCENE_TYPE_MAX: usize = 100;

/// A file that came in whole and lies on the file system of the data directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedFile {
    /// Where it lies now.
    pub path: PathBuf,
    /// The name that it has on the computer it came from.
    pub name: String,
}

/// The extension of a video file, in lower case.
///
/// # Errors
/// [`ServiceError::Invalid`] when it is none of [`VIDEO_EXTENSIONS`].
pub fn video_extension(file_name: &str) -> Result<String, ServiceError> {
    let extension = match file_name.rsplit_once('.') {
        Some((_, extension)) => extension.to_ascii_lowercase(),
        None => String::new(),
    };
    if VIDEO_EXTENSIONS.contains(&extension.as_str()) {
        return Ok(extension);
    }
    let accepted = VIDEO_EXTENSIONS.join(", ");
    Err(ServiceError::Invalid(format!(
        "\"{file_name}\" is not one of the accepted kinds of video ({accepted}): choose another file"
    )))
}

impl Service {
    /// Makes a session of two uploaded files and queues their ingest. Both are opened first: when one cannot be used,
    /// nothing is made and the files stay where they are.
    ///
    /// # Errors
    /// When the scene type is empty or too long, or a file cannot be used; the text says which one and why.
    pub async fn create_session(
        &self,
        files: [UploadedFile; 2],
        scene_type: &str,
    ) -> Result<Session, ServiceError> {
        let scene_type = checked_scene_type(scene_type)?;
        self.check_videos(&files).await?;
        let service = self.clone();
        // Goes on when the person closes the page meanwhile.
        finish(tokio::spawn(async move {
            let names = [&*files[0].name, &*files[1].name];
            let session = service.new_session(&scene_type, names).await?;
            let placed = service.place(&session.id, &files).await;
            service.ingest_or_remove(&session.id, placed).await
        }))
        .await
    }

    /// Makes a session of the drawn pair of clips and queues their ingest.
    ///
    /// # Errors
    /// When the clips cannot be written.
    pub async fn create_example(&self) -> Result<Session, ServiceError> {
        let service = self.clone();
        finish(tokio::spawn(async move {
            let names = ["example_before.mp4", "example_after.mp4"];
            let session = service.new_session("example room", names).await?;
            let placed = service.draw_example(&session.id).await;
            service.ingest_or_remove(&session.id, placed).await
        }))
        .await
    }

    /// Opens both files, each in a process of its own; gives the width and height of their pictures.
    pub(crate) async fn check_videos(
        &self,
        files: &[UploadedFile; 2],
    ) -> Result<[(u32, u32); 2], ServiceError> {
        Ok([
            self.check(VideoSide::One, &files[0]).await?,
            self.check(VideoSide::Two, &files[1]).await?,
        ])
    }

    async fn check(
        &self,
        side: VideoSide,
        file: &UploadedFile,
    ) -> Result<(u32, u32), ServiceError> {
        video_extension(&file.name)?;
        match self
            .jobs
            .probe(&file.path)
            .await
            .map_err(ServiceError::from)
        {
            Ok(probe) if probe.width.max(probe.height) > PIXELS_MAX => {
                Err(ServiceError::Invalid(format!(
                    "{side}, \"{}\": its pictures are {} x {} pixels large, and at most {PIXELS_MAX} fit into the video with \
                     the masks: make it smaller, for example with ffmpeg -vf scale",
                    file.name, probe.width, probe.height
                )))
            }
            Ok(probe) => Ok((probe.width, probe.height)),
            Err(ServiceError::Invalid(reason)) => Err(ServiceError::Invalid(format!(
                "{side}, \"{}\": {reason}",
                file.name
            ))),
            Err(error) => Err(error),
        }
    }

    /// Stores a session under a name that is not taken.
    pub(crate) async fn new_session(
        &self,
        scene_type: &str,
        file_names: [&str; 2],
    ) -> Result<Session, ServiceError> {
        let utc = jiff::Timestamp::now().strftime("%Y-%m-%d_%H-%M-%S");
        let name = SessionId::compose(file_names[0], file_names[1], &utc.to_string());
        let mut id = name.clone();
        for number in 2.. {
            match self
                .store
                .sessions()
                .create(&id, scene_type, file_names)
                .await
            {
                Err(StoreError::Conflict(_)) => {
                    id = SessionId::try_from(format!("{name}-{number}"))
                        .map_err(|error| ServiceError::Internal(error.to_string()))?;
                }
                made => {
                    let session = made?;
                    // Whoever only annotates makes sessions to annotate them.
                    if self.person.role == Role::Annotator {
                        let mine = Some(self.person.id);
                        let ids = [session.id.clone()];
                        let sessions = self.store.sessions();
                        sessions.assign(&ids, Duty::Annotate, mine).await?;
                    }
                    return Ok(session);
                }
            }
        }
        Err(ServiceError::Internal(format!(
            "no name is left for {name}"
        )))
    }

    /// Moves the uploaded files to their place.
    pub(crate) async fn place(
        &self,
        id: &SessionId,
        files: &[UploadedFile; 2],
    ) -> Result<(), ServiceError> {
        let folder = self.jobs.data_dir().uploads(id);
        make_folder(&folder).await?;
        for (side, file) in VideoSide::BOTH.into_iter().zip(files) {
            let extension = video_extension(&file.name)?;
            rename(&file.path, &original(&folder, side, &extension)).await?;
        }
        Ok(())
    }

    async fn draw_example(&self, id: &SessionId) -> Result<(), ServiceError> {
        let folder = self.jobs.data_dir().uploads(id);
        make_folder(&folder).await?;
        let (before, after) = self.jobs.write_example(&folder).await?;
        rename(&before, &original(&folder, VideoSide::One, "mp4")).await?;
        rename(&after, &original(&folder, VideoSide::Two, "mp4")).await
    }

    /// Queues the ingest of files that are in their place; otherwise nothing is left of the session.
    pub(crate) async fn ingest_or_remove(
        &self,
        id: &SessionId,
        placed: Result<(), ServiceError>,
    ) -> Result<Session, ServiceError> {
        let kept = match placed {
            Ok(()) => on_disk(self.jobs.data_dir().uploads(id)).await,
            Err(error) => Err(error),
        };
        let queued = match kept {
            Ok(()) => self
                .jobs
                .enqueue_in(&self.store, id, JobKind::Ingest)
                .await
                .map_err(ServiceError::from),
            Err(error) => Err(error),
        };
        match queued {
            Ok(_) => Ok(self.store.sessions().get(id).await?),
            Err(error) => {
                if let Err(left) = self.jobs.remove_session(id).await {
                    tracing::error!(session = %id, reason = left.reason(), "a half-made session is left behind");
                }
                Err(error)
            }
        }
    }
}

/// Waits for work that does not stop when nobody waits for it.
pub(crate) async fn finish<T>(
    work: tokio::task::JoinHandle<Result<T, ServiceError>>,
) -> Result<T, ServiceError> {
    work.await
        .unwrap_or_else(|error| Err(ServiceError::Internal(error.to_string())))
}

/// Trimmed, with single spaces.
pub(crate) fn checked_scene_type(text: &str) -> Result<String, ServiceError> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return Err(ServiceError::Invalid(
            "the scene type is missing: say what kind of place was filmed, for example \"kitchen\""
                .into(),
        ));
    }
    if text.chars().count() > SCENE_TYPE_MAX {
        return Err(ServiceError::Invalid(format!(
            "the scene type is longer than {SCENE_TYPE_MAX} characters: shorten it"
        )));
    }
    Ok(text)
}

fn original(folder: &Path, side: VideoSide, extension: &str) -> PathBuf {
    folder.join(format!("original_video{}.{extension}", side.number()))
}

async fn make_folder(folder: &Path) -> Result<(), ServiceError> {
    fs::create_dir_all(folder).await.map_err(|error| {
        ServiceError::Internal(format!(
            "cannot make the folder {}: {error}",
            folder.display()
        ))
    })
}

pub(crate) async fn rename(from: &Path, to: &Path) -> Result<(), ServiceError> {
    fs::rename(from, to)
        .await
        .map_err(|error| ServiceError::Internal(format!("cannot write {}: {error}", to.display())))
}

/// Waits until everything in a folder, and the folder itself, outlives a power cut.
async fn on_disk(folder: PathBuf) -> Result<(), ServiceError> {
    let sync = |path: &Path| std::fs::File::open(path)?.sync_all();
    let all = move || {
        for entry in std::fs::read_dir(&folder)? {
            sync(&entry?.path())?;
        }
        // The names of the files, then the name of the folder.
        sync(&folder)?;
        folder.parent().map_or(Ok(()), sync)
    };
    tokio::task::spawn_blocking(all)
        .await
        .map_err(std::io::Error::other)
        .flatten()
        .map_err(|error| {
            ServiceError::Internal(format!("the upload cannot be brought to the disk: {error}"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn videos_are_known_by_their_extension() {
        assert_eq!(video_extension("My film.MP4"), Ok("mp4".into()));
        assert_eq!(video_extension("a.b.webm"), Ok("webm".into()));
        for bad in ["notes.txt", "mp4", "film.mp4.exe", "film.", ""] {
            let error = video_extension(bad).unwrap_err().to_string();
            assert!(error.contains("mp4, mov, avi, mkv, webm"), "{error}");
        }
    }

    #[test]
    fn scene_types_are_trimmed_and_bounded() {
        assert_eq!(
            checked_scene_type("  living \t room\n"),
            Ok("living room".into())
        );
        assert!(checked_scene_type(" \n").is_err());
        assert!(checked_scene_type(&"é".repeat(100)).is_ok());
        assert!(checked_scene_type(&"é".repeat(101)).is_err());
    }
}
