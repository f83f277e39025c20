//! Where a mask lies, and the line around it.

use crate::Rle;
use serde::{Deserialize, Serialize};

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// First column.
    pub left: u32,
    /// First row.
    pub top: u32,
    /// The column behind the last one.
    pub right: u32,
    /// The row behind the last one.
    pub bottom: u32,
}

impl Bounds {
    /// Columns.
    #[must_use]
    pub fn width(self) -> u32 {
        self.right - self.left
    }

    /// Rows.
    #[must_use]
    pub fn height(self) -> u32 {
        self.bottom - self.top
    }
}

/// The ways along the edges of pixels, clockwise.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Right,
    Down,
    Left,
    Up,
}

impl Way {
    const ALL: [Self; 4] = [Self::Right, Self::Down, Self::Left, Self::Up];

    fn bit(self) -> u8 {
        1 << self as u8
    }

    /// The way after `turns` quarter turns to the right.
    fn turned(self, turns: usize) -> Self {
        Self::ALL[(self as usize + turns) % 4]
    }

    /// The corner one step on, in a grid of `width` corners a row.
    fn step(self, at: usize, width: usize) -> usize {
        match self {
            Self::Right => at + 1,
            Self::Down => at + width,
            Self::Left => at - 1,
            Self::Up => at - width,
        }
    }
}

