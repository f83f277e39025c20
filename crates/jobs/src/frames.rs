//! The pictures of frames, and which picture a row of the timeline shows.

use crate::JobsError;
use crate::blocking::blocking;
use domain::{FrameNumber, FrameTable, RgbFrame, SessionId, VideoSide};
use sam2::Pass;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use store::Store;
use tokio::task::JoinHandle;

/// Frame tables kept in memory: those of the sessions that people look at.
const TABLES: usize = 16;

/// Frames read ahead of the tracker.
const AHEAD: u32 = 2;

/// Where everything about a source frame lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredFrame {
    /// The file of its picture.
    pub(crate) picture: PathBuf,
    /// Its name in the cache of features.
    pub(crate) features: PathBuf,
}

/// Reads the picture of a frame.
///
/// # Errors
/// When the file is missing or damaged.
pub(crate) fn read_frame(path: &Path) -> Result<RgbFrame, JobsError> {
    let bytes = std::fs::read(path).map_err(JobsError::file("read", path))?;
    let picture = image::load_from_memory_with_format(&bytes, image::ImageFormat::Jpeg)
        .map_err(|error| JobsError::Picture {
            path: path.to_owned(),
            reason: error.to_string(),
        })?
        .into_rgb8();
    let (width, height) = picture.dimensions();
    Ok(RgbFrame::new(width, height, picture.into_raw()))
}

/// Which source frame a row shows, without asking the database each time.
#[derive(Debug)]
pub(crate) struct Tables {
    store: Store,
    kept: Mutex<VecDeque<Kept>>,
}

type Kept = ((SessionId, VideoSide), Arc<FrameTable>);

impl Tables {
    /// Nothing is kept yet.
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            kept: Mutex::default(),
        }
    }

    /// The source frame that a row shows.
    ///
    /// # Errors
    /// When the video is not ingested yet or has no such row.
    pub(crate) async fn source_frame(
        &self,
        session: &SessionId,
        side: VideoSide,
        frame: FrameNumber,
    ) -> Result<u32, JobsError> {
        let key = (session.clone(), side);
        let kept = self.kept().iter().find(|(of, _)| *of == key).cloned();
        let table = match kept {
            Some((_, table)) => table,
            None => {
                let table = Arc::new(self.store.videos().frame_table(session, side).await?);
                let mut kept = self.kept();
                kept.push_back((key, table.clone()));
                if kept.len() > TABLES {
                    kept.pop_front();
                }
                table
            }
        };
        Ok(table.row(frame)?.source_frame)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, VecDeque<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the frames of one video for a tracker, a few of them ahead while the model works.
#[derive(Debug)]
pub(crate) struct FrameReader {
    /// In order; the tracker counts in them.
    frames: Vec<StoredFrame>,
    ahead: VecDeque<(u32, JoinHandle<Result<RgbFrame, JobsError>>)>,
}

impl FrameReader {
    /// Reads the frames of one side that are shown.
    pub(crate) fn new(frames: Vec<StoredFrame>) -> Self {
        Self {
            frames,
            ahead: VecDeque::new(),
        }
    }

    /// The frame at `index` among those shown.
    ///
    /// # Errors
    /// When there is no such frame.
    pub(crate) fn frame(&self, index: u32) -> Result<StoredFrame, JobsError> {
        self.frames.get(index as usize).cloned().ok_or_else(|| {
            JobsError::Request(format!("the model asked for frame {index}, behind the end"))
        })
    }

    /// The picture of the frame at `index`.
    ///
    /// # Errors
    /// When there is no such frame or its file cannot be read.
    pub(crate) async fn read(&mut self, index: u32) -> Result<RgbFrame, JobsError> {
        let path = self.frame(index)?.picture;
        let at = self.ahead.iter().position(|(of, _)| *of == index);
        match at.and_then(|at| self.ahead.remove(at)) {
            Some((_, reading)) => match reading.await {
                Ok(frame) => frame,
                Err(_) => blocking(move || read_frame(&path)).await,
            },
            None => blocking(move || read_frame(&path)).await,
        }
    }

    /// Begins to read the frames that the tracker will ask for behind `index`, except those that are no longer needed.
    pub(crate) fn read_ahead(
        &mut self,
        index: u32,
        pass: Pass,
        is_needless: impl Fn(&StoredFrame) -> bool,
    ) {
        let next = |step: u32| match pass {
            Pass::Prompts => None,
            Pass::Forward => index.checked_add(step),
            Pass::Backward => index.checked_sub(step),
        };
        let wanted: Vec<u32> = (1..=AHEAD).filter_map(next).collect();
        self.ahead.retain(|(of, _)| wanted.contains(of));
        for index in wanted {
            if self.ahead.iter().any(|(of, _)| *of == index) {
                continue;
            }
            let frame = self.frames.get(index as usize);
            if let Some(frame) = frame.filter(|frame| !is_needless(frame)) {
                let path = frame.picture.clone();
                let reading = tokio::task::spawn_blocking(move || read_frame(&path));
                self.ahead.push_back((index, reading));
            }
        }
    }
}
