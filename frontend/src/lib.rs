//! The browser entry: wakes the pages that the server rendered.

// The types of the pages nest deeply.
#![recursion_limit = "256"]

use leptos::mount::hydrate_from_async;
use leptos::prelude::document;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the page's script; done when the page reacts.
#[wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    let Some(body) = document().body() else {
        return;
    };
    hydrate_from_async(body, app::App).await.forget();
    app::mark_hydrated();
}
