//! The camera and the two walks it takes through the room.

use domain::VideoSide;
use glam::Vec3;

/// A straight line from the camera into the room. Units are metres; x right, y up, z into the room.
#[derive(Clone, Copy)]
pub struct Ray {
    /// Where it starts.
    pub origin: Vec3,
    /// Where it goes; of length 1.
    pub direction: Vec3,
}

impl Ray {
    /// The point at `distance` metres.
    pub fn at(&self, distance: f32) -> Vec3 {
        self.origin + self.direction * distance
    }
}

/// A pinhole camera that is held level.
pub struct Camera {
    eye: Vec3,
    forward: Vec3,
    right: Vec3,
    up: Vec3,
    focal: f32,
}

/// Width of every frame, in pixels.
pub const WIDTH: u32 = 640;
/// Height of every frame, in pixels.
pub const HEIGHT: u32 = 512;
/// Focal length, in frame heights.
const FOCAL: f32 = 1.5;

impl Camera {
    /// A camera at `eye` that looks at `target`; `focal` in frame heights.
    fn looking_at(eye: Vec3, target: Vec3, focal: f32) -> Self {
        let forward = (target - eye).normalize();
        let right = Vec3::Y.cross(forward).normalize();
        Self {
            eye,
            forward,
            right,
            up: forward.cross(right),
            focal: focal * HEIGHT as f32,
        }
    }

    /// The ray through the point (`x`, `y`) of the frame, in pixels from its top left corner.
    pub fn ray(&self, x: f32, y: f32) -> Ray {
        let across = (x - WIDTH as f32 / 2.0) / self.focal;
        let down = (y - HEIGHT as f32 / 2.0) / self.focal;
        let direction = self.forward + self.right * across - self.up * down;
        Ray {
            origin: self.eye,
            direction: direction.normalize(),
        }
    }

    /// The camera of one of the two walks, `t` from 0 (first frame) to 1 (last frame).
    ///
    /// Video 1 goes slowly from left to right; video 2 from right to left, a little higher and closer.
    pub fn on_walk(side: VideoSide, t: f32) -> Self {
        // Slow at both ends, as a hand moves.
        let eased = t * t * (3.0 - 2.0 * t);
        let sway = (t * std::f32::consts::TAU).sin();
        let (across, height, depth) = match side {
            VideoSide::One => (-0.20 + 0.40 * eased, 1.50 + 0.01 * sway, -1.10),
            VideoSide::Two => (0.22 - 0.40 * eased, 1.58 - 0.01 * sway, -1.02),
        };
        let target = Vec3::new(across * 0.5, 0.42, 2.0);
        Self::looking_at(Vec3::new(across, height, depth), target, FOCAL)
    }
}
