//! The annotation canvas as plain data: where things are, what the tools do, what is to be drawn and what comes next.
//!
//! Nothing here needs a browser; the feature `browser` adds the painting on a `CanvasRenderingContext2d`.

mod aim;
mod answers;
#[cfg(feature = "browser")]
mod browser;
mod brush;
mod card;
mod checks;
mod clock;
mod guide;
mod keys;
mod lanes;
mod pins;
mod prefetch;
mod raster;
mod scene;
mod suggestions;
mod suspects;
mod tool;
mod touches;
mod viewport;
mod watch_keys;

pub use aim::Aim;
pub use answers::Answers;
#[cfg(feature = "browser")]
pub use browser::{FrameImages, Painter};
pub use brush::{BRUSH_RADII, Stroke};
pub use card::{CARD_RATIO, Crop, outline_path};
pub use checks::{Check, CheckInput, checks};
pub use clock::{
    Clock, FrameLock, Pace, SPEEDS, clock_text, lock_by_fraction, next_speed, span_around,
};
pub use guide::{Done, Place, Step, after_done, next_step, place, steps};
pub use keys::{
    Binding, Command, Group, KEYS, POINTER, chord, command, command_in, key_in, key_of, plain_key,
    words_of,
};
pub use lanes::{LANE_HEIGHT, reached_spans, score_path, seen_spans, spans_path, ticks_path};
pub use pins::{PinMark, pin_at, pin_marks, pin_tips};
pub use prefetch::{MASK_BATCH, mask_batch, mask_batches, window};
pub use raster::{MaskStyle, rasterise, sample};
pub use scene::{
    BoxMark, MaskLayer, PendingAction, PointMark, Scene, SceneInput, compose, shown_mask,
};
pub use suggestions::Suggestions;
pub use suspects::{Suspect, SuspectPlace, Suspicion, suspects, worst, worst_first};
pub use tool::{Button, Gesture, Press, Tool, point_at};
pub use touches::Touches;
pub use viewport::{Viewport, ZOOM_MAX};
pub use watch_keys::{WATCH_KEYS, WATCH_POINTER, WatchCommand};
