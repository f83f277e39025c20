//! The gate before the model: one at a time, and people before films.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Who wants the model; the earlier ones go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// A person waits for a mask.
    Interactive,
    /// A frame is encoded ahead of the click.
    Prepare,
    /// A mask is carried through a video.
    Propagate,
}

const LANES: usize = 3;

/// Lets one thread at a time through, by lane.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    busy: bool,
    /// Threads that wait, per lane.
    waiting: [usize; LANES],
}

/// The right to use the model, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn<'a>(&'a Gate);

impl Gate {
    /// Blocks the thread until it is its turn.
    pub(crate) fn enter(&self, lane: Lane) -> Turn<'_> {
        self.wait(lane, || true);
        Turn(self)
    }

    /// Blocks the thread until it is its turn or `wanted` no longer holds; then there is no turn.
    pub(crate) fn enter_while(&self, lane: Lane, wanted: impl Fn() -> bool) -> Option<Turn<'_>> {
        self.wait(lane, wanted).then(|| Turn(self))
    }

    /// Makes waiting threads look again whether they are still wanted.
    pub(crate) fn look_again(&self) {
        drop(self.lock());
        self.changed.notify_all();
    }

    /// Threads that wait in `lane`.
    #[cfg(test)]
    pub(crate) fn waiting(&self, lane: Lane) -> usize {
        self.lock().waiting[lane as usize]
    }

    fn wait(&self, lane: Lane, wanted: impl Fn() -> bool) -> bool {
        let mut state = self.lock();
        state.waiting[lane as usize] += 1;
        let wanted = loop {
            if !wanted() {
                break false;
            }
            let before_us = &state.waiting[..lane as usize];
            if !state.busy && before_us.iter().all(|&n| n == 0) {
                break true;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        };
        state.waiting[lane as usize] -= 1;
        state.busy |= wanted;
        drop(state);
        if !wanted {
            // Whoever waited behind us may go.
            self.changed.notify_all();
        }
        wanted
    }

    /// No code that can panic runs under this lock, so a poisoned one is sound.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lock().busy = false;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// Spins until `n` threads wait in `lane`.
    fn until_waiting(gate: &Gate, lane: Lane, n: usize) {
        while gate.waiting(lane) != n {
            std::thread::yield_now();
        }
    }

    #[test]
    fn people_go_before_films() {
        let gate = Gate::default();
        let order = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            let busy = gate.enter(Lane::Propagate);
            for lane in [Lane::Propagate, Lane::Prepare, Lane::Interactive] {
                let (gate, order) = (&gate, &order);
                scope.spawn(move || {
                    let _turn = gate.enter(lane);
                    order.lock().unwrap().push(lane);
                });
                until_waiting(gate, lane, 1);
            }
            drop(busy);
        });
        assert_eq!(
            order.into_inner().unwrap(),
            [Lane::Interactive, Lane::Prepare, Lane::Propagate]
        );
    }

    #[test]
    fn a_turn_that_is_no_longer_wanted_is_given_up() {
        let gate = Gate::default();
        let wanted = AtomicBool::new(true);
        std::thread::scope(|scope| {
            let busy = gate.enter(Lane::Propagate);
            let waiter = scope.spawn(|| {
                gate.enter_while(Lane::Prepare, || wanted.load(Ordering::SeqCst))
                    .is_some()
            });
            until_waiting(&gate, Lane::Prepare, 1);
            wanted.store(false, Ordering::SeqCst);
            gate.look_again();
            assert!(!waiter.join().unwrap());
            drop(busy);
        });
        drop(gate.enter(Lane::Propagate));
    }
}
