//! Keeps the list up to date: with its address, and with what the server says.

use super::List;
use crate::api;
use crate::live::use_live;
use domain::LiveEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// The wait after an event before the page is asked for again: events come in bursts.
const REST: Duration = Duration::from_millis(700);

/// Follows the address, the events and lost connections, until the page goes away.
pub(super) fn keep_fresh(list: List) {
    let live = use_live();
    let waiting = StoredValue::new(false);
    live.on_event(move |event| {
        match event {
            LiveEvent::Session(session) => list.page.update(|page| {
                let shown = page.sessions.iter_mut().find(|s| s.id == session.id);
                if let Some(shown) = shown.filter(|shown| shown.deleted_at.is_none()) {
                    shown.clone_from(session);
                }
            }),
            LiveEvent::SessionRemoved { .. } => {}
            LiveEvent::Job(_)
            | LiveEvent::Masks { .. }
            | LiveEvent::SamePlace { .. }
            | LiveEvent::Comments { .. }
            | LiveEvent::Search { .. }
            | LiveEvent::Prompts { .. } => return,
        }
        // Order and figures may have changed, too.
        if !waiting.get_value() {
            waiting.set_value(true);
            set_timeout(
                move || {
                    if waiting.try_set_value(false).is_none() {
                        list.reload();
                    }
                },
                REST,
            );
        }
    });
    Effect::new(move |before: Option<()>| {
        list.query.track();
        live.reconnects().track();
        if before.is_some() {
            list.reload();
        }
    });
}

impl List {
    /// Asks for the page again; keeps the old one when that fails, and says why.
    pub(super) fn reload(self) {
        let Some(query) = self.query.try_get_untracked() else {
            return;
        };
        self.asked.update_value(|number| *number += 1);
        let number = self.asked.get_value();
        spawn_local(async move {
            let answer = api::sessions::list_sessions(query).await;
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.chosen.update(|chosen| {
                        chosen.retain(|id| page.sessions.iter().any(|s| s.id == *id));
                    });
                    self.page.set(page);
                    self.error.set(None);
                }
                // The bar says that the server is gone; the next reconnection tries again.
                Err(api::ApiError::Unreachable(_)) => {}
                Err(error) => self.error.set(Some(error.to_string())),
            }
        });
    }

    /// Shows what went wrong, if anything, and asks for the page again.
    pub(super) fn done(self, outcome: Result<(), api::ApiError>) {
        match outcome {
            Ok(()) => self.reload(),
            Err(error) => self.error.set(Some(error.to_string())),
        }
    }
}
