//! How much a place looks like an object: against what is usual in a film, so that background does not win.
//!
//! Every number of a description is measured in its usual deviations, and what numbers have in common is taken out: the
//! pattern of an object is `C^-1 (object - mean)` with the covariance `C` of the whole film (Hariharan, Malik and Ramanan,
//! "Discriminative decorrelation for clustering and classification", 2012). It answers 0 to what is usual and 1 to the
//! object itself.

use crate::feature_grid::{FeatureGrid, SIDE};

/// How much every number is taken to vary by itself, as a share: a few frames say little about what hangs together.
const BY_ITSELF: f64 = 0.1;

/// The least square of an own description, per number: what differs less from everything is not told apart by it.
const DISTINCT: f32 = 0.02;

/// What is usual in a film.
#[derive(Clone, Debug)]
pub struct Background {
    mean: Vec<f64>,
    deviation: Vec<f64>,
    /// Lower triangle `L` with `L L^T` the correlations, row by row.
    root: Vec<Vec<f64>>,
}

/// What to look for.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    weights: Vec<f32>,
    offset: f32,
}

impl Background {
    /// Learns from descriptions of places all over the film, of which there should be several times as many as a description
    /// has numbers; at least one.
    #[must_use]
    pub fn learn(samples: &[Vec<f32>]) -> Self {
        let width = samples.first().map_or(0, Vec::len);
        let count = samples.len().max(1) as f64;
        let mut mean = vec![0.0; width];
        for sample in samples {
            let values = mean.iter_mut().zip(sample);
            values.for_each(|(sum, &value)| *sum += f64::from(value) / count);
        }
        let mut covariance = vec![vec![0.0; width]; width];
        for sample in samples {
            let own: Vec<f64> = sample
                .iter()
                .zip(&mean)
                .map(|(&v, m)| f64::from(v) - m)
                .collect();
            for (i, row) in covariance.iter_mut().enumerate() {
                let values = row[..=i].iter_mut().zip(&own);
                values.for_each(|(sum, value)| *sum += own[i] * value / count);
            }
        }
        // No smaller than what single precision can tell apart.
        let deviation: Vec<f64> = (0..width)
            .map(|i| covariance[i][i].sqrt().max(1e-4 * mean[i].abs()).max(1e-6))
            .collect();
        for i in 0..width {
            for j in 0..i {
                covariance[i][j] *= (1.0 - BY_ITSELF) / (deviation[i] * deviation[j]);
            }
            covariance[i][i] = 1.0;
        }
        Self {
            mean,
            deviation,
            root: root(covariance),
        }
    }

    /// A description without what is usual and without what numbers have in common: in the film's own deviations, all
    /// directions alike.
    #[must_use]
    pub fn own(&self, description: &[f32]) -> Vec<f32> {
        let own = self.without_common(description);
        own.into_iter().map(|value| value as f32).collect()
    }

    /// The pattern of what is described; faint when that is like everything else.
    #[must_use]
    pub fn pattern(&self, description: &[f32]) -> Pattern {
        let own = self.without_common(description);
        let least = f64::from(DISTINCT) * own.len() as f64;
        let length = own.iter().map(|v| v * v).sum::<f64>().max(least);
        // Backwards through the transposed root.
        let mut back = own;
        for i in (0..back.len()).rev() {
            back[i] /= self.root[i][i];
            let value = back[i];
            let above = back[..i].iter_mut().zip(&self.root[i]);
            above.for_each(|(left, factor)| *left -= factor * value);
        }
        let weights: Vec<f64> = back
            .iter()
            .zip(&self.deviation)
            .map(|(value, deviation)| value / deviation / length)
            .collect();
        let offset = -weights
            .iter()
            .zip(&self.mean)
            .map(|(w, m)| w * m)
            .sum::<f64>();
        Pattern {
            weights: weights.into_iter().map(|weight| weight as f32).collect(),
            offset: offset as f32,
        }
    }

