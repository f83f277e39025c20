//! What a browser keeps of how a person likes the pages.

use leptos::prelude::*;

/// Keeps a choice from page to page: what was kept under `key` is set once the page reacts, and every change is kept.
///
/// `word` puts a value in words, and `read` knows them again; what it does not know, as from another version, is forgotten.
pub fn remember<T: Send + Sync + 'static>(
    key: &'static str,
    choice: RwSignal<T>,
    word: fn(&T) -> String,
    read: fn(&str) -> Option<T>,
) {
    Effect::new(move |before: Option<()>| {
        let kept = recall(key).filter(|_| before.is_none());
        if let Some(kept) = kept.as_deref().and_then(read) {
            choice.set(kept);
        }
        keep(key, &choice.with(word));
    });
}

/// What was kept under a key.
#[must_use]
pub fn recall(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Keeps a word; a browser that forbids storage forgets it with the page.
pub fn keep(key: &str, word: &str) {
    let _ = storage().map(|storage| storage.set_item(key, word));
}

/// Keeps nothing any more.
pub fn forget(key: &str) {
    let _ = storage().map(|storage| storage.remove_item(key));
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
