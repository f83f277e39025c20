//! Some frames of one object, one after the other.

use crate::{FrameKey, FrameNumber, ObjectId, VideoSide};
use serde::{Deserialize, Serialize};

/// The frames of an object in a video from one to another, both of them in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameSpan {
    /// The object.
    pub object: ObjectId,
    /// The video.
    pub side: VideoSide,
    /// The first frame.
    pub from: FrameNumber,
    /// The last frame.
    pub to: FrameNumber,
}

impl From<FrameKey> for FrameSpan {
    fn from(key: FrameKey) -> Self {
        Self {
            object: key.object,
            side: key.side,
            from: key.frame,
            to: key.frame,
        }
    }
}

/// Frames (in order, each once) as spans from the first to the last frame of those that follow one another.
#[must_use]
pub fn frame_spans(frames: &[FrameNumber]) -> Vec<(FrameNumber, FrameNumber)> {
    frames
        .chunk_by(|a, b| a.0 + 1 == b.0)
        .map(|run| (run[0], run[run.len() - 1]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_that_follow_one_another_are_one_span() {
        let spans = |frames: &[u32]| {
            let frames: Vec<FrameNumber> = frames.iter().map(|&n| FrameNumber(n)).collect();
            let spans = frame_spans(&frames).into_iter();
            spans.map(|(from, to)| (from.0, to.0)).collect::<Vec<_>>()
        };
        assert_eq!(spans(&[]), []);
        assert_eq!(spans(&[3, 4, 5, 8, 10, 11]), [(3, 5), (8, 8), (10, 11)]);
    }
}
