//! Films made by the `ffmpeg` program, read and written by this crate and compared with what `ffmpeg` makes of them.

mod broken;
mod film;
mod frames;
mod rows;
mod written;
