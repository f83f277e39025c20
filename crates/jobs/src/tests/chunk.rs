//! Masks on their way into the database.

use super::world::{add_session, open};
use crate::JobsError;
use crate::chunk::{Chunk, PART};
use crate::plan::SidePlan;
use domain::{FrameRow, FrameTable, JobKind, Look, Rle, VideoSide};
use sam2::{Order, TrackPlan, TrackedMask};
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

const SIDE: VideoSide = VideoSide::One;

#[tokio::test]
async fn a_frame_on_very_many_rows_is_written_part_by_part() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let session = add_session(dir.path(), &store, "a").await;
    let cup = store.objects().list(&session).await.unwrap()[0].id;
    let jobs = store.jobs();
    let job = jobs.create(&session, JobKind::Propagate).await.unwrap();
    // Source frame 1 stands still for five parts.
    let still = PART * 5;
    let row = |source_frame| FrameRow {
        source_frame,
        pts: i64::from(source_frame),
    };
    let plan = SidePlan {
        side: SIDE,
        table: FrameTable {
            width: 4,
            height: 4,
            time_base: (1, 30),
            rows: [vec![row(0)], vec![row(1); still], vec![row(2)]].concat(),
        },
        shown: vec![0, 1, 2],
        track: TrackPlan {
            frames: 3,
            width: 4,
            height: 4,
            objects: Vec::new(),
            order: Order::Outwards,
        },
        objects: BTreeMap::from([(1, cup)]),
    };
    let masks = store.masks();
    let begun = masks.begin_run(&session, SIDE, job.id, b"plan", &[]).await;
    begun.unwrap();
    let tracked = |frame| TrackedMask {
        object: 1,
        frame,
        mask: Rle::encode(&[1; 16], 4, 4),
        score: frame as f32,
        look: Look::First,
    };
    let there = async || {
        let frames = masks.frames(&session, SIDE, 0..u32::MAX).await.unwrap();
        let state = masks.tracker_state(&session, SIDE, job.id).await.unwrap();
        (frames.len(), state)
    };
    let mut chunk = Chunk::new(&plan, &job);
    let wish = CancellationToken::new();
    wish.cancel();
    chunk.add((0..3).map(tracked).collect());
    let stopped = chunk.commit(&store, b"behind", &wish).await;
    assert!(matches!(stopped, Err(JobsError::Cancelled)));
    assert_eq!(there().await, (PART, None), "nobody waited for more");
    // What is cut off is made again.
    chunk.add((0..3).map(tracked).collect());
    let wish = CancellationToken::new();
    chunk.commit(&store, b"behind", &wish).await.unwrap();
    assert_eq!(there().await, (still + 2, Some(b"behind".to_vec())));
    // Nothing is left over for the next.
    chunk.commit(&store, b"next", &wish).await.unwrap();
    assert_eq!(there().await, (still + 2, Some(b"next".to_vec())));
}
