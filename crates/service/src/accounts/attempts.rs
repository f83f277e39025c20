//! Counts wrong passwords, so that they cannot be guessed: by name and address, and by address alone.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a wrong password counts.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// Wrong passwords for one name from one address. Counted together, so that nobody can lock others out.
const NAME_MAX: usize = 8;

/// Wrong passwords from one address, for any name.
const ADDRESS_MAX: usize = 40;

/// Entries at which those that no longer count are thrown away.
const TIDY_AT: usize = 1000;

/// The wrong passwords of the last minutes; forgotten when the server stops.
#[derive(Default)]
pub(super) struct Attempts(Mutex<HashMap<Key, Vec<Instant>>>);

/// A name (in lower case) with an address, or an address alone.
type Key = (Option<String>, IpAddr);

impl Attempts {
    /// Whether a password may be tried.
    pub(super) fn allowed(&self, name: &str, from: IpAddr) -> bool {
        self.allowed_at(name, from, Instant::now())
    }

    /// Counts a wrong password.
    pub(super) fn failed(&self, name: &str, from: IpAddr) {
        self.failed_at(name, from, Instant::now());
    }

    /// Forgets the wrong passwords of somebody who knew the right one in the end.
    pub(super) fn succeeded(&self, name: &str, from: IpAddr) {
        self.lock().remove(&by_name(name, from));
    }

    fn allowed_at(&self, name: &str, from: IpAddr, now: Instant) -> bool {
        let attempts = self.lock();
        let counted = |key: &Key| {
            let times = attempts.get(key).map_or(&[][..], Vec::as_slice);
            times.iter().filter(|time| now - **time < WINDOW).count()
        };
        counted(&by_name(name, from)) < NAME_MAX && counted(&(None, from)) < ADDRESS_MAX
    }

    fn failed_at(&self, name: &str, from: IpAddr, now: Instant) {
        let mut attempts = self.lock();
        if attempts.len() >= TIDY_AT {
            attempts.retain(|_, times| times.iter().any(|time| now - *time < WINDOW));
        }
        for key in [by_name(name, from), (None, from)] {
            let times = attempts.entry(key).or_default();
            times.retain(|time| now - *time < WINDOW);
            times.push(now);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Vec<Instant>>> {
        // Every change is whole: what a panic left behind is still true.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn by_name(name: &str, from: IpAddr) -> Key {
    (Some(name.to_lowercase()), from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_wrong_passwords_close_the_door_for_a_while() {
        let attempts = Attempts::default();
        let [here, there]: [IpAddr; 2] = ["10.0.0.1", "10.0.0.2"].map(|ip| ip.parse().unwrap());
        let start = Instant::now();
        for _ in 0..NAME_MAX {
            assert!(attempts.allowed_at("Ann", here, start));
            attempts.failed_at("Ann", here, start);
        }
        assert!(!attempts.allowed_at("ann", here, start));
        assert!(
            attempts.allowed_at("Ann", there, start),
            "others can get in"
        );
        assert!(attempts.allowed_at("Bea", here, start));
        assert!(attempts.allowed_at("Ann", here, start + WINDOW));
        for n in 0..ADDRESS_MAX {
            attempts.failed_at(&format!("guess {n}"), there, start);
        }
        assert!(!attempts.allowed_at("Bea", there, start));
    }

    #[test]
    fn the_right_password_clears_the_count() {
        let attempts = Attempts::default();
        let here = "10.0.0.1".parse().unwrap();
        for _ in 0..NAME_MAX {
            attempts.failed("Ann", here);
        }
        attempts.succeeded("Ann", here);
        assert!(attempts.allowed("Ann", here));
    }
}
