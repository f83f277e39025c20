//! Fetching masks from the server.

use super::masks::{Batch, Layers, MaskKind, Masks};
use crate::api;
use canvas::{MASK_BATCH, mask_batches};
use domain::{FrameMasks, FrameNumber, SessionId, VideoSide};
use gloo_net::http::Request;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Batches kept per video.
const KEPT: usize = 20;

/// Fetches the batches around a frame, as long as they are wanted, whenever it or the masks on the server change.
pub(super) fn follow_frame(
    session: SessionId,
    side: VideoSide,
    frames: u32,
    (frame, is_wanted): (Signal<FrameNumber>, Signal<bool>),
    kind: MaskKind,
    masks: Masks,
) {
    let former = match kind {
        MaskKind::Now => "",
        MaskKind::Former => "&former=true",
    };
    let under_way = StoredValue::new(HashSet::<(u32, u32)>::new());
    let wanted = Memo::new(move |_| {
        let wanted = is_wanted.get().then(|| mask_batches(frame.get().0, frames));
        wanted.unwrap_or_default()
    });
    Effect::new(move |_| {
        let generation = masks.generation.get();
        for range in wanted.get() {
            let batch = range.start / MASK_BATCH;
            let known = masks.batches.with_untracked(|batches| {
                batches
                    .get(&batch)
                    .is_some_and(|batch| batch.generation == generation)
            });
            if known || under_way.with_value(|set| set.contains(&(batch, generation))) {
                continue;
            }
            under_way.update_value(|set| {
                set.insert((batch, generation));
            });
            let url = format!(
                "/sessions/{session}/videos/{}/masks?from={}&to={}{former}",
                side.number(),
                range.start,
                range.end
            );
            spawn_local(async move {
                let answer = load(&url).await;
                under_way.try_update_value(|set| set.remove(&(batch, generation)));
                match answer {
                    Ok(frames) => keep(masks, batch, Batch { generation, frames }),
                    Err(error) => leptos::logging::warn!("no masks from {url}: {error}"),
                }
            });
        }
    });
}

fn keep(masks: Masks, index: u32, new: Batch) {
    masks.batches.try_update(|batches| {
        // A slow answer must not replace a newer one.
        if batches
            .get(&index)
            .is_none_or(|old| old.generation <= new.generation)
        {
            batches.insert(index, new);
        }
        while batches.len() > KEPT {
            let farthest = batches.keys().copied().max_by_key(|i| i.abs_diff(index));
            batches.remove(&farthest.unwrap_or(index));
        }
    });
}

async fn load(url: &str) -> Result<Arc<HashMap<u32, Layers>>, String> {
    let response = Request::get(url).send().await.map_err(|e| e.to_string())?;
    let text = response.text().await.map_err(|e| e.to_string())?;
    if !response.ok() {
        return Err(format!("status {}: {text}", response.status()));
    }
    let frames: Vec<FrameMasks> = api::read(&text).map_err(|e| e.to_string())?;
    Ok(Arc::new(
        frames
            .into_iter()
            .map(|frame| {
                let layers = frame.masks.into_iter();
                (
                    frame.frame.0,
                    layers.map(|m| (m.object, Arc::new(m.mask))).collect(),
                )
            })
            .collect(),
    ))
}
