use crate::{Fixture, data_dir, files_below, next_end, until, write_film};
use domain::{FrameNumber, IngestState, JobState, SessionId, SessionStatus, VideoSide};
use service::{ServiceError, UploadedFile};
use std::path::PathBuf;

#[tokio::test(flavor = "multi_thread")]
async fn two_files_become_a_session_with_frames() {
    let f = Fixture::new().await;
    let mut events = f.service.events();
    let files = [f.staged("My film (1).MP4", "1"), f.staged("b c.mov", "2")];
    let sent = files.clone().map(|file| std::fs::read(file.path).unwrap());
    let session = f.service.create_session(files, " kitchen ").await.unwrap();
    assert!(session.id.as_str().starts_with("My_film_1_b_c_20"));
    assert_eq!(session.scene_type, "kitchen");
    assert_eq!(session.videos[0].file_name, "My film (1).MP4");
    assert_eq!(next_end(&mut events).await, JobState::Done);

    let id = session.id;
    let folder = f.data(&format!("uploads/{id}"));
    let kept = ["original_video1.mp4", "original_video2.mov"];
    assert_eq!(files_below(&folder), kept.map(|name| folder.join(name)));
    assert_eq!(
        kept.map(|name| std::fs::read(folder.join(name)).unwrap()),
        sent
    );
    assert!(files_below(&f.data("staging")).is_empty());

    let workspace = f.service.workspace(&id).await.unwrap();
    assert_eq!(workspace.session.status, SessionStatus::Draft);
    for video in &workspace.session.videos {
        assert_eq!(video.ingest, IngestState::Ready);
        assert_eq!((video.width, video.height, video.frames), (64, 48, 5));
    }
    // Rows 0 and 1 of a 24-fps film show the same picture.
    let path = async |frame| {
        let frame = FrameNumber(frame);
        f.service.frame_path(&id, VideoSide::Two, frame).await
    };
    assert_eq!(path(0).await, path(1).await);
    assert_ne!(path(1).await, path(2).await);
    assert!(path(4).await.unwrap().is_file());
    assert!(matches!(path(5).await, Err(ServiceError::NotFound(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unusable_file_is_named_and_nothing_is_made() {
    let f = Fixture::new().await;
    let good = f.staged("good.mp4", "");
    let text = UploadedFile {
        path: f.data("staging/text.mp4"),
        name: "text.mp4".into(),
    };
    std::fs::write(&text.path, "just text").unwrap();
    let pdf = f.staged("paper.pdf", "");
    for (files, scene_type, words) in [
        (
            [&good, &text],
            "room",
            ["video 2", "text.mp4", "not a video"],
        ),
        (
            [&text, &good],
            "room",
            ["video 1", "text.mp4", "not a video"],
        ),
        (
            [&good, &pdf],
            "room",
            ["paper.pdf", "webm", "choose another"],
        ),
        ([&good, &good], "  ", ["scene type", "missing", "kitchen"]),
    ] {
        let files = files.map(Clone::clone);
        let error = f.service.create_session(files, scene_type).await;
        let Err(ServiceError::Invalid(text)) = error else {
            panic!("{error:?}");
        };
        for word in words {
            assert!(text.contains(word), "{text}");
        }
    }
    assert_eq!(f.listed().await, 0);
    assert_eq!(f.service.jobs().await.unwrap(), []);
    assert!(files_below(&f.data("uploads")).is_empty());
    assert!(good.path.is_file());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_breaks_later_takes_its_session_along_and_says_why() {
    let f = Fixture::new().await;
    let mut events = f.service.events();
    let files = [f.staged("whole.mp4", ""), f.staged("half.mp4", "truncated")];
    let session = f.service.create_session(files, "room").await.unwrap();
    assert_eq!(next_end(&mut events).await, JobState::Failed);
    let gone = domain::LiveEvent::SessionRemoved {
        session: session.id.clone(),
    };
    while events.recv().await.unwrap() != gone {}

    let error = f.service.workspace(&session.id).await.unwrap_err();
    assert!(matches!(error, ServiceError::NotFound(_)));
    let text = error.to_string();
    assert!(
        text.contains("half.mp4") && text.contains("ends in the middle"),
        "{text}"
    );
    assert_eq!(f.listed().await, 0);
    let job = f.service.jobs().await.unwrap().remove(0);
    assert!(job.error.is_some());
    let again = f.service.retry(job.id).await;
    assert!(matches!(again, Err(ServiceError::Conflict(text)) if text.contains("upload")));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_the_same_second_have_names_of_their_own() {
    let f = Fixture::new().await;
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..4 {
        let files = [f.staged("a.mp4", ""), f.staged("b.mp4", "")];
        let session = f.service.create_session(files, "room").await.unwrap();
        ids.insert(session.id);
    }
    assert_eq!(ids.len(), 4);
    for id in &ids {
        assert_eq!(files_below(&f.data(&format!("uploads/{id}"))).len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_session_comes_back_until_its_disk_is_freed() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let other = f.session().await;
    let files = || {
        let mut files = files_below(&f.data(""));
        files.retain(|path| path.to_string_lossy().contains(&format!("/{id}/")));
        files.len()
    };
    let before = files();
    f.service.delete_session(&id).await.unwrap();
    assert_eq!(f.listed().await, 1);
    let error = f.service.workspace(&id).await.unwrap_err();
    assert!(
        error.to_string().contains("a lead can bring it back"),
        "{error}"
    );
    let again = f.service.delete_session(&id).await;
    assert!(matches!(again, Err(ServiceError::NotFound(_))));
    // Not yet: it was deleted a moment ago.
    assert_eq!(f.service.purge_deleted().await, Ok(0));
    assert_eq!(files(), before);
    f.service.restore_session(&id).await.unwrap();
    assert_eq!(f.listed().await, 2);
    f.service.workspace(&id).await.unwrap();

    f.service.delete_session(&id).await.unwrap();
    f.deleted_a_week_ago(&id).await;
    assert_eq!(f.service.purge_deleted().await, Ok(1));
    assert_eq!(files(), 0);
    assert!(!files_below(&f.data(&format!("uploads/{other}"))).is_empty());
    assert!(f.service.restore_session(&id).await.is_err());
    let error = f.service.workspace(&id).await.unwrap_err();
    assert!(error.to_string().contains("may have been removed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_its_ingest_job_is_taken_up_at_the_next_start() {
    let (dir, store) = data_dir().await;
    let id = "left_behind".parse().unwrap();
    let names = ["a.mp4", "b.mp4"];
    store.sessions().create(&id, "room", names).await.unwrap();
    let folder = dir.path().join("data/uploads/left_behind");
    std::fs::create_dir_all(&folder).unwrap();
    for name in ["original_video1.mp4", "original_video2.mp4"] {
        write_film(&folder.join(name), "");
    }
    let f = Fixture::over(dir, store).await;
    let mut events = f.service.events();
    let workspace = f.service.workspace(&id).await.unwrap();
    let job = workspace.job.expect("its ingest is queued");
    if job.state.is_active() {
        assert_eq!(next_end(&mut events).await, JobState::Done);
    }
    let path = f
        .service
        .frame_path(&id, VideoSide::One, FrameNumber(0))
        .await;
    assert!(path.unwrap().is_file());
}

/// A session that was deleted while its videos were read.
async fn deleted_while_read(f: &Fixture) -> SessionId {
    let mut events = f.service.events();
    std::fs::write(f.data("hold"), "").unwrap();
    let files = [f.staged("a.mp4", ""), f.staged("b.mov", "")];
    let made = f.service.create_session(files, "kitchen").await;
    let id = made.unwrap().id;
    until(&mut events, JobState::Running).await;
    f.service.delete_session(&id).await.unwrap();
    let job = f.store.jobs().latest_for(&id).await.unwrap().unwrap();
    assert_eq!((job.state, job.error), (JobState::Cancelled, None));
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_deleted_while_its_videos_are_read_can_be_brought_back() {
    let f = Fixture::new().await;
    let id = deleted_while_read(&f).await;
    assert_eq!(f.listed().await, 0);
    assert_eq!(files_below(&f.data("uploads")).len(), 2);
    let gone = f.service.workspace(&id).await.unwrap_err().to_string();
    assert!(gone.contains("a lead can bring it back"), "{gone}");
    assert_eq!(f.store.jobs().unfinished().await.unwrap(), []);

    std::fs::remove_file(f.data("hold")).unwrap();
    let mut events = f.service.events();
    f.service.restore_session(&id).await.unwrap();
    assert_eq!(next_end(&mut events).await, JobState::Done);
    let session = f.service.workspace(&id).await.unwrap().session;
    assert!(
        session
            .videos
            .iter()
            .all(|video| video.ingest == IngestState::Ready)
    );
    // Nothing is read twice.
    f.service.delete_session(&id).await.unwrap();
    f.service.restore_session(&id).await.unwrap();
    assert_eq!(f.store.jobs().unfinished().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_deleted_while_its_videos_are_read_goes_after_a_week() {
    let f = Fixture::new().await;
    let id = deleted_while_read(&f).await;
    f.deleted_a_week_ago(&id).await;
    assert_eq!(f.service.purge_deleted().await, Ok(1));
    assert_eq!(files_below(&f.data("uploads")), Vec::<PathBuf>::new());
    assert!(f.service.restore_session(&id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_fit_into_no_overlay_are_refused_at_once() {
    let f = Fixture::new().await;
    let files = [f.staged("a.mp4", ""), f.staged("b.mov", "wide")];
    let refused = f.service.create_session(files, "kitchen").await;
    let reason = refused.unwrap_err().to_string();
    assert!(
        reason.contains("\"b.mov\": its pictures are 32000 x 2"),
        "{reason}"
    );
    assert_eq!(f.listed().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn videos_that_could_not_be_read_for_another_reason_are_read_again() {
    let f = Fixture::new().await;
    let mut events = f.service.events();
    let files = [f.staged("a.mp4", "unlucky"), f.staged("b.mov", "")];
    let session = f.service.create_session(files, "kitchen").await.unwrap();
    assert_eq!(next_end(&mut events).await, JobState::Failed);
    let job = f.service.workspace(&session.id).await.unwrap().job.unwrap();
    assert!(job.error.unwrap().contains("a.mp4: the decoder failed"));
    f.service.retry(job.id).await.unwrap();
    assert_eq!(next_end(&mut events).await, JobState::Done);
    let late = f.service.retry(job.id).await.unwrap_err().to_string();
    assert!(late.contains("were read meanwhile"), "{late}");
}
