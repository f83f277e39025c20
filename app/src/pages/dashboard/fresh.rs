//! Keeps the figures up to date: with the address, and with what the server says.

use super::Page;
use crate::api;
use crate::live::use_live;
use domain::{JobRecord, LiveEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// The wait after an event before everything is counted again: events come in bursts, and nobody reads that fast.
const REST: Duration = Duration::from_secs(3);

/// Follows the address, the events and lost connections, until the page goes away.
pub(super) fn keep_fresh(page: Page) {
    let live = use_live();
    let waiting = StoredValue::new(false);
    live.on_event(move |event| {
        let counts = match event {
            LiveEvent::Job(job) => page.follow(job),
            LiveEvent::SamePlace { .. } => false,
            _ => true,
        };
        if counts && !waiting.get_value() {
            waiting.set_value(true);
            set_timeout(
                move || {
                    if waiting.try_set_value(false).is_none() {
                        page.reload();
                    }
                },
                REST,
            );
        }
    });
    Effect::new(move |before: Option<()>| {
        page.query.track();
        live.reconnects().track();
        if before.is_some() {
            page.reload();
        }
    });
}

impl Page {
    /// Shows how far a job has come; says whether more than that has changed.
    fn follow(self, job: &JobRecord) -> bool {
        let known = self.data.with_untracked(|data| {
            let mut jobs = data.queue.jobs.iter();
            jobs.position(|known| {
                known.id == job.id && known.state == job.state && known.place == job.place
            })
        });
        if let Some(at) = known {
            self.data.update(|data| data.queue.jobs[at].clone_from(job));
        }
        known.is_none()
    }

    /// Counts again; keeps the old figures when that fails, and says why.
    pub(super) fn reload(self) {
        let Some(query) = self.query.try_get_untracked() else {
            return;
        };
        self.asked.update_value(|number| *number += 1);
        let number = self.asked.get_value();
        spawn_local(async move {
            let answer = api::dashboard::dashboard(query).await;
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(dashboard) => {
                    self.data.set(dashboard);
                    self.error.set(None);
                }
                // The bar says that the server is gone; the next reconnection tries again.
                Err(api::ApiError::Unreachable(_)) => {}
                Err(error) => self.error.set(Some(error.to_string())),
            }
        });
    }

    /// Shows what went wrong, if anything, and counts again.
    pub(super) fn done(self, outcome: Result<(), api::ApiError>) {
        match outcome {
            Ok(()) => self.reload(),
            Err(error) => self.error.set(Some(error.to_string())),
        }
    }
}
