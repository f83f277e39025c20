//! The offline job from clicks to files.

use super::fake::{Call, FakeModel};
use super::world::{HEIGHT, ROWS, STEPS, WIDTH, World, add_session, click, table};
use crate::JobsError;
use domain::{FrameKey, FrameMasks, FrameNumber, JobKind, JobState, SessionStatus, VideoSide};
use sam2::EngineError;
use std::collections::BTreeSet;
use store::StoreError;

#[tokio::test]
async fn clicks_become_masks_and_files() {
    let dir = tempfile::tempdir().unwrap();
    let model = FakeModel::new();
    let mut world = World::new(dir.path(), "a", model.clone()).await;
    let job = world.propagate().await;
    let (end, seen) = world.end_of(job.id).await;
    assert_eq!((end.state, end.error), (JobState::Done, None));
    assert_eq!(model.steps(), STEPS);

    // Progress only grows, and ends with everything done.
    assert!(
        seen.windows(2)
            .all(|pair| pair[0].progress.done <= pair[1].progress.done)
    );
    let last = &seen.last().unwrap().progress;
    assert_eq!((last.done, last.total), (STEPS as u32, STEPS as u32));
    let stages: BTreeSet<&str> = seen.iter().map(|job| job.progress.stage.as_str()).collect();
    for stage in [
        "video 1, prompts",
        "video 1, backward",
        "video 2, forward",
        "writing the overlay of video 2",
    ] {
        assert!(stages.contains(stage), "{stages:?}");
    }

    let session = world.store.sessions().get(&world.session).await.unwrap();
    assert_eq!(session.status, SessionStatus::NeedsReview);

    // Every row has the masks of its source frame, both ways from the clicks; empty masks are absent.
    for (side, objects) in [(VideoSide::One, 2), (VideoSide::Two, 1)] {
        let table = table(side);
        let shown = table.shown_frames();
        let masks = world.masks(side).await;
        let seen_rows: Vec<u32> = masks.iter().map(|of| of.frame.0).collect();
        let index_of = |row: usize| shown.binary_search(&table.rows[row].source_frame).unwrap();
        let expected: Vec<u32> = (0..table.len())
            .filter(|&row| index_of(row) % 7 != 3)
            .map(|row| row as u32)
            .collect();
        assert_eq!(seen_rows, expected);
        assert!(masks.iter().all(|of| of.masks.len() == objects));
        for pair in masks.windows(2) {
            let [a, b] = [&pair[0], &pair[1]];
            let source = |of: &domain::FrameMasks| table.row(of.frame).unwrap().source_frame;
            assert_eq!(source(a) == source(b), a.masks == b.masks);
        }
    }

    let results = world.jobs.data_dir().results(&world.session);
    for (side, rows) in VideoSide::BOTH.into_iter().zip(ROWS) {
        let overlay = results.join(format!("video{}.mp4", side.number()));
        let probe = video::probe(&overlay).unwrap();
        assert_eq!((probe.width, probe.height), (WIDTH, HEIGHT));
        assert_eq!((probe.frames, probe.codec.as_str()), (Some(rows), "h264"));
    }
    for (file, _) in export::RESULT_FILES {
        assert!(results.join(file).is_file(), "{file}");
    }
    let read = |path: &str| std::fs::read(results.join(path)).unwrap();
    assert_eq!(read("benchmark/original_video2.mp4"), b"as uploaded");
    assert!(read("benchmark/video2.mp4") == read("video2.mp4"));
    assert!(
        !world
            .jobs
            .data_dir()
            .results_in_work(&world.session)
            .exists()
    );
}

