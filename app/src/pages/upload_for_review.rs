//! Upload for Review: two videos and the masks that were made for them elsewhere.

use crate::components::upload::{FileField, FilePair, Reading, SceneType, Upload, UploadForm};
use leptos::prelude::*;
use leptos_meta::Title;

/// The page that makes a session of masks.
#[component]
pub fn UploadForReviewPage() -> impl IntoView {
    let upload = Upload::begin();
    let reading = upload.reading();
    view! {
        <Title text="Upload for Review" />
        <div class="page narrow-page">
            <h1>"Upload for Review"</h1>
            <p class="lead">
                "Masks that were made elsewhere: their segments.pkl and both videos. The session needs a review at once. \
                 Masks that nobody clicked stay as they are, also when an offline job runs."
            </p>
            <div hidden=move || reading.get().is_some()>
                <UploadForm upload action="/upload-for-review" title="Upload for Review">
                    // First, so that it is checked before the videos take their time.
                    <FileField
                        upload
                        name="segments"
                        title="Masks"
                        hint="segments.pkl"
                        kinds="pkl, documented or benchmark layout"
                        accept=".pkl,.pickle"
                    />
                    <SceneType placeholder="as in segments.pkl" optional=true />
                    <label class="check painted-check">
                        <input type="checkbox" name="painted" value="yes" />
                        <span>
                            "The videos already show the masks"
                            <span class="muted">
                                "Overlay videos: the review page then hides the masks at first, so that nothing is painted twice."
                            </span>
                        </span>
                    </label>
                    <FilePair upload />
                </UploadForm>
            </div>
            {move || reading.get().map(|session| view! { <Reading upload session opens="/review" /> })}
        </div>
    }
}
