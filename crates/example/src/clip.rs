//! One of the two clips: its frames and what is truly seen in them.

use crate::camera::{Camera, HEIGHT, Ray, WIDTH};
use crate::noise::grain;
use crate::room::background;
use crate::solid::{Hit, Solid};
use domain::{RgbFrame, Rle, TIMELINE_FPS, VideoSide};
use glam::Vec3;
use std::collections::BTreeMap;

/// Rays per pixel in each direction where neighbours differ; elsewhere one is enough.
const RAYS: u32 = 3;
/// Difference between neighbours, in grey levels, from which an edge is drawn smoothly.
const EDGE: f32 = 14.0;
/// Greatest difference that the sensor's noise makes, in grey levels.
const SENSOR_NOISE: f32 = 2.5;

/// A thing in the room of one clip.
#[derive(Clone)]
pub(crate) struct Placed {
    /// Its index in the list of changed objects; none for what stays as it is.
    pub object: Option<usize>,
    /// The thing.
    pub solid: Solid,
}

/// One of the two clips.
#[derive(Clone)]
pub struct Clip {
    pub(crate) side: VideoSide,
    pub(crate) frames: u32,
    pub(crate) things: Vec<Placed>,
}

impl Clip {
    /// Which of the two videos it is.
    #[must_use]
    pub fn side(&self) -> VideoSide {
        self.side
    }

    /// Width of every frame, in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        WIDTH
    }

    /// Height of every frame, in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        HEIGHT
    }

    /// Frames per second.
    #[must_use]
    pub fn fps(&self) -> u32 {
        TIMELINE_FPS
    }

    /// Number of frames.
    #[must_use]
    pub fn frames(&self) -> u32 {
        self.frames
    }

    /// Draws frame `n`, from 0. A number behind the end shows the last frame.
    #[must_use]
    pub fn frame(&self, n: u32) -> RgbFrame {
        let camera = self.camera(n);
        let centres: Vec<Vec3> = (0..WIDTH * HEIGHT)
            .map(|place| self.colour(&ray_through(&camera, place, 0.5, 0.5)))
            .collect();
        let stream = n * 2 + u32::from(self.side.number()) - 1;
        let mut pixels = Vec::with_capacity(centres.len() * 3);
        for place in 0..WIDTH * HEIGHT {
            let colour = if is_edge(&centres, place) {
                self.smooth_colour(&camera, place)
            } else {
                centres[place as usize]
            };
            let noise = SENSOR_NOISE * grain(place, stream, 5);
            let seen = colour + Vec3::splat(noise);
            // `as` cuts off at 0 and 255.
            pixels.extend(seen.to_array().map(|value| value.round() as u8));
        }
        RgbFrame::new(WIDTH, HEIGHT, pixels)
    }

    /// The pixels in which the changed objects are seen on frame `n`: pairs of an index into
    /// [`Example::objects`](crate::Example::objects) and a mask, in order, none of them empty.
    ///
    /// A pixel belongs to an object when its centre shows the object.
    #[must_use]
    pub fn masks(&self, n: u32) -> Vec<(usize, Rle)> {
        let camera = self.camera(n);
        let mut bitmaps: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
        for place in 0..WIDTH * HEIGHT {
            let ray = ray_through(&camera, place, 0.5, 0.5);
            if let Some(object) = self.nearest(&ray).and_then(|(thing, _)| thing.object) {
                let empty = || vec![0; (WIDTH * HEIGHT) as usize];
                bitmaps.entry(object).or_insert_with(empty)[place as usize] = 1;
            }
        }
        bitmaps
            .into_iter()
            .map(|(object, bitmap)| (object, Rle::encode(&bitmap, HEIGHT, WIDTH)))
            .collect()
    }

    fn camera(&self, n: u32) -> Camera {
        let last = self.frames.saturating_sub(1).max(1);
        Camera::on_walk(self.side, n.min(last) as f32 / last as f32)
    }

    /// The thing that `ray` meets first.
    fn nearest(&self, ray: &Ray) -> Option<(&Placed, Hit)> {
        self.things
            .iter()
            .filter_map(|thing| thing.solid.hit(ray).map(|hit| (thing, hit)))
            .min_by(|(_, a), (_, b)| a.distance.total_cmp(&b.distance))
    }

    fn colour(&self, ray: &Ray) -> Vec3 {
        match self.nearest(ray) {
            Some((_, hit)) => hit.colour,
            None => background(ray, self.things.iter().map(|thing| &thing.solid)),
        }
    }

    /// The mean colour of a pixel.
    fn smooth_colour(&self, camera: &Camera, place: u32) -> Vec3 {
        let step = |n: u32| (n as f32 + 0.5) / RAYS as f32;
        let light: Vec3 = (0..RAYS * RAYS)
            .map(|n| ray_through(camera, place, step(n % RAYS), step(n / RAYS)))
            .map(|ray| self.colour(&ray))
            .sum();
        light / (RAYS * RAYS) as f32
    }
}