#[tokio::test]
async fn a_correction_runs_only_its_object_up_to_the_next_prompts_and_approved_frames() {
    let dir = tempfile::tempdir().unwrap();
    let model = FakeModel::new();
    let mut world = World::new(dir.path(), "a", model.clone()).await;
    let first = world.propagate().await;
    world.end_of(first.id).await;
    let before = [
        world.masks(VideoSide::One).await,
        world.masks(VideoSide::Two).await,
    ];
    let cup = world.store.objects().list(&world.session).await.unwrap()[0].id;
    let wall = FrameKey {
        object: cup,
        side: VideoSide::Two,
        frame: FrameNumber(14),
    };
    let approvals = world.store.approvals();
    approvals.set(&world.session, wall, true).await.unwrap();
    let (store, session) = (&world.store, &world.session);
    click(store, session, cup, VideoSide::Two, 9, (30.0, 16.0)).await;
    let second = world.propagate().await;
    let (end, _) = world.end_of(second.id).await;
    assert_eq!(end.state, JobState::Done);
    let after = [
        world.masks(VideoSide::One).await,
        world.masks(VideoSide::Two).await,
    ];
    assert_eq!(before[0], after[0], "nothing was clicked in video 1");
    let changed: Vec<u32> = (0..ROWS[1])
        .filter(|&row| {
            let of = |masks: &[FrameMasks]| masks.iter().find(|m| m.frame.0 == row).cloned();
            of(&before[1]) != of(&after[1])
        })
        .collect();
    assert!(changed.contains(&9), "{changed:?}");
    let prompts = world
        .store
        .prompts()
        .live_events(&world.session)
        .await
        .unwrap();
    let earlier = prompts
        .iter()
        .filter(|event| event.key.object == cup && event.key.side == VideoSide::Two)
        .map(|event| event.key.frame.0)
        .filter(|&frame| frame < 9)
        .max();
    let start = earlier.map_or(0, |frame| frame + 1);
    assert!(
        changed.iter().all(|row| (start..14).contains(row)),
        "{changed:?}"
    );
    // The work of the second job, without what only shows masks or makes memories.
    let steps = model.steps() - STEPS;
    assert!(steps < 20, "{steps} steps");
}

#[tokio::test]
async fn without_new_clicks_there_is_nothing_to_run() {
    let dir = tempfile::tempdir().unwrap();
    let model = FakeModel::new();
    let mut world = World::new(dir.path(), "a", model.clone()).await;
    for _ in 0..2 {
        let job = world.propagate().await;
        let (end, _) = world.end_of(job.id).await;
        assert_eq!(end.state, JobState::Done);
    }
    assert_eq!(model.steps(), STEPS);
}

#[tokio::test]
async fn a_frame_is_encoded_once_for_all_runs() {
    let dir = tempfile::tempdir().unwrap();
    let model = FakeModel::new();
    let mut world = World::with_disk(dir.path(), "a", model.clone(), 1 << 20).await;
    let job = world.propagate().await;
    world.end_of(job.id).await;
    let encoded = || {
        model
            .calls()
            .iter()
            .filter(|call| matches!(call, Call::Encode(_)))
            .count()
    };
    let once = encoded();
    assert!(once <= STEPS);
    // New clicks are tracked, but no frame is encoded again.
    let cup = world.store.objects().list(&world.session).await.unwrap()[0].id;
    for side in VideoSide::BOTH {
        click(&world.store, &world.session, cup, side, 1, (3.0, 3.0)).await;
    }
    let steps = model.steps();
    let job = world.propagate().await;
    world.end_of(job.id).await;
    assert!(model.steps() > steps);
    assert_eq!(encoded(), once);
    let features = dir.path().join("features");
    assert!(features.join("a/video1/000000").is_file());
    world.jobs.remove_session(&world.session).await.unwrap();
    assert!(!features.join("a").exists());
}

#[tokio::test]
async fn a_video_without_clicks_has_an_overlay_without_masks() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path(), "a", FakeModel::new()).await;
    let bare = add_session(dir.path(), &world.store, "b").await;
    let ball = world.store.objects().list(&bare).await.unwrap()[1].id;
    click(&world.store, &bare, ball, VideoSide::One, 3, (9.0, 9.0)).await;
    let job = world.jobs.enqueue(&bare, JobKind::Propagate).await.unwrap();
    let (end, _) = world.end_of(job.id).await;
    assert_eq!(end.state, JobState::Done);
    let masks = world.store.masks();
    let two = masks.frames(&bare, VideoSide::Two, 0..99).await.unwrap();
    assert_eq!(two, []);
    let overlay = world.jobs.data_dir().results(&bare).join("video2.mp4");
    assert_eq!(video::probe(&overlay).unwrap().frames, Some(ROWS[1]));
}

