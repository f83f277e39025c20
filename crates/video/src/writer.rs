//! Films that browsers play: H.264 in MP4.

use crate::VideoError;
use crate::error::failed_to;
use crate::picture::{expect_size, fill};
use crate::raw;
use crate::source::prepare;
use domain::RgbFrame;
use ffmpeg_next::codec::{self, threading};
use ffmpeg_next::encoder;
use ffmpeg_next::format::context::Output;
use ffmpeg_next::format::{self, Pixel};
use ffmpeg_next::software::scaling::{Context as Scaler, Flags};
use ffmpeg_next::util::color;
use ffmpeg_next::util::error::EAGAIN;
use ffmpeg_next::util::frame::Video as Frame;
use ffmpeg_next::{Dictionary, Error, Packet, Rational};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Writes RGB frames as an H.264 film: yuv420p, BT.709, index in front, CRF 20. The same frames give the same film.
///
/// An odd width or height is made even by repeating the last column or row. The file appears under its name when it is finished;
/// a writer that is dropped before leaves nothing.
pub struct VideoWriter {
    width: u32,
    height: u32,
    frames: i64,
    time_base: Rational,
    encoder: encoder::video::Encoder,
    scaler: Scaler,
    rgb: Frame,
    yuv: Frame,
    /// None once finished.
    output: Option<Output>,
    target: PathBuf,
    draft: PathBuf,
}

impl VideoWriter {
    /// Starts a film of `width` x `height` pixels and `fps` frames per second.
    ///
    /// # Errors
    /// When the file cannot be written, FFmpeg was built without libx264, or the size is 0 or too large for H.264.
    pub fn create(path: &Path, width: u32, height: u32, fps: u32) -> Result<Self, VideoError> {
        prepare();
        let doing = "start the H.264 encoder";
        let (even_width, even_height) = (width.next_multiple_of(2), height.next_multiple_of(2));
        let time_base = Rational(1, fps as i32);

        let codec =
            encoder::find_by_name("libx264").ok_or(VideoError::NoEncoder { encoder: "libx264" })?;
        let mut context = codec::context::Context::new_with_codec(codec);
        // MP4 keeps the description of the stream in one place.
        context.set_flags(codec::Flags::GLOBAL_HEADER);
        // The bytes must not depend on the number of processors.
        context.set_threading(threading::Config {
            kind: threading::Type::None,
            count: 1,
            ..Default::default()
        });
        raw::tag_colours(&mut context, color::Space::BT709, false);
        let mut video = context.encoder().video().map_err(failed_to(doing))?;
        video.set_width(even_width);
        video.set_height(even_height);
        video.set_format(Pixel::YUV420P);
        video.set_time_base(time_base);
        video.set_frame_rate(Some(Rational(fps as i32, 1)));
        video.set_aspect_ratio(Rational(1, 1));
        let mut options = Dictionary::new();
        options.set("preset", "veryfast");
        options.set("crf", "20");
        let encoder = video.open_with(options).map_err(failed_to(doing))?;

        let mut scaler = Scaler::get(
            Pixel::RGB24,
            even_width,
            even_height,
            Pixel::YUV420P,
            even_width,
            even_height,
            Flags::BICUBIC | Flags::ACCURATE_RND | Flags::FULL_CHR_H_INP,
        )
        .map_err(failed_to(doing))?;
        raw::set_colours(&mut scaler, color::Space::BT709, None, false);

        let mut draft = path.as_os_str().to_owned();
        draft.push(".part");
        let mut writer = Self {
            width,
            height,
            frames: 0,
            time_base,
            encoder,
            scaler,
            rgb: Frame::new(Pixel::RGB24, even_width, even_height),
            yuv: Frame::new(Pixel::YUV420P, even_width, even_height),
            output: None,
            target: path.to_owned(),
            draft: draft.into(),
        };
        writer.output = Some(writer.open(codec)?);
        Ok(writer)
    }

    /// Opens the draft and writes its head.
    fn open(&self, codec: ffmpeg_next::Codec) -> Result<Output, VideoError> {
        let name = self.draft.to_str().ok_or_else(|| {
            let error = io::Error::new(io::ErrorKind::InvalidInput, "its name is not UTF-8");
            self.unwritable(error)
        })?;
        let mut output = format::output_as(&format!("file:{name}"), "mp4")
            .map_err(|error| self.unwritable(error.into()))?;
        let mut stream = output
            .add_stream(codec)
            .map_err(failed_to("add a stream to the film"))?;
        stream.set_parameters(&self.encoder);
        stream.set_time_base(self.time_base);
        stream.set_avg_frame_rate(self.time_base.invert());
        let mut options = Dictionary::new();
        options.set("movflags", "+faststart");
        output
            .write_header_with(options)
            .map_err(|error| self.unwritable(error.into()))?;
        Ok(output)
    }

    /// Appends a frame.
    ///
    /// # Errors
    /// When the frame has another size than the film, or the disk is full.
    pub fn push(&mut self, frame: &RgbFrame) -> Result<(), VideoError> {
        let doing = "encode a frame of the film";
        expect_size(frame, self.width, self.height)?;
        fill(&mut self.rgb, frame);
        raw::make_writable(&mut self.yuv).map_err(failed_to(doing))?;
        self.scaler
            .run(&self.rgb, &mut self.yuv)
            .map_err(failed_to(doing))?;
        self.yuv.set_pts(Some(self.frames));
        self.frames += 1;
        self.encoder
            .send_frame(&self.yuv)
            .map_err(failed_to(doing))?;
        self.write_packets()
    }

    /// Completes the film and gives it its name.
    ///
    /// # Errors
    /// When the disk is full, or no frame was pushed.
    pub fn finish(mut self) -> Result<(), VideoError> {
        if self.frames == 0 {
            return Err(VideoError::NoFrames);
        }
        self.encoder
            .send_eof()
            .map_err(failed_to("complete the film"))?;
        self.write_packets()?;
        if let Some(mut output) = self.output.take() {
            output
                .write_trailer()
                .map_err(|error| self.unwritable(error.into()))?;
        }
        fs::rename(&self.draft, &self.target).map_err(|error| self.unwritable(error))
    }

    /// Writes what the encoder has ready.
    fn write_packets(&mut self) -> Result<(), VideoError> {
        let mut packet = Packet::empty();
        loop {
            match self.encoder.receive_packet(&mut packet) {
                Ok(()) => {}
                Err(Error::Eof | Error::Other { errno: EAGAIN }) => return Ok(()),
                Err(error) => return Err(failed_to("encode a frame of the film")(error)),
            }
            let Some(output) = &mut self.output else {
                return Ok(());
            };
            let scale = output
                .stream(0)
                .map_or(self.time_base, |stream| stream.time_base());
            packet.set_stream(0);
            packet.set_duration(1);
            packet.rescale_ts(self.time_base, scale);
            if let Err(error) = packet.write_interleaved(output) {
                return Err(self.unwritable(error.into()));
            }
        }
    }

    /// An error about the film's file.
    fn unwritable(&self, error: io::Error) -> VideoError {
        VideoError::Unwritable {
            path: self.target.clone(),
            error,
        }
    }
}

impl Drop for VideoWriter {
    fn drop(&mut self) {
        // After `finish` the draft is gone; nothing can be done about a file that cannot be removed.
        self.output = None;
        fs::remove_file(&self.draft).ok();
    }
}
