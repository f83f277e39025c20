//! Live events: what every open page is told.

use domain::LiveEvent;
use tokio::sync::broadcast;

/// Events that a slow page may be behind before it loses some (and then reads everything anew).
const BACKLOG: usize = 1024;

/// Sends live events to whoever listens.
#[derive(Clone, Debug)]
pub(crate) struct Events(broadcast::Sender<LiveEvent>);

impl Events {
    /// Nobody listens yet.
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }

    /// Tells everybody.
    pub(crate) fn publish(&self, event: LiveEvent) {
        // An error says that nobody listens.
        let _ = self.0.send(event);
    }

    /// Listens from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<LiveEvent> {
        self.0.subscribe()
    }
}
