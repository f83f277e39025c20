//! What to look at before the masks are handed on.

use super::Shown;
use crate::components::check_list::CheckList;
use crate::components::spot::Spot;
use canvas::{Answers, Check, CheckInput, checks};
use leptos::prelude::*;

/// The checks of the workspace over what the offline job made; each line leads into the workspace.
#[component]
pub(super) fn ExportChecks(shown: Shown) -> impl IntoView {
    let watch = shown.watch;
    let found = Memo::new(move |_| {
        let ([one, two], [tracks1, tracks2]) = (watch.looked, watch.tracks);
        let (looked1, looked2) = (one.read(), two.read());
        let (tracks1, tracks2) = (tracks1.read(), tracks2.read());
        let frames = shown
            .session
            .with(|session| session.videos.each_ref().map(|video| video.frames));
        shown.objects.with(|objects| {
            watch.prompts.with(|prompts| {
                checks(&CheckInput {
                    objects,
                    prompts,
                    // The model is asked in the workspace only; here its masks are those of the offline job.
                    answers: &Answers::default(),
                    tracks: [&tracks1, &tracks2],
                    looked: [&looked1, &looked2],
                    frames,
                    uploaded: shown.uploaded,
                })
            })
        })
    });
    let session = shown.session.with_untracked(|session| session.id.clone());
    let line = move |check: Check| {
        let spot = Spot {
            object: check.object,
            side: Some(check.side),
            frame: check.frame,
            thread: None,
        };
        let href = format!("/sessions/{session}{}", spot.query());
        view! { <a href=href>{check.words}</a> }.into_any()
    };
    view! { <CheckList found line /> }
}
