//! Leaving a page with something that the server does not have.

use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;

/// Has the browser ask before it closes or reloads the page, or goes to another site, while something is unsaved. Ways within
/// the pages are not asked about: the calling component goes with its page.
pub fn ask_before_leaving(is_unsaved: impl Fn() -> bool + Send + Sync + 'static) {
    let is_unsaved: Arc<dyn Fn() -> bool + Send + Sync> = Arc::new(is_unsaved);
    // In an effect: the server has no window.
    Effect::new(move |_| {
        let is_unsaved = Arc::clone(&is_unsaved);
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if is_unsaved() {
                event.prevent_default();
            }
        });
        on_cleanup(move || leaving.remove());
    });
}
