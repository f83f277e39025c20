//! What a pointer does with each tool.

use crate::Viewport;
use domain::{BoxPrompt, Label, Point, PromptAction};

/// Shortest side of a drag that counts as a box, in CSS pixels; anything shorter is a click.
const DRAG_MIN: f64 = 4.0;

/// How near a point the pointer takes it up, in CSS pixels.
const REACH: f64 = 9.0;

/// What the first button of the pointer does; the second button always makes a negative point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// A point on the object.
    #[default]
    Positive,
    /// A point beside the object.
    Negative,
    /// A box around the object.
    Box,
    /// Adds to the mask.
    Brush,
    /// Takes away from the mask.
    Eraser,
}

/// A button of the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// The left button, a finger or a pen.
    Primary,
    /// The right button.
    Secondary,
}

/// A button going down.
#[derive(Clone, Copy, Debug)]
pub struct Press {
    /// The tool in hand.
    pub tool: Tool,
    /// Which button.
    pub button: Button,
    /// Whether shift is held, which makes any drag a box.
    pub shift: bool,
    /// Where, in CSS pixels of the canvas.
    pub at: (f64, f64),
}

/// A place on the canvas, in CSS pixels.
type Spot = (f64, f64);

/// A drag that has begun, if any.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Gesture {
    /// None.
    #[default]
    Idle,
    /// A box from one corner to the other.
    Box {
        /// Where it began.
        start: Spot,
        /// Where the pointer is.
        end: Spot,
    },
    /// A point on its way to another place.
    Point {
        /// The point as it is stored.
        from: Point,
        /// Where it was taken.
        start: Spot,
        /// Where the pointer is.
        end: Spot,
    },
}

impl Gesture {
    /// A button goes down: a point is made or removed at once, a drag begins, or nothing happens beside the frame.
    ///
    /// `points` are those of the object being worked on: one that lies below the pointer is taken up by the first button
    /// and removed by the second.
    pub fn press(
        &mut self,
        press: Press,
        points: &[Point],
        view: &Viewport,
    ) -> Option<PromptAction> {
        *self = Self::Idle;
        let at = view.to_frame(press.at.0, press.at.1);
        if !view.contains(at) {
            return None;
        }
        let hit = point_at(points, press.at, view).filter(|_| !press.shift);
        match (press.button, hit) {
            (Button::Secondary, Some(hit)) => return Some(PromptAction::RemovePoint(hit)),
            (Button::Secondary, None) => return Some(point(at, Label::Negative)),
            (Button::Primary, Some(from)) => {
                *self = Self::Point {
                    from,
                    start: press.at,
                    end: press.at,
                };
                return None;
            }
            (Button::Primary, None) => {}
        }
        if press.shift || press.tool == Tool::Box {
            *self = Self::Box {
                start: press.at,
                end: press.at,
            };
            return None;
        }
        Some(point(at, press.tool.label()))
    }

    /// The pointer moves.
    pub fn moved(&mut self, at: Spot) {
        match self {
            Self::Idle => {}
            Self::Box { end, .. } | Self::Point { end, .. } => *end = at,
        }
    }

    /// The button goes up: the box that was dragged, a positive point where the pointer hardly moved, or the point at its
    /// new place.
    pub fn release(&mut self, at: Spot, view: &Viewport) -> Option<PromptAction> {
        self.moved(at);
        let action = match (&*self, self.draft(view), self.carried(view)) {
            (Self::Box { .. }, Some(bbox), _) => Some(PromptAction::SetBox(bbox)),
            (Self::Box { start, .. }, None, _) => {
                Some(point(view.to_frame(start.0, start.1), Label::Positive))
            }
            (_, _, Some((from, to))) => Some(PromptAction::MovePoint { from, to }),
            _ => None,
        };
        *self = Self::Idle;
        action
    }

    /// Gives the drag up.
    pub fn cancel(&mut self) {
        *self = Self::Idle;
    }

