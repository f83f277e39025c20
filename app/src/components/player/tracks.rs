//! What the offline job made of the objects, in figures; loaded again while it goes on.

use crate::api;
use crate::live::use_live;
use domain::{JobKind, LiveEvent, SessionId, Track, VideoSide};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Frames of progress after which the figures are loaded again.
const EVERY: u32 = 120;

/// Keeps the figures of both videos fresh for as long as the calling component lives.
pub fn follow_tracks(session: SessionId, tracks: [RwSignal<Vec<Track>>; 2]) {
    let first = session.clone();
    Effect::new(move |_| load(&first, tracks));
    let last = StoredValue::new(None);
    use_live().on_event(move |event| match event {
        LiveEvent::Job(job) if job.session == session && job.kind == JobKind::Propagate => {
            let now = Some((job.id, job.state, job.progress.done / EVERY));
            if last.get_value() != now {
                last.set_value(now);
                load(&session, tracks);
            }
        }
        LiveEvent::Masks { session: of } if *of == session => load(&session, tracks),
        _ => {}
    });
}

fn load(session: &SessionId, tracks: [RwSignal<Vec<Track>>; 2]) {
    for (side, tracks) in VideoSide::BOTH.into_iter().zip(tracks) {
        let session = session.clone();
        spawn_local(async move {
            match api::sessions::tracks(session, side).await {
                Ok(fresh) => {
                    tracks.try_set(fresh);
                }
                // The bar says that the server is gone; the next report of the job tries again.
                Err(error) => leptos::logging::warn!("no figures of {side}: {error}"),
            }
        });
    }
}
