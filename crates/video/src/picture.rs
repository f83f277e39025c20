//! From a decoded picture to RGB pixels, the right way up.

use crate::VideoError;
use crate::error::failed_to;
use crate::raw;
use crate::rotation::{Orientation, Plane};
use domain::RgbFrame;
use ffmpeg_next::Error;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::software::scaling::{Context as Scaler, Flags};
use ffmpeg_next::util::color;
use ffmpeg_next::util::frame::Video as Frame;

/// What a picture looks like in memory; when it changes, a new scaler is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shape {
    format: Pixel,
    width: u32,
    height: u32,
    space: color::Space,
    range: color::Range,
}

/// Turns decoded pictures of one film into RGB frames of one size, pixel for pixel as the `ffmpeg` program does.
///
/// A film that is to be turned is turned as it was stored, before colours are spread over the pixels that share them. The few
/// ways of storing for which that is not possible are turned as RGB.
pub struct Converter {
    orientation: Orientation,
    /// The size of every frame, turned.
    width: u32,
    height: u32,
    scaler: Option<(Shape, Scaler)>,
}

impl Converter {
    /// A converter for a film whose first picture is `first`.
    pub fn new(first: &Frame, orientation: Orientation) -> Self {
        let orientation = raw::frame_orientation(first).unwrap_or(orientation);
        let (width, height) = orientation.turned(first.width(), first.height());
        Self {
            orientation,
            width,
            height,
            scaler: None,
        }
    }

    /// How the film is turned.
    pub fn orientation(&self) -> Orientation {
        self.orientation
    }

    /// Width and height of every frame, turned.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The RGB pixels of a decoded picture. A picture of another size than the first is scaled to that.
    ///
    /// # Errors
    /// When FFmpeg cannot read this kind of pixels.
    pub fn convert(&mut self, picture: &Frame) -> Result<RgbFrame, VideoError> {
        let (width, height) = self.size();
        let rgb = if self.orientation == Orientation::default() {
            self.scale(picture, width, height)?
        } else if let Some(upright) = turn(picture, self.orientation) {
            self.scale(&upright, width, height)?
        } else {
            let (stored_width, stored_height) = self.orientation.turned(width, height);
            let stored = self.scale(picture, stored_width, stored_height)?;
            turn(&stored, self.orientation)
                .ok_or(Error::InvalidData)
                .map_err(failed_to("turn a picture"))?
        };
        let row_bytes = width as usize * 3;
        let mut pixels = Vec::with_capacity(row_bytes * height as usize);
        for row in rgb.data(0).chunks(rgb.stride(0)).take(height as usize) {
            pixels.extend_from_slice(&row[..row_bytes]);
        }
        Ok(RgbFrame::new(width, height, pixels))
    }

    /// A picture as RGB of the given size.
    fn scale(&mut self, picture: &Frame, width: u32, height: u32) -> Result<Frame, VideoError> {
        let doing = "turn a picture into RGB";
        let shape = Shape {
            format: picture.format(),
            width: picture.width(),
            height: picture.height(),
            space: picture.color_space(),
            range: picture.color_range(),
        };
        let scaler = match &mut self.scaler {
            Some((made, scaler)) if *made == shape => scaler,
            other => {
                let mut scaler = Scaler::get(
                    shape.format,
                    shape.width,
                    shape.height,
                    Pixel::RGB24,
                    width,
                    height,
                    Flags::BICUBIC,
                )
                .map_err(failed_to(doing))?;
                let full = match shape.range {
                    color::Range::Unspecified => None,
                    range => Some(range == color::Range::JPEG),
                };
                raw::set_colours(&mut scaler, known_matrix(shape.space), full, false);
                &mut other.insert((shape, scaler)).1
            }
        };
        let mut rgb = Frame::new(Pixel::RGB24, width, height);
        scaler.run(picture, &mut rgb).map_err(failed_to(doing))?;
        Ok(rgb)
    }
}

/// A picture turned plane by plane, where that is possible.
fn turn(picture: &Frame, orientation: Orientation) -> Option<Frame> {
    let steps = raw::pixel_steps(picture, orientation.transpose)?;
    let chroma = picture.format().descriptor()?;
    let (width, height) = orientation.turned(picture.width(), picture.height());
    let mut upright = Frame::new(picture.format(), width, height);
    upright.set_color_space(picture.color_space());
    upright.set_color_range(picture.color_range());
    for (index, step) in (0..picture.planes()).zip(steps) {
        // Planes of colour are narrower and lower.
        let (across, down) = match index {
            1 | 2 => (chroma.log2_chroma_w(), chroma.log2_chroma_h()),
            _ => (0, 0),
        };
        let size = |frame: &Frame| {
            let width = frame.width().div_ceil(1 << across);
            (width as usize, frame.height().div_ceil(1 << down) as usize)
        };
        let (width, height) = size(picture);
        let from = Plane {
            bytes: picture.data(index),
            width,
            height,
            stride: picture.stride(index),
        };
        let ((width, height), stride) = (size(&upright), upright.stride(index));
        let mut to = Plane {
            bytes: upright.data_mut(index),
            width,
            height,
            stride,
        };
        match step {
            1 => orientation.turn::<1>(&from, &mut to),
            2 => orientation.turn::<2>(&from, &mut to),
            3 => orientation.turn::<3>(&from, &mut to),
            4 => orientation.turn::<4>(&from, &mut to),
            6 => orientation.turn::<6>(&from, &mut to),
            8 => orientation.turn::<8>(&from, &mut to),
            _ => return None,
        }
    }
    Some(upright)
}

/// The matrix of a picture, BT.601 where it does not say.
fn known_matrix(space: color::Space) -> color::Space {
    match space {
        color::Space::BT709
        | color::Space::FCC
        | color::Space::BT470BG
        | color::Space::SMPTE170M
        | color::Space::SMPTE240M
        | color::Space::BT2020NCL
        | color::Space::BT2020CL => space,
        _ => color::Space::BT470BG,
    }
}

/// Checks the size of a frame that is to be encoded.
///
/// # Errors
/// When it is not `width` x `height`.
pub fn expect_size(frame: &RgbFrame, width: u32, height: u32) -> Result<(), VideoError> {
    if (frame.width(), frame.height()) == (width, height) {
        return Ok(());
    }
    Err(VideoError::WrongSize {
        width,
        height,
        got_width: frame.width(),
        got_height: frame.height(),
    })
}

/// Copies a frame into an RGB picture of FFmpeg's that is as large, or a pixel wider or higher: then the edge is repeated.
pub fn fill(picture: &mut Frame, frame: &RgbFrame) {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let stride = picture.stride(0);
    let row_bytes = frame.width() as usize * 3;
    let last_row = frame.height() as usize - 1;
    let data = picture.data_mut(0);
    for y in 0..height {
        let row = &mut data[y * stride..][..width * 3];
        let from = y.min(last_row) * row_bytes;
        row[..row_bytes].copy_from_slice(&frame.pixels()[from..][..row_bytes]);
        row.copy_within(row_bytes - 3..row_bytes, width * 3 - 3);
    }
}
