//! What the offline job made of the objects, in figures; loaded again while it goes on.

use super::editor::Editor;
use crate::api;
use crate::live::use_live;
use domain::{JobKind, LiveEvent, VideoSide};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Frames of progress after which the figures are loaded again.
const EVERY: u32 = 120;

/// Follows the session's job for as long as the calling component lives.
pub(super) fn follow(editor: Editor) {
    Effect::new(move |_| load(editor));
    let session = editor.session();
    let last = StoredValue::new(None);
    use_live().on_event(move |event| match event {
        LiveEvent::Job(job) if job.session == session && job.kind == JobKind::Propagate => {
            let now = Some((job.id, job.state, job.progress.done / EVERY));
            if last.get_value() != now {
                last.set_value(now);
                load(editor);
            }
        }
        LiveEvent::Masks { session: of } if *of == session => load(editor),
        _ => {}
    });
}

fn load(editor: Editor) {
    for side in VideoSide::BOTH {
        let session = editor.session();
        spawn_local(async move {
            match api::sessions::tracks(session, side).await {
                Ok(tracks) => {
                    editor.video(side).tracks.try_set(tracks);
                }
                // The bar says that the server is gone; the next report of the job tries again.
                Err(error) => leptos::logging::warn!("no figures of {side}: {error}"),
            }
        });
    }
}
