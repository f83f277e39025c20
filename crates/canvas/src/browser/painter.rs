//! Painting a scene on a canvas.

use crate::pins::head_of;
use crate::{
    BoxMark, MaskLayer, MaskStyle, PinMark, PointMark, Scene, Viewport, pin_tips, rasterise,
};
use domain::Label;
use std::f64::consts::TAU;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, ImageData};

const LIGHT: &str = "#ffffff";
const DARK: &str = "rgba(0, 0, 0, 0.85)";

/// What a layer of masks was made of.
type Drawn = (Vec<MaskLayer>, MaskStyle, (u32, u32));

/// Paints frames and scenes on one canvas.
pub struct Painter {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// The masks as they were last drawn, so that a moving pointer does not draw them again.
    layer: HtmlCanvasElement,
    drawn: Option<Drawn>,
}

impl Painter {
    /// A painter for `canvas`.
    ///
    /// # Errors
    /// When the browser gives no drawing context.
    pub fn new(canvas: HtmlCanvasElement) -> Result<Self, JsValue> {
        let context = context(&canvas)?;
        let document = canvas
            .owner_document()
            .ok_or_else(|| JsValue::from_str("the canvas is in no document"))?;
        let layer = document.create_element("canvas")?.dyn_into()?;
        Ok(Self {
            canvas,
            context,
            layer,
            drawn: None,
        })
    }

