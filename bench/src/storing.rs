//! How long it takes until a chunk of masks is safe in the database.

use crate::timing::{Timing, measure};
use anyhow::Context;
use domain::{ChangeType, Deformability, FrameNumber, JobId, ObjectFields, SessionId, VideoSide};
use sam2::TrackedMask;
use store::{MaskRow, Store};
use tempfile::TempDir;

/// Frames between two commits of a job.
pub const CHUNK: u32 = 16;

/// Times the commit of a chunk: `masks` repeated over its frames, and `state`, the tracker's own.
///
/// # Errors
/// When the database fails.
pub fn commit(masks: &[TrackedMask], objects: u32, state: &[u8]) -> anyhow::Result<Timing> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime of the database")?;
    let folder = TempDir::new().context("cannot make a temporary folder for the database")?;
    let (side, job) = (VideoSide::One, JobId(1));
    let session = SessionId::compose("before.mp4", "after.mp4", "bench");
    let (store, ids) = runtime.block_on(async {
        let store = Store::open(&folder.path().join("bench.sqlite")).await?;
        store
            .sessions()
            .create(&session, "room", ["before.mp4", "after.mp4"])
            .await?;
        let mut ids = Vec::new();
        for number in 1..=objects {
            let fields = ObjectFields {
                label: "thing".into(),
                multiplicity: number,
                in_video1: true,
                in_video2: true,
                views: 1,
                deformability: Deformability::Rigid,
                change_type: ChangeType::Moved,
            };
            ids.push(store.objects().add(&session, &fields).await?.id);
        }
        store
            .masks()
            .begin_run(&session, side, job, b"plan", &[])
            .await?;
        anyhow::Ok((store, ids))
    })?;
    let mut first = 0;
    measure(|| {
        let rows: Vec<MaskRow> = (first..first + CHUNK)
            .flat_map(|frame| ids.iter().map(move |&object| (frame, object)))
            .zip(masks.iter().cycle())
            .map(|((frame, object), mask)| MaskRow {
                object,
                frame: FrameNumber(frame),
                mask: mask.mask.clone(),
                score: mask.score,
                look: mask.look,
            })
            .collect();
        first += CHUNK;
        runtime.block_on(
            store
                .masks()
                .commit_chunk(&session, side, job, &rows, state),
        )?;
        Ok(())
    })
}
