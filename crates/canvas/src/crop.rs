//! A small picture of what lies under a mask, with its outline.

use domain::Rle;
use std::fmt::Write;

/// Width by height of every crop.
const ASPECT: f32 = 4.0 / 3.0;
/// How much of what is around is shown, in sizes of the mask.
const AROUND: f32 = 2.2;
/// The least share of the frame's width that is shown.
const SHARE_MIN: f32 = 0.22;
/// Steps of the outline across the crop.
const STEPS: usize = 96;

/// A part of a frame, in its pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crop {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Crop {
    /// The part of a frame that shows a mask and what is around it; the middle of the frame for an empty mask.
    #[must_use]
    pub fn around(mask: &Rle) -> Self {
        let (frame_width, frame_height) = (mask.width() as f32, mask.height() as f32);
        let (left, top, right, bottom) = bounds(mask);
        let wanted = (right - left).max((bottom - top) * ASPECT) * AROUND;
        let width = wanted
            .max(frame_width * SHARE_MIN)
            .min(frame_width)
            .min(frame_height * ASPECT);
        let height = width / ASPECT;
        let place = |middle: f32, size: f32, all: f32| (middle - size / 2.0).clamp(0.0, all - size);
        Self {
            x: place((left + right) / 2.0, width, frame_width),
            y: place((top + bottom) / 2.0, height, frame_height),
            width,
            height,
        }
    }

    /// For the `viewBox` of an SVG picture.
    #[must_use]
    pub fn view_box(&self) -> String {
        let Self {
            x,
            y,
            width,
            height,
        } = self;
        format!("{x:.1} {y:.1} {width:.1} {height:.1}")
    }

    /// The outline of a mask within the crop, as an SVG path.
    #[must_use]
    pub fn outline(&self, mask: &Rle) -> String {
        let (columns, rows) = (STEPS, (STEPS as f32 / ASPECT) as usize);
        let step = self.width / columns as f32;
        let pixels = mask.decode();
        let (frame_width, frame_height) = (mask.width() as usize, mask.height() as usize);
        let inside = |column: usize, row: usize| {
            let x = (self.x + (column as f32 + 0.5) * step) as usize;
            let y = (self.y + (row as f32 + 0.5) * step) as usize;
            pixels[y.min(frame_height - 1) * frame_width + x.min(frame_width - 1)] != 0
        };
        let mut path = String::new();
        for row in 1..rows {
            for run in runs(columns, |column| {
                inside(column, row) != inside(column, row - 1)
            }) {
                let (x, y) = (self.x + run.0 as f32 * step, self.y + row as f32 * step);
                let _ = write!(path, "M{x:.1} {y:.1}h{:.1}", (run.1 - run.0) as f32 * step);
            }
        }
        for column in 1..columns {
            for run in runs(rows, |row| inside(column, row) != inside(column - 1, row)) {
                let (x, y) = (self.x + column as f32 * step, self.y + run.0 as f32 * step);
                let _ = write!(path, "M{x:.1} {y:.1}v{:.1}", (run.1 - run.0) as f32 * step);
            }
        }
        path
    }
}

/// Left, top, right and bottom edge of what is inside; the middle of the frame for nothing.
fn bounds(mask: &Rle) -> (f32, f32, f32, f32) {
    let height = mask.height() as usize;
    let mut bounds: Option<[usize; 4]> = None;
    for run in mask.runs() {
        let (first, last) = (run.start / height, (run.end - 1) / height);
        // A run that goes on in the next column reaches from edge to edge.
        let (top, bottom) = if first == last {
            (run.start % height, (run.end - 1) % height)
        } else {
            (0, height - 1)
        };
        let [x0, y0, x1, y1] = bounds.unwrap_or([first, top, last, bottom]);
        bounds = Some([x0.min(first), y0.min(top), x1.max(last), y1.max(bottom)]);
    }
    let middle = (mask.width() as f32 / 2.0, mask.height() as f32 / 2.0);
    bounds.map_or(
        (middle.0, middle.1, middle.0, middle.1),
        |[x0, y0, x1, y1]| (x0 as f32, y0 as f32, (x1 + 1) as f32, (y1 + 1) as f32),
    )
}

/// The runs of numbers below `count` that are wanted, from the first to behind the last.
fn runs(count: usize, is_wanted: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in (0..count).filter(|&at| is_wanted(at)) {
        match runs.last_mut() {
            Some(last) if last.1 == at => last.1 += 1,
            _ => runs.push((at, at + 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block of 20 x 10 pixels at (`x`, `y`) in a frame of 640 x 480.
    fn block(x: usize, y: usize) -> Rle {
        let columns = (x..x + 20).map(|column| column * 480 + y..column * 480 + y + 10);
        Rle::from_runs(480, 640, columns)
    }

    #[test]
    fn a_crop_shows_the_mask_in_its_middle_and_stays_in_the_frame() {
        let crop = Crop::around(&block(300, 200));
        assert!((crop.width - 640.0 * SHARE_MIN).abs() < 1e-3 && crop.width > 20.0 * AROUND);
        assert!((crop.x + crop.width / 2.0 - 310.0).abs() < 1e-3);
        assert!((crop.y + crop.height / 2.0 - 205.0).abs() < 1e-3);
        let corner = Crop::around(&block(620, 470));
        assert!((corner.x + corner.width - 640.0).abs() < 1e-3);
        assert!((corner.y + corner.height - 480.0).abs() < 1e-3);
        let whole = Crop::around(&Rle::from_runs(480, 640, [0..640 * 480]));
        assert_eq!(
            (whole.x, whole.y, whole.width, whole.height),
            (0.0, 0.0, 640.0, 480.0)
        );
        let nothing = Crop::around(&Rle::from_runs(480, 640, []));
        assert!((nothing.x + nothing.width / 2.0 - 320.0).abs() < 1e-3);
    }

    #[test]
    fn the_outline_of_a_block_has_four_sides() {
        let mask = block(300, 200);
        let crop = Crop::around(&mask);
        let path = crop.outline(&mask);
        let count = |what: char| path.matches(what).count();
        assert_eq!((count('h'), count('v')), (2, 2), "{path}");
        let first: f32 = path[1..].split(' ').next().unwrap().parse().unwrap();
        assert!((first - 300.0).abs() <= crop.width / STEPS as f32, "{path}");
        let nothing = Rle::from_runs(480, 640, []);
        assert_eq!(Crop::around(&nothing).outline(&nothing), "");
        assert_eq!(crop.view_box().split(' ').count(), 4);
    }
}