    fn without_common(&self, description: &[f32]) -> Vec<f64> {
        let mut own: Vec<f64> = Vec::with_capacity(description.len());
        for (i, &value) in description.iter().enumerate() {
            let standard = (f64::from(value) - self.mean[i]) / self.deviation[i];
            let before: f64 = self.root[i].iter().zip(&own).map(|(r, v)| r * v).sum();
            own.push((standard - before) / self.root[i][i]);
        }
        own
    }
}

impl Pattern {
    /// How much every cell looks like it, row by row: 0 is usual, 1 the object itself.
    #[must_use]
    pub fn likeness(&self, grid: &FeatureGrid) -> Vec<f32> {
        let one = |cell: &[f32]| {
            let products = cell.iter().zip(&self.weights).map(|(v, w)| v * w);
            products.sum::<f32>() + self.offset
        };
        grid.cells().map(one).collect()
    }
}

/// The cosine between two descriptions, as [`Background::own`] gives them: 1 for the same, about 0 for what has nothing in
/// common or is like everything else.
#[must_use]
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    dot(a, b)
        / (dot(a, a) * dot(b, b))
            .sqrt()
            .max(DISTINCT * a.len() as f32)
}

/// Cholesky's root of a symmetric positive matrix, of which the lower triangle is given.
fn root(mut matrix: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    for i in 0..matrix.len() {
        for j in 0..=i {
            let products = matrix[i][..j].iter().zip(&matrix[j][..j]);
            let left = matrix[i][j] - products.map(|(a, b)| a * b).sum::<f64>();
            matrix[i][j] = if i == j {
                left.max(1e-9).sqrt()
            } else {
                left / matrix[j][j]
            };
        }
        matrix[i].truncate(i + 1);
    }
    matrix
}

/// A place that looks like the object more than everything around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// Cells from the left.
    pub column: f32,
    /// Cells from the top.
    pub row: f32,
    /// How much it looks like the object.
    pub likeness: f32,
}

/// The places where an object of `width` x `height` cells is likeliest, the best first, at most `count`, and none within its
/// size of a better one.
///
/// What is compared is a window smaller than the object, so that its corners are not full of background; the place itself
/// is the best cell in it, so that it does not lie in the gap between two alike things.
#[must_use]
pub fn peaks(likeness: &[f32], [width, height]: [usize; 2], count: usize) -> Vec<Peak> {
    let window = [width, height].map(|size| (size * 3 / 5).max(1));
    let smooth = mean_over(likeness, window);
    let fine = mean_over(likeness, [3, 3]);
    let mut order: Vec<usize> = (0..smooth.len()).collect();
    order.sort_by(|&a, &b| smooth[b].total_cmp(&smooth[a]));
    let apart = |a: usize, b: usize| [(a % SIDE).abs_diff(b % SIDE), (a / SIDE).abs_diff(b / SIDE)];
    let mut found: Vec<usize> = Vec::new();
    for at in order {
        let is_near = |&other: &usize| {
            let [across, down] = apart(at, other);
            across <= width && down <= height
        };
        if found.len() == count {
            break;
        }
        if !found.iter().any(is_near) {
            found.push(at);
        }
    }
    let peak = |at: usize| {
        // The farther from the middle, the more alike a cell has to be.
        let worth = |cell: usize| {
            let [across, down] = apart(at, cell);
            let far = (across as f32 / window[0] as f32).hypot(down as f32 / window[1] as f32);
            fine[cell].min(1.0) * (1.0 - far * far)
        };
        let inside = |&cell: &usize| {
            let [across, down] = apart(at, cell);
            across <= window[0] / 2 && down <= window[1] / 2
        };
        let cells = (0..SIDE * SIDE).filter(inside);
        let best = cells.max_by(|&a, &b| worth(a).total_cmp(&worth(b)));
        let best = best.unwrap_or(at);
        Peak {
            column: (best % SIDE) as f32,
            row: (best / SIDE) as f32,
            likeness: smooth[at],
        }
    };
    found.into_iter().map(peak).collect()
}