impl Rle {
    /// The smallest rectangle that holds every inside pixel; none of nothing.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        let height = self.height() as usize;
        let mut bounds: Option<Bounds> = None;
        for run in self.runs() {
            let (left, last) = (run.start / height, (run.end - 1) / height);
            // A run over several columns reaches the bottom of one and the top of the next.
            let (top, bottom) = if left == last {
                (run.start % height, (run.end - 1) % height + 1)
            } else {
                (0, height)
            };
            let of_run = Bounds {
                left: left as u32,
                top: top as u32,
                right: last as u32 + 1,
                bottom: bottom as u32,
            };
            bounds = Some(bounds.map_or(of_run, |known| Bounds {
                left: known.left.min(of_run.left),
                top: known.top.min(of_run.top),
                right: known.right.max(of_run.right),
                bottom: known.bottom.max(of_run.bottom),
            }));
        }
        bounds
    }

    /// Whether an inside pixel lies at the border of the picture, where part of the object may be cut off.
    #[must_use]
    pub fn is_at_border(&self) -> bool {
        self.bounds().is_some_and(|b| {
            b.left == 0 || b.top == 0 || b.right == self.width() || b.bottom == self.height()
        })
    }

    /// The lines around the mask, along the edges of its pixels: closed polygons of corners `(x, y)` with a right angle at
    /// each, outer lines clockwise and holes the other way. Pixels that only touch at a corner have lines of their own.
    #[must_use]
    pub fn outline(&self) -> Vec<Vec<(u32, u32)>> {
        let Some(bounds) = self.bounds() else {
            return Vec::new();
        };
        let (width, height) = (bounds.width() as usize + 1, bounds.height() as usize + 1);
        let mut ways = self.edges(bounds);
        let mut lines = Vec::new();
        for start in 0..width * height {
            while let Some(&first) = Way::ALL.iter().find(|way| ways[start] & way.bit() != 0) {
                let mut line = Vec::new();
                let (mut at, mut way, mut before) = (start, first, None);
                loop {
                    ways[at] &= !way.bit();
                    if before != Some(way) {
                        let (x, y) = ((at % width) as u32, (at / width) as u32);
                        line.push((bounds.left + x, bounds.top + y));
                    }
                    before = Some(way);
                    at = way.step(at, width);
                    // Right before straight on before left: a line stays with its own pixels.
                    let onward = [1, 0, 3].map(|turns| way.turned(turns));
                    match onward.into_iter().find(|way| ways[at] & way.bit() != 0) {
                        Some(next) => way = next,
                        None => break,
                    }
                }
                lines.push(line);
            }
        }
        lines
    }

    /// The edges between inside and outside, with the inside on their right: for every corner of the pixels in `bounds`,
    /// row by row, the ways on which an edge leaves it.
    fn edges(&self, bounds: Bounds) -> Vec<u8> {
        let (columns, rows) = (bounds.width() as usize, bounds.height() as usize);
        let (left, top) = (bounds.left as usize, bounds.top as usize);
        let (picture_width, bitmap) = (self.width() as usize, self.decode());
        let is_inside = |x: usize, y: usize| bitmap[(top + y) * picture_width + left + x] != 0;
        let width = columns + 1;
        let mut ways = vec![0; width * (rows + 1)];
        for y in 0..rows {
            for x in (0..columns).filter(|&x| is_inside(x, y)) {
                let corner = y * width + x;
                if y == 0 || !is_inside(x, y - 1) {
                    ways[corner] |= Way::Right.bit();
                }
                if x + 1 == columns || !is_inside(x + 1, y) {
                    ways[corner + 1] |= Way::Down.bit();
                }
                if y + 1 == rows || !is_inside(x, y + 1) {
                    ways[corner + width + 1] |= Way::Left.bit();
                }
                if x == 0 || !is_inside(x - 1, y) {
                    ways[corner + width] |= Way::Up.bit();
                }
            }
        }
        ways
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Twice the area that a line goes around, clockwise positive.
    fn twice_area(line: &[(u32, u32)]) -> i64 {
        let next = line.iter().cycle().skip(1);
        line.iter()
            .zip(next)
            .map(|(a, b)| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1))
            .sum()
    }

    /// Whether the middle of a pixel is inside, by the number of edges to its left.
    fn is_around(lines: &[Vec<(u32, u32)>], x: u32, y: u32) -> bool {
        let crossings = lines.iter().flat_map(|line| {
            let next = line.iter().cycle().skip(1);
            line.iter()
                .zip(next)
                .filter(|(a, b)| a.0 == b.0 && a.0 <= x && a.1.min(b.1) <= y && y < a.1.max(b.1))
        });
        crossings.count() % 2 == 1
    }

    #[test]
    fn a_ring_has_a_line_around_it_and_one_around_its_hole() {
        let ring = Rle::encode(&[1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0], 3, 4);
        assert_eq!(
            ring.outline(),
            [
                vec![(0, 0), (3, 0), (3, 3), (0, 3)],
                vec![(1, 1), (1, 2), (2, 2), (2, 1)]
            ]
        );
        assert!(ring.is_at_border());
    }

    #[test]
    fn pixels_that_touch_at_a_corner_have_lines_of_their_own() {
        let mask = Rle::encode(&[1, 0, 0, 1], 2, 2);
        assert_eq!(
            mask.outline(),
            [
                vec![(0, 0), (1, 0), (1, 1), (0, 1)],
                vec![(1, 1), (2, 1), (2, 2), (1, 2)]
            ]
        );
    }

    #[test]
    fn nothing_has_no_place() {
        let empty = Rle::encode(&[0; 6], 2, 3);
        assert_eq!((empty.bounds(), empty.is_at_border()), (None, false));
        assert!(empty.outline().is_empty());
        assert_eq!(Rle::encode(&[], 0, 0).bounds(), None);
    }

    proptest! {
        #[test]
        fn lines_go_around_exactly_the_inside((h, w, bits) in (1u32..14, 1u32..14).prop_flat_map(|(h, w)| {
            (Just(h), Just(w), proptest::collection::vec(0u8..2, (h * w) as usize))
        })) {
            let mask = Rle::encode(&bits, h, w);
            let lines = mask.outline();
            prop_assert_eq!(lines.iter().map(|line| twice_area(line)).sum::<i64>(), 2 * mask.area() as i64);
            for y in 0..h {
                for x in 0..w {
                    prop_assert_eq!(is_around(&lines, x, y), bits[(y * w + x) as usize] == 1, "{} {}", x, y);
                }
            }
            // Every corner is a turn: neighbours share one coordinate, and never twice the same.
            for line in &lines {
                for i in 0..line.len() {
                    let [a, b, c] = [0, 1, 2].map(|k| line[(i + k) % line.len()]);
                    prop_assert_eq!(a.0 == b.0, b.1 == c.1);
                    prop_assert_eq!(a.1 == b.1, b.0 == c.0);
                }
            }
            let inside: Vec<(u32, u32)> = (0..h * w).filter(|&i| bits[i as usize] == 1).map(|i| (i % w, i / w)).collect();
            let bounds = mask.bounds();
            prop_assert_eq!(bounds.map(|b| b.left), inside.iter().map(|p| p.0).min());
            prop_assert_eq!(bounds.map(|b| b.top), inside.iter().map(|p| p.1).min());
            prop_assert_eq!(bounds.map(|b| b.right), inside.iter().map(|p| p.0 + 1).max());
            prop_assert_eq!(bounds.map(|b| b.bottom), inside.iter().map(|p| p.1 + 1).max());
        }
    }
}
