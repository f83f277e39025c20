//! Counts tries of passwords, so that they cannot be guessed: by name and address together.
//!
//! Neither alone: whoever knows a name could lock its owner out, and behind a proxy everybody has one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a wrong password counts.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// Wrong passwords for one name from one address.
const TRIES_MAX: usize = 8;

/// Entries at which those that no longer count are thrown away.
const TIDY_AT: usize = 1000;

/// The tries of the last minutes that were not right; forgotten when the server stops.
#[derive(Default)]
pub(super) struct Attempts(Mutex<HashMap<Key, Vec<Instant>>>);

/// A name (in lower case) with an address.
type Key = (String, IpAddr);

impl Attempts {
    /// Counts a try, before anybody knows whether the password is right: many at once are not checked all. Says whether it
    /// may be checked; one that may not does not count.
    pub(super) fn begin(&self, name: &str, from: IpAddr) -> bool {
        self.begin_at(name, from, Instant::now())
    }

    /// Forgets the tries of somebody who knew the right one in the end.
    pub(super) fn succeeded(&self, name: &str, from: IpAddr) {
        self.lock().remove(&key(name, from));
    }

    fn begin_at(&self, name: &str, from: IpAddr, now: Instant) -> bool {
        let mut attempts = self.lock();
        if attempts.len() >= TIDY_AT {
            attempts.retain(|_, times| times.iter().any(|time| now - *time < WINDOW));
        }
        let times = attempts.entry(key(name, from)).or_default();
        times.retain(|time| now - *time < WINDOW);
        let may = times.len() < TRIES_MAX;
        if may {
            times.push(now);
        }
        may
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Vec<Instant>>> {
        // Every change is whole: what a panic left behind is still true.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(name: &str, from: IpAddr) -> Key {
    (name.to_lowercase(), from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_tries_close_the_door_for_a_while() {
        let attempts = Attempts::default();
        let [here, there]: [IpAddr; 2] = ["10.0.0.1", "10.0.0.2"].map(|ip| ip.parse().unwrap());
        let start = Instant::now();
        for _ in 0..TRIES_MAX {
            assert!(attempts.begin_at("Ann", here, start));
        }
        assert!(!attempts.begin_at("ann", here, start));
        assert!(attempts.begin_at("Ann", there, start), "others can get in");
        assert!(attempts.begin_at("Ann", here, start + WINDOW));
        // Behind a proxy all have one address.
        for n in 0..100 {
            attempts.begin_at(&format!("guess {n}"), here, start);
        }
        assert!(attempts.begin_at("Bea", here, start));
    }

    #[test]
    fn the_right_password_clears_the_count() {
        let attempts = Attempts::default();
        let here = "10.0.0.1".parse().unwrap();
        for _ in 0..TRIES_MAX {
            attempts.begin("Ann", here);
        }
        attempts.succeeded("Ann", here);
        assert!(attempts.begin("Ann", here));
    }
}