    /// The box as dragged so far, in pixels of the frame.
    #[must_use]
    pub fn draft(&self, view: &Viewport) -> Option<BoxPrompt> {
        let Self::Box { start, end } = *self else {
            return None;
        };
        let moved = |a: f64, b: f64| (a - b).abs() >= DRAG_MIN;
        if !moved(start.0, end.0) || !moved(start.1, end.1) {
            return None;
        }
        box_between(
            view.to_frame(start.0, start.1),
            view.to_frame(end.0, end.1),
            view,
        )
    }

    /// The point that is being carried, as it is stored and where it is now.
    #[must_use]
    pub fn carried(&self, view: &Viewport) -> Option<(Point, Point)> {
        let Self::Point { from, start, end } = *self else {
            return None;
        };
        if (start.0 - end.0).hypot(start.1 - end.1) < DRAG_MIN {
            return None;
        }
        let (a, b) = (view.to_frame(start.0, start.1), view.to_frame(end.0, end.1));
        let to = (f64::from(from.x) + b.0 - a.0, f64::from(from.y) + b.1 - a.1);
        let (x, y) = view.clamp(to);
        let to = Point {
            x: x as f32,
            y: y as f32,
            ..from
        };
        Some((from, to))
    }
}

impl Tool {
    /// Whether a stroke of it takes away from the mask; none for tools that make no strokes. The second button and the key
    /// that makes negative points turn brush and eraser about.
    #[must_use]
    pub fn erases(self, turned: bool) -> Option<bool> {
        match self {
            Self::Brush => Some(turned),
            Self::Eraser => Some(!turned),
            Self::Positive | Self::Negative | Self::Box => None,
        }
    }

    /// What a click with this tool says.
    #[must_use]
    pub fn label(self) -> Label {
        match self {
            Self::Negative => Label::Negative,
            Self::Positive | Self::Box | Self::Brush | Self::Eraser => Label::Positive,
        }
    }
}

/// The point below a place on the canvas: the nearest within reach, of equal ones the last.
#[must_use]
pub fn point_at(points: &[Point], at: (f64, f64), view: &Viewport) -> Option<Point> {
    let distance = |point: &Point| {
        let (x, y) = view.to_canvas(f64::from(point.x), f64::from(point.y));
        (x - at.0).hypot(y - at.1)
    };
    points
        .iter()
        .rev()
        .filter(|point| distance(point) <= REACH)
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        .copied()
}

/// The box with these two corners, given in pixels of the frame and kept within it; none when it has no area.
pub(crate) fn box_between(a: (f64, f64), b: (f64, f64), view: &Viewport) -> Option<BoxPrompt> {
    let (a, b) = (view.clamp(a), view.clamp(b));
    let bbox = BoxPrompt {
        x0: a.0.min(b.0) as f32,
        y0: a.1.min(b.1) as f32,
        x1: a.0.max(b.0) as f32,
        y1: a.1.max(b.1) as f32,
    };
    (bbox.x1 > bbox.x0 && bbox.y1 > bbox.y0).then_some(bbox)
}

