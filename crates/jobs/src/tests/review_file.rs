//! The file of a review, written by many at once while jobs put new results in the place of the former ones.

use super::fake::FakeModel;
use super::world::World;
use domain::{JobState, Verdict};
use std::fs;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_is_there_and_up_to_date_whoever_writes_last() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path(), "a", FakeModel::new()).await;
    let job = world.propagate().await;
    world.end_of(job.id).await;
    let objects = world.store.objects().list(&world.session).await.unwrap();
    // Each of them changes what the file says, and has it written, again and again.
    let writers: Vec<_> = (objects.into_iter())
        .map(|object| {
            let (jobs, store, session) = (
                world.jobs.clone(),
                world.store.clone(),
                world.session.clone(),
            );
            tokio::spawn(async move {
                for n in 0..150 {
                    let text = format!("word {n} on {}", object.fields.label);
                    let said = store.reviews().comment_on_object(object.id, &text).await;
                    said.unwrap();
                    jobs.refresh_review(&session).await.unwrap();
                }
            })
        })
        .collect();
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        let job = world.propagate().await;
        let (end, _) = world.end_of(job.id).await;
        assert_eq!((end.state, end.error), (JobState::Done, None));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let results = world.jobs.data_dir().results(&world.session);
    let text = fs::read_to_string(results.join("review_meta.json")).unwrap();
    for words in ["word 149 on cup", "word 149 on ball"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // A verdict that is given now is in the file as soon as that is asked for.
    let ids = world.store.objects().list(&world.session).await.unwrap();
    let good = Some(Verdict::Good);
    let judged = world.store.reviews().set_verdict(ids[0].id, good).await;
    judged.unwrap();
    world.jobs.refresh_review(&world.session).await.unwrap();
    let text = fs::read_to_string(results.join("review_meta.json")).unwrap();
    assert!(text.contains("\"reviewed\": true"), "{text}");
}
