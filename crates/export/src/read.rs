//! Reads `segments.pkl` of either layout, whoever made it.

use crate::MasksByFrame;
use crate::pickle::{self, Dict, Item, PickleError, Plain};
use domain::{ChangeType, Deformability, FrameNumber, Rle, RleError, VideoSide};
use std::collections::BTreeMap;

/// Most objects that are read.
const OBJECTS_MAX: usize = 10_000;
/// Most masks that are read; a file can name one mask many times.
const MASKS_MAX: usize = 1_000_000;
/// Most runs of all masks together: 512 MB in memory.
const RUNS_MAX: usize = 128 << 20;
/// Longest run-length text of one mask, in bytes.
const COUNTS_MAX: usize = 16 << 20;
/// Longest side of a mask, in pixels.
const SIDE_MAX: u32 = 16_384;
/// Most keys of a dict whose keys have fixed names.
const FIELDS_MAX: usize = 100;

/// Why a file is not a `segments.pkl`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not a pickle, or one that is not plain data.
    #[error(transparent)]
    Pickle(#[from] PickleError),
    /// Plain data of another shape.
    #[error("{place}: {problem}")]
    Shape {
        /// Where in the data, e.g. `video1_objects`.
        place: String,
        /// What is wrong there.
        problem: String,
    },
    /// A mask whose counts are wrong.
    #[error("{place}: {source}")]
    Mask {
        /// Where in the data.
        place: String,
        /// What is wrong with the counts.
        source: RleError,
    },
}

/// What both layouts of `segments.pkl` say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segments {
    /// What kind of place was filmed.
    pub scene_type: String,
    /// The objects, in order.
    pub objects: Vec<SegmentedObject>,
    /// How many masks were left out because they are empty.
    pub empty_masks: u32,
}

/// One object of a `segments.pkl`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentedObject {
    /// What it is. A label `cup_2` is read as `cup` with index 2 where the file holds no index of its own.
    pub label: String,
    /// Tells objects of one label apart.
    pub multiplicity: u32,
    /// Whether it is seen in video 1.
    pub in_video1: bool,
    /// Whether it is seen in video 2.
    pub in_video2: bool,
    /// Whether it keeps its shape.
    pub deformability: Deformability,
    /// How it changed, where the file says so.
    pub change_type: Option<ChangeType>,
    /// Its masks in video 1 and in video 2, none of them empty.
    pub masks: [MasksByFrame; 2],
}

/// Reads a `segments.pkl` of the documented or the benchmark layout; nothing in it is executed. Empty masks are left out.
///
/// # Errors
/// When the file is not a pickle, asks for anything but plain data, is too large, or has another shape. The message says
/// where and what was found.
pub fn read_segments(bytes: &[u8]) -> Result<Segments, ReadError> {
    let plain = pickle::read(bytes)?;
    Reader {
        plain: &plain,
        masks: 0,
        empty_masks: 0,
        runs: 0,
    }
    .segments()
}

/// How a layout names an object: `object_3` or 2.
type ObjectKey = u64;

struct Reader<'p, 'a> {
    plain: &'p Plain<'a>,
    masks: usize,
    empty_masks: u32,
    runs: usize,
}

