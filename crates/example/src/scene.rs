//! What stands in the room before and after, and where a person would click.

use crate::clip::{Clip, Placed};
use crate::solid::{Shape, Solid};
use crate::truth::{Click, Truth};
use domain::{ChangeType, Deformability, ObjectFields, VideoSide};
use glam::{Vec2, Vec3};

/// The pair of clips of one room: a ball is taken away, a box is put down, a cup is moved, and two things stay.
pub struct Example {
    objects: Vec<ObjectFields>,
    clips: [Clip; 2],
}

/// Indices into the list of objects.
const BALL: usize = 0;
const BOX: usize = 1;
const CUP: usize = 2;

impl Default for Example {
    fn default() -> Self {
        Self::new()
    }
}

impl Example {
    /// The pair. Cheap: frames are drawn when they are asked for.
    #[must_use]
    pub fn new() -> Self {
        let clip = |side, frames, changed: Vec<Placed>| Clip {
            side,
            frames,
            things: changed.into_iter().chain(what_stays()).collect(),
        };
        Self {
            objects: vec![
                changed("ball", ChangeType::Removed),
                changed("box", ChangeType::Added),
                changed("cup", ChangeType::Moved),
            ],
            clips: [
                clip(
                    VideoSide::One,
                    48,
                    vec![
                        placed(BALL, ball()),
                        placed(CUP, cup(Vec2::new(0.42, 1.28))),
                    ],
                ),
                clip(
                    VideoSide::Two,
                    54,
                    vec![
                        placed(BOX, package()),
                        placed(CUP, cup(Vec2::new(-0.42, 1.26))),
                    ],
                ),
            ],
        }
    }

    /// The changed objects, in the order in which a person would list them.
    #[must_use]
    pub fn objects(&self) -> &[ObjectFields] {
        &self.objects
    }

    /// One of the two clips.
    #[must_use]
    pub fn clip(&self, side: VideoSide) -> &Clip {
        match side {
            VideoSide::One => &self.clips[0],
            VideoSide::Two => &self.clips[1],
        }
    }

    /// One click for every object in every video in which it is seen, at the middle of its mask.
    #[must_use]
    pub fn clicks(&self) -> Vec<Click> {
        let mut clicks = Vec::new();
        for clip in &self.clips {
            // Not the first frame, so that tracking has to run both ways.
            let frame = clip.frames() / 3;
            for (object, mask) in clip.masks(frame) {
                let (mut x, mut y, mut pixels) = (0.0, 0.0, 0.0);
                let height = mask.height() as usize;
                for pixel in mask.runs().flatten() {
                    x += (pixel / height) as f32 + 0.5;
                    y += (pixel % height) as f32 + 0.5;
                    pixels += 1.0;
                }
                clicks.push(Click {
                    object,
                    side: clip.side(),
                    frame,
                    x: (x / pixels).round(),
                    y: (y / pixels).round(),
                });
            }
        }
        clicks
    }

    /// Everything there is to know about the pair, to be written to a file. Draws every frame once.
    #[must_use]
    pub fn truth(&self) -> Truth {
        Truth::of(self)
    }
}

fn changed(label: &str, change_type: ChangeType) -> ObjectFields {
    ObjectFields {
        label: label.into(),
        multiplicity: 1,
        in_video1: change_type != ChangeType::Added,
        in_video2: change_type != ChangeType::Removed,
        views: 1,
        deformability: Deformability::Rigid,
        change_type,
    }
}

fn placed(object: usize, solid: Solid) -> Placed {
    Placed {
        object: Some(object),
        solid,
    }
}

fn ball() -> Solid {
    Solid {
        shape: Shape::Ball { radius: 0.22 },
        place: Vec2::new(-0.38, 1.40),
        colour: Vec3::new(214.0, 48.0, 40.0),
        accent: Vec3::ZERO,
    }
}

fn package() -> Solid {
    Solid {
        shape: Shape::Block {
            half: Vec3::new(0.24, 0.40, 0.18),
            facing: Vec2::from_angle(-0.35),
        },
        place: Vec2::new(0.32, 1.45),
        colour: Vec3::new(58.0, 138.0, 92.0),
        accent: Vec3::new(120.0, 186.0, 146.0),
    }
}

fn cup(place: Vec2) -> Solid {
    Solid {
        shape: Shape::Cup {
            foot: 0.13,
            rim: 0.18,
            height: 0.40,
        },
        place,
        colour: Vec3::new(44.0, 92.0, 186.0),
        accent: Vec3::new(28.0, 50.0, 104.0),
    }
}

/// A bottle and a book that are the same in both clips.
fn what_stays() -> Vec<Placed> {
    let bottle = Solid {
        shape: Shape::Cup {
            foot: 0.12,
            rim: 0.07,
            height: 0.56,
        },
        place: Vec2::new(-1.02, 2.35),
        colour: Vec3::new(226.0, 178.0, 52.0),
        accent: Vec3::new(120.0, 84.0, 30.0),
    };
    let book = Solid {
        shape: Shape::Block {
            half: Vec3::new(0.22, 0.44, 0.06),
            facing: Vec2::from_angle(0.4),
        },
        place: Vec2::new(1.12, 2.45),
        colour: Vec3::new(112.0, 62.0, 134.0),
        accent: Vec3::new(206.0, 190.0, 150.0),
    };
    [bottle, book]
        .map(|solid| Placed {
            object: None,
            solid,
        })
        .into()
}
