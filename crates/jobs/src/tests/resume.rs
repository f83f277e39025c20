//! A server that is killed in the middle of a job, and started again.

use super::fake::FakeModel;
use super::world::{STEPS, World, click, open};
use domain::{FrameMasks, JobId, JobState, SessionStatus, VideoSide};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// What a data directory holds after its job ended well: the masks of both videos and two of the files.
type Outcome = ([Vec<FrameMasks>; 2], [Vec<u8>; 2]);

async fn outcome(world: &mut World, job: JobId) -> Outcome {
    let (end, _) = world.end_of(job).await;
    assert_eq!((end.state, end.error), (JobState::Done, None));
    let session = world.store.sessions().get(&world.session).await.unwrap();
    assert_eq!(session.status, SessionStatus::NeedsReview);
    let results = world.jobs.data_dir().results(&world.session);
    let file = |name: &str| fs::read(results.join(name)).unwrap();
    (
        [
            world.masks(VideoSide::One).await,
            world.masks(VideoSide::Two).await,
        ],
        [file("segments.pkl"), file("inference_data.pkl")],
    )
}

/// Runs a job until before its step `at`, then takes the whole runtime away.
fn killed_at(dir: &Path, at: usize) -> JobId {
    let (model, mut brake) = FakeModel::with_brake(at);
    let runtime = Runtime::new().unwrap();
    let job = runtime.block_on(async {
        let world = World::new(dir, "a", model).await;
        let job = world.propagate().await;
        brake.reached().await;
        job.id
    });
    runtime.shutdown_background();
    job
}

/// Starts again and waits for the end; also says how many steps were left.
fn restarted(dir: &Path, job: JobId) -> (Outcome, usize) {
    let model = FakeModel::new();
    let outcome = Runtime::new().unwrap().block_on(async {
        let mut world = World::again(dir, "a", Arc::clone(&model) as _).await;
        outcome(&mut world, job).await
    });
    (outcome, model.steps())
}

fn undisturbed(dir: &Path) -> Outcome {
    Runtime::new().unwrap().block_on(async {
        let mut world = World::new(dir, "a", FakeModel::new()).await;
        let job = world.propagate().await;
        outcome(&mut world, job.id).await
    })
}

#[test]
fn a_killed_job_goes_on_at_its_last_chunk_and_ends_the_same() {
    let expected_dir = tempfile::tempdir().unwrap();
    let expected = undisturbed(expected_dir.path());
    // In the first chunk; in the third; right behind a chunk; in the second video, at its start and in its second chunk.
    for (at, left) in [
        (5, STEPS),
        (33, STEPS - 32),
        (16, STEPS - 16),
        (40, 30),
        (53, 14),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let job = killed_at(dir.path(), at);
        let (outcome, steps) = restarted(dir.path(), job);
        assert_eq!(steps, left, "killed at {at}");
        assert!(outcome == expected, "killed at {at}");
    }
}

#[test]
fn a_job_can_be_killed_more_than_once() {
    let expected_dir = tempfile::tempdir().unwrap();
    let expected = undisturbed(expected_dir.path());
    let dir = tempfile::tempdir().unwrap();
    let job = killed_at(dir.path(), 20);
    let (model, mut brake) = FakeModel::with_brake(25);
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let _world = World::again(dir.path(), "a", model).await;
        brake.reached().await;
    });
    runtime.shutdown_background();
    drop(brake);
    let (outcome, steps) = restarted(dir.path(), job);
    // 16 steps in the first life, the rest of video 1 and nothing of video 2 in the second.
    assert_eq!(steps, 30);
    assert!(outcome == expected);
}

#[test]
fn other_clicks_make_the_video_start_again() {
    let another_click = async |dir: &Path| {
        let (store, session) = (open(dir).await, "a".parse().unwrap());
        let ball = store.objects().list(&session).await.unwrap()[1].id;
        click(&store, &session, ball, VideoSide::One, 2, (30.0, 8.0)).await;
        store.close().await;
    };
    let dir = tempfile::tempdir().unwrap();
    let job = killed_at(dir.path(), 53);
    Runtime::new().unwrap().block_on(another_click(dir.path()));
    let (outcome, steps) = restarted(dir.path(), job);
    // Video 1 again, and video 2 from its second chunk on.
    assert_eq!(steps, 36 + 14);

    let dir = tempfile::tempdir().unwrap();
    let expected = Runtime::new().unwrap().block_on(async {
        let mut world = World::new(dir.path(), "a", FakeModel::new()).await;
        another_click(dir.path()).await;
        let job = world.propagate().await;
        self::outcome(&mut world, job.id).await
    });
    assert!(outcome == expected);
}

#[test]
fn a_damaged_state_makes_the_video_start_again() {
    let expected_dir = tempfile::tempdir().unwrap();
    let expected = undisturbed(expected_dir.path());
    let dir = tempfile::tempdir().unwrap();
    let job = killed_at(dir.path(), 53);
    Runtime::new().unwrap().block_on(async {
        let (store, session) = (open(dir.path()).await, "a".parse().unwrap());
        let masks = store.masks();
        let spoilt = masks.commit_chunk(&session, VideoSide::Two, job, &[], b"spoilt");
        spoilt.await.unwrap();
        store.close().await;
    });
    let (outcome, steps) = restarted(dir.path(), job);
    assert_eq!(steps, 30);
    assert!(outcome == expected);
}
