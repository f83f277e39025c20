//! A drawn pair of clips of one room, before and after a change, with the truth about every changed object.
//!
//! Everything is computed from fixed numbers: the same frames come out every time, and nothing is read or written.
//! The pair is what *Open the example* shows, and what tests measure the tool against.
//!
//! ```
//! use domain::VideoSide;
//!
//! let example = example::Example::new();
//! let before = example.clip(VideoSide::One);
//! let first = before.frame(0);
//! assert_eq!((first.width(), first.height()), (before.width(), before.height()));
//! for (object, mask) in before.masks(0) {
//!     println!("{}: {} pixels", example.objects()[object].title(), mask.area());
//! }
//! ```

mod camera;
mod clip;
mod noise;
mod room;
mod scene;
mod solid;
mod truth;

pub use clip::Clip;
pub use scene::Example;
pub use truth::{Click, ClipTruth, Truth, TruthMask};
