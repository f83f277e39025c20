//! Which of the places that look like the object are worth showing to a person.

use domain::{CANDIDATES_MAX, Candidate, FrameNumber, Point, Rle};
use sam2::{FeatureGrid, Peak};

/// Neighbouring samples, as a share of all, count as one look at the same thing.
const TOGETHER: f32 = 0.2;
/// From one sample to the next, what is seen moves by up to this many cells.
const DRIFT: f32 = 0.5;
/// What looks less like the object than this is no suggestion.
const PLAUSIBLE: f32 = 0.45;

/// A place on a sampled frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// Which sample.
    pub(super) index: usize,
    /// Where, and how alike.
    pub(super) peak: Peak,
}

/// What the model sees at a place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    /// Where.
    pub(super) place: Place,
    /// How much what lies under its mask looks like the object.
    pub(super) likeness: f32,
    /// Its area, in areas of the object.
    pub(super) growth: f32,
    /// The model's own estimate of its mask, 0 to 1.
    pub(super) sure: f32,
    /// The mask.
    pub(super) mask: Rle,
}

impl Place {
    /// Whether both are probably the same thing, seen on neighbouring samples.
    fn is_same_as(&self, other: &Self, samples: usize, reach: f32) -> bool {
        let apart = self.index.abs_diff(other.index) as f32;
        let (dx, dy) = (
            self.peak.column - other.peak.column,
            self.peak.row - other.peak.row,
        );
        apart <= (samples as f32 * TOGETHER).max(1.0) && dx.hypot(dy) <= reach + apart * DRIFT
    }
}

/// The best places, at most `count`, none of which is probably the same thing as a better one.
pub(super) fn far_apart(
    mut places: Vec<Place>,
    samples: usize,
    [width, height]: [usize; 2],
    count: usize,
) -> Vec<Place> {
    places.sort_by(|a, b| b.peak.likeness.total_cmp(&a.peak.likeness));
    let reach = (width as f32).hypot(height as f32) / 2.0;
    let mut kept: Vec<Place> = Vec::new();
    for place in places {
        if kept.len() == count {
            break;
        }
        if !kept
            .iter()
            .any(|better| place.is_same_as(better, samples, reach))
        {
            kept.push(place);
        }
    }
    kept
}

/// What a place is worth: how alike it is before and after the model's look, less for a mask of an implausible size or one
/// that the model itself doubts.
fn worth(seen: &Seen) -> f32 {
    let octaves = seen.growth.max(1e-3).log2().abs();
    let size = (-(octaves / 2.5).powi(2)).exp();
    let alike = 0.5 * seen.likeness + 0.5 * seen.place.peak.likeness.clamp(0.0, 1.0);
    alike * (0.4 + 0.6 * size) * (0.7 + 0.3 * seen.sure)
}

/// The suggestions, the best first; nothing when no place is plausible.
pub(super) fn rank(found: Vec<(FrameNumber, Point, Seen)>, samples: usize) -> Vec<Candidate> {
    let mut found: Vec<(f32, FrameNumber, Point, Seen)> = found
        .into_iter()
        .map(|(frame, point, seen)| (worth(&seen), frame, point, seen))
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut kept: Vec<(f32, FrameNumber, Point, Seen)> = Vec::new();
    for (worth, frame, point, seen) in found {
        if worth < PLAUSIBLE || kept.len() == CANDIDATES_MAX {
            break;
        }
        let is_known = |other: &Seen| {
            let same_frame = other.place.index == seen.place.index;
            let size = (seen.mask.area().max(1) as f32 / pixels(&seen.mask)).sqrt();
            let reach = size * FeatureGrid::SIDE as f32;
            if same_frame {
                seen.mask.iou(&other.mask) > 0.3
            } else {
                seen.place.is_same_as(&other.place, samples, reach)
            }
        };
        if !kept.iter().any(|(.., other)| is_known(other)) {
            kept.push((worth, frame, point, seen));
        }
    }
    let candidate = |(worth, frame, point, seen): (f32, FrameNumber, Point, Seen)| Candidate {
        frame,
        point,
        mask: seen.mask,
        likeness: worth.clamp(0.0, 1.0),
    };
    kept.into_iter().map(candidate).collect()
}

fn pixels(mask: &Rle) -> f32 {
    mask.width() as f32 * mask.height() as f32
}
