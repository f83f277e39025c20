//! What can be wrong with a film, in words for the person who sent it.

use std::io;
use std::path::PathBuf;

/// Why a film cannot be read or written: what is wrong, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum VideoError {
    /// The file cannot be opened at all.
    #[error("{} cannot be read: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file has no bytes.
    #[error("the file is empty: the upload or the copy did not happen; send it again")]
    Empty,
    /// Nothing in the file looks like a film.
    #[error(
        "this is not a video file, whatever its name says: send an mp4, mov, avi, mkv or webm film"
    )]
    NotAVideo,
    /// Something FFmpeg knows, but not one of the five containers.
    #[error(
        "this is not an mp4, mov, avi, mkv or webm film, whatever its name says: convert it to one of these and send it again"
    )]
    UnsupportedContainer,
    /// The end of the file is missing.
    #[error(
        "the video is cut off ({detail}): the recording, the copy or the upload stopped early; send the whole file"
    )]
    Truncated {
        /// How that shows.
        detail: String,
    },
    /// The container is one we know and complete, but its description makes no sense.
    #[error(
        "the video file is damaged ({detail}): its description cannot be read; export or convert it again"
    )]
    Damaged {
        /// What FFmpeg says.
        detail: String,
    },
    /// There is sound or text, but no film.
    #[error("the file has no video stream{}: send the film itself", if *.audio { ", only sound" } else { "" })]
    NoVideoStream {
        /// Whether there is a sound stream.
        audio: bool,
    },
    /// FFmpeg cannot decode this kind of stream.
    #[error(
        "the video is coded as \"{codec}\", which cannot be decoded here: convert it to H.264 and send it again"
    )]
    UnsupportedCodec {
        /// FFmpeg's name of the coding.
        codec: String,
    },
    /// A video stream without a single picture.
    #[error(
        "the video has zero frames: there is a video stream, but no picture in it; record or export it again"
    )]
    NoFrames,
    /// Pictures are there, but none can be decoded.
    #[error(
        "the video is damaged: none of its {packets} pictures can be decoded; export or convert it again"
    )]
    Undecodable {
        /// Number of coded pictures that were tried.
        packets: u64,
    },
    /// More rows than any film to be annotated has.
    #[error(
        "the video is longer than {hours} hours at 30 frames per second, or its time stamps are wrong: cut it or convert it again"
    )]
    TooLong {
        /// The limit.
        hours: u32,
    },
    /// Hardly any pictures for its length.
    #[error(
        "the video has {frames} pictures in {minutes} minutes, less than one in {seconds} seconds: its time stamps are wrong; convert it again with new ones"
    )]
    TooFewPictures {
        /// The source frames.
        frames: u32,
        /// The length.
        minutes: u32,
        /// How many seconds a picture may be shown in the mean.
        seconds: u32,
    },
    /// One picture for longer than any recording stands still.
    #[error(
        "the video stands still for more than {minutes} minutes after source frame {frame}: its time stamps are wrong, or nothing was recorded meanwhile; cut it there, or convert it again with new time stamps"
    )]
    StandsStill {
        /// The frame that is shown, from 0.
        frame: u32,
        /// The limit.
        minutes: u32,
    },
    /// The caller's own function asked to stop.
    #[error("decoding was stopped")]
    Stopped,
    /// A frame of another size than the film that is being written.
    #[error(
        "a frame of {got_width} x {got_height} pixels does not fit into a film of {width} x {height}"
    )]
    WrongSize {
        /// The film's width.
        width: u32,
        /// The film's height.
        height: u32,
        /// The frame's width.
        got_width: u32,
        /// The frame's height.
        got_height: u32,
    },
    /// This build of FFmpeg lacks an encoder.
    #[error(
        "FFmpeg was built without the encoder \"{encoder}\": install Debian's libavcodec, which has it"
    )]
    NoEncoder {
        /// FFmpeg's name of the encoder.
        encoder: &'static str,
    },
    /// A file cannot be written.
    #[error("{} cannot be written: {error}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// FFmpeg refused something that it should be able to do.
    #[error("FFmpeg failed to {doing}: {error}")]
    Ffmpeg {
        /// What was tried.
        doing: &'static str,
        /// What FFmpeg says.
        error: ffmpeg_next::Error,
    },
}

impl VideoError {
    /// Whether the file itself is the reason, so that no other attempt ends better.
    #[must_use]
    pub fn is_of_the_file(&self) -> bool {
        !matches!(
            self,
            Self::Unreadable { .. }
                | Self::Unwritable { .. }
                | Self::NoEncoder { .. }
                | Self::Stopped
        )
    }
}

/// Turns FFmpeg's error into ours, saying what was tried.
pub(crate) fn failed_to(doing: &'static str) -> impl FnOnce(ffmpeg_next::Error) -> VideoError {
    move |error| VideoError::Ffmpeg { doing, error }
}
