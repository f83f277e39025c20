//! Whether a `segments.pkl` that was made elsewhere can become a session, and of which videos.

use crate::{SegmentedObject, Segments};
use domain::{
    ChangeType, FrameNumber, INDEX_MAX, InvalidObject, OBJECTS_MAX, ObjectFields, VideoSide,
};
use std::collections::HashMap;

/// What a `segments.pkl` holds, in figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What kind of place was filmed.
    pub scene_type: String,
    /// Number of objects.
    pub objects: u32,
    /// Number of masks, without those that are empty.
    pub masks: u32,
    /// Number of masks that are empty.
    pub empty: u32,
    /// Width and height of the masks of video 1 and of video 2; none where it has no mask.
    pub sizes: [Option<(u32, u32)>; 2],
}

/// Why a `segments.pkl` cannot become a session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// No object.
    #[error("'objects' is empty: the file says of nothing that it changed")]
    NoObject,
    /// More objects than a session holds.
    #[error(
        "'objects' names {0} objects, and a session holds {OBJECTS_MAX} at most: leave out those that did not change"
    )]
    TooManyObjects(usize),
    /// No mask, or only empty ones.
    #[error("{}", no_mask(*empty))]
    NoMask {
        /// How many empty ones there are.
        empty: u32,
    },
    /// What is said about an object cannot be stored.
    #[error("objects, {label:?} at place {place} (from 0): {problem}")]
    Object {
        /// Its place in the file.
        place: usize,
        /// Its label.
        label: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Masks where the object is said not to be.
    #[error(
        "video{}_objects: \"{title}\" has masks there, but its 'in_video{}' is False: set it to True, or leave the masks out",
        side.number(), side.number()
    )]
    NotThere {
        /// Label and index of the object.
        title: String,
        /// The video.
        side: VideoSide,
    },
    /// Masks of several sizes in one video.
    #[error(
        "video{}_objects: the mask of \"{title}\" on frame {frame} is {} pixels large (width x height), but others are {}: all masks of a video need one size",
        side.number(), size(*found), size(*others)
    )]
    Sizes {
        /// The video.
        side: VideoSide,
        /// Label and index of the object.
        title: String,
        /// The frame.
        frame: FrameNumber,
        /// Width and height of this mask.
        found: (u32, u32),
        /// Width and height of those before it.
        others: (u32, u32),
    },
    /// Masks of another size than their video.
    #[error(
        "the masks of {side} are {} pixels large (width x height), but the video is {}: {}",
        size(*masks), size(*video),
        if *exchanged { "video 1 and video 2 seem to be exchanged" } else { "choose the video that they were made for" }
    )]
    Size {
        /// The video.
        side: VideoSide,
        /// Width and height of its masks.
        masks: (u32, u32),
        /// Width and height of the video.
        video: (u32, u32),
        /// Whether every mask fits the other video.
        exchanged: bool,
    },
    /// A mask behind the end of its video.
    #[error(
        "\"{title}\" has a mask on frame {frame} of {side}, which has frames 0 to {last}: frames are counted from 0 at 30 per second, as ffmpeg -r 30 writes them"
    )]
    Frame {
        /// Label and index of the object.
        title: String,
        /// The video.
        side: VideoSide,
        /// The frame.
        frame: FrameNumber,
        /// The last frame of the video.
        last: u32,
    },
}

impl Summary {
    /// Whether the masks have the size of their videos, given as width and height.
    ///
    /// # Errors
    /// [`Unusable::Size`] when they have not.
    pub fn fits(&self, videos: [(u32, u32); 2]) -> Result<(), Unusable> {
        let fit = |videos: [(u32, u32); 2]| {
            (self.sizes.iter().zip(videos)).all(|(masks, video)| masks.is_none_or(|m| m == video))
        };
        let exchanged = fit([videos[1], videos[0]]);
        for ((side, masks), video) in VideoSide::BOTH.into_iter().zip(self.sizes).zip(videos) {
            if let Some(masks) = masks.filter(|masks| *masks != video) {
                return Err(Unusable::Size {
                    side,
                    masks,
                    video,
                    exchanged,
                });
            }
        }
        Ok(())
    }
}

