//! The videos are being read; the editor opens by itself.

use crate::components::progress::ProgressBar;
use domain::{IngestState, SessionVideo, Workspace};
use leptos::prelude::*;

/// How far both videos are.
#[component]
pub(super) fn IngestView(data: RwSignal<Workspace>) -> impl IntoView {
    let bars = [0, 1].map(|i| {
        let video = Memo::new(move |_| data.with(|data| data.session.videos[i].clone()));
        view! { <VideoProgress video=video.into() /> }
    });
    view! {
        <section class="state workspace-ingest" aria-labelledby="ingest-title">
            <h1 id="ingest-title">"Reading the videos"</h1>
            <p>"Every frame is decoded once. The workspace opens by itself when both are done; you may leave this page."</p>
            {bars}
        </section>
    }
}

#[component]
fn VideoProgress(video: Signal<SessionVideo>) -> impl IntoView {
    let fraction = Signal::derive(move || match video.get().ingest {
        IngestState::Decoding {
            done,
            total: Some(total),
        } if total > 0 => Some((done as f32 / total as f32).min(1.0)),
        IngestState::Decoding { .. } | IngestState::Failed { .. } => None,
        IngestState::Ready => Some(1.0),
    });
    let words = move || match video.get().ingest {
        IngestState::Decoding { done: 0, .. } => "waits for its turn".to_owned(),
        IngestState::Decoding {
            done,
            total: Some(total),
        } => format!("{done} of about {total} frames"),
        IngestState::Decoding { done, total: None } => format!("{done} frames"),
        IngestState::Ready => format!("{} frames, ready", video.get().frames),
        IngestState::Failed { reason } => reason,
    };
    let label = video.with_untracked(|video| format!("Video {}", video.side.number()));
    view! {
        <div class="ingest-video">
            <h2>{label.clone()} " " <span class="muted">{move || video.get().file_name}</span></h2>
            <ProgressBar fraction label />
            <p class="muted number" role="status">
                {words}
            </p>
        </div>
    }
}