pub(crate) fn point((x, y): (f64, f64), label: Label) -> PromptAction {
    PromptAction::AddPoint(Point {
        x: x as f32,
        y: y as f32,
        label,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn view() -> Viewport {
        Viewport::fit(200, 100, (400.0, 300.0), 1.0)
    }

    fn press(tool: Tool, button: Button, shift: bool, at: (f64, f64)) -> Press {
        Press {
            tool,
            button,
            shift,
            at,
        }
    }

    #[test]
    fn buttons_and_tools_make_points() {
        let cases = [
            (Tool::Positive, Button::Primary, Label::Positive),
            (Tool::Positive, Button::Secondary, Label::Negative),
            (Tool::Negative, Button::Primary, Label::Negative),
            (Tool::Box, Button::Secondary, Label::Negative),
        ];
        for (tool, button, label) in cases {
            let made =
                Gesture::default().press(press(tool, button, false, (100.0, 150.0)), &[], &view());
            assert_eq!(made, Some(point((50.0, 50.0), label)));
        }
    }

    #[test]
    fn beside_the_frame_nothing_happens() {
        let mut gesture = Gesture::default();
        for tool in [Tool::Positive, Tool::Box] {
            let made = gesture.press(
                press(tool, Button::Primary, false, (100.0, 20.0)),
                &[],
                &view(),
            );
            assert_eq!(made, None);
            assert_eq!(gesture.release((200.0, 200.0), &view()), None);
        }
    }

    #[test]
    fn a_drag_with_shift_is_a_box_whichever_way_it_goes() {
        let mut gesture = Gesture::default();
        let begun = gesture.press(
            press(Tool::Positive, Button::Primary, true, (300.0, 200.0)),
            &[],
            &view(),
        );
        assert_eq!(begun, None);
        gesture.moved((200.0, 150.0));
        assert!(gesture.draft(&view()).is_some());
        let bbox = BoxPrompt {
            x0: 50.0,
            y0: 0.0,
            x1: 150.0,
            y1: 75.0,
        };
        assert_eq!(
            gesture.release((100.0, -40.0), &view()),
            Some(PromptAction::SetBox(bbox))
        );
        assert_eq!(gesture, Gesture::default());
    }

    #[test]
    fn a_drag_of_nothing_is_a_click() {
        let mut gesture = Gesture::default();
        gesture.press(
            press(Tool::Box, Button::Primary, false, (100.0, 150.0)),
            &[],
            &view(),
        );
        assert_eq!(
            gesture.release((102.0, 151.0), &view()),
            Some(point((50.0, 50.0), Label::Positive))
        );
    }

    #[test]
    fn a_point_is_carried_by_the_first_button_and_removed_by_the_second() {
        let there = Point {
            x: 50.0,
            y: 50.0,
            label: Label::Negative,
        };
        let mut gesture = Gesture::default();
        // The point lies at (100, 150) of the canvas; it is taken a little beside its middle.
        let down = |button, shift| press(Tool::Positive, button, shift, (103.0, 154.0));
        assert_eq!(
            gesture.press(down(Button::Primary, false), &[there], &view()),
            None
        );
        assert_eq!(gesture.carried(&view()), None, "not moved yet");
        let moved = gesture.release((123.0, 134.0), &view());
        let to = Point {
            x: 60.0,
            y: 40.0,
            ..there
        };
        assert_eq!(moved, Some(PromptAction::MovePoint { from: there, to }));

        gesture.press(down(Button::Primary, false), &[there], &view());
        assert_eq!(
            gesture.release((104.0, 154.0), &view()),
            None,
            "only touched"
        );
        let removed = gesture.press(down(Button::Secondary, false), &[there], &view());
        assert_eq!(removed, Some(PromptAction::RemovePoint(there)));
        let far = press(Tool::Positive, Button::Primary, false, (130.0, 150.0));
        assert!(matches!(
            gesture.press(far, &[there], &view()),
            Some(PromptAction::AddPoint(_))
        ));
    }

    #[test]
    fn the_nearest_point_is_meant() {
        let at = |x: f32| Point {
            x,
            y: 50.0,
            label: Label::Positive,
        };
        let points = [at(48.0), at(50.0), at(53.0)];
        assert_eq!(point_at(&points, (101.0, 150.0), &view()), Some(at(50.0)));
        assert_eq!(point_at(&points, (130.0, 150.0), &view()), None);
    }

    proptest! {
        #[test]
        fn whatever_a_gesture_makes_can_be_stored(
            shift in any::<bool>(), tool in prop_oneof![Just(Tool::Positive), Just(Tool::Box)],
            a in (-50.0f64..450.0, -50.0f64..350.0), b in (-50.0f64..450.0, -50.0f64..350.0),
        ) {
            let mut gesture = Gesture::default();
            let pressed = gesture.press(press(tool, Button::Primary, shift, a), &[], &view());
            for action in pressed.into_iter().chain(gesture.release(b, &view())) {
                prop_assert_eq!(action.check(200, 100), Ok(()));
            }
        }
    }
}