    /// Paints the picture of a frame and what lies over it.
    ///
    /// # Errors
    /// When the browser refuses, for example for lack of memory.
    pub fn paint(
        &mut self,
        view: &Viewport,
        image: &HtmlImageElement,
        scene: &Scene,
    ) -> Result<(), JsValue> {
        self.draw_masks(view, &scene.masks, scene.style)?;
        let (width, height) = view.bitmap();
        if (self.canvas.width(), self.canvas.height()) != (width, height) {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
        let c = &self.context;
        let ratio = view.pixel_ratio;
        c.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0)?;
        c.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
        c.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0)?;
        let (x, y) = view.origin();
        let (w, h) = (view.frame.0 * view.scale(), view.frame.1 * view.scale());
        c.set_image_smoothing_enabled(view.scale() * ratio < 3.0);
        c.draw_image_with_html_image_element_and_dw_and_dh(image, x, y, w, h)?;
        if !scene.masks.is_empty() {
            c.draw_image_with_html_canvas_element_and_dw_and_dh(&self.layer, x, y, w, h)?;
        }
        for mark in &scene.boxes {
            self.draw_box(view, mark)?;
        }
        for mark in &scene.points {
            self.draw_point(view, mark)?;
        }
        for (pin, tip) in scene.pins.iter().zip(pin_tips(&scene.pins, view)) {
            self.draw_pin(pin, tip)?;
        }
        if let Some((at, radius)) = scene.brush {
            self.draw_brush(at, radius)?;
        }
        match scene.cross {
            Some(at) => self.draw_cross(view, at),
            None => Ok(()),
        }
    }

    /// The edge of the brush.
    fn draw_brush(&self, at: (f64, f64), radius: f64) -> Result<(), JsValue> {
        let c = &self.context;
        c.begin_path();
        c.arc(at.0, at.1, radius, 0.0, TAU)?;
        for (width, colour) in [(3.0, DARK), (1.5, LIGHT)] {
            c.set_line_width(width);
            c.set_stroke_style_str(colour);
            c.stroke();
        }
        Ok(())
    }

    /// A drop with its number in it, in the colour of its object around that; the tip is where it points to.
    fn draw_pin(&self, pin: &PinMark, tip: (f64, f64)) -> Result<(), JsValue> {
        let c = &self.context;
        let (x, y) = head_of(tip);
        let radius = if pin.chosen { 12.0 } else { 10.0 };
        c.begin_path();
        // The round part ends where the straight sides towards the tip begin.
        c.arc(x, y, radius, TAU * 0.38, TAU * 0.12)?;
        c.line_to(tip.0, tip.1);
        c.close_path();
        c.set_fill_style_str(if pin.chosen { DARK } else { LIGHT });
        c.fill();
        let [r, g, b] = pin.colour.unwrap_or([110, 116, 128]);
        let ring = format!("rgb({r} {g} {b})");
        for (width, colour) in [(5.0, DARK), (3.0, LIGHT), (2.5, ring.as_str())] {
            c.set_line_width(width);
            c.set_stroke_style_str(colour);
            c.stroke();
        }
        c.set_fill_style_str(if pin.chosen { LIGHT } else { DARK });
        c.set_font("600 11px system-ui, sans-serif");
        c.set_text_align("center");
        c.set_text_baseline("middle");
        c.fill_text(&pin.sign, x, y + 0.5)
    }

    /// The cross that takes the place of the pointer.
    fn draw_cross(&self, view: &Viewport, at: (f64, f64)) -> Result<(), JsValue> {
        let c = &self.context;
        let (x, y) = view.to_canvas(at.0, at.1);
        c.begin_path();
        c.arc(x, y, 9.0, 0.0, TAU)?;
        for (dx, dy) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
            c.move_to(x + 4.0 * dx, y + 4.0 * dy);
            c.line_to(x + 16.0 * dx, y + 16.0 * dy);
        }
        for (width, colour) in [(4.0, DARK), (1.5, LIGHT)] {
            c.set_line_width(width);
            c.set_stroke_style_str(colour);
            c.stroke();
        }
        Ok(())
    }

    fn draw_masks(
        &mut self,
        view: &Viewport,
        masks: &[MaskLayer],
        style: MaskStyle,
    ) -> Result<(), JsValue> {
        let size = view.mask_size();
        let same = |drawn: &Drawn| drawn.0 == masks && drawn.1 == style && drawn.2 == size;
        if masks.is_empty() || self.drawn.as_ref().is_some_and(same) {
            return Ok(());
        }
        let pixels = rasterise(masks, style, size.0, size.1);
        let picture =
            ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), size.0, size.1)?;
        self.layer.set_width(size.0);
        self.layer.set_height(size.1);
        context(&self.layer)?.put_image_data(&picture, 0.0, 0.0)?;
        self.drawn = Some((masks.to_vec(), style, size));
        Ok(())
    }

    fn draw_box(&self, view: &Viewport, mark: &BoxMark) -> Result<(), JsValue> {
        let c = &self.context;
        let (x0, y0) = view.to_canvas(f64::from(mark.bbox.x0), f64::from(mark.bbox.y0));
        let (x1, y1) = view.to_canvas(f64::from(mark.bbox.x1), f64::from(mark.bbox.y1));
        let [r, g, b] = mark.colour;
        for (width, colour) in [
            (4.0, DARK),
            (2.5, LIGHT),
            (1.5, &format!("rgb({r} {g} {b})")),
        ] {
            c.set_line_width(width);
            c.set_stroke_style_str(colour);
            self.dash(mark.saved, 6.0)?;
            c.stroke_rect(x0, y0, x1 - x0, y1 - y0);
        }
        self.dash(true, 0.0)
    }

    /// A positive point is a white disc with a plus, a negative one a black disc with a minus; both are seen on anything.
    /// Until the server has it, a dashed ring lies around it.
    fn draw_point(&self, view: &Viewport, mark: &PointMark) -> Result<(), JsValue> {
        let c = &self.context;
        let (x, y) = view.to_canvas(f64::from(mark.point.x), f64::from(mark.point.y));
        let radius = if mark.active { 7.0 } else { 5.0 };
        let positive = mark.point.label == Label::Positive;
        let (disc, sign) = if positive {
            (LIGHT, DARK)
        } else {
            (DARK, LIGHT)
        };
        c.begin_path();
        c.arc(x, y, radius, 0.0, TAU)?;
        c.set_fill_style_str(disc);
        c.fill();
        c.set_line_width(1.5);
        c.set_stroke_style_str(sign);
        c.stroke();
        let arm = radius * 0.55;
        c.begin_path();
        c.move_to(x - arm, y);
        c.line_to(x + arm, y);
        if positive {
            c.move_to(x, y - arm);
            c.line_to(x, y + arm);
        }
        c.set_line_width(2.0);
        c.stroke();
        if mark.saved {
            return Ok(());
        }
        for (width, colour) in [(4.0, DARK), (2.0, LIGHT)] {
            c.begin_path();
            c.arc(x, y, radius + 4.0, 0.0, TAU)?;
            c.set_line_width(width);
            c.set_stroke_style_str(colour);
            self.dash(false, 4.0)?;
            c.stroke();
        }
        self.dash(true, 0.0)
    }

    fn dash(&self, solid: bool, length: f64) -> Result<(), JsValue> {
        let pattern = js_sys::Array::new();
        if !solid {
            pattern.push(&length.into());
            pattern.push(&length.into());
        }
        self.context.set_line_dash(&pattern)
    }
}

fn context(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    canvas
        .get_context("2d")?
        .ok_or_else(|| JsValue::from_str("the browser gives no 2d drawing context"))?
        .dyn_into()
        .map_err(JsValue::from)
}
