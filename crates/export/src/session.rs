//! What the writers take.

use domain::{
    FrameKey, FrameMasks, FrameNumber, FramePrompts, FrameTable, ModelInfo, Object, ObjectId, Rle,
    SessionId, VideoSide,
};
use std::collections::BTreeMap;

/// The masks of one object, by row of the timeline.
pub type MasksByFrame = BTreeMap<FrameNumber, Rle>;

/// Everything of one session that its result files hold.
///
/// The list of objects decides: masks and prompts of an object that is not in it, or of a video in which the object is
/// not seen, are left out of every file. So are empty masks.
#[derive(Clone, Debug)]
pub struct SessionExport {
    /// The session.
    pub id: SessionId,
    /// What kind of place was filmed.
    pub scene_type: String,
    /// Reviewers' comments by index of their object, as the benchmark's `comments` holds them; empty before a review.
    pub comments: BTreeMap<String, String>,
    /// The model that made the masks; none when they were made elsewhere.
    pub model: Option<ModelInfo>,
    /// The objects in order of their position: the first is `object_1` and index 0.
    pub objects: Vec<Object>,
    /// The prompts, as [`domain::fold_events`] gives them.
    pub prompts: BTreeMap<FrameKey, FramePrompts>,
    /// Video 1 and video 2.
    pub videos: [VideoExport; 2],
}

/// One video of a [`SessionExport`].
#[derive(Clone, Debug)]
pub struct VideoExport {
    /// The name of the uploaded file.
    pub file_name: String,
    /// Its frames.
    pub table: FrameTable,
    /// The masks of every row of the timeline, by object.
    pub masks: BTreeMap<ObjectId, MasksByFrame>,
}

impl VideoExport {
    /// A video without masks.
    #[must_use]
    pub fn new(file_name: String, table: FrameTable) -> Self {
        Self {
            file_name,
            table,
            masks: BTreeMap::new(),
        }
    }

    /// Adds the masks of some frames; a mask takes the place of an earlier one of the same object and frame.
    pub fn add_frames(&mut self, frames: impl IntoIterator<Item = FrameMasks>) {
        for FrameMasks { frame, masks } in frames {
            for mask in masks {
                let frames = self.masks.entry(mask.object).or_default();
                frames.insert(frame, mask.mask);
            }
        }
    }
}

impl SessionExport {
    /// One of the two videos.
    #[must_use]
    pub fn video(&self, side: VideoSide) -> &VideoExport {
        let [one, two] = &self.videos;
        match side {
            VideoSide::One => one,
            VideoSide::Two => two,
        }
    }

    /// Every object that has masks in the files of `side`: its index from 0 and its masks, none of them empty, in order
    /// of frames.
    pub(crate) fn masks(
        &self,
        side: VideoSide,
    ) -> impl Iterator<Item = (usize, Vec<(FrameNumber, &Rle)>)> {
        let masks = &self.video(side).masks;
        self.seen(side).filter_map(move |(index, object)| {
            let frames: Vec<_> = (masks.get(&object.id)?.iter())
                .filter(|(_, mask)| !mask.is_empty())
                .map(|(&frame, mask)| (frame, mask))
                .collect();
            (!frames.is_empty()).then_some((index, frames))
        })
    }

    /// Every object with prompts in `side`: its index from 0 and its prompts in order of frames.
    pub(crate) fn prompts(
        &self,
        side: VideoSide,
    ) -> impl Iterator<Item = (usize, Vec<(FrameNumber, &FramePrompts)>)> {
        self.seen(side).filter_map(move |(index, object)| {
            let frames: Vec<_> = (self.prompts.iter())
                .filter(|(key, prompts)| {
                    key.object == object.id && key.side == side && !prompts.is_empty()
                })
                .map(|(key, prompts)| (key.frame, prompts))
                .collect();
            (!frames.is_empty()).then_some((index, frames))
        })
    }

    /// The objects that are seen in `side`, with their index from 0.
    fn seen(&self, side: VideoSide) -> impl Iterator<Item = (usize, &Object)> {
        (self.objects.iter().enumerate()).filter(move |(_, object)| object.fields.is_in(side))
    }
}
