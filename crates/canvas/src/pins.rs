//! Marks on a frame where people talk about something.

use crate::Viewport;
use domain::{FrameNumber, Object, Pin, Thread, ThreadId, VideoSide};

/// How far the head of a pin lies above its tip, in CSS pixels.
const HEAD: f64 = 16.0;
/// How near to the middle of its head a click has to be, in CSS pixels.
const REACH: f64 = 13.0;
/// Where pins without a place stand: beside each other in the corner of the picture, in CSS pixels.
const CORNER: (f64, f64) = (18.0, 34.0);
const APART: f64 = 28.0;

/// A pin.
#[derive(Clone, Debug, PartialEq)]
pub struct PinMark {
    /// The conversation; none for a comment that is being written.
    pub thread: Option<ThreadId>,
    /// What stands on it.
    pub sign: String,
    /// Where, in pixels of the frame; none for the frame as a whole.
    pub at: Option<(f32, f32)>,
    /// The colour of its object.
    pub colour: Option<[u8; 3]>,
    /// Whether its conversation is open on the screen.
    pub chosen: bool,
}

/// The pins of a frame: of conversations that are not settled, of the one that is `chosen`, and of the `draft`.
///
/// Each bears its place in the list of conversations, from 1.
#[must_use]
pub fn pin_marks(
    threads: &[Thread],
    objects: &[Object],
    (side, frame): (VideoSide, FrameNumber),
    chosen: Option<ThreadId>,
    draft: Option<&Pin>,
) -> Vec<PinMark> {
    let is_here = |pin: &Pin| pin.side == side && pin.frame == frame;
    let mark = |pin: &Pin, sign: String| PinMark {
        thread: None,
        sign,
        at: pin.point,
        colour: objects
            .iter()
            .find(|object| Some(object.id) == pin.object)
            .map(Object::rgb),
        chosen: false,
    };
    let of_threads = (1..)
        .zip(threads)
        .filter(|(_, thread)| is_here(&thread.pin))
        .filter(|(_, thread)| thread.is_open() || chosen == Some(thread.id))
        .map(|(number, thread): (u32, &Thread)| PinMark {
            thread: Some(thread.id),
            chosen: chosen == Some(thread.id),
            ..mark(&thread.pin, number.to_string())
        });
    let of_draft = draft.filter(|pin| is_here(pin)).map(|pin| PinMark {
        chosen: true,
        ..mark(pin, "+".into())
    });
    of_threads.chain(of_draft).collect()
}

/// Where the tip of each pin lies on the canvas, in CSS pixels.
#[must_use]
pub fn pin_tips(pins: &[PinMark], view: &Viewport) -> Vec<(f64, f64)> {
    let (left, top) = view.origin();
    // The picture's own corner, or that of the canvas where the picture is larger.
    let corner = (left.max(0.0) + CORNER.0, top.max(0.0) + CORNER.1);
    let mut without = 0.0;
    let mut tip = |pin: &PinMark| match pin.at {
        Some((x, y)) => view.to_canvas(f64::from(x), f64::from(y)),
        None => {
            without += 1.0;
            (corner.0 + (without - 1.0) * APART, corner.1)
        }
    };
    pins.iter().map(&mut tip).collect()
}

/// The middle of the head of a pin with this tip.
pub(crate) fn head_of(tip: (f64, f64)) -> (f64, f64) {
    (tip.0, tip.1 - HEAD)
}

/// The conversation whose pin lies below a CSS pixel of the canvas; of several, the one that is drawn last.
#[must_use]
pub fn pin_at(pins: &[PinMark], at: (f64, f64), view: &Viewport) -> Option<ThreadId> {
    let tips = pin_tips(pins, view);
    let mut all = pins.iter().zip(tips).rev();
    let is_below = |tip: (f64, f64)| {
        let (x, y) = head_of(tip);
        (x - at.0).hypot(y - at.1) <= REACH
    };
    let (pin, _) = all.find(|(pin, tip)| pin.thread.is_some() && is_below(*tip))?;
    pin.thread
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Comment, CommentId, Resolved};

    fn thread(id: i64, frame: u32, point: Option<(f32, f32)>, settled: bool) -> Thread {
        Thread {
            id: ThreadId(id),
            pin: Pin {
                object: None,
                side: VideoSide::One,
                frame: FrameNumber(frame),
                point,
            },
            comments: vec![Comment {
                id: CommentId(id),
                person: "Rea".into(),
                at: "2026-01-31T18:05:00.000Z".into(),
                text: "too small".into(),
            }],
            resolved: settled.then(|| Resolved {
                person: "Ann".into(),
                at: "2026-01-31T18:06:00.000Z".into(),
            }),
        }
    }

    fn here(threads: &[Thread], chosen: Option<ThreadId>, draft: Option<&Pin>) -> Vec<PinMark> {
        let place = (VideoSide::One, FrameNumber(4));
        pin_marks(threads, &[], place, chosen, draft)
    }

    #[test]
    fn a_frame_bears_the_pins_of_its_open_conversations() {
        let threads = [
            thread(7, 3, None, false),
            thread(8, 4, None, false),
            thread(9, 4, Some((5.0, 5.0)), true),
            thread(12, 4, Some((9.0, 5.0)), false),
        ];
        let signs = |marks: &[PinMark]| -> Vec<String> {
            marks.iter().map(|mark| mark.sign.clone()).collect()
        };
        assert_eq!(signs(&here(&threads, None, None)), ["2", "4"]);
        let marks = here(&threads, Some(ThreadId(9)), Some(&threads[1].pin));
        assert_eq!(signs(&marks), ["2", "3", "4", "+"]);
        let chosen: Vec<bool> = marks.iter().map(|mark| mark.chosen).collect();
        assert_eq!(chosen, [false, true, false, true]);
        assert!(here(&threads, None, Some(&threads[0].pin)).len() == 2);
    }

    #[test]
    fn a_click_on_its_head_finds_a_pin() {
        // Two CSS pixels for every pixel of the frame.
        let view = Viewport::fit(100, 50, (200.0, 100.0), 1.0);
        let threads = [
            thread(7, 4, None, false),
            thread(8, 4, None, false),
            thread(9, 4, Some((80.0, 30.0)), false),
        ];
        let marks = here(&threads, None, None);
        assert_eq!(
            pin_tips(&marks, &view),
            [(18.0, 34.0), (46.0, 34.0), (160.0, 60.0)]
        );
        let at = |x, y| pin_at(&marks, (x, y), &view).map(|id| id.0);
        assert_eq!(at(18.0, 18.0), Some(7));
        assert_eq!(at(50.0, 20.0), Some(8));
        assert_eq!(at(160.0, 44.0), Some(9));
        assert_eq!(at(160.0, 62.0), None, "below its tip");
        let near = view.zoomed(4.0, 0.0, 0.0);
        assert_eq!(
            pin_tips(&marks, &near)[0],
            (18.0, 34.0),
            "the corner is that of the canvas"
        );
    }
}
