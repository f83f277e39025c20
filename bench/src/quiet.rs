//! Whether the machine had nothing else to do while something was measured.
//!
//! A second program on the same cores slows both sides, but not alike: threads that wait for each other at barriers can become a
//! hundred times slower, threads that take work from a common queue twice. A ratio measured then means nothing.

use std::fs::read_to_string;

/// Largest share of the machine's CPU time that others may take.
const MOST: f64 = 0.05;

/// The clocks at the start of a measurement, in ticks.
pub struct Watch(Option<Clocks>);

#[derive(Clone, Copy)]
struct Clocks {
    /// Of all cores, also while they wait.
    all: f64,
    /// Of all cores while they work.
    busy: f64,
    /// Of this process and the children that have ended.
    own: f64,
}

impl Watch {
    /// Begins to watch.
    pub fn start() -> Self {
        Self(Clocks::read())
    }

    /// The share of the machine's CPU time that other processes took since then; none where the system does not tell.
    pub fn others(&self) -> Option<f64> {
        let (before, now) = (self.0?, Clocks::read()?);
        let share = (now.busy - before.busy - (now.own - before.own)) / (now.all - before.all);
        Some(share.max(0.0)).filter(|share| share.is_finite())
    }
}

/// Whether such a share is small enough for figures to be kept; an unknown one is not.
pub fn is_quiet(others: Option<f64>) -> bool {
    others.is_some_and(|share| share <= MOST)
}

/// The share in words.
pub fn describe(others: Option<f64>) -> String {
    match others {
        Some(share) => format!(
            "other processes took {:.0} % of the CPU meanwhile",
            share * 100.0
        ),
        None => "what other processes did meanwhile is unknown".into(),
    }
}

impl Clocks {
    fn read() -> Option<Self> {
        Self::parse(
            &read_to_string("/proc/stat").ok()?,
            &read_to_string("/proc/self/stat").ok()?,
        )
    }

    /// `machine` is `/proc/stat`, `process` is `/proc/self/stat`.
    fn parse(machine: &str, process: &str) -> Option<Self> {
        let numbers = |text: &str, from: usize, count: usize| -> Option<Vec<f64>> {
            let words = text.split_whitespace().skip(from).take(count);
            let numbers: Vec<f64> = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
            (numbers.len() == count).then_some(numbers)
        };
        // User, nice, system, idle, waiting for disks, interrupts (two kinds), stolen by the host.
        let cores = numbers(machine.lines().next()?, 1, 8)?;
        let all: f64 = cores.iter().sum();
        // The name, in brackets, may hold spaces; behind it come the state and ten other fields.
        let own = numbers(process.rsplit_once(')')?.1, 11, 4)?;
        Some(Self {
            all,
            busy: all - cores[3] - cores[4],
            own: own.iter().sum(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read() {
        let machine = "cpu  100 1 20 300 5 2 3 4 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n";
        let process = "77 (a (b) c) S 1 77 77 0 -1 4194304 9 9 9 9 40 10 5 2 20 0 3 0";
        let clocks = Clocks::parse(machine, process).unwrap();
        assert_eq!((clocks.all, clocks.busy, clocks.own), (435.0, 130.0, 57.0));
        assert!(Clocks::parse("", process).is_none());
    }

    #[test]
    fn a_busy_or_unknown_machine_is_not_quiet() {
        assert!(is_quiet(Some(0.01)));
        assert!(!is_quiet(Some(0.5)));
        assert!(!is_quiet(None));
    }
}
