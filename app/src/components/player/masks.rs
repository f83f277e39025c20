//! The propagated masks of one video, fetched in batches around the frame that is shown.

use crate::live::use_live;
use domain::{FrameNumber, JobKind, LiveEvent, ObjectId, Rle, SessionId, VideoSide};
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// The masks of one frame.
pub(super) type Layers = Vec<(ObjectId, Arc<Rle>)>;

/// Masks of some frames, and the run of the offline job that they were fetched under.
#[derive(Clone)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "only the browser fetches masks")
)]
pub(super) struct Batch {
    pub(super) generation: u32,
    pub(super) frames: Arc<HashMap<u32, Layers>>,
}

/// The propagated masks of one video; a cheap handle.
#[derive(Clone, Copy)]
pub struct Masks {
    pub(super) batches: RwSignal<HashMap<u32, Batch>>,
    /// Grows when what the server holds has changed.
    pub(super) generation: RwSignal<u32>,
}

impl Masks {
    /// The masks of a frame as far as they are here; follows the arrival of more.
    #[must_use]
    pub fn at(self, frame: FrameNumber) -> Vec<(ObjectId, Arc<Rle>)> {
        self.batches.with(|batches| {
            batches
                .get(&canvas::mask_batch(frame.0))
                .and_then(|batch| batch.frames.get(&frame.0).cloned())
                .unwrap_or_default()
        })
    }
}

/// Which of the masks that the server holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MaskKind {
    /// What the last offline job left.
    Now,
    /// What it changed, as that was before.
    Former,
}

/// Keeps the masks around `frame` at hand for as long as the calling component lives; fetches them again when the offline
/// job of the session has made new ones.
#[must_use]
pub fn use_masks(
    session: SessionId,
    side: VideoSide,
    frames: u32,
    frame: Signal<FrameNumber>,
) -> Masks {
    let always = Signal::stored(true);
    follow(session, side, frames, (frame, always), MaskKind::Now)
}

/// The same for the masks that the last offline job changed, as they were before; fetched only while they are `wanted`.
#[must_use]
pub fn use_former_masks(
    session: SessionId,
    side: VideoSide,
    frames: u32,
    frame: Signal<FrameNumber>,
    wanted: Signal<bool>,
) -> Masks {
    follow(session, side, frames, (frame, wanted), MaskKind::Former)
}

fn follow(
    session: SessionId,
    side: VideoSide,
    frames: u32,
    frame: (Signal<FrameNumber>, Signal<bool>),
    kind: MaskKind,
) -> Masks {
    let masks = Masks {
        batches: RwSignal::new(HashMap::new()),
        generation: RwSignal::new(0),
    };
    follow_job(session.clone(), masks);
    #[cfg(feature = "hydrate")]
    super::fetch::follow_frame(session, side, frames, frame, kind, masks);
    #[cfg(not(feature = "hydrate"))]
    let _ = (session, side, frames, frame, kind);
    masks
}

fn follow_job(session: SessionId, masks: Masks) {
    // Progress is reported twice a second; a look at every sixtieth frame is enough to see it grow.
    let stage = StoredValue::new(None);
    use_live().on_event(move |event| match event {
        LiveEvent::Job(job) if job.session == session && job.kind == JobKind::Propagate => {
            let now = Some((job.id, job.state, job.progress.done / 60));
            if stage.get_value() != now {
                stage.set_value(now);
                masks.generation.update(|n| *n += 1);
            }
        }
        LiveEvent::Masks { session: of } if *of == session => {
            masks.generation.update(|n| *n += 1);
        }
        _ => {}
    });
}
