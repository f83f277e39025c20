//! Where the two walks through one place meet.

use crate::{FrameNumber, VideoSide};
use serde::{Deserialize, Serialize};

/// The frames of the other video that show the same place as the frames of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counterparts {
    /// Row of the other video's timeline, per row; never going back.
    pub path: Vec<u32>,
    /// How sure that is, per row: percent.
    pub path_confidence: Vec<u8>,
    /// The most similar row by itself.
    pub free: Vec<u32>,
    /// How sure that is: percent.
    pub free_confidence: Vec<u8>,
}

/// Which frames of both videos show the same place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamePlace {
    /// For the rows of video 1, then of video 2.
    pub sides: [Counterparts; 2],
}

impl SamePlace {
    /// The frame of the other video that shows what `frame` of `side` shows, and how sure that is in percent. With `free`,
    /// the most similar frame wherever it is; without, the one on the path that never goes back.
    #[must_use]
    pub fn counterpart(
        &self,
        side: VideoSide,
        frame: FrameNumber,
        free: bool,
    ) -> Option<(FrameNumber, u8)> {
        let of = &self.sides[usize::from(side.number()) - 1];
        let (rows, confidence) = if free {
            (&of.free, &of.free_confidence)
        } else {
            (&of.path, &of.path_confidence)
        };
        let at = frame.0 as usize;
        Some((FrameNumber(*rows.get(at)?), *confidence.get(at)?))
    }
}