#[tokio::test]
async fn without_clicks_the_job_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path(), "a", FakeModel::new()).await;
    let bare = add_session(dir.path(), &world.store, "b").await;
    let job = world.jobs.enqueue(&bare, JobKind::Propagate).await.unwrap();
    let (end, _) = world.end_of(job.id).await;
    assert_eq!(end.state, JobState::Failed);
    assert!(end.error.unwrap().contains("click an object"));
}

#[tokio::test]
async fn errors_and_panics_end_in_the_record_and_the_queue_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let model = FakeModel::with_hook(|call, before| match (call, before) {
        (Call::Step(_), 4) => Err(EngineError::Device("out of memory".into())),
        (Call::Step(_), 9) => panic!("index out of bounds"),
        _ => Ok(()),
    });
    let mut world = World::new(dir.path(), "a", model).await;
    for reason in [
        "the model failed on its device: out of memory",
        "the program has a fault: index out of bounds; please report it",
    ] {
        let job = world.propagate().await;
        let (end, _) = world.end_of(job.id).await;
        assert_eq!(end.state, JobState::Failed);
        assert_eq!(end.error.as_deref(), Some(reason));
        let session = world.store.sessions().get(&world.session).await.unwrap();
        assert_eq!(session.status, SessionStatus::Failed);
    }
    let job = world.propagate().await;
    let (end, _) = world.end_of(job.id).await;
    assert_eq!(end.state, JobState::Done);
}

#[tokio::test]
async fn a_missing_frame_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path(), "a", FakeModel::new()).await;
    let lost = world
        .jobs
        .data_dir()
        .frame(&world.session, VideoSide::Two, 20);
    std::fs::remove_file(lost).unwrap();
    let job = world.propagate().await;
    let (end, _) = world.end_of(job.id).await;
    assert!(end.error.unwrap().contains("video2/000020.jpg"));
}

#[tokio::test]
async fn a_job_that_waits_is_cancelled_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let (model, mut brake) = FakeModel::with_brake(2);
    let mut world = World::new(dir.path(), "a", model.clone()).await;
    let other = add_session(dir.path(), &world.store, "b").await;
    let first = world.propagate().await;
    brake.reached().await;
    let second = world
        .jobs
        .enqueue(&other, JobKind::Propagate)
        .await
        .unwrap();
    world.jobs.cancel(second.id).await.unwrap();
    let record = world.store.jobs().get(second.id).await.unwrap();
    assert_eq!(record.state, JobState::Cancelled);
    drop(brake);
    let (end, _) = world.end_of(first.id).await;
    assert_eq!(end.state, JobState::Done);
    assert_eq!(model.steps(), STEPS);
    let again = world.jobs.cancel(second.id).await.unwrap_err();
    assert!(matches!(
        again,
        JobsError::Store(StoreError::JobEnded { .. })
    ));
}

#[tokio::test]
async fn a_job_that_runs_is_cancelled_between_two_frames() {
    let dir = tempfile::tempdir().unwrap();
    let (model, mut brake) = FakeModel::with_brake(5);
    let mut world = World::new(dir.path(), "a", model.clone()).await;
    let job = world.propagate().await;
    brake.reached().await;
    world.jobs.cancel(job.id).await.unwrap();
    drop(brake);
    let (end, _) = world.end_of(job.id).await;
    assert_eq!(end.state, JobState::Cancelled);
    assert_eq!(model.steps(), 6);
    let session = world.store.sessions().get(&world.session).await.unwrap();
    assert_eq!(session.status, SessionStatus::Ready);
}

#[tokio::test]
async fn a_session_can_be_removed_while_its_job_runs() {
    let dir = tempfile::tempdir().unwrap();
    let (model, mut brake) = FakeModel::with_brake(5);
    let world = World::new(dir.path(), "a", model.clone()).await;
    world.propagate().await;
    brake.reached().await;
    let (jobs, session) = (world.jobs.clone(), world.session.clone());
    let removal = tokio::spawn(async move { jobs.remove_session(&session).await });
    drop(brake);
    removal.await.unwrap().unwrap();
    let gone = world.store.sessions().get(&world.session).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
    assert!(!world.jobs.data_dir().cache(&world.session).exists());
}
