//! Change cards: every object before and after, at its best.

use crate::{FrameNumber, Object, ObjectId, Rle, Session};
use serde::{Deserialize, Serialize};

/// What a view is worth whose mask reaches the border of the picture, where part of the object may be cut off.
const AT_BORDER: f64 = 0.25;

/// The frame of one video that shows an object best.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BestView {
    /// The object.
    pub object: ObjectId,
    /// The frame.
    pub frame: FrameNumber,
    /// Its mask there; never empty.
    pub mask: Rle,
    /// Object score logit.
    pub score: f32,
    /// The first frame that shows it.
    pub first: FrameNumber,
    /// The last frame that shows it.
    pub last: FrameNumber,
    /// On how many frames it is seen.
    pub frames: u32,
}

/// An object in one of the two videos.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CardSide {
    /// Where it is seen best; none where it has no mask.
    pub view: Option<BestView>,
    /// Where it is not seen: the frame that shows the place at which the other video shows it, once that is known.
    pub same_place: Option<FrameNumber>,
}

/// One object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeCard {
    /// The object.
    pub object: Object,
    /// Before and after.
    pub sides: [CardSide; 2],
}

/// All objects of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeCards {
    /// The session.
    pub session: Session,
    /// One per object, in order.
    pub cards: Vec<ChangeCard>,
}

/// What a mask is worth as a view of its object: its area, times how sure the model is that the object is there, and
/// less where it is cut off.
#[must_use]
pub fn view_worth(mask: &Rle, score: f32) -> f64 {
    let confidence = 1.0 / (1.0 + f64::from(-score).exp());
    let share = if mask.is_at_border() { AT_BORDER } else { 1.0 };
    mask.area() as f64 * confidence * share
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A filled rectangle in a picture of 20 x 20.
    fn rectangle(x: std::ops::Range<usize>, y: std::ops::Range<usize>) -> Rle {
        Rle::from_runs(20, 20, x.map(|x| x * 20 + y.start..x * 20 + y.end))
    }

    #[test]
    fn large_sure_and_whole_is_best() {
        let whole = rectangle(5..10, 5..10);
        let larger = rectangle(4..10, 4..10);
        let cut_off = rectangle(0..6, 4..10);
        assert!(view_worth(&larger, 3.0) > view_worth(&whole, 3.0));
        assert!(view_worth(&whole, 3.0) > view_worth(&larger, -3.0));
        assert!(view_worth(&whole, 3.0) > view_worth(&cut_off, 3.0));
        assert!(view_worth(&cut_off, 3.0) > view_worth(&rectangle(5..6, 5..6), 3.0));
        assert_eq!(view_worth(&rectangle(3..3, 0..1), 9.0), 0.0);
    }
}