impl Segments {
    /// Checks everything that can be checked without the videos, and counts.
    ///
    /// # Errors
    /// When there is no object or no mask, an object cannot be stored or contradicts itself, or sizes differ.
    pub fn summary(&self) -> Result<Summary, Unusable> {
        if self.objects.is_empty() {
            return Err(Unusable::NoObject);
        }
        if self.objects.len() > OBJECTS_MAX as usize {
            return Err(Unusable::TooManyObjects(self.objects.len()));
        }
        let fields = self.fields()?;
        let (mut masks, mut sizes) = (0, [None; 2]);
        for (object, fields) in self.objects.iter().zip(&fields) {
            for (side, of_side) in VideoSide::BOTH.into_iter().zip(&object.masks) {
                if !of_side.is_empty() && !fields.is_in(side) {
                    let title = fields.title();
                    return Err(Unusable::NotThere { title, side });
                }
                masks += of_side.len();
                let common = &mut sizes[usize::from(side.number()) - 1];
                for (&frame, mask) in of_side {
                    let found = (mask.width(), mask.height());
                    let others = *common.get_or_insert(found);
                    if found != others {
                        return Err(Unusable::Sizes {
                            side,
                            title: fields.title(),
                            frame,
                            found,
                            others,
                        });
                    }
                }
            }
        }
        if masks == 0 {
            return Err(Unusable::NoMask {
                empty: self.empty_masks,
            });
        }
        Ok(Summary {
            scene_type: self.scene_type.clone(),
            objects: self.objects.len() as u32,
            masks: masks as u32,
            empty: self.empty_masks,
            sizes,
        })
    }

    /// What is said about the objects, as a session holds it. Where two have the same label and index, the second gets the
    /// next free index; where the file does not say how an object changed, it follows from where it is seen.
    ///
    /// # Errors
    /// [`Unusable::Object`] when a label is missing or too long, or an object is in neither video.
    pub fn fields(&self) -> Result<Vec<ObjectFields>, Unusable> {
        let mut taken: HashMap<String, Taken> = HashMap::new();
        let mut all = Vec::new();
        for (place, object) in self.objects.iter().enumerate() {
            let wrong = |problem: String| Unusable::Object {
                place,
                label: object.label.chars().take(60).collect(),
                problem,
            };
            let mut fields = fields_of(object).checked().map_err(|error| {
                wrong(match error {
                    InvalidObject::InNoVideo => "'in_video1' and 'in_video2' are both False".into(),
                    other => other.to_string(),
                })
            })?;
            let of_label = taken.entry(fields.label.clone()).or_default();
            fields.multiplicity = of_label
                .take(fields.multiplicity)
                .filter(|index| *index <= INDEX_MAX)
                .ok_or_else(|| wrong("no index is free".into()))?;
            all.push(fields);
        }
        Ok(all)
    }

    /// Whether every mask of a video lies on one of its `frames`.
    ///
    /// # Errors
    /// [`Unusable::Frame`] when one lies behind the end.
    pub fn check_frames(&self, side: VideoSide, frames: usize) -> Result<(), Unusable> {
        for object in &self.objects {
            let [one, two] = &object.masks;
            let masks = match side {
                VideoSide::One => one,
                VideoSide::Two => two,
            };
            if let Some((&frame, _)) = masks.last_key_value()
                && frame.index() >= frames
            {
                return Err(Unusable::Frame {
                    title: fields_of(object).title(),
                    side,
                    frame,
                    last: (frames as u32).saturating_sub(1),
                });
            }
        }
        Ok(())
    }
}

/// The indices of one label that are taken, each with one behind it that may be free.
#[derive(Default)]
struct Taken(HashMap<u64, u64>);

impl Taken {
    /// Takes the first free index from `wanted` on; none when none is left.
    fn take(&mut self, wanted: u32) -> Option<u32> {
        let mut free = u64::from(wanted);
        while let Some(&next) = self.0.get(&free) {
            free = next;
        }
        let index = u32::try_from(free).ok()?;
        // Whoever comes this way again goes straight behind it: ten thousand equal labels are no matter.
        let mut at = u64::from(wanted);
        while let Some(next) = self.0.insert(at, free + 1) {
            at = next;
        }
        Some(index)
    }
}

fn fields_of(object: &SegmentedObject) -> ObjectFields {
    let (in_video1, in_video2) = (object.in_video1, object.in_video2);
    ObjectFields {
        label: object.label.clone(),
        multiplicity: object.multiplicity,
        in_video1,
        in_video2,
        views: 1,
        deformability: object.deformability,
        change_type: (object.change_type)
            .unwrap_or_else(|| ChangeType::default_for(in_video1, in_video2)),
    }
}

fn no_mask(empty: u32) -> String {
    match empty {
        0 => {
            "'video1_objects' and 'video2_objects' hold no mask: there is nothing to review".into()
        }
        1 => "the only mask in the file is empty: there is nothing to review".into(),
        count => format!("all {count} masks in the file are empty: there is nothing to review"),
    }
}

fn size((width, height): (u32, u32)) -> String {
    format!("{width} x {height}")
}
