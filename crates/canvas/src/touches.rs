//! Two fingers on the picture: they carry it and pull it apart.

use crate::Viewport;

/// The fingers that lie on a canvas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Touches {
    /// Number of the pointer and where it is, in CSS pixels of the canvas.
    fingers: Vec<(i32, (f64, f64))>,
}

impl Touches {
    /// A finger comes down.
    pub fn down(&mut self, pointer: i32, at: (f64, f64)) {
        self.up(pointer);
        self.fingers.push((pointer, at));
    }

    /// A finger is lifted or lost.
    pub fn up(&mut self, pointer: i32) {
        self.fingers.retain(|(other, _)| *other != pointer);
    }

    /// Whether this is a pinch, and no click or drag.
    #[must_use]
    pub fn is_pinch(&self) -> bool {
        self.fingers.len() > 1
    }

    /// A finger moves: in a pinch, where the frame lies now.
    pub fn moved(&mut self, pointer: i32, to: (f64, f64), view: &Viewport) -> Option<Viewport> {
        let before = self.pinch();
        let finger = self.fingers.iter_mut().find(|(id, _)| *id == pointer)?;
        finger.1 = to;
        let ((from, apart), (now, now_apart)) = (before?, self.pinch()?);
        let factor = if apart > 1.0 { now_apart / apart } else { 1.0 };
        Some(
            view.panned(now.0 - from.0, now.1 - from.1)
                .zoomed(factor, now.0, now.1),
        )
    }

    /// The middle of the first two fingers and how far they are apart.
    fn pinch(&self) -> Option<((f64, f64), f64)> {
        let [(_, a), (_, b), ..] = self.fingers[..] else {
            return None;
        };
        let middle = ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
        Some((middle, (a.0 - b.0).hypot(a.1 - b.1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pinch_enlarges_what_lies_between_the_fingers() {
        // Enlarged already, so that there is room to move.
        let mut view = Viewport::fit(800, 600, (800.0, 600.0), 1.0).zoomed(2.0, 360.0, 300.0);
        let mut touches = Touches::default();
        touches.down(4, (300.0, 300.0));
        assert_eq!(touches.moved(4, (310.0, 300.0), &view), None, "one finger");
        touches.down(9, (410.0, 300.0));
        let between = view.to_frame(360.0, 300.0);
        for step in 1..=10 {
            for (pointer, x) in [
                (4, 310.0 - 5.0 * f64::from(step)),
                (9, 410.0 + 5.0 * f64::from(step)),
            ] {
                view = touches.moved(pointer, (x, 300.0), &view).unwrap_or(view);
            }
        }
        assert!((view.zoom() - 4.0).abs() < 1e-9, "{}", view.zoom());
        let now = view.to_frame(360.0, 300.0);
        assert!((now.0 - between.0).abs() < 1e-6 && (now.1 - between.1).abs() < 1e-6);
        touches.up(9);
        assert!(!touches.is_pinch());
    }
}
