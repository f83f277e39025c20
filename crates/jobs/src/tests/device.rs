//! A device that fails in the middle of a job: the job ends with the reason, the next attempt goes on.

use super::fake::{Call, FakeModel};
use super::world::World;
use domain::{
    FrameMasks, FrameNumber, FramePrompts, JobRecord, JobState, Label, Point, Readiness, VideoSide,
};
use sam2::EngineError;
use std::path::Path;

/// Starts the job, and waits for its end.
async fn attempt(world: &mut World) -> JobRecord {
    let job = world.propagate().await;
    world.end_of(job.id).await.0
}

async fn both(world: &World) -> [Vec<FrameMasks>; 2] {
    [
        world.masks(VideoSide::One).await,
        world.masks(VideoSide::Two).await,
    ]
}

async fn undisturbed(dir: &Path) -> [Vec<FrameMasks>; 2] {
    let mut world = World::new(dir, "a", FakeModel::new()).await;
    assert_eq!(attempt(&mut world).await.state, JobState::Done);
    both(&world).await
}

/// A click on a frame of video 1.
async fn click_is_answered(world: &World) {
    let prompts = FramePrompts {
        points: vec![Point {
            x: 20.0,
            y: 10.0,
            label: Label::Positive,
        }],
        ..FramePrompts::default()
    };
    let (session, frame) = (&world.session, FrameNumber(12));
    let answer = world.jobs.preview(session, VideoSide::One, frame, &prompts);
    assert!(!answer.await.unwrap().mask.is_empty());
}

#[tokio::test]
async fn the_next_attempt_goes_on_behind_the_last_chunk() {
    let expected_dir = tempfile::tempdir().unwrap();
    let expected = undisturbed(expected_dir.path()).await;
    // First in the second chunk of video 1, then in the second chunk of video 2.
    let model = FakeModel::with_hook(|call, before| match (call, before) {
        (Call::Step(_), 20) => Err(EngineError::Device("it is out of memory".into())),
        (Call::Step(_), 60) => panic!("the device is gone"),
        _ => Ok(()),
    });
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path(), "a", model.clone()).await;
    for (reason, steps) in [
        ("the model failed on its device: it is out of memory", 21),
        // 16 steps are kept: 20 more end video 1, and 19 of video 2 precede the one that fails.
        (
            "the program has a fault: the device is gone; please report it",
            21 + 20 + 20,
        ),
    ] {
        let end = attempt(&mut world).await;
        assert_eq!(end.state, JobState::Failed);
        assert_eq!(end.error.as_deref(), Some(reason));
        assert_eq!(model.steps(), steps);
        click_is_answered(&world).await;
    }
    // Video 1 is complete, 16 steps of video 2 are kept.
    assert_eq!(attempt(&mut world).await.state, JobState::Done);
    assert_eq!(model.steps(), 21 + 20 + 20 + 14);
    assert_eq!(both(&world).await, expected);
}

#[tokio::test]
async fn the_record_names_the_model() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path(), "a", FakeModel::new()).await;
    let queued = world.propagate().await;
    assert_eq!(queued.model, None);
    let (end, _) = world.end_of(queued.id).await;
    assert_eq!(end.model, Some(world.jobs.model().id()));
    assert_eq!(end.model.unwrap().to_string(), "disc 0123456789ab");
}

#[tokio::test]
async fn the_model_is_warming_until_its_first_calls_are_made() {
    let dir = tempfile::tempdir().unwrap();
    let model = FakeModel::new();
    let world = World::new(dir.path(), "a", model.clone()).await;
    assert_eq!(world.jobs.readiness(), Readiness::Ready);
    let first_calls = world.jobs.warm_up(|_| ());
    assert_eq!(world.jobs.readiness(), Readiness::Warming);
    first_calls.await.unwrap();
    assert_eq!(world.jobs.readiness(), Readiness::Ready);
    assert!(model.calls().contains(&Call::Predict));
}

#[tokio::test]
async fn a_model_that_fails_at_its_first_calls_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let model = FakeModel::with_hook(|call, before| match (call, before) {
        (Call::Encode(_), 0) => Err(EngineError::Device("it stopped working".into())),
        _ => Ok(()),
    });
    let world = World::new(dir.path(), "a", model).await;
    assert!(world.jobs.warm_up(|_| ()).await.is_err());
    let Readiness::Failed(reason) = world.jobs.readiness() else {
        panic!("{:?}", world.jobs.readiness());
    };
    assert!(reason.contains("it stopped working"), "{reason}");
    click_is_answered(&world).await;
}
