//! Painting and picture loading in the browser.

mod frames;
mod painter;

pub use frames::FrameImages;
pub use painter::Painter;
