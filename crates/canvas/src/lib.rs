//! The annotation canvas as plain data: where things are, what the tools do, what is to be drawn and what comes next.
//!
//! Nothing here needs a browser; the feature `browser` adds the painting on a `CanvasRenderingContext2d`.

mod answers;
#[cfg(feature = "browser")]
mod browser;
mod clock;
mod guide;
mod prefetch;
mod raster;
mod scene;
mod tool;
mod viewport;

pub use answers::Answers;
#[cfg(feature = "browser")]
pub use browser::{FrameImages, Painter};
pub use clock::{Clock, clock_text, lock_by_fraction};
pub use guide::{Done, Place, Step, after_done, next_step, place, steps};
pub use prefetch::{MASK_BATCH, mask_batch, mask_batches, window};
pub use raster::{rasterise, sample};
pub use scene::{BoxMark, MaskLayer, PendingAction, PointMark, Scene, SceneInput, compose};
pub use tool::{Button, Gesture, Press, Tool};
pub use viewport::{Viewport, ZOOM_MAX};
