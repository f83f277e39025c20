//! The things that stand in the room: where a ray meets them, and in which colour.

use crate::camera::Ray;
use glam::{Vec2, Vec3};

/// The form of a thing, in metres; it stands on the floor.
#[derive(Clone, Copy)]
pub enum Shape {
    /// A ball.
    Ball {
        /// Its radius.
        radius: f32,
    },
    /// A box, turned about the vertical.
    Block {
        /// Half its width, its height and half its depth.
        half: Vec3,
        /// Where its right side faces, in x and z; of length 1.
        facing: Vec2,
    },
    /// A cup or a bottle: round, wider or narrower towards the top.
    Cup {
        /// Radius on the floor.
        foot: f32,
        /// Radius at the top.
        rim: f32,
        /// Its height.
        height: f32,
    },
}

/// A thing.
#[derive(Clone, Copy)]
pub struct Solid {
    /// Its form.
    pub shape: Shape,
    /// The middle of the place on the floor that it stands on: x and z.
    pub place: Vec2,
    /// Its colour, 0 to 255.
    pub colour: Vec3,
    /// The colour of its label, band or mouth.
    pub accent: Vec3,
}

/// Where a ray meets a thing.
pub struct Hit {
    /// Metres from the camera.
    pub distance: f32,
    /// The colour seen there, shaded, 0 to 255.
    pub colour: Vec3,
}

/// A meeting point before it is shaded.
struct Surface {
    distance: f32,
    normal: Vec3,
    accent: bool,
}

/// Towards the lamp.
const LIGHT: Vec3 = Vec3::new(-0.42, 0.78, -0.46);

impl Solid {
    /// Where `ray` first meets the thing, if it does.
    pub fn hit(&self, ray: &Ray) -> Option<Hit> {
        let local = Ray {
            origin: ray.origin - Vec3::new(self.place.x, 0.0, self.place.y),
            direction: ray.direction,
        };
        let surface = match self.shape {
            Shape::Ball { radius } => ball(&local, radius),
            Shape::Block { half, facing } => block(&local, half, facing),
            Shape::Cup { foot, rim, height } => cup(&local, foot, rim, height),
        }?;
        let base = if surface.accent {
            self.accent
        } else {
            self.colour
        };
        let lit = surface.normal.dot(LIGHT).max(0.0);
        let shine = match self.shape {
            Shape::Block { .. } => 0.0,
            Shape::Ball { .. } | Shape::Cup { .. } => 60.0 * lit.powi(16),
        };
        Some(Hit {
            distance: surface.distance,
            colour: base * (0.62 + 0.48 * lit) + Vec3::splat(shine),
        })
    }

    /// How much light its soft shadow leaves at the point (`x`, `z`) of the floor, 0 to 1.
    pub fn light_on_floor(&self, x: f32, z: f32) -> f32 {
        let (across, deep) = match self.shape {
            Shape::Ball { radius } => (radius * 0.8, radius * 0.8),
            Shape::Block { half, .. } => (half.x * 1.25, half.z * 1.25),
            Shape::Cup { foot, .. } => (foot * 1.15, foot * 1.15),
        };
        let u = (x - self.place.x - 0.03) / across;
        let v = (z - self.place.y - 0.03) / deep;
        let far = (u * u + v * v).sqrt();
        let inside = ((1.45 - far) / 0.75).clamp(0.0, 1.0);
        1.0 - 0.32 * inside * inside * (3.0 - 2.0 * inside)
    }
}

/// The nearer root of `a t^2 + 2 b t + c = 0`.
fn nearer_root(a: f32, b: f32, c: f32) -> Option<f32> {
    let discriminant = b * b - a * c;
    (discriminant > 0.0).then(|| (-b - discriminant.sqrt()) / a)
}

fn ball(ray: &Ray, radius: f32) -> Option<Surface> {
    let from = ray.origin - Vec3::new(0.0, radius, 0.0);
    let distance = nearer_root(
        1.0,
        from.dot(ray.direction),
        from.length_squared() - radius * radius,
    )?;
    let normal = (from + ray.direction * distance) / radius;
    Some(Surface {
        distance,
        normal,
        accent: false,
    })
}

