//! Result files, written and read again: by this crate, by real Python, and by nobody where they are hostile.

mod files;
mod hostile;
mod many;
mod python;
mod review;
mod round_trip;
mod samples;
mod usable;
