//! The image encoder's answers for the frames that were asked about last.

use domain::{SessionId, VideoSide};
use sam2::ImageFeatures;
use std::collections::VecDeque;

/// A frame: session, video, source frame.
pub(crate) type FrameId = (SessionId, VideoSide, u32);

/// Keeps the answers that were used last, up to a number of frames.
pub(crate) struct FeatureCache {
    capacity: usize,
    /// The one used last is at the back.
    entries: VecDeque<(FrameId, ImageFeatures)>,
}

impl FeatureCache {
    /// Keeps up to `capacity` answers, at least one.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            entries: VecDeque::new(),
        }
    }

    /// The answer for `frame`, which now counts as used last.
    pub(crate) fn get(&mut self, frame: &FrameId) -> Option<ImageFeatures> {
        let at = self.entries.iter().position(|(id, _)| id == frame)?;
        let entry = self.entries.remove(at)?;
        let features = entry.1.clone();
        self.entries.push_back(entry);
        Some(features)
    }

    /// Forgets every answer.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Keeps an answer; the one that was not used for longest goes when there are too many.
    pub(crate) fn insert(&mut self, frame: FrameId, features: ImageFeatures) {
        self.entries.retain(|(id, _)| *id != frame);
        self.entries.push_back((frame, features));
        if self.entries.len() > self.capacity {
            self.entries.pop_front();
        }
    }
}
