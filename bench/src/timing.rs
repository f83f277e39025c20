//! Taking times.

use serde::Deserialize;
use std::time::Instant;

/// Fewest runs that count.
const LEAST: usize = 3;
/// Most runs that count.
const MOST: usize = 30;
/// No further run begins after so many seconds.
const SECONDS: f64 = 3.0;

/// Milliseconds of several runs.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Timing {
    /// The fastest run.
    pub best: f64,
    /// The run in the middle.
    pub median: f64,
}

impl Timing {
    /// Of the times of all runs, in milliseconds.
    pub fn of(mut runs: Vec<f64>) -> Self {
        runs.sort_by(f64::total_cmp);
        let nan = f64::NAN;
        Self {
            best: runs.first().copied().unwrap_or(nan),
            median: runs.get(runs.len() / 2).copied().unwrap_or(nan),
        }
    }
}

/// Times `work` after one run that does not count. It must have ended on its device when it returns.
///
/// # Errors
/// The first error of `work`.
pub fn measure<T>(mut work: impl FnMut() -> anyhow::Result<T>) -> anyhow::Result<Timing> {
    work()?;
    let mut runs = Vec::new();
    let begun = Instant::now();
    while runs.len() < LEAST || (runs.len() < MOST && begun.elapsed().as_secs_f64() < SECONDS) {
        let start = Instant::now();
        let result = work()?;
        runs.push(start.elapsed().as_secs_f64() * 1e3);
        // What was computed is freed outside the time.
        drop(result);
    }
    Ok(Timing::of(runs))
}
