//! The annotation canvas as plain data: where things are, what the tools do, what is to be drawn and what comes next.
//!
//! Nothing here needs a browser; the feature `browser` adds the painting on a `CanvasRenderingContext2d`.

mod aim;
mod answers;
#[cfg(feature = "browser")]
mod browser;
mod brush;
mod checks;
mod clock;
mod crop;
mod guide;
mod keys;
mod lanes;
mod prefetch;
mod raster;
mod scene;
mod suggestions;
mod suspects;
mod tool;
mod touches;
mod viewport;

pub use aim::Aim;
pub use answers::Answers;
#[cfg(feature = "browser")]
pub use browser::{FrameImages, Painter};
pub use brush::{BRUSH_RADII, Stroke};
pub use checks::{Check, CheckInput, checks};
pub use clock::{Clock, FrameLock, clock_text, lock_by_fraction};
pub use crop::Crop;
pub use guide::{Done, Place, Step, after_done, next_step, place, steps};
pub use keys::{Binding, Command, Group, KEYS, POINTER, chord, command, key_of, words_of};
pub use lanes::{LANE_HEIGHT, reached_spans, score_path, seen_spans, spans_path, ticks_path};
pub use prefetch::{MASK_BATCH, mask_batch, mask_batches, window};
pub use raster::{MaskStyle, rasterise, sample};
pub use scene::{
    BoxMark, MaskLayer, PendingAction, PointMark, Scene, SceneInput, compose, shown_mask,
};
pub use suggestions::Suggestions;
pub use suspects::{Suspect, SuspectPlace, Suspicion, suspects, worst};
pub use tool::{Button, Gesture, Press, Tool, point_at};
pub use touches::Touches;
pub use viewport::{Viewport, ZOOM_MAX};
