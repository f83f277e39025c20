//! Films in and out: probe, frame table, frame-exact decoding, JPEG extraction and the H.264 writer.
//!
//! The only crate that knows FFmpeg. A damaged film can bring FFmpeg, and with it the process, down: decode what strangers send in
//! a child process.
//!
//! A film is numbered twice. Its *source frames* are what the decoder gives, counted from 0. The *rows* of its
//! [`FrameTable`](domain::FrameTable) are the constant 30 frames per second that `ffmpeg -i FILM -r 30 -start_number 0 %05d.jpg`
//! writes: every row shows one source frame, a source frame may be shown by several rows or by none. The path from a file to its
//! rows goes through one module after the other:
//!
//! | module | what it knows |
//! |---|---|
//! | `container` | whether the file is all there |
//! | `source` | opening it, choosing the stream |
//! | `clock` | what time a packet belongs to |
//! | `decoder` | packets to source frames |
//! | `timeline` | source frames to rows |
//! | `rotation`, `picture` | a source frame to RGB pixels, the right way up |
//! | `reader` | all of these put together |

mod clock;
mod container;
mod decoder;
mod error;
mod extract;
mod jpeg;
mod picture;
mod probe;
mod raw;
mod reader;
mod rotation;
mod source;
mod timeline;
mod writer;

pub use error::VideoError;
pub use extract::{extract, frame_file_name};
pub use jpeg::JpegEncoder;
pub use probe::{Probe, probe};
pub use reader::{DecodedFrame, decode, frame_table};
pub use writer::VideoWriter;
