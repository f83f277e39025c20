//! Where the frame lies on the canvas.

/// Greatest enlargement over the fitted size.
pub const ZOOM_MAX: f64 = 16.0;

/// The map between pixels of the frame and CSS pixels of the canvas.
///
/// At zoom 1 the whole frame fits, centred, with bars beside it where the canvas has another shape. Zoomed in, no bar becomes
/// wider, so that every part can be brought to where it was, and what lies below the pointer stays there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Width and height of the frame, in its own pixels.
    pub frame: (f64, f64),
    /// Width and height of the canvas, in CSS pixels.
    pub canvas: (f64, f64),
    /// Device pixels per CSS pixel.
    pub pixel_ratio: f64,
    zoom: f64,
    /// Shift of the frame's centre from the canvas' centre, in CSS pixels.
    pan: (f64, f64),
}

impl Viewport {
    /// Fits a frame of `width` x `height` pixels into a canvas of `canvas` CSS pixels.
    #[must_use]
    pub fn fit(width: u32, height: u32, canvas: (f64, f64), pixel_ratio: f64) -> Self {
        Self {
            frame: (f64::from(width.max(1)), f64::from(height.max(1))),
            canvas: (canvas.0.max(1.0), canvas.1.max(1.0)),
            pixel_ratio: if pixel_ratio > 0.0 { pixel_ratio } else { 1.0 },
            zoom: 1.0,
            pan: (0.0, 0.0),
        }
    }

    /// The same view of the frame on a canvas of another size.
    #[must_use]
    pub fn resized(mut self, canvas: (f64, f64), pixel_ratio: f64) -> Self {
        let fresh = Self::fit(
            self.frame.0 as u32,
            self.frame.1 as u32,
            canvas,
            pixel_ratio,
        );
        let grown = fresh.scale() / (self.scale() / self.zoom);
        self.canvas = fresh.canvas;
        self.pixel_ratio = fresh.pixel_ratio;
        self.pan = (self.pan.0 * grown, self.pan.1 * grown);
        self.held()
    }

    /// CSS pixels per pixel of the frame.
    #[must_use]
    pub fn scale(&self) -> f64 {
        (self.canvas.0 / self.frame.0).min(self.canvas.1 / self.frame.1) * self.zoom
    }

    /// The enlargement over the fitted size, up to [`ZOOM_MAX`]; below 1 only for a frame smaller than the canvas.
    #[must_use]
    pub fn zoom(&self) -> f64 {
        self.zoom
    }

    /// The frame's top left corner, in CSS pixels of the canvas.
    #[must_use]
    pub fn origin(&self) -> (f64, f64) {
        let scale = self.scale();
        (
            (self.canvas.0 - self.frame.0 * scale) / 2.0 + self.pan.0,
            (self.canvas.1 - self.frame.1 * scale) / 2.0 + self.pan.1,
        )
    }

    /// The pixel of the frame below a CSS pixel of the canvas; may lie outside the frame.
    #[must_use]
    pub fn to_frame(&self, x: f64, y: f64) -> (f64, f64) {
        let (scale, origin) = (self.scale(), self.origin());
        ((x - origin.0) / scale, (y - origin.1) / scale)
    }

    /// The CSS pixel of the canvas that shows a pixel of the frame.
    #[must_use]
    pub fn to_canvas(&self, x: f64, y: f64) -> (f64, f64) {
        let (scale, origin) = (self.scale(), self.origin());
        (x * scale + origin.0, y * scale + origin.1)
    }

    /// Whether a pixel of the frame lies in it, edges included.
    #[must_use]
    pub fn contains(&self, (x, y): (f64, f64)) -> bool {
        (0.0..=self.frame.0).contains(&x) && (0.0..=self.frame.1).contains(&y)
    }

    /// The nearest pixel that lies in the frame.
    #[must_use]
    pub fn clamp(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (x.clamp(0.0, self.frame.0), y.clamp(0.0, self.frame.1))
    }

    /// Size of the canvas' own bitmap, in device pixels.
    #[must_use]
    pub fn bitmap(&self) -> (u32, u32) {
        (
            (self.canvas.0 * self.pixel_ratio).round() as u32,
            (self.canvas.1 * self.pixel_ratio).round() as u32,
        )
    }