impl<'a> Reader<'_, 'a> {
    fn segments(mut self) -> Result<Segments, ReadError> {
        let root = Fields::of(self.plain, self.plain.root, "the file")?;
        let scene_type = match root.get("scenetype") {
            Some(item) => text(item, "scenetype")?,
            None => text(root.need("scene_type")?, "scene_type")?,
        };
        let mut objects = self.objects(root.need("objects")?)?;
        for side in VideoSide::BOTH {
            let place = format!("video{}_objects", side.number());
            let videos = dict(root.need(&place)?, &place)?;
            for &(key, frames) in self.plain.entries(videos) {
                let id = object_key(key, &place)?;
                let Some(object) = objects.get_mut(&id) else {
                    let problem = format!("{} is not among the objects", shown(key));
                    return Err(shape(&place, problem));
                };
                let place = format!("{place}, object {}", shown(key));
                let masks = self.frames(frames, &place)?;
                let [one, two] = &mut object.masks;
                match side {
                    VideoSide::One => *one = masks,
                    VideoSide::Two => *two = masks,
                }
            }
        }
        Ok(Segments {
            scene_type: scene_type.to_owned(),
            objects: objects.into_values().collect(),
            empty_masks: self.empty_masks,
        })
    }

    /// The objects by key: a dict in the documented layout, a list in the benchmark's.
    fn objects(&self, item: Item<'a>) -> Result<BTreeMap<ObjectKey, SegmentedObject>, ReadError> {
        let mut objects = BTreeMap::new();
        if let Item::Dict(dict) = item {
            for &(key, fields) in self.plain.entries(dict) {
                let id = object_key(key, "objects")?;
                let place = format!("objects, {}", shown(key));
                insert(
                    &mut objects,
                    id,
                    object(Fields::of(self.plain, fields, &place)?)?,
                )?;
            }
        } else if let Some(items) = self.plain.items(item) {
            for (index, &fields) in items.iter().enumerate() {
                let place = format!("objects, entry {index}");
                let fields = Fields::of(self.plain, fields, &place)?;
                let id = match fields.get("original_obj_idx") {
                    Some(id) => object_key(id, &place)?,
                    None => index as ObjectKey,
                };
                insert(&mut objects, id, object(fields)?)?;
            }
        } else {
            return Err(expected("objects", "a dict or a list", item));
        }
        Ok(objects)
    }

    fn frames(&mut self, item: Item<'a>, place: &str) -> Result<MasksByFrame, ReadError> {
        let mut frames = MasksByFrame::new();
        for &(key, mask) in self.plain.entries(dict(item, place)?) {
            let frame = match key {
                Item::Int(n) => u32::try_from(n).ok(),
                Item::Text(text) => text.parse().ok(),
                _ => None,
            };
            let Some(frame) = frame else {
                return Err(shape(
                    place,
                    format!("{} is not a frame number", shown(key)),
                ));
            };
            let place = format!("{place}, frame {frame}");
            let mask = self.mask(mask, &place)?;
            if mask.is_empty() {
                self.empty_masks += 1;
                frames.remove(&FrameNumber(frame));
            } else {
                frames.insert(FrameNumber(frame), mask);
            }
        }
        Ok(frames)
    }

    /// A mask: the run lengths, or `{'mask': run lengths}`.
    fn mask(&mut self, item: Item<'a>, place: &str) -> Result<Rle, ReadError> {
        self.masks += 1;
        if self.masks > MASKS_MAX {
            return Err(shape(
                place,
                format!("the file holds more than {MASKS_MAX} masks"),
            ));
        }
        let mut fields = Fields::of(self.plain, item, place)?;
        if let Some(inner) = fields.get("mask") {
            fields = Fields::of(self.plain, inner, place)?;
        }
        let size = fields.need("size")?;
        let (height, width) = match self.plain.items(size) {
            Some(&[height, width]) => (side(height, place)?, side(width, place)?),
            _ => return Err(expected(place, "a size of [height, width]", size)),
        };
        let counts = match fields.need("counts")? {
            Item::Bytes(bytes) => bytes,
            Item::Text(text) => text.as_bytes(),
            other => {
                return Err(expected(
                    place,
                    "counts as bytes or str (compressed run lengths)",
                    other,
                ));
            }
        };
        if counts.len() > COUNTS_MAX {
            return Err(shape(
                place,
                format!("the counts are longer than {COUNTS_MAX} bytes"),
            ));
        }
        let mask =
            Rle::from_coco_text(height, width, counts).map_err(|source| ReadError::Mask {
                place: place.to_owned(),
                source,
            })?;
        self.runs += mask.counts().len();
        if self.runs > RUNS_MAX {
            return Err(shape(
                place,
                format!("the masks hold more than {RUNS_MAX} runs"),
            ));
        }
        Ok(mask)
    }
}

fn insert(
    objects: &mut BTreeMap<ObjectKey, SegmentedObject>,
    id: ObjectKey,
    object: SegmentedObject,
) -> Result<(), ReadError> {
    if objects.len() == OBJECTS_MAX {
        return Err(shape(
            "objects",
            format!("there are more than {OBJECTS_MAX}"),
        ));
    }
    match objects.insert(id, object) {
        None => Ok(()),
        Some(_) => Err(shape("objects", format!("the object {id} comes twice"))),
    }
}

