//! Looking for an object of one video in the other.

use crate::{FrameNumber, Point, Rle};
use serde::{Deserialize, Serialize};

/// Most places that a search suggests.
pub const CANDIDATES_MAX: usize = 5;

/// A search that was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SearchId(pub u64);

/// A place in the other video where the object may be. Nothing is stored unless a person takes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The row of the timeline.
    pub frame: FrameNumber,
    /// The click that would say so.
    pub point: Point,
    /// The model's mask for that click, in pixels of the source frame.
    pub mask: Rle,
    /// How much it looks like the object: 0 is usual in this video, 1 the object itself.
    pub likeness: f32,
}

/// How far a search is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Search {
    /// Frames are being compared.
    Running {
        /// Steps done.
        done: u32,
        /// Steps in all.
        total: u32,
    },
    /// What was found, the most alike first; at most [`CANDIDATES_MAX`], and nothing when no place is plausible.
    Found(Vec<Candidate>),
    /// It ended without an answer; the text says why.
    Failed(String),
}