    /// Size at which masks are drawn: that of the frame on the screen in device pixels, but no finer than the frame.
    #[must_use]
    pub fn mask_size(&self) -> (u32, u32) {
        let scale = (self.scale() * self.pixel_ratio).min(1.0);
        (
            ((self.frame.0 * scale).round() as u32).max(1),
            ((self.frame.1 * scale).round() as u32).max(1),
        )
    }

    /// Zooms in or out by `factor`; a pixel of the frame below the CSS pixel (`x`, `y`) stays there, unless zooming out brings
    /// an edge in.
    #[must_use]
    pub fn zoomed(mut self, factor: f64, x: f64, y: f64) -> Self {
        let fixed = self.to_frame(x, y);
        self.zoom = (self.zoom * factor).clamp(self.zoom_min(), ZOOM_MAX);
        let now = self.to_canvas(fixed.0, fixed.1);
        self.panned(x - now.0, y - now.1)
    }

    /// One pixel of the frame on one device pixel, about the middle of the canvas.
    #[must_use]
    pub fn one_to_one(self) -> Self {
        let factor = 1.0 / (self.scale() * self.pixel_ratio);
        self.zoomed(factor, self.canvas.0 / 2.0, self.canvas.1 / 2.0)
    }

    /// The whole frame.
    #[must_use]
    pub fn fitted(mut self) -> Self {
        self.zoom = 1.0;
        self.pan = (0.0, 0.0);
        self
    }

    /// This frame on this canvas, as far enlarged as `other` and with the same part in the middle.
    #[must_use]
    pub fn like(mut self, other: &Self) -> Self {
        self.zoom = other.zoom;
        let share = |pan: f64, frame: f64| pan / (frame * other.scale());
        self.pan = (
            share(other.pan.0, other.frame.0) * self.frame.0 * self.scale(),
            share(other.pan.1, other.frame.1) * self.frame.1 * self.scale(),
        );
        self.held()
    }

    /// The least enlargement: the fitted size, or one to one where that is smaller.
    fn zoom_min(&self) -> f64 {
        (self.zoom / (self.scale() * self.pixel_ratio)).min(1.0)
    }

    /// Moves the frame by CSS pixels.
    #[must_use]
    pub fn panned(mut self, dx: f64, dy: f64) -> Self {
        self.pan = (self.pan.0 + dx, self.pan.1 + dy);
        self.held()
    }

