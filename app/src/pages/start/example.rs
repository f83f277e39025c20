//! The button that opens the generated pair of clips.

use crate::api;
use crate::components::upload::{Phase, Upload};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Makes a session from the example and reads its videos.
#[component]
pub(super) fn ExampleButton(upload: Upload) -> impl IntoView {
    let open = move |_| {
        upload.error.set(None);
        upload.phase.set(Phase::Drawing);
        spawn_local(async move {
            match api::sessions::create_example().await {
                Ok(session) => upload.read(session.id),
                Err(e) => upload.fail(e.to_string()),
            }
        });
    };
    view! {
        <section class="aside" aria-labelledby="example-title">
            <div>
                <h2 id="example-title">"No videos at hand?"</h2>
                <p class="muted">"A drawn room in which things were added, removed and moved."</p>
            </div>
            <button type="button" class="button" on:click=open>
                "Open the example"
            </button>
        </section>
    }
}