/// The ray through the point (`x`, `y`), 0 to 1, of the pixel `place`, counted row by row.
fn ray_through(camera: &Camera, place: u32, x: f32, y: f32) -> Ray {
    camera.ray((place % WIDTH) as f32 + x, (place / WIDTH) as f32 + y)
}

/// Whether the pixel `place` differs visibly from one beside, above or below it.
fn is_edge(colours: &[Vec3], place: u32) -> bool {
    let (x, y) = (place % WIDTH, place / WIDTH);
    let mine = colours[place as usize];
    let differs = |other: u32| (colours[other as usize] - mine).abs().max_element() > EDGE;
    (x > 0 && differs(place - 1))
        || (x + 1 < WIDTH && differs(place + 1))
        || (y > 0 && differs(place - WIDTH))
        || (y + 1 < HEIGHT && differs(place + WIDTH))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Example;

    /// Per pixel, the greatest difference of a colour.
    fn difference(a: &RgbFrame, b: &RgbFrame) -> Vec<u8> {
        let pairs = a.pixels().chunks(3).zip(b.pixels().chunks(3));
        pairs
            .map(|(a, b)| {
                a.iter()
                    .zip(b)
                    .map(|(a, b)| a.abs_diff(*b))
                    .max()
                    .unwrap_or(0)
            })
            .collect()
    }

    #[test]
    fn a_mask_covers_what_is_drawn_of_its_object_and_no_more() {
        let example = Example::new();
        for side in VideoSide::BOTH {
            let clip = example.clip(side);
            let frame = clip.frames() / 2;
            let full = clip.frame(frame);
            for (object, mask) in clip.masks(frame) {
                let mut without = clip.clone();
                without.things.retain(|thing| thing.object != Some(object));
                let changed = difference(&full, &without.frame(frame));
                let inside = mask.decode();

                let seen = changed
                    .iter()
                    .zip(&inside)
                    .filter(|(d, i)| **i == 1 && **d > 20);
                let share = seen.count() as f64 / mask.area() as f64;
                assert!(share > 0.97, "{side}, object {object}: {share}");

                // Beside the object only its shadow differs, which leaves at least two thirds of the light.
                let beside = changed
                    .iter()
                    .zip(&inside)
                    .filter(|(d, i)| **i == 0 && **d > 70);
                let share = beside.count() as f64 / mask.area() as f64;
                assert!(share < 0.06, "{side}, object {object}: {share}");
            }
        }
    }

    #[test]
    fn the_room_stays_where_it_is_and_only_the_sensor_is_noisy() {
        let example = Example::new();
        let clip = example.clip(VideoSide::One);
        // The camera hardly moves at the start of its walk.
        let changed = difference(&clip.frame(0), &clip.frame(1));
        let still = changed.iter().filter(|d| **d <= 10).count();
        assert!(still as f64 / changed.len() as f64 > 0.97);
        assert!(changed.iter().filter(|d| **d > 0).count() > changed.len() / 2);
    }
}