    /// Brings the frame back so that it covers at least what it covers when it fits.
    fn held(mut self) -> Self {
        let scale = self.scale();
        let room = |frame: f64| (frame * (scale - scale / self.zoom) / 2.0).max(0.0);
        let (rx, ry) = (room(self.frame.0), room(self.frame.1));
        self.pan = (self.pan.0.clamp(-rx, rx), self.pan.1.clamp(-ry, ry));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: (f64, f64), b: (f64, f64)) -> bool {
        (a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6
    }

    proptest! {
        #[test]
        fn canvas_and_frame_map_both_ways(
            (w, h) in (1u32..4000, 1u32..4000), (cw, ch) in (1.0f64..3000.0, 1.0f64..3000.0),
            factor in 0.5f64..20.0, (zx, zy) in (0.0f64..1.0, 0.0f64..1.0), (x, y) in (-100.0f64..3000.0, -100.0f64..3000.0),
        ) {
            let view = Viewport::fit(w, h, (cw, ch), 2.0).zoomed(factor, zx * cw, zy * ch);
            let (fx, fy) = view.to_frame(x, y);
            prop_assert!(near(view.to_canvas(fx, fy), (x, y)));
        }

        #[test]
        fn the_whole_frame_fits(
            (w, h) in (1u32..4000, 1u32..4000), (cw, ch) in (1.0f64..3000.0, 1.0f64..3000.0),
        ) {
            let view = Viewport::fit(w, h, (cw, ch), 1.0);
            let (x0, y0) = view.to_canvas(0.0, 0.0);
            let (x1, y1) = view.to_canvas(f64::from(w), f64::from(h));
            prop_assert!(x0 >= -1e-6 && y0 >= -1e-6 && x1 <= cw + 1e-6 && y1 <= ch + 1e-6);
            prop_assert!(near(((x0 + x1) / 2.0, (y0 + y1) / 2.0), (cw / 2.0, ch / 2.0)));
            let touches = (x1 - x0 - cw).abs() < 1e-6 || (y1 - y0 - ch).abs() < 1e-6;
            prop_assert!(touches);
        }

        #[test]
        fn the_point_under_the_pointer_stays_in_every_shape_of_canvas(
            (w, h) in (50u32..4000, 50u32..4000), (cw, ch) in (50.0f64..3000.0, 50.0f64..3000.0),
            (fx, fy) in (0.0f64..1.0, 0.0f64..1.0), steps in proptest::collection::vec(1.0f64..1.5, 1..8),
        ) {
            let mut view = Viewport::fit(w, h, (cw, ch), 1.0);
            let point = (fx * f64::from(w), fy * f64::from(h));
            let (x, y) = view.to_canvas(point.0, point.1);
            for step in steps {
                view = view.zoomed(step, x, y);
                let now = view.to_canvas(point.0, point.1);
                prop_assert!((now.0 - x).abs() < 1e-6 && (now.1 - y).abs() < 1e-6);
            }
        }

        #[test]
        fn a_zoomed_frame_leaves_no_gap(
            factor in 1.0f64..20.0, (dx, dy) in (-9000.0f64..9000.0, -9000.0f64..9000.0),
        ) {
            let view = Viewport::fit(640, 480, (800.0, 600.0), 1.0).zoomed(factor, 400.0, 300.0).panned(dx, dy);
            let (x0, y0) = view.origin();
            let (x1, y1) = view.to_canvas(640.0, 480.0);
            prop_assert!(x0 <= 1e-6 && y0 <= 1e-6 && x1 >= 800.0 - 1e-6 && y1 >= 600.0 - 1e-6);
        }
    }

    #[test]
    fn the_point_under_the_pointer_stays_when_zooming() {
        let view = Viewport::fit(1920, 1080, (960.0, 540.0), 1.0);
        let before = view.to_frame(500.0, 300.0);
        assert!(near(
            view.zoomed(3.0, 500.0, 300.0).to_frame(500.0, 300.0),
            before
        ));
        assert_eq!(view.zoomed(0.2, 0.0, 0.0).zoom(), 1.0);
    }

    #[test]
    fn one_to_one_puts_a_pixel_on_a_pixel() {
        for (size, ratio) in [(1920, 1.0), (1920, 2.0), (320, 1.0), (320, 2.0)] {
            let view = Viewport::fit(size, size / 2, (960.0, 480.0), ratio).one_to_one();
            assert!((view.scale() * ratio - 1.0).abs() < 1e-9, "{size} {ratio}");
            assert_eq!(view.fitted().zoom(), 1.0);
        }
    }

    #[test]
    fn locked_views_show_the_same_part() {
        let one = Viewport::fit(1920, 1080, (960.0, 540.0), 1.0).zoomed(4.0, 800.0, 100.0);
        let two = Viewport::fit(640, 360, (400.0, 300.0), 2.0).like(&one);
        let middle = |view: &Viewport| {
            let (x, y) = view.to_frame(view.canvas.0 / 2.0, view.canvas.1 / 2.0);
            (x / view.frame.0, y / view.frame.1)
        };
        assert!(near(middle(&one), middle(&two)));
        assert_eq!(one.zoom(), two.zoom());
        assert_eq!(one.like(&one), one);
    }

    #[test]
    fn a_portrait_frame_is_centred_between_bars() {
        let view = Viewport::fit(100, 200, (400.0, 200.0), 1.5);
        assert_eq!((view.scale(), view.origin()), (1.0, (150.0, 0.0)));
        assert_eq!(view.bitmap(), (600, 300));
        assert_eq!(view.mask_size(), (100, 200));
        assert!(!view.contains(view.to_frame(149.0, 10.0)));
        assert_eq!(view.clamp(view.to_frame(0.0, 300.0)), (0.0, 200.0));
    }

    #[test]
    fn a_new_size_keeps_the_view() {
        let view = Viewport::fit(640, 480, (800.0, 600.0), 1.0).zoomed(4.0, 700.0, 100.0);
        let centre = view.to_frame(400.0, 300.0);
        let larger = view.resized((1600.0, 1200.0), 2.0);
        assert!(near(larger.to_frame(800.0, 600.0), centre));
    }
}
