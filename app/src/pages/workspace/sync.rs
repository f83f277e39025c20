//! Keeping the page's copy of the session like the server's: other browsers and the offline job change it too.

use super::editor::{Editor, Notice};
use super::outbox::Outbox;
use crate::api;
use crate::live::use_live;
use crate::pause::pause;
use domain::{LiveEvent, SessionId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// A wait for clicks on their way, and for their masks.
const MOMENT: Duration = Duration::from_millis(50);

/// Loads the session again; a cheap handle.
#[derive(Clone, Copy)]
pub(super) struct Sync {
    editor: Editor,
    outbox: Outbox,
    loading: StoredValue<bool>,
    again: StoredValue<bool>,
}

impl Sync {
    /// Follows the server's events for as long as the calling component lives.
    pub fn new(editor: Editor, outbox: Outbox) -> Self {
        let sync = Self {
            editor,
            outbox,
            loading: StoredValue::new(false),
            again: StoredValue::new(false),
        };
        let live = use_live();
        let id = editor.session();
        live.on_event(move |event| match event {
            LiveEvent::Prompts { session, .. } | LiveEvent::Masks { session } if *session == id => {
                sync.reload();
            }
            LiveEvent::Session(session) if session.id == id => sync.reload(),
            LiveEvent::Job(job) if job.session == id => {
                editor.data.update(|data| data.job = Some(job.clone()));
            }
            _ => {}
        });
        Effect::new(move |before: Option<()>| {
            live.reconnects().track();
            if before.is_some() {
                editor.answers.update(|answers| answers.retry());
                editor.ask_again.update(|n| *n += 1);
                sync.reload();
            }
        });
        sync
    }

    /// Loads the session again. While clicks are on their way, what the server says may be older than what the page
    /// knows; it is asked again once they have arrived.
    pub fn reload(self) {
        if self.loading.get_value() {
            self.again.set_value(true);
            return;
        }
        self.loading.set_value(true);
        let session = self.editor.session();
        spawn_local(async move {
            // Ends early when the page is left.
            while self.load_once(&session).await == Some(true) {}
            self.loading.try_set_value(false);
        });
    }

    /// Loads once; says whether to load again, or nothing when the page was left.
    async fn load_once(self, session: &SessionId) -> Option<bool> {
        // Nothing keeps a mask that somebody waits for.
        while untrack(|| self.editor.waits()) {
            pause(MOMENT).await;
        }
        self.again.try_set_value(false);
        let before = self.outbox.confirmed.try_get_value()?;
        match api::sessions::workspace(session.clone()).await {
            Ok(fresh) => {
                let unchanged = self.outbox.confirmed.try_get_value()? == before;
                if unchanged && self.editor.pending.try_with_untracked(Vec::is_empty)? {
                    self.editor.data.set(fresh);
                } else {
                    self.again.set_value(true);
                }
            }
            Err(error) => self.editor.say(Notice::Problem(error.to_string())),
        }
        self.again.try_get_value()
    }
}
