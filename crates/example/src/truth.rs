//! The truth about the pair, to be written to a file and compared with.

use crate::Example;
use domain::{ObjectFields, Rle, TIMELINE_FPS, VideoSide};
use serde::{Deserialize, Serialize};

/// A place that lies well inside an object: where a person would click.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Click {
    /// Index into the list of objects.
    pub object: usize,
    /// Which of the two videos.
    pub side: VideoSide,
    /// The frame, from 0.
    pub frame: u32,
    /// Pixels from the left.
    pub x: f32,
    /// Pixels from the top.
    pub y: f32,
}

/// Where one object is seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TruthMask {
    /// Index into the list of objects.
    pub object: usize,
    /// The pixels.
    pub mask: Rle,
}

/// The truth about one clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClipTruth {
    /// Which of the two videos.
    pub side: VideoSide,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The masks of every frame, in order; an object that is not seen has none.
    pub frames: Vec<Vec<TruthMask>>,
}

/// The truth about the pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// Frames per second of both clips.
    pub fps: u32,
    /// The changed objects.
    pub objects: Vec<ObjectFields>,
    /// One click for every object in every video in which it is seen.
    pub clicks: Vec<Click>,
    /// Video 1 and video 2.
    pub clips: [ClipTruth; 2],
}

impl Truth {
    pub(crate) fn of(example: &Example) -> Self {
        Self {
            fps: TIMELINE_FPS,
            objects: example.objects().to_vec(),
            clicks: example.clicks(),
            clips: VideoSide::BOTH.map(|side| {
                let clip = example.clip(side);
                ClipTruth {
                    side,
                    width: clip.width(),
                    height: clip.height(),
                    frames: (0..clip.frames())
                        .map(|n| {
                            clip.masks(n)
                                .into_iter()
                                .map(|(object, mask)| TruthMask { object, mask })
                                .collect()
                        })
                        .collect(),
                }
            }),
        }
    }
}
