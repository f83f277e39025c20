//! Which frames of two walks through one place show the same of it.
//!
//! Every sampled frame is a vector; what all frames have in common is taken away, then vectors are compared by their angle.
//! The path through all pairs that agrees best, never going back in either walk, says where the other walk was
//! (dynamic time warping; Sakoe and Chiba, 1978). Beside it stands the best frame by itself, for walks that went another way.

/// A frame of the other walk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    /// Index among the other walk's samples.
    pub(crate) index: usize,
    /// How far it stands out from all pairs: 0 not at all, 1 by three deviations or more.
    pub(crate) confidence: f32,
}

/// For every sample of a walk: along the path, and by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alignment {
    /// Never going back.
    pub(crate) path: Vec<Hit>,
    /// Jumping freely.
    pub(crate) free: Vec<Hit>,
}

/// Aligns two walks of at least one sample each: the answer for the first, then for the second. Memory and time grow with
/// the product of both lengths.
pub(crate) fn align(a: &[Vec<f32>], b: &[Vec<f32>]) -> [Alignment; 2] {
    let (a, b) = without_common(a, b);
    let similarity: Vec<Vec<f32>> = a
        .iter()
        .map(|x| b.iter().map(|y| dot(x, y)).collect())
        .collect();
    let all = similarity.iter().flatten();
    let count = (a.len() * b.len()) as f32;
    let mean = all.clone().sum::<f32>() / count;
    let deviation = (all.map(|s| (s - mean).powi(2)).sum::<f32>() / count).sqrt();
    let hit = |s: f32, index: usize| Hit {
        index,
        confidence: ((s - mean) / (3.0 * deviation.max(1e-6))).clamp(0.0, 1.0),
    };
    let cells = path(&similarity);
    let best = |pairs: &mut dyn Iterator<Item = (usize, f32)>| {
        let best = pairs.max_by(|x, y| x.1.total_cmp(&y.1));
        best.map_or_else(|| hit(mean, 0), |(index, s)| hit(s, index))
    };
    let (rows, columns) = (0..a.len(), 0..b.len());
    let at = |i: usize, j: usize| similarity[i][j];
    let on_row = |i: usize| {
        let cells = cells.iter().filter(move |cell| cell.0 == i);
        best(&mut cells.map(|&(i, j)| (j, at(i, j))))
    };
    let on_column = |j: usize| {
        let cells = cells.iter().filter(move |cell| cell.1 == j);
        best(&mut cells.map(|&(i, j)| (i, at(i, j))))
    };
    [
        Alignment {
            path: rows.clone().map(on_row).collect(),
            free: rows
                .clone()
                .map(|i| best(&mut columns.clone().map(|j| (j, at(i, j)))))
                .collect(),
        },
        Alignment {
            path: columns.clone().map(on_column).collect(),
            free: columns
                .map(|j| best(&mut rows.clone().map(|i| (i, at(i, j)))))
                .collect(),
        },
    ]
}

/// Unit vectors of what is not common to all of both walks.
fn without_common(a: &[Vec<f32>], b: &[Vec<f32>]) -> (Vec<Vec<f32>>, Vec<Vec<f32>>) {
    let width = a.first().map_or(0, Vec::len);
    let mut mean = vec![0.0; width];
    for vector in a.iter().chain(b) {
        for (sum, value) in mean.iter_mut().zip(vector) {
            *sum += value / (a.len() + b.len()) as f32;
        }
    }
    let unit = |vector: &Vec<f32>| {
        let own: Vec<f32> = vector.iter().zip(&mean).map(|(v, m)| v - m).collect();
        let length = dot(&own, &own).sqrt().max(1e-12);
        own.into_iter().map(|v| v / length).collect()
    };
    (a.iter().map(unit).collect(), b.iter().map(unit).collect())
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The cells of the path from both starts to both ends with the least sum of `1 - similarity`, backwards.
fn path(similarity: &[Vec<f32>]) -> Vec<(usize, usize)> {
    let (rows, columns) = (similarity.len(), similarity.first().map_or(0, Vec::len));
    let mut cost = vec![vec![f32::INFINITY; columns]; rows];
    let earlier = |i: usize, j: usize| {
        let diagonal = (i > 0 && j > 0).then(|| (i - 1, j - 1));
        let up = (i > 0).then(|| (i - 1, j));
        let left = (j > 0).then(|| (i, j - 1));
        [diagonal, up, left].into_iter().flatten()
    };
    for i in 0..rows {
        for j in 0..columns {
            let before = earlier(i, j).map(|(i, j)| cost[i][j]).reduce(f32::min);
            cost[i][j] = before.unwrap_or(0.0) + 1.0 - similarity[i][j];
        }
    }
    let mut cells = Vec::new();
    let mut at = (rows > 0 && columns > 0).then(|| (rows - 1, columns - 1));
    while let Some((i, j)) = at {
        cells.push((i, j));
        at = earlier(i, j).min_by(|x, y| cost[x.0][x.1].total_cmp(&cost[y.0][y.1]));
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is seen `along` a walk: smooth, and different everywhere.
    fn view(along: f32) -> Vec<f32> {
        let wave = |k: usize| 5.0 + ((along * (0.4 + 0.13 * k as f32)) + k as f32).sin();
        (0..24).map(wave).collect()
    }

    #[test]
    fn the_same_walk_at_another_pace_is_found_again() {
        let pace = |t: f32| t + 1.5 * (t * 0.7).sin();
        let a: Vec<Vec<f32>> = (0..60).map(|i| view(i as f32 * 0.2)).collect();
        let b: Vec<Vec<f32>> = (0..80).map(|j| view(pace(j as f32 * 0.15))).collect();
        let [first, second] = align(&a, &b);
        let mut last = 0;
        for (i, hit) in first.path.iter().enumerate() {
            assert!(hit.index >= last, "the path goes back at {i}");
            last = hit.index;
        }
        // Where the other walk was really there, it is found within its stride.
        let off = |(j, hit): (usize, &Hit)| (pace(j as f32 * 0.15) - hit.index as f32 * 0.2).abs();
        let inside = second
            .path
            .iter()
            .enumerate()
            .filter(|(j, _)| pace(*j as f32 * 0.15) < 11.8);
        let mean = inside.clone().map(off).sum::<f32>() / inside.count() as f32;
        assert!(mean < 0.5, "{mean}");
        let there = second
            .free
            .iter()
            .enumerate()
            .filter(|(j, _)| pace(*j as f32 * 0.15) < 11.8);
        assert!(there.map(|(_, hit)| hit.confidence).all(|sure| sure > 0.3));
    }

    #[test]
    fn a_walk_in_the_other_direction_needs_free_jumps() {
        let a: Vec<Vec<f32>> = (0..30).map(|i| view(i as f32 * 0.3)).collect();
        let b: Vec<Vec<f32>> = a.iter().rev().cloned().collect();
        let [first, _] = align(&a, &b);
        assert!(
            first
                .free
                .iter()
                .enumerate()
                .all(|(i, hit)| hit.index == 29 - i)
        );
        let sure = |hits: &[Hit]| hits.iter().map(|hit| hit.confidence).sum::<f32>();
        assert!(sure(&first.path) < sure(&first.free));
    }

    #[test]
    fn single_frames_and_still_pictures_have_an_answer() {
        let still = vec![vec![1.0, 2.0]; 3];
        let [one, three] = align(&still[..1], &still);
        assert_eq!((one.path.len(), three.path.len()), (1, 3));
        assert!(
            three
                .path
                .iter()
                .all(|hit| hit.index == 0 && hit.confidence == 0.0)
        );
    }
}
