//! What the image encoder sees in every part of a frame, as plain numbers on one grid: to compare places of different frames.

use domain::Rle;

/// Cells of a grid in each direction: the side of the official models' coarsest map.
pub(crate) const SIDE: usize = 64;

/// Cells that are covered less than this count only when none is covered more: at its edge an object is mixed with what is
/// around it.
const INSIDE: f32 = 0.6;

/// A description of every cell of a frame, [`SIDE`](FeatureGrid::SIDE) by `SIDE`; the frame's width and height are divided
/// alike, so cells are as oblong as the frame.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureGrid {
    /// Numbers per cell.
    channels: usize,
    /// Cell by cell, row by row.
    values: Vec<f32>,
    /// Width and height of the frame, in pixels.
    frame: [u32; 2],
}

impl FeatureGrid {
    /// Cells in each direction.
    pub const SIDE: usize = SIDE;

    /// The descriptions of all cells of a frame of `width` x `height` pixels, row by row.
    ///
    /// # Panics
    /// When there are not as many numbers for every cell.
    #[must_use]
    pub fn new(values: Vec<f32>, [width, height]: [u32; 2]) -> Self {
        let channels = values.len() / (SIDE * SIDE);
        assert!(
            channels > 0 && channels * SIDE * SIDE == values.len(),
            "{} numbers for {SIDE} x {SIDE} cells",
            values.len()
        );
        Self {
            channels,
            values,
            frame: [width, height],
        }
    }

    /// Puts maps `(side, channels, values)` of any sides over each other: finer ones are averaged, coarser ones spread.
    pub(crate) fn of_maps(maps: &[(usize, usize, Vec<f32>)], frame: [u32; 2]) -> Self {
        let channels = maps.iter().map(|(_, channels, _)| channels).sum::<usize>();
        let mut values = vec![0.0; SIDE * SIDE * channels];
        let mut first = 0;
        for (side, depth, map) in maps {
            for at in 0..SIDE * SIDE {
                let cell = &mut values[at * channels + first..][..*depth];
                add_cell(cell, map, *side, [at % SIDE, at / SIDE]);
            }
            first += depth;
        }
        Self {
            channels,
            values,
            frame,
        }
    }

    /// Every cell's description, row by row.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.values.chunks_exact(self.channels)
    }

    /// The middle of a cell (or of a place between cells), in pixels of the frame.
    #[must_use]
    pub fn place(&self, column: f32, row: f32) -> (f32, f32) {
        let along = |cell: f32, pixels: u32| (cell + 0.5) * pixels as f32 / SIDE as f32;
        (along(column, self.frame[0]), along(row, self.frame[1]))
    }

    /// The share of each cell that a mask covers, row by row.
    #[must_use]
    pub fn covered(&self, mask: &Rle) -> Vec<f32> {
        let mut covered = vec![0.0; SIDE * SIDE];
        let (height, width) = (mask.height() as usize, mask.width() as usize);
        let pixels = (height * width) as f32 / (SIDE * SIDE) as f32;
        for pixel in mask.runs().flatten() {
            let (x, y) = (pixel / height, pixel % height);
            covered[y * SIDE / height * SIDE + x * SIDE / width] += 1.0 / pixels;
        }
        covered
    }

    /// The mean description of what lies under a mask, weighted by area; none under an empty mask.
    #[must_use]
    pub fn under(&self, mask: &Rle) -> Option<Vec<f32>> {
        let mut covered = self.covered(mask);
        if covered.iter().any(|&share| share >= INSIDE) {
            covered
                .iter_mut()
                .filter(|share| **share < INSIDE)
                .for_each(|share| *share = 0.0);
        }
        let all: f32 = covered.iter().sum();
        let mut mean = vec![0.0; self.channels];
        for (cell, share) in self
            .cells()
            .zip(&covered)
            .filter(|(_, share)| **share > 0.0)
        {
            let values = mean.iter_mut().zip(cell);
            values.for_each(|(sum, value)| *sum += value * share / all);
        }
        (all > 0.0).then_some(mean)
    }
}

/// Adds what a square map of `side` shows in a cell of the grid.
fn add_cell(cell: &mut [f32], map: &[f32], side: usize, [x, y]: [usize; 2]) {
    let depth = cell.len();
    let mut add = |column: usize, row: usize, weight: f32| {
        let values = cell.iter_mut().zip(&map[(row * side + column) * depth..]);
        values.for_each(|(sum, value)| *sum += value * weight);
    };
    if side >= SIDE {
        let span = |at: usize| at * side / SIDE..(at + 1) * side / SIDE;
        let weight = 1.0 / (span(x).len() * span(y).len()) as f32;
        for row in span(y) {
            for column in span(x) {
                add(column, row, weight);
            }
        }
        return;
    }
    // Between the middles of the nearest four, along straight lines.
    let near = |at: usize| {
        let at = ((at as f32 + 0.5) * side as f32 / SIDE as f32 - 0.5).max(0.0);
        let before = at as usize;
        let share = at - before as f32;
        [(before, 1.0 - share), ((before + 1).min(side - 1), share)]
    };
    for (row, down) in near(y) {
        for (column, across) in near(x) {
            add(column, row, down * across);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map whose cells hold their own place, from 0 to 1.
    fn places(side: usize) -> (usize, usize, Vec<f32>) {
        let along = |at: usize| (at as f32 + 0.5) / side as f32;
        let cells = (0..side * side).flat_map(|at| [along(at % side), along(at / side)]);
        (side, 2, cells.collect())
    }

    #[test]
    fn maps_of_every_side_lie_over_each_other() {
        let grid = FeatureGrid::of_maps(&[places(16), places(SIDE), places(256)], [640, 512]);
        for (at, cell) in grid.cells().enumerate() {
            let (column, row) = (at % SIDE, at / SIDE);
            let (x, y) = grid.place(column as f32, row as f32);
            let expected = [x / 640.0, y / 512.0];
            // A coarse map says nothing beyond the middle of its outermost cells.
            let inside = expected
                .iter()
                .all(|at| (1.0 / 32.0..=31.0 / 32.0).contains(at));
            for (level, seen) in cell.chunks(2).enumerate() {
                if level > 0 || inside {
                    let off = (seen[0] - expected[0]).hypot(seen[1] - expected[1]);
                    assert!(off < 1e-5, "level {level}: {seen:?}, not {expected:?}");
                }
            }
        }
    }

    #[test]
    fn what_lies_under_a_mask_is_weighted_by_area() {
        let values = (0..SIDE * SIDE).map(|at| (at % SIDE) as f32).collect();
        let grid = FeatureGrid::new(values, [640, 640]);
        let column = |x: usize| x * 640..(x + 1) * 640;
        // All of the third column of cells, and a tenth of the fourth, which is left out as the edge.
        let mask = Rle::from_runs(640, 640, (20..31).map(column));
        let seen = grid.under(&mask).unwrap()[0];
        assert!((seen - 2.0).abs() < 1e-4, "{seen}");
        assert!((grid.covered(&mask)[3] - 0.1).abs() < 1e-4);
        // A sliver has nothing but edge.
        let sliver = Rle::from_runs(640, 640, (29..32).map(column));
        let seen = grid.under(&sliver).unwrap()[0];
        assert!((seen - 2.666).abs() < 0.01, "{seen}");
        assert_eq!(grid.under(&Rle::from_runs(640, 640, [])), None);
    }
}
