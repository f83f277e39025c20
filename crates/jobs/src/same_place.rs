//! Finds out in the background which frames of both videos show the same place.
//!
//! Nothing is kept on disk but the encoder's features, from which it is made again within moments.

mod align;

use crate::blocking::blocking;
use crate::frames::read_frame;
use crate::shared::Shared;
use crate::{Jobs, JobsError};
use align::{Alignment, Hit, align};
use domain::{Counterparts, FrameTable, LiveEvent, SamePlace, SessionId, VideoSide};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Frames of a video that are compared, at most: spread evenly over it.
const SAMPLES: usize = 160;

/// Answers kept in memory; the oldest goes.
const KEPT: usize = 16;

/// What is known and what is being found out.
#[derive(Default)]
pub(crate) struct Known(Mutex<HashMap<SessionId, Entry>>);

enum Entry {
    /// Somebody is at it.
    UnderWay,
    Ready(Arc<SamePlace>),
}

impl Known {
    fn entries(&self) -> MutexGuard<'_, HashMap<SessionId, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Jobs {
    /// Which frames of both videos show the same place; none while that is being found out, which begins with the first
    /// question and ends with [`LiveEvent::SamePlace`]. Clicks go ahead of it; offline jobs and it take turns.
    #[must_use]
    pub fn same_place(&self, session: &SessionId) -> Option<Arc<SamePlace>> {
        let shared = &self.0;
        let mut entries = shared.same_place.entries();
        match entries.get(session) {
            Some(Entry::Ready(known)) => return Some(Arc::clone(known)),
            Some(Entry::UnderWay) => return None,
            None => {}
        }
        if entries.len() >= KEPT {
            entries.retain(|_, entry| matches!(entry, Entry::UnderWay));
        }
        entries.insert(session.clone(), Entry::UnderWay);
        drop(entries);
        let (shared, session) = (Arc::clone(shared), session.clone());
        tokio::spawn(async move {
            match find(&shared, &session).await {
                Ok(found) => {
                    let entry = Entry::Ready(Arc::new(found));
                    shared.same_place.entries().insert(session.clone(), entry);
                    shared.events.publish(LiveEvent::SamePlace { session });
                }
                Err(error) => {
                    // The next question tries again.
                    shared.same_place.entries().remove(&session);
                    tracing::warn!(%session, reason = error.reason(), "the places cannot be compared");
                }
            }
        });
        None
    }
}

async fn find(shared: &Shared, session: &SessionId) -> Result<SamePlace, JobsError> {
    let mut walks = Vec::new();
    for side in VideoSide::BOTH {
        let table = shared.store.videos().frame_table(session, side).await?;
        let rows = samples(table.len());
        let mut vectors = Vec::with_capacity(rows.len());
        for &row in &rows {
            let frame = shared
                .data
                .stored_frame(session, side, table.rows[row].source_frame);
            let engine = Arc::clone(&shared.engine);
            let vector =
                blocking(move || engine.describe(&frame.features, || read_frame(&frame.picture)));
            vectors.push(vector.await?);
        }
        walks.push((table, rows, vectors));
    }
    let [(table1, rows1, one), (table2, rows2, two)] = &walks[..] else {
        return Err(JobsError::Request("a session has two videos".into()));
    };
    let (one, two) = (one.clone(), two.clone());
    let [first, second] = blocking(move || Ok(align(&one, &two))).await?;
    Ok(SamePlace {
        sides: [
            spread(&first, table1, rows1, rows2),
            spread(&second, table2, rows2, rows1),
        ],
    })
}

/// Rows to compare: the first, the last, and evenly between them.
pub(crate) fn samples(rows: usize) -> Vec<usize> {
    spread_over(rows, SAMPLES)
}

/// At most `count` of the numbers below `rows`: the first, the last, and evenly between them.
pub(crate) fn spread_over(rows: usize, count: usize) -> Vec<usize> {
    let count = rows.min(count);
    let last = rows.saturating_sub(1);
    (0..count)
        .map(|i| if count < 2 { 0 } else { i * last / (count - 1) })
        .collect()
}

/// From samples to every row: between two samples, along the line between their answers.
fn spread(of: &Alignment, table: &FrameTable, rows: &[usize], others: &[usize]) -> Counterparts {
    let all = |hits: &[Hit], is_path: bool| -> (Vec<u32>, Vec<u8>) {
        let one = |row: usize| {
            let after = rows
                .partition_point(|&sample| sample <= row)
                .min(rows.len() - 1);
            let before = after.saturating_sub(1);
            let span = (rows[after] - rows[before]).max(1) as f32;
            let share = ((row - rows[before]) as f32 / span).min(1.0);
            let (a, b) = (hits[before], hits[after]);
            let nearer = if share < 0.5 { a } else { b };
            let place = if is_path {
                let (from, to) = (others[a.index] as f32, others[b.index] as f32);
                (from + (to - from) * share).round() as u32
            } else {
                others[nearer.index] as u32
            };
            (place, (nearer.confidence * 100.0).round() as u8)
        };
        (0..table.len()).map(one).unzip()
    };
    let (path, path_confidence) = all(&of.path, true);
    let (free, free_confidence) = all(&of.free, false);
    Counterparts {
        path,
        path_confidence,
        free,
        free_confidence,
    }
}
