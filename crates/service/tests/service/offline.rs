use crate::{Fixture, cup, key, next_end, until};
use domain::{FrameNumber, JobState, Object, SessionId, SessionStatus, VideoSide};
use service::ServiceError;

async fn clicked_session(f: &Fixture) -> (SessionId, Object) {
    let id = f.session().await;
    let cup = f.object(&id, cup(true, true)).await;
    f.click(&id, key(&cup, VideoSide::One, 0), 20.0, 20.0).await;
    f.click(&id, key(&cup, VideoSide::Two, 3), 40.0, 30.0).await;
    (id, cup)
}

async fn status(f: &Fixture, id: &SessionId) -> SessionStatus {
    f.service.workspace(id).await.unwrap().session.status
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_carries_clicks_to_masks_and_files() {
    let f = Fixture::new().await;
    let (id, cup) = clicked_session(&f).await;
    assert_eq!(f.service.result_files(&id).await, Ok(Vec::new()));
    let mut events = f.service.events();
    f.service.start_job(&id).await.unwrap();
    assert_eq!(next_end(&mut events).await, JobState::Done);
    assert_eq!(status(&f, &id).await, SessionStatus::NeedsReview);

    for side in VideoSide::BOTH {
        let masks = f.service.masks(&id, side, FrameNumber(1), FrameNumber(99));
        let masks = masks.await.unwrap();
        let frames: Vec<u32> = masks.iter().map(|frame| frame.frame.0).collect();
        assert_eq!(frames, [1, 2, 3, 4]);
        assert!(masks.iter().all(|frame| frame.masks[0].object == cup.id));
        assert!(masks.iter().all(|frame| frame.masks[0].mask.area() == 49));
    }

    let files = f.service.result_files(&id).await.unwrap();
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    for path in [
        "segments.pkl",
        "video1.mp4",
        "video2.mp4",
        "benchmark/segments.pkl",
        "inference_data.pkl",
        "inference_data.json",
    ] {
        assert!(paths.contains(&path), "{paths:?}");
    }
    assert_eq!(paths[0], "segments.pkl");
    for file in &files {
        let path = f.service.result_path(&id, &file.path).await.unwrap();
        assert_eq!(std::fs::metadata(path).unwrap().len(), file.bytes);
        assert!(file.bytes > 0 && !file.title.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out_of_the_results() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let folder = f.data(&format!("results/{id}/benchmark"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("segments.pkl"), "inside").unwrap();
    std::os::unix::fs::symlink(f.data("scenediff.sqlite"), folder.join("link")).unwrap();
    let absolute = f.data("scenediff.sqlite");
    for path in [
        "",
        ".",
        "benchmark",
        "benchmark/link",
        "benchmark/../../../scenediff.sqlite",
        "../../scenediff.sqlite",
        absolute.to_str().unwrap(),
        "missing.pkl",
        "nul\0byte",
    ] {
        let found = f.service.result_path(&id, path).await;
        assert!(
            matches!(found, Err(ServiceError::NotFound(_))),
            "{path}: {found:?}"
        );
    }
    let inside = f.service.result_path(&id, "benchmark/segments.pkl").await;
    assert_eq!(std::fs::read(inside.unwrap()).unwrap(), b"inside");
    let paths = f.service.result_files(&id).await.unwrap();
    assert_eq!(paths.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_still_to_be_clicked_is_named() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let refusal = async || f.service.start_job(&id).await.unwrap_err().to_string();
    assert!(refusal().await.contains("no object yet"));
    let cup = f.object(&id, cup(true, true)).await;
    f.click(&id, key(&cup, VideoSide::One, 0), 20.0, 20.0).await;
    let text = refusal().await;
    assert!(text.contains("\"cup 1\" in video 2"), "{text}");
    assert!(!text.contains("in video 1"), "{text}");
    assert_eq!(status(&f, &id).await, SessionStatus::Draft);
    let none = f.service.start_all_ready().await;
    assert!(matches!(none, Err(ServiceError::Conflict(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_job_is_cancelled_and_started_again() {
    let f = Fixture::new().await;
    let (id, _) = clicked_session(&f).await;
    let mut events = f.service.events();
    let brake = f.brake.lock().await;
    let job = f.service.start_job(&id).await.unwrap();
    until(&mut events, JobState::Running).await;
    assert_eq!(status(&f, &id).await, SessionStatus::Propagating);
    let twice = f.service.start_job(&id).await;
    assert!(matches!(twice, Err(ServiceError::Conflict(_))));
    let early = f.service.retry(job.id).await;
    assert!(matches!(early, Err(ServiceError::Conflict(_))));
    f.service.cancel_job(job.id).await.unwrap();
    drop(brake);
    assert_eq!(next_end(&mut events).await, JobState::Cancelled);
    assert_eq!(status(&f, &id).await, SessionStatus::Ready);
    let late = f.service.cancel_job(job.id).await;
    assert!(matches!(late, Err(ServiceError::Conflict(_))));
    let again = f.service.retry(job.id).await.unwrap();
    assert_ne!(again.id, job.id);
    assert_eq!(next_end(&mut events).await, JobState::Done);
    assert_eq!(status(&f, &id).await, SessionStatus::NeedsReview);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_ready_session_is_started() {
    let f = Fixture::new().await;
    let (one, _) = clicked_session(&f).await;
    let (two, _) = clicked_session(&f).await;
    let draft = f.session().await;
    let mut events = f.service.events();
    let jobs = f.service.start_all_ready().await.unwrap();
    assert_eq!(jobs.len(), 2);
    for _ in &jobs {
        assert_eq!(next_end(&mut events).await, JobState::Done);
    }
    for id in [&one, &two] {
        assert_eq!(status(&f, id).await, SessionStatus::NeedsReview);
    }
    assert_eq!(status(&f, &draft).await, SessionStatus::Draft);
    // Three ingests and two propagations.
    assert_eq!(f.service.jobs().await.unwrap().len(), 5);
}
