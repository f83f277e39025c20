use crate::{Fixture, key, open, point, session};
use domain::{
    FrameRow, FrameTable, IngestState, JobKind, JobState, SessionEvent, SessionStatus, VideoSide,
};
use store::{Store, StoreError};

fn table(rows: u32) -> FrameTable {
    FrameTable {
        width: 640,
        height: 361,
        time_base: (1, 90_000),
        rows: (0..rows)
            .map(|n| FrameRow {
                source_frame: n * 2,
                pts: i64::from(n) * 3003 - 6000,
            })
            .collect(),
    }
}

#[tokio::test]
async fn a_new_session_waits_for_its_frames() {
    let f = Fixture::new().await;
    let session = f.store.sessions().get(&f.id).await.unwrap();
    assert_eq!(session.status, SessionStatus::Draft);
    assert_eq!(session.scene_type, "kitchen");
    assert_eq!(session.object_count, 0);
    assert_eq!(session.videos[0].file_name, "before.mp4");
    assert_eq!(session.videos[1].file_name, "after.mov");
    assert_eq!(session.videos[1].side, VideoSide::Two);
    let waiting = IngestState::Decoding {
        done: 0,
        total: None,
    };
    assert!(session.videos.iter().all(|video| video.ingest == waiting));
    assert!(session.created_at.ends_with('Z') && session.created_at.len() == 24);
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let f = Fixture::new().await;
    let again = f
        .store
        .sessions()
        .create(&f.id, "attic", ["x.mp4", "y.mp4"])
        .await;
    assert!(matches!(again, Err(StoreError::Conflict(_))));
    let kept = f.store.sessions().get(&f.id).await.unwrap();
    assert_eq!(kept.scene_type, "kitchen");
}

