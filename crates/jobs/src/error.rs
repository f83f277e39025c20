//! Why a job failed.

use domain::FrameTableError;
use export::ExportError;
use sam2::EngineError;
use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use store::StoreError;
use video::VideoError;

/// Why a job failed or was refused; the text is for people.
#[derive(Debug, thiserror::Error)]
pub enum JobsError {
    /// The database failed, or contradicts what was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The model failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A video cannot be written.
    #[error(transparent)]
    Video(#[from] VideoError),
    /// The result files cannot be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// There is no such frame.
    #[error(transparent)]
    Frame(#[from] FrameTableError),
    /// The queue's own database failed.
    #[error("the queue failed: {0}")]
    Queue(String),
    /// A file or folder cannot be used.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// What was to be done with it.
        action: &'static str,
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A stored frame cannot be decoded.
    #[error("the stored frame {} cannot be read: {reason}; upload the videos again", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// The decoder's words.
        reason: String,
    },
    /// The decoder's process refused the file, or the file took it down.
    #[error("{0}")]
    Decoder(String),
    /// The decoder's process ended for another reason.
    #[error("{0}")]
    DecoderDied(String),
    /// It makes no sense as asked.
    #[error("{0}")]
    Request(String),
    /// A fault in the program.
    #[error("the program has a fault: {0}; please report it")]
    Panic(String),
    /// A person stopped the job.
    #[error("cancelled")]
    Cancelled,
    /// The server is being stopped.
    #[error("the server is being stopped: try again when it is there again")]
    Stopped,
}

impl JobsError {
    /// Makes an I/O error speak of what was to be done with which file.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File {
            action,
            path,
            source,
        }
    }

    /// What a panic said.
    pub(crate) fn panic(payload: &(dyn std::any::Any + Send)) -> Self {
        let text = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("it panicked without a word");
        Self::Panic(text.to_owned())
    }

    /// Whether what was uploaded is of no use, and would be of none at another time.
    pub(crate) fn is_of_the_upload(&self) -> bool {
        matches!(self, Self::Decoder(_) | Self::Request(_) | Self::Cancelled)
    }

    /// The full reason, with every cause that the text does not name already.
    #[must_use]
    pub fn reason(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let more = error.to_string();
            if !text.contains(&more) {
                text.push_str(": ");
                text.push_str(&more);
            }
            cause = error.source();
        }
        text
    }
}
