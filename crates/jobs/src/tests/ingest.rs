//! Ingest with small shell scripts in the place of the decoder.

use super::fake::FakeModel;
use super::world::open;
use crate::{DataDir, Jobs, JobsConfig, JobsError};
use domain::{
    FrameNumber, IngestState, JobKind, JobRecord, JobState, LiveEvent, SessionId, VideoSide,
};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;
use store::{Store, StoreError};
use tokio::runtime::Runtime;

const PROBED: &str = r#"{"width":4,"height":2,"codec":"h264","rotation":0,"fps":30.0,"frames":2}"#;
const TABLE: &str = r#"{"table":{"width":4,"height":2,"time_base":[1,30],"rows":[{"source_frame":0,"pts":0},{"source_frame":1,"pts":1}]}}"#;

/// A decoder that answers `probe` well and does `extract` on `extract` (its file is `$2`, its folder `$3`).
fn decoder(dir: &Path, extract: &str) -> JobsConfig {
    let exe = dir.join("decoder.sh");
    let script = format!("#!/bin/sh\n[ $1 = probe ] && {{ echo '{PROBED}'; exit; }}\n{extract}\n");
    fs::write(&exe, script).unwrap();
    fs::set_permissions(&exe, fs::Permissions::from_mode(0o755)).unwrap();
    JobsConfig::new(dir.to_owned(), exe)
}

async fn upload(dir: &Path) -> (Store, SessionId) {
    let store = open(dir).await;
    let session: SessionId = "a".parse().unwrap();
    let files = ["kitchen.mp4", "later.mov"];
    store
        .sessions()
        .create(&session, "kitchen", files)
        .await
        .unwrap();
    let uploads = DataDir::new(dir.to_owned()).uploads(&session);
    fs::create_dir_all(&uploads).unwrap();
    fs::write(uploads.join("original_video1.mp4"), "one").unwrap();
    fs::write(uploads.join("original_video2.mov"), "two").unwrap();
    (store, session)
}

