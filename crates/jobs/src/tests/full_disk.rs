//! A database that cannot be written for a while, as on a full disk.

use super::fake::FakeModel;
use super::world::World;
use domain::JobState;
use sqlx::SqlitePool;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_cannot_be_started_waits_until_it_can() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path(), "a", FakeModel::new()).await;
    let path = format!("sqlite://{}", dir.path().join("scenediff.sqlite").display());
    let pool = SqlitePool::connect(&path).await.unwrap();
    let full =
        "create trigger full before update on jobs begin select raise(abort, 'disk is full'); end";
    sqlx::query(full).execute(&pool).await.unwrap();
    let job = world.propagate().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let waits = world.store.jobs().get(job.id).await.unwrap();
    assert_eq!(waits.state, JobState::Queued);
    sqlx::query("drop trigger full")
        .execute(&pool)
        .await
        .unwrap();
    let (ended, _) = world.end_of(job.id).await;
    assert_eq!((ended.state, ended.error), (JobState::Done, None));
}
