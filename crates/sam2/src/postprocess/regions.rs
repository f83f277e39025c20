//! Connected regions of a map, found row by row.

use std::ops::Range;

/// An 8-connected region.
pub(super) struct Region {
    /// Its pixels, as ranges of the row-major map.
    pub runs: Vec<Range<usize>>,
    /// How many they are.
    pub area: usize,
}

/// The regions of the pixels that are `inside`, in a row-major map `side` wide. One pass over the map, then work in the
/// number of runs.
pub(super) fn regions(map: &[f32], side: usize, inside: impl Fn(f32) -> bool) -> Vec<Region> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    // The region of a run is the root of its tree.
    let mut parents: Vec<usize> = Vec::new();
    let mut above = 0..0;
    for (y, row) in map.chunks(side).enumerate() {
        let first = runs.len();
        let mut x = 0;
        while x < side {
            let Some(start) = row[x..].iter().position(|&v| inside(v)).map(|at| x + at) else {
                break;
            };
            let length = row[start..].iter().position(|&v| !inside(v));
            x = length.map_or(side, |length| start + length);
            parents.push(runs.len());
            runs.push(y * side + start..y * side + x);
        }
        join(&runs, &mut parents, above, first, side);
        above = first..runs.len();
    }
    let mut found: Vec<Region> = Vec::new();
    let mut region_of = vec![usize::MAX; runs.len()];
    for (i, run) in runs.into_iter().enumerate() {
        let root = root(&mut parents, i);
        if region_of[root] == usize::MAX {
            region_of[root] = found.len();
            found.push(Region {
                runs: Vec::new(),
                area: 0,
            });
        }
        let region = &mut found[region_of[root]];
        region.area += run.len();
        region.runs.push(run);
    }
    found
}

/// Joins the runs from `first` on, which are one row's, with those of the row `above` that they touch, also at a corner.
fn join(
    runs: &[Range<usize>],
    parents: &mut [usize],
    above: Range<usize>,
    first: usize,
    side: usize,
) {
    let mut upper = above.start;
    for lower in first..runs.len() {
        let (start, end) = (runs[lower].start - side, runs[lower].end - side);
        while upper < above.end && runs[upper].end < start {
            upper += 1;
        }
        let mut touching = upper;
        while touching < above.end && runs[touching].start <= end {
            let (a, b) = (root(parents, touching), root(parents, lower));
            parents[a.max(b)] = a.min(b);
            touching += 1;
        }
    }
}

fn root(parents: &mut [usize], mut at: usize) -> usize {
    while parents[at] != at {
        parents[at] = parents[parents[at]];
        at = parents[at];
    }
    at
}