fn object(fields: Fields<'_, '_>) -> Result<SegmentedObject, ReadError> {
    let place = fields.place;
    let flag = |name| match fields.need(name)? {
        Item::Bool(flag) => Ok(flag),
        other => Err(expected(place, &format!("'{name}' as a bool"), other)),
    };
    let wrong_word = |problem| shape(place, problem);
    let label = text(fields.need("label")?, place)?;
    let (label, multiplicity) = match fields.get("multiplicity") {
        Some(Item::Int(n)) => match u32::try_from(n) {
            Ok(n) if n > 0 => (label, n),
            _ => {
                return Err(shape(
                    place,
                    format!("the multiplicity is {n}; it counts from 1"),
                ));
            }
        },
        Some(other) => return Err(expected(place, "'multiplicity' as an int", other)),
        None => split_label(label),
    };
    let change_type = match fields.get("change_type") {
        None => None,
        Some(word) => Some(text(word, place)?.parse().map_err(wrong_word)?),
    };
    Ok(SegmentedObject {
        label: label.to_owned(),
        multiplicity,
        in_video1: flag("in_video1")?,
        in_video2: flag("in_video2")?,
        deformability: (text(fields.need("deformability")?, place)?)
            .parse()
            .map_err(wrong_word)?,
        change_type,
        masks: Default::default(),
    })
}

/// `cup_2` is `cup`, 2; a label without such an end has index 1.
fn split_label(label: &str) -> (&str, u32) {
    let split = label.rsplit_once('_').and_then(|(stem, index)| {
        let index = index.parse().ok().filter(|&index| index > 0)?;
        (!stem.is_empty()).then_some((stem, index))
    });
    split.unwrap_or((label, 1))
}

/// A dict whose keys are texts with fixed names.
struct Fields<'p, 'a> {
    entries: &'p [(Item<'a>, Item<'a>)],
    place: &'p str,
}

impl<'p, 'a> Fields<'p, 'a> {
    fn of(plain: &'p Plain<'a>, item: Item<'a>, place: &'p str) -> Result<Self, ReadError> {
        let entries = plain.entries(dict(item, place)?);
        if entries.len() > FIELDS_MAX {
            return Err(shape(place, format!("the dict has {} keys", entries.len())));
        }
        Ok(Self { entries, place })
    }

    fn get(&self, name: &str) -> Option<Item<'a>> {
        (self.entries.iter().rev())
            .find(|(key, _)| *key == Item::Text(name))
            .map(|&(_, value)| value)
    }

    fn need(&self, name: &str) -> Result<Item<'a>, ReadError> {
        (self.get(name)).ok_or_else(|| shape(self.place, format!("the key '{name}' is missing")))
    }
}

fn object_key(key: Item<'_>, place: &str) -> Result<ObjectKey, ReadError> {
    let id = match key {
        Item::Int(n) => ObjectKey::try_from(n).ok(),
        Item::Text(text) => (text.strip_prefix("object_")).and_then(|number| number.parse().ok()),
        _ => None,
    };
    id.ok_or_else(|| {
        shape(
            place,
            format!(
                "{} names no object: 'object_1' or an int is expected",
                shown(key)
            ),
        )
    })
}

fn dict(item: Item<'_>, place: &str) -> Result<Dict, ReadError> {
    match item {
        Item::Dict(dict) => Ok(dict),
        other => Err(expected(place, "a dict", other)),
    }
}

fn text<'a>(item: Item<'a>, place: &str) -> Result<&'a str, ReadError> {
    match item {
        Item::Text(text) => Ok(text),
        other => Err(expected(place, "a str", other)),
    }
}

fn side(item: Item<'_>, place: &str) -> Result<u32, ReadError> {
    match item {
        Item::Int(n) => match u32::try_from(n) {
            Ok(n) if (1..=SIDE_MAX).contains(&n) => Ok(n),
            _ => Err(shape(
                place,
                format!("{n} is no size: 1 to {SIDE_MAX} pixels are read"),
            )),
        },
        other => Err(expected(place, "a size in whole pixels", other)),
    }
}

fn shape(place: &str, problem: String) -> ReadError {
    ReadError::Shape {
        place: place.to_owned(),
        problem,
    }
}

fn expected(place: &str, what: &str, found: Item<'_>) -> ReadError {
    shape(
        place,
        format!("{what} is expected, but {} was found", found.type_name()),
    )
}

/// A key as messages show it, cut where it is long.
fn shown(key: Item<'_>) -> String {
    match key {
        Item::Int(n) => n.to_string(),
        Item::Text(text) => format!("{:?}", text.chars().take(60).collect::<String>()),
        other => format!("a key of type {}", other.type_name()),
    }
}