/// Runs the job of a new upload to its end.
async fn ingest(dir: &Path, extract: &str) -> (Store, Jobs, JobRecord, bool) {
    let (store, session) = upload(dir).await;
    let config = decoder(dir, extract);
    let jobs = Jobs::start(config, store.clone(), FakeModel::new())
        .await
        .unwrap();
    let mut events = jobs.subscribe();
    let id = jobs.enqueue(&session, JobKind::Ingest).await.unwrap().id;
    let mut ended: Option<JobRecord> = None;
    loop {
        match events.recv().await.unwrap() {
            LiveEvent::Job(job) if job.id == id && !job.state.is_active() => ended = Some(job),
            LiveEvent::Session(_) if ended.is_some() => {
                return (store, jobs, ended.unwrap(), true);
            }
            LiveEvent::SessionRemoved { .. } if ended.is_some() => {
                return (store, jobs, ended.unwrap(), false);
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn frames_and_tables_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let script = format!(
        r#"echo '{{"done":1,"total":2}}'; cat "$2" > "$3/000000.jpg"; echo noise >&2; echo '{TABLE}'"#
    );
    let (store, jobs, job, stays) = ingest(dir.path(), &script).await;
    assert_eq!((job.state, job.error), (JobState::Done, None));
    assert_eq!((job.progress.done, job.progress.total), (4, 4));
    assert!(stays);
    let session = store.sessions().get(&job.session).await.unwrap();
    for (video, text) in session.videos.iter().zip(["one", "two"]) {
        assert_eq!(video.ingest, IngestState::Ready);
        assert_eq!((video.width, video.height, video.frames), (4, 2, 2));
        let picture = jobs
            .frame_path(&job.session, video.side, FrameNumber(0))
            .await;
        assert_eq!(fs::read_to_string(picture.unwrap()).unwrap(), text);
    }
    let kept: Vec<_> = fs::read_dir(jobs.data_dir().cache(&job.session))
        .unwrap()
        .collect();
    assert_eq!(kept.len(), 2, "{kept:?}");
}

#[tokio::test]
async fn a_refused_file_leaves_its_reason_and_nothing_else() {
    for (script, reason) in [
        (
            "case $2 in *video2*) echo noise >&2; echo 'it was cut off' >&2; exit 2;; esac; echo '{\"table\":{\"width\":4,\"height\":2,\"time_base\":[1,30],\"rows\":[{\"source_frame\":0,\"pts\":0}]}}'",
            "later.mov: it was cut off",
        ),
        (
            "kill -SEGV $$",
            "kitchen.mp4: the decoder was killed by signal 11: the file is damaged",
        ),
        (
            "exit 0",
            "kitchen.mp4: the decoder ended without a frame table: upload the file again",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (store, jobs, job, stays) = ingest(dir.path(), script).await;
        assert!(!stays);
        assert_eq!(job.error.as_deref(), Some(reason));
        let gone = store.sessions().get(&job.session).await;
        assert!(matches!(gone, Err(StoreError::NotFound(_))));
        let record = store
            .jobs()
            .latest_for(&job.session)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(record.state, JobState::Failed);
        assert!(!jobs.data_dir().uploads(&job.session).exists());
        assert!(!jobs.data_dir().cache(&job.session).exists());
    }
}

#[tokio::test]
async fn what_is_not_the_fault_of_the_file_leaves_the_upload_for_another_try() {
    for (script, reason) in [
        (
            "kill -KILL $$",
            "kitchen.mp4: the decoder was killed by signal 9",
        ),
        (
            "echo 'the disk is full' >&2; exit 1",
            "kitchen.mp4: the decoder failed (exit status: 1): the disk is full",
        ),
        // It cannot be started.
        (
            &*format!("chmod -x $0; echo '{TABLE}'"),
            "cannot start the decoder",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (store, jobs, job, stays) = ingest(dir.path(), script).await;
        assert!(stays);
        assert_eq!(job.state, JobState::Failed);
        let error = job.error.unwrap();
        assert!(error.contains(reason), "{error}");
        assert!(
            jobs.data_dir()
                .original(&job.session, VideoSide::One)
                .is_ok()
        );
        // It is tried again with what was uploaded.
        drop(decoder(dir.path(), &format!("echo '{TABLE}'")));
        let mut events = jobs.subscribe();
        let id = jobs
            .enqueue(&job.session, JobKind::Ingest)
            .await
            .unwrap()
            .id;
        while store.jobs().get(id).await.unwrap().state.is_active() {
            events.recv().await.unwrap();
        }
        let session = store.sessions().get(&job.session).await.unwrap();
        assert!(
            session
                .videos
                .iter()
                .all(|video| video.ingest == IngestState::Ready)
        );
    }
}

#[tokio::test]
async fn a_cut_off_ingest_starts_again() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session) = upload(dir.path()).await;
    // As a killed server leaves it: the job runs, some frames are there.
    let job = store
        .jobs()
        .create(&session, JobKind::Ingest)
        .await
        .unwrap();
    store
        .jobs()
        .set_state(job.id, JobState::Running, None)
        .await
        .unwrap();
    let frames = DataDir::new(dir.path().to_owned()).frames(&session, VideoSide::One);
    fs::create_dir_all(&frames).unwrap();
    fs::write(frames.join("000099.jpg"), "old").unwrap();
    let config = decoder(dir.path(), &format!("echo '{TABLE}'"));
    let jobs = Jobs::start(config, store.clone(), FakeModel::new())
        .await
        .unwrap();
    let mut events = jobs.subscribe();
    while store.jobs().get(job.id).await.unwrap().state.is_active() {
        events.recv().await.unwrap();
    }
    let session = store.sessions().get(&session).await.unwrap();
    assert!(
        session
            .videos
            .iter()
            .all(|video| video.ingest == IngestState::Ready)
    );
    assert!(!frames.join("000099.jpg").exists());
}

#[tokio::test]
async fn a_cancelled_ingest_kills_its_decoder() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session) = upload(dir.path()).await;
    let config = decoder(dir.path(), ENDLESS);
    let jobs = Jobs::start(config, store.clone(), FakeModel::new())
        .await
        .unwrap();
    let mut events = jobs.subscribe();
    let id = jobs.enqueue(&session, JobKind::Ingest).await.unwrap().id;
    let pid = decoder_runs(dir.path()).await;
    jobs.cancel(id).await.unwrap();
    loop {
        if let LiveEvent::SessionRemoved { session: removed } = events.recv().await.unwrap() {
            assert_eq!(removed, session);
            break;
        }
    }
    let record = store.jobs().get(id).await;
    assert!(matches!(record, Err(StoreError::NotFound(_))));
    dead_and_buried(pid).await;
}

/// An `extract` that never ends, and writes down which process it is.
const ENDLESS: &str = r#"echo $$ > "$(dirname "$0")/pid"; echo '{"done":1,"total":2}'; touch "$3/000000.jpg"; exec sleep infinity"#;

/// Waits until the endless decoder runs; says which process it is.
async fn decoder_runs(dir: &Path) -> u32 {
    loop {
        let text = fs::read_to_string(dir.join("pid")).unwrap_or_default();
        match text.trim_end().parse::<u32>() {
            Ok(pid) if text.ends_with('\n') => return pid,
            _ => tokio::task::yield_now().await,
        }
    }
}

async fn dead_and_buried(pid: u32) {
    while Path::new(&format!("/proc/{pid}")).exists() {
        tokio::task::yield_now().await;
    }
}

#[test]
fn a_stopped_server_kills_its_decoders_and_the_next_one_starts_them_again() {
    let dir = tempfile::tempdir().unwrap();
    let runtime = Runtime::new().unwrap();
    let (id, session) = runtime.block_on(async {
        let (store, session) = upload(dir.path()).await;
        let config = decoder(dir.path(), ENDLESS);
        let jobs = Jobs::start(config, store.clone(), FakeModel::new())
            .await
            .unwrap();
        let id = jobs.enqueue(&session, JobKind::Ingest).await.unwrap().id;
        let pid = decoder_runs(dir.path()).await;
        // Far less than the decoder, which never ends, and long enough for a busy machine.
        let soon = Duration::from_secs(20);
        let stopped = async {
            jobs.stop().await;
            dead_and_buried(pid).await;
        };
        tokio::time::timeout(soon, stopped).await.unwrap();
        // Neither done nor failed; and nothing begins any more.
        assert_eq!(store.jobs().get(id).await.unwrap().state, JobState::Running);
        let file = jobs.data_dir().original(&session, VideoSide::One).unwrap();
        let refused = jobs.probe(&file).await.unwrap_err();
        assert!(matches!(refused, JobsError::Stopped), "{refused}");
        (id, session)
    });
    runtime.shutdown_background();
    let cache = DataDir::new(dir.path().to_owned()).cache(&session);
    assert_eq!(fs::read_dir(&cache).unwrap().count(), 1, "half a video");

    Runtime::new().unwrap().block_on(async {
        let store = open(dir.path()).await;
        let config = decoder(dir.path(), &format!("echo '{TABLE}'"));
        let jobs = Jobs::start(config, store.clone(), FakeModel::new())
            .await
            .unwrap();
        let mut events = jobs.subscribe();
        while store.jobs().get(id).await.unwrap().state.is_active() {
            events.recv().await.unwrap();
        }
        assert_eq!(store.jobs().get(id).await.unwrap().state, JobState::Done);
    });
    // Nothing is left of what was cut off.
    let mut kept: Vec<_> = (fs::read_dir(&cache).unwrap())
        .map(|entry| entry.unwrap().file_name())
        .collect();
    kept.sort();
    assert_eq!(kept, ["video1", "video2"]);
}
