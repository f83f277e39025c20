//! Strokes of the brush and the eraser, and the masks that they leave.

use crate::Viewport;
use domain::Rle;
use std::ops::Range;

/// Least and greatest radius, in CSS pixels.
pub const BRUSH_RADII: (f64, f64) = (2.0, 80.0);

/// A stroke under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    erases: bool,
    /// In pixels of the frame.
    radius: f64,
    /// Where the middle of the brush was, in pixels of the frame; at least one place.
    path: Vec<(f64, f64)>,
}

impl Stroke {
    /// Begins at a CSS pixel of the canvas with a brush of `radius` CSS pixels.
    #[must_use]
    pub fn new(erases: bool, radius: f64, at: (f64, f64), view: &Viewport) -> Self {
        Self {
            erases,
            radius: radius / view.scale(),
            path: vec![view.to_frame(at.0, at.1)],
        }
    }

    /// Goes on to a CSS pixel of the canvas.
    pub fn to(&mut self, at: (f64, f64), view: &Viewport) {
        let at = view.to_frame(at.0, at.1);
        if self.path.last() != Some(&at) {
            self.path.push(at);
        }
    }

    /// The mask after the stroke. `before` is what was there, of the size of the frame in `view`; nothing counts as an empty
    /// mask.
    #[must_use]
    pub fn over(&self, before: Option<&Rle>, view: &Viewport) -> Rle {
        let (width, height) = (view.frame.0 as u32, view.frame.1 as u32);
        let swept = self.swept(width, height);
        match before {
            Some(before) if self.erases => before.minus(&swept),
            Some(before) => before.union(&swept),
            None if self.erases => Rle::from_runs(height, width, []),
            None => swept,
        }
    }

    /// Every pixel whose centre the brush went over.
    fn swept(&self, width: u32, height: u32) -> Rle {
        let last = self.path.last().copied().unwrap_or_default();
        let next = self.path.iter().copied().skip(1).chain([last]);
        let segments = self.path.iter().copied().zip(next);
        let runs = segments.flat_map(|(from, to)| columns(from, to, self.radius, width, height));
        Rle::from_runs(height, width, runs.collect::<Vec<_>>())
    }
}

/// A disc that moves from `a` to `b`: column by column, the pixels that it covers, as column-major indices.
fn columns(
    a: (f64, f64),
    b: (f64, f64),
    radius: f64,
    width: u32,
    height: u32,
) -> impl Iterator<Item = Range<usize>> {
    let (left, right) = (a.0.min(b.0) - radius, a.0.max(b.0) + radius);
    let first = (left - 0.5).ceil().max(0.0) as usize;
    let end = ((right - 0.5).floor() + 1.0).clamp(0.0, f64::from(width)) as usize;
    let length = (b.0 - a.0).hypot(b.1 - a.1);
    // The straight sides of the swept shape lie a radius beside the line from `a` to `b`.
    let side = if length > 0.0 {
        let (nx, ny) = ((a.1 - b.1) / length * radius, (b.0 - a.0) / length * radius);
        [(nx, ny), (-nx, -ny)]
    } else {
        [(0.0, 0.0); 2]
    };
    (first..end).filter_map(move |column| {
        let x = column as f64 + 0.5;
        let mut span: Option<(f64, f64)> = None;
        let mut reach = |top: f64, bottom: f64| {
            let (t, b) = span.unwrap_or((top, bottom));
            span = Some((t.min(top), b.max(bottom)));
        };
        for (cx, cy) in [a, b] {
            let half = radius * radius - (x - cx) * (x - cx);
            if half >= 0.0 {
                reach(cy - half.sqrt(), cy + half.sqrt());
            }
        }
        for (nx, ny) in side {
            let (from, to) = (a.0 + nx, b.0 + nx);
            if (from.min(to)..=from.max(to)).contains(&x) && from != to {
                let y = a.1 + ny + (x - from) / (to - from) * (b.1 - a.1);
                reach(y, y);
            }
        }
        let (top, bottom) = span?;
        let rows = f64::from(height);
        let first = (top - 0.5).ceil().clamp(0.0, rows) as usize;
        let end = ((bottom - 0.5).floor() + 1.0).clamp(0.0, rows) as usize;
        let start = column * height as usize;
        (first < end).then_some(start + first..start + end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn view(width: u32, height: u32) -> Viewport {
        // Two CSS pixels for every pixel of the frame.
        let canvas = (f64::from(width) * 2.0, f64::from(height) * 2.0);
        Viewport::fit(width, height, canvas, 1.0)
    }

    /// How far a pixel's centre is from the nearest place of the path.
    fn distance(path: &[(f64, f64)], x: u32, y: u32) -> f64 {
        let (px, py) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
        let to_segment = |a: (f64, f64), b: (f64, f64)| {
            let (dx, dy) = (b.0 - a.0, b.1 - a.1);
            let square = dx * dx + dy * dy;
            let t = if square > 0.0 {
                (((px - a.0) * dx + (py - a.1) * dy) / square).clamp(0.0, 1.0)
            } else {
                0.0
            };
            (px - a.0 - t * dx).hypot(py - a.1 - t * dy)
        };
        let segments = path.windows(2).map(|pair| to_segment(pair[0], pair[1]));
        segments.fold(to_segment(path[0], path[0]), f64::min)
    }

    proptest! {
        #[test]
        fn a_stroke_covers_what_the_brush_goes_over(
            path in proptest::collection::vec((-9.0f64..40.0, -9.0f64..30.0), 1..6), radius in 0.4f64..7.0,
        ) {
            let (width, height) = (32, 24);
            let view = view(width, height);
            let on_canvas = |&(x, y): &(f64, f64)| view.to_canvas(x, y);
            let mut stroke = Stroke::new(false, radius * 2.0, on_canvas(&path[0]), &view);
            path[1..].iter().for_each(|at| stroke.to(on_canvas(at), &view));
            let bits = stroke.over(None, &view).decode();
            for y in 0..height {
                for x in 0..width {
                    let distance = distance(&path, x, y);
                    // Rounding may go either way at the very edge.
                    if (distance - radius).abs() > 1e-6 {
                        prop_assert_eq!(bits[(y * width + x) as usize] == 1, distance < radius, "{} {}", x, y);
                    }
                }
            }
        }
    }

    #[test]
    fn the_eraser_takes_away_what_the_brush_painted() {
        let view = view(20, 20);
        let dab = |erases, at| Stroke::new(erases, 6.0, at, &view);
        let painted = dab(false, (20.0, 20.0)).over(None, &view);
        assert!(painted.area() > 20);
        let wider = dab(false, (30.0, 20.0)).over(Some(&painted), &view);
        assert!(wider.area() > painted.area());
        let left = dab(true, (30.0, 20.0)).over(Some(&wider), &view);
        assert!(left.area() < painted.area() && left.minus(&painted).is_empty());
        assert!(
            dab(true, (20.0, 20.0))
                .over(Some(&painted), &view)
                .is_empty()
        );
        assert!(dab(true, (20.0, 20.0)).over(None, &view).is_empty());
    }

    #[test]
    fn the_brush_keeps_its_size_on_the_screen() {
        let near = view(100, 100).zoomed(4.0, 100.0, 100.0);
        let area = |view: &Viewport| {
            let stroke = Stroke::new(false, 16.0, (100.0, 100.0), view);
            stroke.over(None, view).area() as f64
        };
        let ratio = area(&view(100, 100)) / area(&near);
        assert!((12.0..20.0).contains(&ratio), "{ratio}");
    }
}