/// The mean of every cell's window; beyond the frame everything is usual.
fn mean_over(values: &[f32], [width, height]: [usize; 2]) -> Vec<f32> {
    let window =
        |at: usize, size: usize| at.saturating_sub(size / 2)..(at + size / 2 + 1).min(SIDE);
    let whole = |size: usize| (size / 2 * 2 + 1) as f32;
    let across: Vec<f32> = (0..SIDE * SIDE)
        .map(|at| {
            let row = &values[at / SIDE * SIDE..][..SIDE];
            row[window(at % SIDE, width)].iter().sum::<f32>() / whole(width)
        })
        .collect();
    (0..SIDE * SIDE)
        .map(|at| {
            let rows = window(at / SIDE, height).map(|row| across[row * SIDE + at % SIDE]);
            rows.sum::<f32>() / whole(height)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise from -1 to 1 that depends on nothing but its numbers.
    fn noise(a: usize, b: usize) -> f32 {
        let mut hash = (a as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ (b as u64 + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash ^= hash >> 29;
        hash = hash.wrapping_mul(0x94d0_49bb_1331_11eb);
        (hash >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }

    /// A background in which the first two numbers are loud and hang together, and the object differs in the quiet third.
    fn place(at: usize) -> Vec<f32> {
        let loud = 20.0 * noise(at, 0);
        vec![
            5.0 + loud,
            loud + noise(at, 1),
            0.2 * noise(at, 2),
            noise(at, 3),
        ]
    }

    #[test]
    fn what_is_loud_everywhere_says_nothing() {
        let samples: Vec<Vec<f32>> = (0..2000).map(place).collect();
        let background = Background::learn(&samples);
        let object = [5.0, 0.0, 1.5, 0.0];
        let pattern = background.pattern(&object);
        let mut cells: Vec<Vec<f32>> = (0..SIDE * SIDE).map(|at| place(at + 5000)).collect();
        for at in [
            20 * SIDE + 40,
            20 * SIDE + 41,
            21 * SIDE + 40,
            21 * SIDE + 41,
        ] {
            cells[at][2] += 1.5;
        }
        let grid = FeatureGrid::new(cells.concat(), [64, 64]);
        let likeness = pattern.likeness(&grid);
        let usual = likeness.iter().sum::<f32>() / likeness.len() as f32;
        assert!(usual.abs() < 0.05, "{usual}");
        let found = peaks(&likeness, [2, 2], 3);
        assert_eq!(found.len(), 3);
        let off = (found[0].column - 40.5).hypot(found[0].row - 20.5);
        assert!(off < 1.0, "{found:?}");
        assert!(found[0].likeness > 3.0 * found[1].likeness, "{found:?}");
        let own = |description: &[f32]| background.own(description);
        assert!(cosine(&own(&object), &own(&cells[21 * SIDE + 40])) > 0.8);
        assert!(cosine(&own(&object), &own(&cells[7])).abs() < 0.6);
        let itself: f32 = FeatureGrid::new(object.repeat(SIDE * SIDE), [64, 64])
            .cells()
            .map(|cell| {
                cell.iter()
                    .zip(&pattern.weights)
                    .map(|(v, w)| v * w)
                    .sum::<f32>()
            })
            .next()
            .unwrap();
        assert!((itself + pattern.offset - 1.0).abs() < 1e-4);
    }

    #[test]
    fn peaks_keep_their_distance() {
        let mut values = vec![0.0; SIDE * SIDE];
        for (column, row, value) in [(10, 10, 1.0), (12, 11, 0.9), (40, 50, 0.8), (63, 63, 0.7)] {
            values[row * SIDE + column] = value;
        }
        let found: Vec<(f32, f32)> = peaks(&values, [3, 3], 3)
            .iter()
            .map(|peak| (peak.column, peak.row))
            .collect();
        let expected = [(11.0, 10.0), (40.0, 50.0), (63.0, 63.0)];
        for (found, expected) in found.iter().zip(expected) {
            let off = (found.0 - expected.0).hypot(found.1 - expected.1);
            assert!(off < 2.0, "{found:?}, not {expected:?}");
        }
        assert_eq!(found.len(), 3);
    }
}
