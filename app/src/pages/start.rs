//! New Annotation: two videos of a place, or the example.

mod example;

use crate::api;
use crate::components::model_badge::EmbeddedNote;
use crate::components::upload::{FilePair, Phase, Reading, SceneType, Upload, UploadForm};
use example::ExampleButton;
use leptos::prelude::*;
use leptos_meta::Title;

/// The page that starts a session.
#[component]
pub fn StartPage() -> impl IntoView {
    let upload = Upload::begin();
    let reading = upload.reading();
    let model = api::load(|| (), |()| api::jobs::model());
    view! {
        <Title text="New Annotation" />
        <div class="page narrow-page">
            <h1>"New Annotation"</h1>
            <p class="lead">
                "Two videos of the same place, before and after a change. Name what changed, click it, and let the model \
                 carry the masks through both videos."
            </p>
            <div hidden=move || reading.get().is_some()>
                <UploadForm upload action="/upload" title="New Annotation">
                    <SceneType placeholder="kitchen" />
                    <FilePair upload />
                </UploadForm>
            </div>
            {move || reading.get().map(|session| view! { <Reading upload session opens="" /> })}
            <div hidden=move || upload.phase.get() != Phase::Choosing>
                <ExampleButton upload />
            </div>
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move {
                    model.await.is_ok_and(|model| model.embedded).then(|| view! { <EmbeddedNote /> })
                })}
            </Suspense>
        </div>
    }
}
