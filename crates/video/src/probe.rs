//! A quick look at a film.

use crate::VideoError;
use crate::decoder::Decoder;
use crate::picture::Converter;
use crate::raw;
use crate::source::Source;
use ffmpeg_next::util::frame::Video as Frame;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What a quick look at a film tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// Width in pixels, display orientation.
    pub width: u32,
    /// Height in pixels, display orientation.
    pub height: u32,
    /// FFmpeg's name of the coding, e.g. `h264`.
    pub codec: String,
    /// Degrees clockwise by which the stored pictures are turned: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Frames per second, FFmpeg's guess.
    pub fps: Option<f64>,
    /// Number of source frames by the container's word, which may be wrong.
    pub frames: Option<u32>,
}

/// Opens a film and decodes its first frame.
///
/// # Errors
/// When the film cannot be used, see [`VideoError`]. A film that passes may still be damaged further on.
pub fn probe(path: &Path) -> Result<Probe, VideoError> {
    let mut decoder = Decoder::new(Source::open(path)?)?;
    let mut frame = Frame::empty();
    if decoder.next(&mut frame)?.is_none() {
        return Err(VideoError::NoFrames);
    }
    let mut source = decoder.source;
    let converter = Converter::new(&frame, source.orientation);
    let (width, height) = converter.size();
    let fps = raw::guess_frame_rate(&mut source.input, source.index).map(f64::from);
    Ok(Probe {
        width,
        height,
        codec: source.stream()?.parameters().id().name().into(),
        rotation: converter.orientation().degrees(),
        fps,
        frames: source.promised_frames(),
    })
}
