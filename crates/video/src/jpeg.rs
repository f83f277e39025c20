//! JPEG pictures, as good as `ffmpeg -q:v 2` makes them.

use crate::VideoError;
use crate::error::failed_to;
use crate::picture::{expect_size, fill};
use crate::raw;
use crate::source::prepare;
use domain::RgbFrame;
use ffmpeg_next::codec::{self, Flags as CodecFlags};
use ffmpeg_next::encoder;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::software::scaling::{Context as Scaler, Flags};
use ffmpeg_next::util::color;
use ffmpeg_next::util::frame::Video as Frame;
use ffmpeg_next::{Dictionary, Error, Packet, Rational};

/// FFmpeg's quality 2, of 1 to 31; the encoder counts in steps of 1/118.
const QUALITY: i32 = 2 * 118;

/// Encodes RGB frames of one size, each as a JPEG file of its own: full range, BT.601 as every JPEG, 4:2:0.
pub struct JpegEncoder {
    encoder: encoder::video::Encoder,
    scaler: Scaler,
    rgb: Frame,
    yuv: Frame,
    frames: i64,
}

impl JpegEncoder {
    /// An encoder for frames of `width` x `height`.
    ///
    /// # Errors
    /// When FFmpeg lacks the encoder or does not take the size.
    pub fn new(width: u32, height: u32) -> Result<Self, VideoError> {
        prepare();
        let doing = "start the JPEG encoder";
        let codec =
            encoder::find(codec::Id::MJPEG).ok_or(VideoError::NoEncoder { encoder: "mjpeg" })?;
        let mut context = codec::context::Context::new_with_codec(codec);
        // The same picture gives the same bytes, whatever the version of FFmpeg.
        context.set_flags(CodecFlags::QSCALE | CodecFlags::BITEXACT);
        raw::tag_colours(&mut context, color::Space::BT470BG, true);
        let mut video = context.encoder().video().map_err(failed_to(doing))?;
        video.set_width(width);
        video.set_height(height);
        video.set_format(Pixel::YUVJ420P);
        video.set_time_base(Rational(1, 30));
        // Square pixels; with them comes the JFIF header.
        video.set_aspect_ratio(Rational(1, 1));
        raw::set_quality(&mut video, QUALITY);
        let mut options = Dictionary::new();
        options.set("huffman", "optimal");
        let encoder = video.open_with(options).map_err(failed_to(doing))?;
        let mut scaler = Scaler::get(
            Pixel::RGB24,
            width,
            height,
            Pixel::YUVJ420P,
            width,
            height,
            Flags::BICUBIC | Flags::ACCURATE_RND | Flags::FULL_CHR_H_INP,
        )
        .map_err(failed_to(doing))?;
        raw::set_colours(&mut scaler, color::Space::BT470BG, None, true);
        Ok(Self {
            encoder,
            scaler,
            rgb: Frame::new(Pixel::RGB24, width, height),
            yuv: Frame::new(Pixel::YUVJ420P, width, height),
            frames: 0,
        })
    }

    /// The JPEG file of a frame.
    ///
    /// # Errors
    /// When the frame has another size.
    pub fn encode(&mut self, frame: &RgbFrame) -> Result<Vec<u8>, VideoError> {
        let doing = "encode a JPEG";
        expect_size(frame, self.rgb.width(), self.rgb.height())?;
        fill(&mut self.rgb, frame);
        raw::make_writable(&mut self.yuv).map_err(failed_to(doing))?;
        self.scaler
            .run(&self.rgb, &mut self.yuv)
            .map_err(failed_to(doing))?;
        self.yuv.set_pts(Some(self.frames));
        raw::set_frame_quality(&mut self.yuv, QUALITY);
        self.frames += 1;
        self.encoder
            .send_frame(&self.yuv)
            .map_err(failed_to(doing))?;
        let mut packet = Packet::empty();
        self.encoder
            .receive_packet(&mut packet)
            .map_err(failed_to(doing))?;
        packet
            .data()
            .map(<[u8]>::to_vec)
            .ok_or(Error::InvalidData)
            .map_err(failed_to(doing))
    }
}
