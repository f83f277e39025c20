//! What a pointer does with each tool.

use crate::Viewport;
use domain::{BoxPrompt, Label, Point, PromptAction};

/// Shortest side of a drag that counts as a box, in CSS pixels; anything shorter is a click.
const DRAG_MIN: f64 = 4.0;

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

/// A drag that has begun, if any.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gesture {
    /// Where it began and where it is, in CSS pixels of the canvas.
    drag: Option<((f64, f64), (f64, f64))>,
}

impl Gesture {
    /// A button goes down: a point is made at once, a drag begins, or nothing happens beside the frame.
    pub fn press(&mut self, press: Press, view: &Viewport) -> Option<PromptAction> {
        self.drag = None;
        let at = view.to_frame(press.at.0, press.at.1);
        if !view.contains(at) {
            return None;
        }
        if press.button == Button::Secondary {
            return Some(point(at, Label::Negative));
        }
        if press.shift || press.tool == Tool::Box {
            self.drag = Some((press.at, press.at));
            return None;
        }
        let label = match press.tool {
            Tool::Negative => Label::Negative,
            Tool::Positive | Tool::Box => Label::Positive,
        };
        Some(point(at, label))
    }

    /// The pointer moves.
    pub fn moved(&mut self, at: (f64, f64)) {
        if let Some((_, end)) = &mut self.drag {
            *end = at;
        }
    }

    /// The button goes up: the box that was dragged, or a positive point where the pointer hardly moved.
    pub fn release(&mut self, at: (f64, f64), view: &Viewport) -> Option<PromptAction> {
        self.moved(at);
        let action = match self.draft(view) {
            Some(bbox) => Some(PromptAction::SetBox(bbox)),
            None => self
                .drag
                .map(|(start, _)| point(view.to_frame(start.0, start.1), Label::Positive)),
        };
        self.drag = None;
        action
    }

    /// Gives the drag up.
    pub fn cancel(&mut self) {
        self.drag = None;
    }

    /// The box as dragged so far, in pixels of the frame.
    #[must_use]
    pub fn draft(&self, view: &Viewport) -> Option<BoxPrompt> {
        let (a, b) = self.drag?;
        if (a.0 - b.0).abs() < DRAG_MIN || (a.1 - b.1).abs() < DRAG_MIN {
            return None;
        }
        let a = view.clamp(view.to_frame(a.0, a.1));
        let b = view.clamp(view.to_frame(b.0, b.1));
        let bbox = BoxPrompt {
            x0: a.0.min(b.0) as f32,
            y0: a.1.min(b.1) as f32,
            x1: a.0.max(b.0) as f32,
            y1: a.1.max(b.1) as f32,
        };
        (bbox.x1 > bbox.x0 && bbox.y1 > bbox.y0).then_some(bbox)
    }
}

fn point((x, y): (f64, f64), label: Label) -> PromptAction {
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
                Gesture::default().press(press(tool, button, false, (100.0, 150.0)), &view());
            assert_eq!(made, Some(point((50.0, 50.0), label)));
        }
    }

    #[test]
    fn beside_the_frame_nothing_happens() {
        let mut gesture = Gesture::default();
        for tool in [Tool::Positive, Tool::Box] {
            let made = gesture.press(press(tool, Button::Primary, false, (100.0, 20.0)), &view());
            assert_eq!(made, None);
            assert_eq!(gesture.release((200.0, 200.0), &view()), None);
        }
    }

    #[test]
    fn a_drag_with_shift_is_a_box_whichever_way_it_goes() {
        let mut gesture = Gesture::default();
        let begun = gesture.press(
            press(Tool::Positive, Button::Primary, true, (300.0, 200.0)),
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
            &view(),
        );
        assert_eq!(
            gesture.release((102.0, 151.0), &view()),
            Some(point((50.0, 50.0), Label::Positive))
        );
    }

    proptest! {
        #[test]
        fn whatever_a_gesture_makes_can_be_stored(
            shift in any::<bool>(), tool in prop_oneof![Just(Tool::Positive), Just(Tool::Box)],
            a in (-50.0f64..450.0, -50.0f64..350.0), b in (-50.0f64..450.0, -50.0f64..350.0),
        ) {
            let mut gesture = Gesture::default();
            let pressed = gesture.press(press(tool, Button::Primary, shift, a), &view());
            for action in pressed.into_iter().chain(gesture.release(b, &view())) {
                prop_assert_eq!(action.check(200, 100), Ok(()));
            }
        }
    }
}
