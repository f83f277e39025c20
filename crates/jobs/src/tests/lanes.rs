//! Who may use the model next.

use super::fake::{Call, FakeModel};
use super::world::World;
use crate::gate::Lane;
use domain::{FrameNumber, FramePrompts, Label, Point, VideoSide};

fn one_click() -> FramePrompts {
    FramePrompts {
        points: vec![Point {
            x: 9.0,
            y: 8.0,
            label: Label::Positive,
        }],
        bbox: None,
        mask: None,
        seq: 1,
    }
}

/// Lets other tasks run until `n` threads wait in `lane`.
async fn until_waiting(world: &World, lane: Lane, n: usize) {
    while world.jobs.0.engine.waiting(lane) != n {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_preview_goes_ahead_of_propagation_between_two_frames() {
    let dir = tempfile::tempdir().unwrap();
    let (model, mut brake) = FakeModel::with_brake(3);
    let mut world = World::new(dir.path(), "a", model.clone()).await;
    let job = world.propagate().await;
    brake.reached().await;
    let (jobs, session) = (world.jobs.clone(), world.session.clone());
    let ahead = {
        let (jobs, session) = (jobs.clone(), session.clone());
        tokio::spawn(async move { jobs.prepare(&session, VideoSide::Two, FrameNumber(7)).await })
    };
    until_waiting(&world, Lane::Prepare, 1).await;
    let preview = tokio::spawn(async move {
        let side = VideoSide::Two;
        jobs.preview(&session, side, FrameNumber(5), &one_click())
            .await
    });
    until_waiting(&world, Lane::Interactive, 1).await;
    drop(brake);
    let prediction = preview.await.unwrap().unwrap();
    ahead.await.unwrap().unwrap();
    world.end_of(job.id).await;
    let mut bitmap = prediction.mask.decode();
    assert_eq!(bitmap.swap_remove(8 * 48 + 9), 1);
    // Frame 5 of video 2 shows source frame 10, frame 7 shows 14.
    let calls = model.calls();
    // Three frames were encoded and tracked, and the fourth encoded.
    assert_eq!(
        calls[8..11],
        [Call::Encode(10), Call::Predict, Call::Encode(14)]
    );
    let rest = calls[11..].iter().filter(|call| **call == Call::Predict);
    assert_eq!(rest.count(), 0);
}

#[tokio::test]
async fn a_newer_wish_takes_the_place_of_an_older_one() {
    let dir = tempfile::tempdir().unwrap();
    let (model, mut brake) = FakeModel::with_brake(0);
    let mut world = World::new(dir.path(), "a", model.clone()).await;
    let job = world.propagate().await;
    brake.reached().await;
    let prepare = |frame| {
        let (jobs, session) = (world.jobs.clone(), world.session.clone());
        tokio::spawn(async move {
            let side = VideoSide::Two;
            jobs.prepare(&session, side, FrameNumber(frame)).await
        })
    };
    let older = prepare(3);
    until_waiting(&world, Lane::Prepare, 1).await;
    let newer = prepare(4);
    older.await.unwrap().unwrap();
    drop(brake);
    newer.await.unwrap().unwrap();
    world.end_of(job.id).await;
    let calls = model.calls();
    // Right behind the step that was under way, frame 4 of video 2; frame 3 would have been source frame 6.
    let held = calls.iter().position(|call| matches!(call, Call::Step(_)));
    assert_eq!(calls[held.unwrap() + 1], Call::Encode(8));
}

#[tokio::test]
async fn the_features_of_the_last_frames_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let model = FakeModel::new();
    let world = World::new(dir.path(), "a", model.clone()).await;
    let session = &world.session;
    // Rows 1 and 2 of video 1 show source frames 0 and 1; two answers are kept.
    for (side, row) in [
        (VideoSide::One, 0),
        (VideoSide::One, 1),
        (VideoSide::One, 2),
        (VideoSide::One, 0),
        (VideoSide::One, 4),
        (VideoSide::One, 1),
        (VideoSide::One, 2),
    ] {
        let frame = FrameNumber(row);
        let click = one_click();
        let preview = world.jobs.preview(session, side, frame, &click);
        preview.await.unwrap();
    }
    let encoded: Vec<u32> = model
        .calls()
        .iter()
        .filter_map(|call| match call {
            Call::Encode(frame) => Some(*frame),
            _ => None,
        })
        .collect();
    // Frame 0 was used again before frame 3 came, so frame 1 had to go.
    assert_eq!(encoded, [0, 1, 3, 1]);
}

#[tokio::test]
async fn a_frame_behind_the_end_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new(dir.path(), "a", FakeModel::new()).await;
    let side = VideoSide::Two;
    let click = one_click();
    let preview = world
        .jobs
        .preview(&world.session, side, FrameNumber(30), &click);
    let error = preview.await.unwrap_err();
    assert!(error.reason().contains("frames 0 to 29"));
}
