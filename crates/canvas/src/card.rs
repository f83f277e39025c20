//! Change cards: the part of a frame around an object, and the line around its mask.

use domain::{Bounds, Rle};
use std::fmt::Write;

/// Width over height of the part of a frame that a card shows.
pub const CARD_RATIO: f64 = 4.0 / 3.0;

/// What is shown around an object, as a share of its longer side, on each side.
const MARGIN: f64 = 0.35;

/// Least side of what is shown, as a share of the frame's shorter side: a small object stays where it is.
const SIDE_MIN: f64 = 0.2;

/// A part of a frame, in its pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crop {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Crop {
    /// The part around an object, [`CARD_RATIO`] wide, as far as a frame of `width` x `height` goes.
    #[must_use]
    pub fn around(object: Bounds, width: u32, height: u32) -> Self {
        let (frame_w, frame_h) = (f64::from(width), f64::from(height));
        let (w, h) = (f64::from(object.width()), f64::from(object.height()));
        let margin = w.max(h) * MARGIN;
        let least = frame_w.min(frame_h) * SIDE_MIN;
        let wanted = (h + 2.0 * margin).max(least);
        let wanted = wanted.max((w + 2.0 * margin) / CARD_RATIO);
        // The largest part of that form that the frame has.
        let height = wanted.min(frame_h).min(frame_w / CARD_RATIO);
        let width = height * CARD_RATIO;
        let place = |first: u32, behind: u32, size: f64, of: f64| {
            let middle = f64::from(first + behind) / 2.0;
            (middle - size / 2.0).clamp(0.0, (of - size).max(0.0))
        };
        Self {
            x: place(object.left, object.right, width, frame_w),
            y: place(object.top, object.bottom, height, frame_h),
            width,
            height,
        }
    }

    /// As an SVG `viewBox`.
    #[must_use]
    pub fn view_box(&self) -> String {
        format!(
            "{:.1} {:.1} {:.1} {:.1}",
            self.x, self.y, self.width, self.height
        )
    }
}

/// The line around a mask as an SVG path in pixels of the frame; holes are left out when it is filled with `evenodd`.
#[must_use]
pub fn outline_path(mask: &Rle) -> String {
    let mut path = String::new();
    for line in mask.outline() {
        let mut corners = line.into_iter();
        let Some(mut at) = corners.next() else {
            continue;
        };
        // Writing to a string cannot fail.
        let _ = write!(path, "M{} {}", at.0, at.1);
        for (x, y) in corners {
            let _ = if y == at.1 {
                write!(path, "H{x}")
            } else {
                write!(path, "V{y}")
            };
            at = (x, y);
        }
        path.push('z');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_ring_is_two_lines() {
        let ring = Rle::encode(&[1, 1, 1, 1, 0, 1, 1, 1, 1], 3, 3);
        assert_eq!(outline_path(&ring), "M0 0H3V3H0zM1 1V2H2V1z");
        assert_eq!(outline_path(&Rle::encode(&[0], 1, 1)), "");
    }

    #[test]
    fn a_small_object_keeps_its_surroundings() {
        let cup = Bounds {
            left: 100,
            top: 60,
            right: 104,
            bottom: 66,
        };
        let crop = Crop::around(cup, 640, 480);
        assert_eq!((crop.width, crop.height), (128.0, 96.0));
        assert_eq!(crop.view_box(), "38.0 15.0 128.0 96.0");
    }

    proptest! {
        #[test]
        fn the_part_lies_in_the_frame_and_holds_the_object(
            (width, height) in (8u32..2000, 8u32..2000), shares in [0.0..0.9f64, 0.0..0.9, 0.01..1.0, 0.01..1.0],
        ) {
            let [x, y, w, h] = shares;
            let place = |share: f64, size: f64, of: u32| {
                let first = (share * f64::from(of)) as u32;
                (first, (first + (size * f64::from(of)) as u32 + 1).min(of))
            };
            let ((left, right), (top, bottom)) = (place(x, w, width), place(y, h, height));
            let crop = Crop::around(Bounds { left, top, right, bottom }, width, height);
            prop_assert!((crop.width / crop.height - CARD_RATIO).abs() < 1e-9);
            prop_assert!(crop.x >= 0.0 && crop.x + crop.width <= f64::from(width) + 1e-6);
            prop_assert!(crop.y >= 0.0 && crop.y + crop.height <= f64::from(height) + 1e-6);
            // All of it, unless the frame is too narrow for a part of this form.
            if f64::from(right - left) <= crop.width {
                prop_assert!(crop.x <= f64::from(left) + 1e-6 && crop.x + crop.width >= f64::from(right) - 1e-6);
            }
            if f64::from(bottom - top) <= crop.height {
                prop_assert!(crop.y <= f64::from(top) + 1e-6 && crop.y + crop.height >= f64::from(bottom) - 1e-6);
            }
        }
    }
}
