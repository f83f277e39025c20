use crate::{Fixture, session};
use domain::{JobId, JobKind, JobProgress, JobState, ModelId, SessionStatus, VideoSide};
use store::StoreError;

#[tokio::test]
async fn the_session_follows_its_propagation() {
    let f = Fixture::new().await;
    let status = async || f.store.sessions().get(&f.id).await.unwrap().status;
    let jobs = f.store.jobs();
    let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
    assert_eq!(job.state, JobState::Queued);
    assert_eq!(status().await, SessionStatus::Queued);
    jobs.set_state(job.id, JobState::Running, None)
        .await
        .unwrap();
    assert_eq!(status().await, SessionStatus::Propagating);
    // Taken up again after the server was killed.
    jobs.set_state(job.id, JobState::Running, None)
        .await
        .unwrap();
    let done = jobs.set_state(job.id, JobState::Done, None).await.unwrap();
    assert_eq!(done.state, JobState::Done);
    assert_eq!(status().await, SessionStatus::NeedsReview);
}

#[tokio::test]
async fn a_job_ends_once() {
    let f = Fixture::new().await;
    let jobs = f.store.jobs();
    let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
    jobs.set_state(job.id, JobState::Cancelled, None)
        .await
        .unwrap();
    let late = jobs.set_state(job.id, JobState::Done, None).await;
    assert!(matches!(
        late,
        Err(StoreError::JobEnded { id, state: JobState::Cancelled }) if id == job.id
    ));
    assert_eq!(jobs.get(job.id).await.unwrap().state, JobState::Cancelled);
    // Without any object there is something left to do.
    let session = f.store.sessions().get(&f.id).await.unwrap();
    assert_eq!(session.status, SessionStatus::Draft);
}

#[tokio::test]
async fn cancelling_leaves_a_complete_session_ready() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, false).await;
    f.click(cup, VideoSide::One, 0, 1.0).await;
    let jobs = f.store.jobs();
    let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
    jobs.set_state(job.id, JobState::Running, None)
        .await
        .unwrap();
    jobs.set_state(job.id, JobState::Cancelled, None)
        .await
        .unwrap();
    let session = f.store.sessions().get(&f.id).await.unwrap();
    assert_eq!(session.status, SessionStatus::Ready);
}

#[tokio::test]
async fn a_session_has_one_job_at_a_time() {
    let f = Fixture::new().await;
    let jobs = f.store.jobs();
    let ingest = jobs.create(&f.id, JobKind::Ingest).await.unwrap();
    let second = jobs.create(&f.id, JobKind::Propagate).await;
    assert!(matches!(second, Err(StoreError::Conflict(_))));
    let session = f.store.sessions().get(&f.id).await.unwrap();
    assert_eq!(session.status, SessionStatus::Draft);
    jobs.set_state(ingest.id, JobState::Done, None)
        .await
        .unwrap();
    assert!(jobs.create(&f.id, JobKind::Propagate).await.is_ok());
}

#[tokio::test]
async fn a_failed_job_keeps_its_reason_and_can_be_repeated() {
    let f = Fixture::new().await;
    let jobs = f.store.jobs();
    let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
    jobs.set_state(job.id, JobState::Running, None)
        .await
        .unwrap();
    let failed = jobs
        .set_state(job.id, JobState::Failed, Some("out of memory"))
        .await
        .unwrap();
    assert_eq!(failed.error.as_deref(), Some("out of memory"));
    let session = f.store.sessions().get(&f.id).await.unwrap();
    assert_eq!(session.status, SessionStatus::Failed);
    let again = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
    assert_ne!(again.id, job.id);
    let latest = jobs.latest_for(&f.id).await.unwrap();
    assert_eq!(latest, Some(again));
}

#[tokio::test]
async fn unfinished_jobs_are_found_again_in_order_after_a_kill() {
    let f = Fixture::new().await;
    let two = session(&f.store, "two").await;
    let three = session(&f.store, "three").await;
    let jobs = f.store.jobs();
    let a = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
    let b = jobs.create(&two, JobKind::Ingest).await.unwrap();
    let c = jobs.create(&three, JobKind::Ingest).await.unwrap();
    jobs.set_state(a.id, JobState::Running, None).await.unwrap();
    jobs.set_state(b.id, JobState::Done, None).await.unwrap();
    let progress = JobProgress {
        done: 33,
        total: 600,
        fps: 7.5,
        stage: "video 1, forward".into(),
    };
    jobs.set_progress(a.id, &progress).await.unwrap();
    let f = f.reopen().await;
    let left = f.store.jobs().unfinished().await.unwrap();
    assert_eq!(left.iter().map(|j| j.id).collect::<Vec<_>>(), [a.id, c.id]);
    assert_eq!(left[0].progress, progress);
    assert_eq!(left[0].state, JobState::Running);
    let recent = f.store.jobs().recent(2).await.unwrap();
    // The running one is older, but it still runs.
    assert_eq!(
        recent.iter().map(|j| j.id).collect::<Vec<_>>(),
        [c.id, b.id, a.id]
    );
    let recent = f.store.jobs().recent(0).await.unwrap();
    assert_eq!(
        recent.iter().map(|j| j.id).collect::<Vec<_>>(),
        [c.id, a.id]
    );
}

#[tokio::test]
async fn a_record_names_the_model_that_it_ran() {
    let f = Fixture::new().await;
    let jobs = f.store.jobs();
    let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
    assert_eq!(job.model, None);
    let model = ModelId {
        name: "sam2.1_hiera_tiny".into(),
        hash: "0123456789ab".into(),
    };
    jobs.set_model(job.id, &model).await.unwrap();
    assert_eq!(jobs.get(job.id).await.unwrap().model, Some(model.clone()));
    let missing = jobs.set_model(JobId(99), &model).await;
    assert!(matches!(missing, Err(StoreError::NotFound(_))));
}

#[tokio::test]
async fn cancelling_gives_the_former_masks_back_to_be_judged() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, false).await;
    f.click(cup, VideoSide::One, 0, 1.0).await;
    let jobs = f.store.jobs();
    let status = async || f.store.sessions().get(&f.id).await.unwrap().status;
    let masks = f.store.masks();
    let start = async || {
        let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap().id;
        jobs.set_state(job, JobState::Running, None).await.unwrap();
        masks
            .begin_run(&f.id, VideoSide::One, job, b"", &[])
            .await
            .unwrap();
        job
    };
    let end = async |job, state| drop(jobs.set_state(job, state, None).await.unwrap());
    let first = start().await;
    masks
        .finish_run(&f.id, VideoSide::One, first)
        .await
        .unwrap();
    end(first, JobState::Done).await;
    end(start().await, JobState::Cancelled).await;
    assert_eq!(status().await, SessionStatus::NeedsReview);
    // Also when a job failed in between.
    end(start().await, JobState::Failed).await;
    assert_eq!(status().await, SessionStatus::Failed);
    end(start().await, JobState::Cancelled).await;
    assert_eq!(status().await, SessionStatus::NeedsReview);
    let approved = domain::SessionEvent::Approved;
    f.store.sessions().apply(&f.id, approved).await.unwrap();
    end(start().await, JobState::Cancelled).await;
    assert_eq!(status().await, SessionStatus::Reviewed);
    // Masks that the cancelled job has finished are not those that were judged.
    let last = start().await;
    masks.finish_run(&f.id, VideoSide::One, last).await.unwrap();
    end(last, JobState::Cancelled).await;
    assert_eq!(status().await, SessionStatus::NeedsReview);
}
