//! Opening a film: the file, its container and the stream to watch.

use crate::VideoError;
use crate::container::{self, Structure};
use crate::error::failed_to;
use crate::raw;
use crate::rotation::Orientation;
use ffmpeg_next::format::context::Input;
use ffmpeg_next::format::stream::{Disposition, Stream};
use ffmpeg_next::{self as ffmpeg, Dictionary, Error, Rational, codec, media};
use std::io;
use std::path::Path;
use std::sync::Once;

/// An opened film, ready to hand out the packets of its video stream.
pub struct Source {
    /// The demuxer.
    pub input: Input,
    /// The index of the video stream.
    pub index: usize,
    /// Whether the file has no other stream.
    pub alone: bool,
    /// Seconds per unit of the stream's time stamps.
    pub time_base: Rational,
    /// The average frame rate that the container gives.
    pub frame_rate: Rational,
    /// The orientation that the container gives.
    pub orientation: Orientation,
}

/// Sets FFmpeg up: no messages of its own on standard error.
pub(crate) fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Fails never: it only registers what the library was built with.
        ffmpeg::init().ok();
        ffmpeg::log::set_level(ffmpeg::log::Level::Quiet);
    });
}

impl Source {
    /// Opens a film and chooses its video stream as the `ffmpeg` program does.
    ///
    /// # Errors
    /// When the file is no film, is cut off, or has no video stream.
    pub fn open(path: &Path) -> Result<Self, VideoError> {
        prepare();
        let unreadable = |error| VideoError::Unreadable {
            path: path.to_owned(),
            error,
        };
        let structure = container::inspect(path).map_err(unreadable)?;
        if structure.bytes == 0 {
            return Err(VideoError::Empty);
        }
        if let Some(detail) = structure.cut {
            return Err(VideoError::Truncated { detail });
        }
        let Some(name) = path.to_str() else {
            let error = io::Error::new(io::ErrorKind::InvalidInput, "its name is not UTF-8");
            return Err(unreadable(error));
        };
        // Playlists, pictures and network addresses in disguise stay closed.
        let mut options = Dictionary::new();
        options.set("protocol_whitelist", "file");
        options.set(
            "format_whitelist",
            "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi",
        );
        let mut input = ffmpeg::format::input_with_dictionary(&format!("file:{name}"), options)
            .map_err(|error| refused(error, &structure))?;

        let index = choose(&input)?;
        raw::select_stream(&mut input, index);
        let stream = stream(&input, index)?;
        let (time_base, frame_rate) = (stream.time_base(), stream.avg_frame_rate());
        let orientation = raw::stream_orientation(&stream).unwrap_or_default();
        if time_base.numerator() <= 0 || time_base.denominator() <= 0 {
            return Err(VideoError::Damaged {
                detail: "its time stamps have no unit".into(),
            });
        }
        Ok(Self {
            alone: input.nb_streams() == 1,
            time_base,
            frame_rate,
            orientation,
            index,
            input,
        })
    }

    /// The video stream.
    ///
    /// # Errors
    /// Never, once the film is open; FFmpeg's interface cannot tell.
    pub fn stream(&self) -> Result<Stream<'_>, VideoError> {
        stream(&self.input, self.index)
    }

    /// How many frames the container promises, by its count or else by its duration; it may be wrong.
    pub fn promised_frames(&self) -> Option<u32> {
        let stream = self.stream().ok()?;
        let rate = f64::from(self.frame_rate);
        let seconds = match stream.duration() {
            units if units > 0 => units as f64 * f64::from(self.time_base),
            _ => self.input.duration() as f64 / 1e6,
        };
        let by_duration = (seconds * rate).round();
        match u32::try_from(stream.frames()) {
            Ok(frames) if frames > 0 => Some(frames),
            _ if by_duration.is_finite() && by_duration >= 1.0 => Some(by_duration as u32),
            _ => None,
        }
    }
}

/// A stream by its index.
fn stream(input: &Input, index: usize) -> Result<Stream<'_>, VideoError> {
    input
        .stream(index)
        .ok_or(Error::StreamNotFound)
        .map_err(failed_to("find the video stream"))
}

/// The stream that `ffmpeg` takes when it is not told: the largest picture, with a bonus for the stream marked as default.
fn choose(input: &Input) -> Result<usize, VideoError> {
    let score = |stream: &Stream| {
        let (width, height) = raw::coded_size(stream);
        let default = stream.disposition().contains(Disposition::DEFAULT);
        width * height
            + 100_000_000 * i64::from(raw::has_packets(stream))
            + 5_000_000 * i64::from(default)
    };
    let mut best = None;
    let mut audio = false;
    for stream in input.streams() {
        let medium = stream.parameters().medium();
        audio |= medium == media::Type::Audio;
        // The cover picture of a song is no film.
        let cover = stream.disposition().contains(Disposition::ATTACHED_PIC);
        if medium != media::Type::Video || cover {
            continue;
        }
        let score = score(&stream);
        if best.is_none_or(|(_, other)| score > other) {
            best = Some((stream.index(), score));
        }
    }
    best.map(|(index, _)| index)
        .ok_or(VideoError::NoVideoStream { audio })
}

/// What it means that FFmpeg does not open the file.
fn refused(error: Error, structure: &Structure) -> VideoError {
    match (structure.container, error) {
        (None, Error::Other { errno }) if errno == ffmpeg::util::error::EINVAL => {
            VideoError::UnsupportedContainer
        }
        (None, _) => VideoError::NotAVideo,
        // The file is complete, but nothing comes behind the description of the streams.
        (Some(_), Error::Eof) => VideoError::NoFrames,
        (Some(_), error) => VideoError::Damaged {
            detail: error.to_string(),
        },
    }
}

/// The decoder for a film's video stream, not opened yet.
///
/// # Errors
/// When FFmpeg has none for this coding.
pub(crate) fn decoder_for(
    stream: &Stream,
) -> Result<(codec::context::Context, ffmpeg::Codec), VideoError> {
    let parameters = stream.parameters();
    let id = parameters.id();
    let decoder = codec::decoder::find(id).ok_or_else(|| VideoError::UnsupportedCodec {
        codec: id.name().into(),
    })?;
    let context = codec::context::Context::from_parameters(parameters)
        .map_err(failed_to("read the description of the video stream"))?;
    Ok((context, decoder))
}
