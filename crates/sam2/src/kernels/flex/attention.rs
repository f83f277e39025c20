//! Attention in tiles: scores of some queries and some keys at a time, with a running maximum and sum per query
//! (Milakov and Gimelshein, 2018; Dao et al., 2022).

use super::math::exp;
use super::matrix::{Matrix, multiply};
use burn_flex::FlexTensor;
use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;
use std::cell::RefCell;

/// Queries and keys of a tile: half a megabyte of scores, which stays in the cache of a core.
const QUERIES: usize = 256;
const KEYS: usize = 512;

/// Numbers worked on at once: two registers of AVX-512, or four of AVX2.
const LANES: usize = 32;

thread_local! {
    /// One tile of scores.
    static SCORES: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// `[b, heads, tokens, channels]` in any layout whose channels lie side by side.
pub struct Operand<'a> {
    values: std::borrow::Cow<'a, [f32]>,
    shape: [usize; 4],
    strides: [usize; 3],
}

impl<'a> Operand<'a> {
    pub fn new(x: &'a FlexTensor) -> Self {
        let layout = x.layout();
        let shape = [0, 1, 2, 3].map(|i| layout.shape()[i]);
        let stride = |i: usize| usize::try_from(layout.strides()[i]);
        match (stride(0), stride(1), stride(2), stride(3)) {
            (Ok(batch), Ok(head), Ok(token), Ok(1)) => Self {
                values: x.storage::<f32>()[layout.start_offset()..].into(),
                shape,
                strides: [batch, head, token],
            },
            _ => Self {
                values: super::floats(&x.to_contiguous()).to_vec().into(),
                strides: [
                    shape[1] * shape[2] * shape[3],
                    shape[2] * shape[3],
                    shape[3],
                ],
                shape,
            },
        }
    }

    /// Tokens from `token` on, as the rows of a matrix.
    fn rows(&self, batch: usize, head: usize, token: usize) -> Matrix<'_> {
        let [b, h, t] = self.strides;
        Matrix {
            values: &self.values[batch * b + head * h + token * t..],
            row: t,
            column: 1,
        }
    }

    fn columns(&self, batch: usize, head: usize, token: usize) -> Matrix<'_> {
        let Matrix {
            values,
            row,
            column,
        } = self.rows(batch, head, token);
        Matrix {
            values,
            row: column,
            column: row,
        }
    }
}

/// `[b, n, heads, d']`: the heads of a token side by side, ready to be merged.
pub fn attention(q: &Operand<'_>, k: &Operand<'_>, v: &Operand<'_>) -> Vec<f32> {
    let ([b, heads, n, d], m, width) = (q.shape, k.shape[2], v.shape[3]);
    let scale = (d as f32).powf(-0.5);
    let token = heads * width;
    // Enough tiles for all cores, also where there are few queries.
    let tiles = (2 * rayon::current_num_threads()).div_ceil(b);
    let queries = n.div_ceil(tiles).clamp(QUERIES / 4, QUERIES).min(n);
    let keys = KEYS.min(m);
    let mut out = vec![0.0; b * n * token];
    let maps = out.par_chunks_mut(n * token).enumerate();
    maps.for_each(|(batch, map)| {
        let blocks = map.par_chunks_mut(queries * token).enumerate();
        blocks.for_each(|(block, out)| {
            let rows = out.len() / token;
            SCORES.with_borrow_mut(|scores| {
                scores.resize(queries.max(rows) * keys, 0.0);
                let mut running = Running::new(rows);
                for head in 0..heads {
                    running.reset();
                    let out = &mut out[head * width..];
                    for key in (0..m).step_by(keys) {
                        let columns = keys.min(m - key);
                        let left = q.rows(batch, head, block * queries);
                        let size = [rows, d, columns];
                        multiply(
                            scores,
                            keys,
                            false,
                            left,
                            k.columns(batch, head, key),
                            size,
                            scale,
                        );
                        running.soften(scores, keys, columns);
                        if key > 0 {
                            running.rescale(out, token, width);
                        }
                        let left = Matrix {
                            values: scores,
                            row: keys,
                            column: 1,
                        };
                        let size = [rows, columns, width];
                        multiply(
                            out,
                            token,
                            key > 0,
                            left,
                            v.rows(batch, head, key),
                            size,
                            1.0,
                        );
                    }
                    running.finish(out, token, width);
                }
            });
        });
    });
    out
}

/// What is known of every query of a tile so far.
struct Running {
    /// The highest score.
    highest: Vec<f32>,
    /// The sum of all exponentials, relative to the highest score.
    sum: Vec<f32>,
    /// By how much earlier results shrink because a higher score came.
    shrink: Vec<f32>,
}

impl Running {
    fn new(rows: usize) -> Self {
        Self {
            highest: vec![0.0; rows],
            sum: vec![0.0; rows],
            shrink: vec![0.0; rows],
        }
    }

    fn reset(&mut self) {
        self.highest.fill(f32::NEG_INFINITY);
        self.sum.fill(0.0);
    }

    /// Scores become exponentials.
    fn soften(&mut self, scores: &mut [f32], row: usize, columns: usize) {
        let rows = scores.chunks_mut(row).map(|row| &mut row[..columns]);
        Arch::new().dispatch(Soften {
            rows,
            running: self,
        });
    }

    fn rescale(&self, out: &mut [f32], row: usize, width: usize) {
        for (out, shrink) in out.chunks_mut(row).zip(&self.shrink) {
            if *shrink != 1.0 {
                out[..width].iter_mut().for_each(|x| *x *= shrink);
            }
        }
    }

    fn finish(&self, out: &mut [f32], row: usize, width: usize) {
        for (out, sum) in out.chunks_mut(row).zip(&self.sum) {
            let share = 1.0 / sum;
            out[..width].iter_mut().for_each(|x| *x *= share);
        }
    }
}

struct Soften<'a, R> {
    rows: R,
    running: &'a mut Running,
}

impl<'r, R: Iterator<Item = &'r mut [f32]>> NullaryFnOnce for Soften<'_, R> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Running {
            highest,
            sum,
            shrink,
        } = self.running;
        let known = highest.iter_mut().zip(sum).zip(shrink);
        for (row, ((highest, sum), shrink)) in self.rows.zip(known) {
            let mut lanes = [f32::NEG_INFINITY; LANES];
            let (chunks, rest) = row.as_chunks_mut::<LANES>();
            for chunk in &*chunks {
                for (lane, x) in lanes.iter_mut().zip(chunk) {
                    *lane = lane.max(*x);
                }
            }
            let before = *highest;
            let top = lanes.iter().chain(&*rest).fold(before, |a, b| a.max(*b));
            let mut sums = [0.0; LANES];
            for chunk in chunks {
                for (lane, x) in sums.iter_mut().zip(chunk) {
                    *x = exp(*x - top);
                    *lane += *x;
                }
            }
            for x in &mut *rest {
                *x = exp(*x - top);
            }
            *shrink = exp(before - top);
            *sum = *sum * *shrink + sums.iter().sum::<f32>() + rest.iter().sum::<f32>();
            *highest = top;
        }
    }
}