fn block(ray: &Ray, half: Vec3, facing: Vec2) -> Option<Surface> {
    let Vec2 { x: cos, y: sin } = facing;
    let turn = |v: Vec3| Vec3::new(v.x * cos + v.z * sin, v.y, v.z * cos - v.x * sin);
    let turn_back = |v: Vec3| Vec3::new(v.x * cos - v.z * sin, v.y, v.z * cos + v.x * sin);
    let low = Vec3::new(-half.x, 0.0, -half.z);
    let origin = turn(ray.origin);
    let direction = turn(ray.direction);

    let first = (low - origin) / direction;
    let second = (half - origin) / direction;
    let enter = first.min(second);
    let leave = first.max(second);
    let distance = enter.max_element();
    if distance <= 0.0 || distance > leave.min_element() {
        return None;
    }
    let axis = if distance == enter.y {
        Vec3::Y
    } else if distance == enter.x {
        Vec3::X
    } else {
        Vec3::Z
    };
    let at = origin + direction * distance;
    let front = axis == Vec3::Z;
    let label = front && at.x.abs() < half.x * 0.4 && (at.y / half.y - 0.55).abs() < 0.2;
    Some(Surface {
        distance,
        normal: turn_back(-axis * direction.dot(axis).signum()),
        accent: label,
    })
}

fn cup(ray: &Ray, foot: f32, rim: f32, height: f32) -> Option<Surface> {
    let (o, d) = (ray.origin, ray.direction);
    let slope = (rim - foot) / height;

    // The flat top is nearer than the side wherever the camera sees it.
    let top = (height - o.y) / d.y;
    let on_top = o + d * top;
    let across = Vec2::new(on_top.x, on_top.z).length();
    if top > 0.0 && across < rim {
        return Some(Surface {
            distance: top,
            normal: Vec3::Y,
            accent: across < rim * 0.85,
        });
    }

    // x^2 + z^2 = (foot + slope y)^2
    let radius = foot + slope * o.y;
    let distance = nearer_root(
        d.x * d.x + d.z * d.z - slope * slope * d.y * d.y,
        o.x * d.x + o.z * d.z - radius * slope * d.y,
        o.x * o.x + o.z * o.z - radius * radius,
    )?;
    let at = o + d * distance;
    if distance <= 0.0 || at.y < 0.0 || at.y > height {
        return None;
    }
    let outward = Vec3::new(at.x, -slope * (foot + slope * at.y), at.z);
    Some(Surface {
        distance,
        normal: outward.normalize(),
        accent: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn straight(x: f32, y: f32) -> Ray {
        Ray {
            origin: Vec3::new(x, y, -2.0),
            direction: Vec3::Z,
        }
    }

    fn solid(shape: Shape) -> Solid {
        Solid {
            shape,
            place: Vec2::ZERO,
            colour: Vec3::splat(100.0),
            accent: Vec3::splat(200.0),
        }
    }

    #[test]
    fn rays_meet_the_near_face() {
        let ball = solid(Shape::Ball { radius: 0.2 });
        let block = solid(Shape::Block {
            half: Vec3::new(0.2, 0.3, 0.2),
            facing: Vec2::X,
        });
        let cup = solid(Shape::Cup {
            foot: 0.1,
            rim: 0.2,
            height: 0.3,
        });
        let distance = |solid: &Solid, y| solid.hit(&straight(0.0, y)).map(|hit| hit.distance);
        assert!((distance(&ball, 0.2).unwrap() - 1.8).abs() < 1e-4);
        assert!((distance(&block, 0.1).unwrap() - 1.8).abs() < 1e-4);
        assert!((distance(&cup, 0.15).unwrap() - 1.85).abs() < 1e-4);
    }

    #[test]
    fn rays_beside_or_above_meet_nothing() {
        for shape in [
            Shape::Ball { radius: 0.2 },
            Shape::Block {
                half: Vec3::new(0.2, 0.4, 0.2),
                facing: Vec2::X,
            },
            Shape::Cup {
                foot: 0.2,
                rim: 0.1,
                height: 0.4,
            },
        ] {
            assert!(solid(shape).hit(&straight(0.25, 0.2)).is_none());
            assert!(solid(shape).hit(&straight(0.0, 0.41)).is_none());
        }
    }

    #[test]
    fn a_turned_block_is_wider() {
        let block = |facing| {
            solid(Shape::Block {
                half: Vec3::new(0.2, 0.4, 0.2),
                facing,
            })
        };
        let beside = straight(0.25, 0.2);
        assert!(block(Vec2::X).hit(&beside).is_none());
        assert!(block(Vec2::ONE.normalize()).hit(&beside).is_some());
    }
}