#[tokio::test]
async fn the_list_starts_with_what_changed_last_and_survives_a_kill() {
    let f = Fixture::new().await;
    for name in ["two", "three"] {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        session(&f.store, name).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    f.object("cup", true, true).await;
    let f = f.reopen().await;
    let sessions = f.store.sessions().list().await.unwrap();
    let names: Vec<&str> = sessions.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(names, ["one", "three", "two"]);
}

#[tokio::test]
async fn frame_tables_survive_and_never_change() {
    let f = Fixture::new().await;
    let videos = f.store.videos();
    assert!(matches!(
        videos.frame_table(&f.id, VideoSide::Two).await,
        Err(StoreError::NotFound(_))
    ));
    let decoding = IngestState::Decoding {
        done: 12,
        total: Some(300),
    };
    videos
        .set_ingest(&f.id, VideoSide::One, &decoding)
        .await
        .unwrap();
    videos
        .set_frame_table(&f.id, VideoSide::Two, &table(1000))
        .await
        .unwrap();
    videos
        .set_frame_table(&f.id, VideoSide::Two, &table(1000))
        .await
        .unwrap();
    let other = videos
        .set_frame_table(&f.id, VideoSide::Two, &table(999))
        .await;
    assert!(matches!(other, Err(StoreError::Conflict(_))));
    let f = f.reopen().await;
    let stored = f
        .store
        .videos()
        .frame_table(&f.id, VideoSide::Two)
        .await
        .unwrap();
    assert_eq!(stored, table(1000));
    let [one, two] = f.store.sessions().get(&f.id).await.unwrap().videos;
    assert_eq!(one.ingest, decoding);
    assert_eq!(two.ingest, IngestState::Ready);
    assert_eq!((two.width, two.height, two.frames), (640, 361, 1000));
}

#[tokio::test]
async fn the_status_follows_the_state_machine() {
    let f = Fixture::new().await;
    let sessions = f.store.sessions();
    let wrong = sessions.apply(&f.id, SessionEvent::JobStarted).await;
    assert!(matches!(wrong, Err(StoreError::Transition(_))));
    let draft = sessions.get(&f.id).await.unwrap();
    assert_eq!(draft.status, SessionStatus::Draft);
    let event = SessionEvent::PromptsChanged { complete: true };
    let ready = sessions.apply(&f.id, event).await.unwrap();
    assert_eq!(ready.status, SessionStatus::Ready);
    assert!(ready.updated_at >= draft.updated_at);
}

#[tokio::test]
async fn a_session_is_ready_when_every_object_has_prompts_in_each_of_its_videos() {
    let f = Fixture::new().await;
    let status = async || f.store.sessions().get(&f.id).await.unwrap().status;
    let cup = f.object("cup", true, true).await;
    f.click(cup, VideoSide::One, 3, 1.0).await;
    assert_eq!(status().await, SessionStatus::Draft);
    f.click(cup, VideoSide::Two, 9, 1.0).await;
    assert_eq!(status().await, SessionStatus::Ready);
    let book = f.object("book", false, true).await;
    assert_eq!(status().await, SessionStatus::Draft);
    f.click(book, VideoSide::Two, 0, 1.0).await;
    assert_eq!(status().await, SessionStatus::Ready);
    f.store.prompts().undo(&f.id).await.unwrap();
    assert_eq!(status().await, SessionStatus::Draft);
    f.store.objects().remove(book).await.unwrap();
    assert_eq!(status().await, SessionStatus::Ready);
    f.store.objects().remove(cup).await.unwrap();
    assert_eq!(status().await, SessionStatus::Draft);
}

#[tokio::test]
async fn removing_a_session_leaves_no_row_of_it() {
    let f = Fixture::new().await;
    let other = session(&f.store, "other").await;
    let cup = f.object("cup", true, false).await;
    f.click(cup, VideoSide::One, 3, 1.0).await;
    f.store
        .videos()
        .set_frame_table(&f.id, VideoSide::One, &table(5))
        .await
        .unwrap();
    let job = f
        .store
        .jobs()
        .create(&f.id, JobKind::Propagate)
        .await
        .unwrap();
    crate::masks::commit(&f, VideoSide::One, job.id, cup, 0..16, b"state").await;
    f.store.sessions().remove(&f.id).await.unwrap();
    for (table, sql, rows) in [
        ("sessions", "select count(*) from sessions", 1),
        ("videos", "select count(*) from videos", 2),
        ("frame_tables", "select count(*) from frame_tables", 0),
        ("objects", "select count(*) from objects", 0),
        ("prompt_events", "select count(*) from prompt_events", 0),
        ("jobs", "select count(*) from jobs", 0),
        ("mask_runs", "select count(*) from mask_runs", 0),
        ("masks", "select count(*) from masks", 0),
        ("history", "select count(*) from history", 1),
    ] {
        assert_eq!(f.count(sql).await, rows, "{table}");
    }
    assert!(f.store.sessions().get(&other).await.is_ok());
    assert!(matches!(
        f.store.sessions().remove(&f.id).await,
        Err(StoreError::NotFound(_))
    ));
    let click = f
        .store
        .prompts()
        .append(&f.id, key(cup, VideoSide::One, 0), point(1.0))
        .await;
    assert!(matches!(click, Err(StoreError::NotFound(_))));
}

#[tokio::test]
async fn a_failed_ingest_says_why_after_its_session_is_gone() {
    let f = Fixture::new().await;
    let jobs = f.store.jobs();
    let job = jobs.create(&f.id, JobKind::Ingest).await.unwrap();
    jobs.set_state(job.id, JobState::Failed, Some("video 1 is cut off"))
        .await
        .unwrap();
    f.store.sessions().remove(&f.id).await.unwrap();
    let left = jobs.recent(10).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].error.as_deref(), Some("video 1 is cut off"));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("test.sqlite");
    std::fs::write(&path, "this is a text, not a database, and long enough").unwrap();
    let error = Store::open(&path).await.unwrap_err().to_string();
    assert!(error.contains("test.sqlite"), "{error}");
    let missing = Store::open(&dir.path().join("no/folder.sqlite")).await;
    assert!(matches!(missing, Err(StoreError::Open { .. })));
    std::fs::remove_file(&path).unwrap();
    assert_eq!(open(&dir).await.sessions().list().await.unwrap(), []);
}
