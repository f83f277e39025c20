//! A decoded frame.

/// A picture of 8-bit RGB pixels, row-major, without padding between rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RgbFrame {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl RgbFrame {
    /// A frame of `width` x `height` pixels.
    ///
    /// # Panics
    /// When `pixels` is not `width * height * 3` long.
    #[must_use]
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Self {
        let expected = width as usize * height as usize * 3;
        assert_eq!(pixels.len(), expected, "RGB pixels of {width} x {height}");
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The pixels, `[height, width, 3]`.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The pixels, to be drawn on.
    #[must_use]
    pub fn pixels_mut(&mut self) -> &mut [u8] {
        &mut self.pixels
    }
}
