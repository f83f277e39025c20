//! The empty room: a floor and a far wall, with the shadows of what stands in it.

use crate::camera::Ray;
use crate::noise::fractal;
use crate::solid::Solid;
use glam::Vec3;

/// Metres from the origin to the far wall.
const WALL: f32 = 3.4;
/// Height of the skirting board, in metres.
const SKIRTING: f32 = 0.13;

const WALL_COLOUR: Vec3 = Vec3::new(158.0, 168.0, 182.0);
const SKIRTING_COLOUR: Vec3 = Vec3::new(196.0, 198.0, 202.0);
const FLOOR_COLOUR: Vec3 = Vec3::new(152.0, 112.0, 78.0);

/// What `ray` sees when nothing stands in its way, 0 to 255. `solids` cast their shadows on the floor.
pub fn background<'a>(ray: &Ray, solids: impl Iterator<Item = &'a Solid>) -> Vec3 {
    let to_wall = (WALL - ray.origin.z) / ray.direction.z;
    let at = ray.at(to_wall);
    if at.y > 0.0 {
        return wall(at);
    }
    let at = ray.at(-ray.origin.y / ray.direction.y);
    let light: f32 = solids
        .map(|solid| solid.light_on_floor(at.x, at.z))
        .product();
    floor(at) * light
}

fn wall(at: Vec3) -> Vec3 {
    if at.y < SKIRTING {
        return SKIRTING_COLOUR * (0.92 + 0.06 * at.y / SKIRTING);
    }
    let plaster = 1.0 + 0.035 * fractal(at.x * 18.0, at.y * 18.0, 11);
    let lamp = 1.04 - 0.05 * (at.x + 0.6).abs();
    WALL_COLOUR * plaster * lamp
}

fn floor(at: Vec3) -> Vec3 {
    let carpet = 1.0 + 0.06 * fractal(at.x * 22.0, at.z * 22.0, 23);
    let lamp = 1.10 - 0.08 * at.z;
    FLOOR_COLOUR * carpet * lamp
}
