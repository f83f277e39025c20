//! In which order jobs run that wait.

use super::fake::FakeModel;
use super::world::{World, add_clicks, add_session, open};
use domain::{JobId, JobKind, JobState, LiveEvent, SessionId};
use store::StoreError;

/// The next `count` jobs that end well, in the order in which they do.
async fn ends(world: &mut World, count: usize) -> Vec<JobId> {
    let mut ended = Vec::new();
    while ended.len() < count {
        if let Ok(LiveEvent::Job(job)) = world.events.recv().await
            && job.state == JobState::Done
        {
            ended.push(job.id);
        }
    }
    ended
}

async fn another(world: &World, dir: &std::path::Path, name: &str) -> SessionId {
    let session = add_session(dir, &world.store, name).await;
    add_clicks(&world.store, &session).await;
    session
}

#[tokio::test]
async fn a_job_that_waits_can_go_ahead_of_others() {
    let dir = tempfile::tempdir().unwrap();
    let (model, mut brake) = FakeModel::with_brake(3);
    let mut world = World::new(dir.path(), "a", model).await;
    let kind = JobKind::Propagate;
    let first = world.propagate().await;
    brake.reached().await;
    let mut waiting = Vec::new();
    for name in ["b", "c", "d", "e"] {
        let session = another(&world, dir.path(), name).await;
        waiting.push(world.jobs.enqueue(&session, kind).await.unwrap().id);
    }
    let [b, c, d, e] = waiting[..] else {
        unreachable!()
    };
    for id in [d, e] {
        world.jobs.move_up_in(&world.store, id).await.unwrap();
    }
    world.jobs.cancel(b).await.unwrap();
    // What runs keeps its place.
    let running = world.store.jobs().move_up(first.id).await;
    assert!(matches!(running, Err(StoreError::Conflict(text)) if text.contains("running")));
    drop(brake);
    assert_eq!(ends(&mut world, 4).await, [first.id, e, d, c]);
}

#[tokio::test]
async fn after_a_crash_the_job_that_was_cut_off_goes_on_first() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let kind = JobKind::Propagate;
    let mut jobs = Vec::new();
    for name in ["a", "b", "c"] {
        let session = add_session(dir.path(), &store, name).await;
        add_clicks(&store, &session).await;
        jobs.push(store.jobs().create(&session, kind).await.unwrap().id);
    }
    let [a, cut_off, c] = jobs[..] else {
        unreachable!()
    };
    // As a killed server leaves them: it worked on the second, which had gone ahead, and the last was to be next.
    let records = store.jobs();
    let running = records.set_state(cut_off, JobState::Running, None);
    running.await.unwrap();
    records.move_up(c).await.unwrap();
    let mut world = World::again(dir.path(), "a", FakeModel::new()).await;
    assert_eq!(ends(&mut world, 3).await, [cut_off, c, a]);
}
