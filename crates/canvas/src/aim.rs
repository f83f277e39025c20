//! The cross by which clicks and boxes are made without a pointer.

use crate::tool::{box_between, point};
use crate::{Tool, Viewport};
use domain::{BoxPrompt, Label, PromptAction};

/// A cross on the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aim {
    /// Where it is, in pixels of the frame.
    pub at: (f64, f64),
    /// The first corner of a box.
    corner: Option<(f64, f64)>,
}

impl Aim {
    /// A cross in the middle of what is seen.
    #[must_use]
    pub fn new(view: &Viewport) -> Self {
        Self {
            at: view.clamp(view.to_frame(view.canvas.0 / 2.0, view.canvas.1 / 2.0)),
            corner: None,
        }
    }

    /// Moves it by CSS pixels of the canvas, within the frame.
    #[must_use]
    pub fn moved(mut self, dx: f64, dy: f64, view: &Viewport) -> Self {
        let scale = view.scale();
        self.at = view.clamp((self.at.0 + dx / scale, self.at.1 + dy / scale));
        self
    }

    /// What a click here makes: a point, or with the box tool first a corner and then the box.
    pub fn click(&mut self, tool: Tool, negative: bool, view: &Viewport) -> Option<PromptAction> {
        if negative {
            return Some(point(self.at, Label::Negative));
        }
        if tool != Tool::Box {
            return Some(point(self.at, tool.label()));
        }
        let bbox = self.draft(view);
        self.corner = match self.corner {
            Some(_) if bbox.is_some() => None,
            _ => Some(self.at),
        };
        bbox.map(PromptAction::SetBox)
    }

    /// The box as it would be.
    #[must_use]
    pub fn draft(&self, view: &Viewport) -> Option<BoxPrompt> {
        box_between(self.corner?, self.at, view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Point;

    #[test]
    fn a_cross_makes_points_and_boxes() {
        let view = Viewport::fit(200, 100, (400.0, 300.0), 1.0);
        let mut aim = Aim::new(&view);
        assert_eq!(aim.at, (100.0, 50.0));
        aim = aim.moved(-20.0, 8.0, &view);
        let expected = Point {
            x: 90.0,
            y: 54.0,
            label: Label::Positive,
        };
        assert_eq!(
            aim.click(Tool::Positive, false, &view),
            Some(PromptAction::AddPoint(expected))
        );
        assert_eq!(
            aim.click(Tool::Box, true, &view),
            Some(PromptAction::AddPoint(Point {
                label: Label::Negative,
                ..expected
            }))
        );
        assert_eq!(aim.click(Tool::Box, false, &view), None, "the first corner");
        assert_eq!(aim.click(Tool::Box, false, &view), None, "no area");
        aim = aim.moved(4000.0, -20.0, &view);
        let bbox = BoxPrompt {
            x0: 90.0,
            y0: 44.0,
            x1: 200.0,
            y1: 54.0,
        };
        assert_eq!(
            aim.click(Tool::Box, false, &view),
            Some(PromptAction::SetBox(bbox))
        );
        assert_eq!(aim.draft(&view), None);
    }
}
