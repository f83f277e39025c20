//! The use cases on a real store, real jobs and real files; only the model and the decoder are stand-ins.

mod accounts;
mod comments;
mod dashboard;
mod fake_model;
mod objects;
mod offline;
mod prompts;
mod reviews;
mod search;
mod team;
mod upload;
mod upload_for_review;

use domain::{
    ChangeType, Deformability, FrameKey, FrameNumber, JobState, Label, LiveEvent, Object,
    ObjectFields, Point, PromptAction, SessionId, SessionQuery, VideoSide,
};
use fake_model::FakeModel;
use jobs::{Jobs, JobsConfig};
use service::{Accounts, Service, UploadedFile};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio::sync::broadcast::Receiver;

/// A service over a data directory of its own.
struct Fixture {
    service: Service,
    store: Store,
    /// Whoever holds this keeps the tracker from going on.
    brake: Arc<Mutex<()>>,
    dir: TempDir,
}

impl Fixture {
    async fn new() -> Self {
        let (dir, store) = data_dir().await;
        Self::over(dir, store).await
    }

    /// Starts the server's parts on what is there already.
    async fn over(dir: TempDir, store: Store) -> Self {
        let worker = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/service/worker.sh");
        let config = JobsConfig::new(dir.path().join("data"), worker);
        let brake = Arc::default();
        let model = Arc::new(FakeModel::new(Arc::clone(&brake)));
        let jobs = Jobs::start(config, store.clone(), model).await.unwrap();
        let service = Service::start(store.clone(), jobs, Accounts::new(store.clone(), false))
            .await
            .unwrap();
        Self {
            service,
            store,
            brake,
            dir,
        }
    }

    fn data(&self, path: &str) -> PathBuf {
        self.dir.path().join("data").join(path)
    }

    /// A file as the upload route leaves it.
    fn staged(&self, name: &str, tail: &str) -> UploadedFile {
        let path = self.data("staging").join(name);
        write_film(&path, tail);
        UploadedFile {
            path,
            name: name.into(),
        }
    }

    /// A session whose videos are read.
    async fn session(&self) -> SessionId {
        let mut events = self.service.events();
        let files = [self.staged("a.mp4", ""), self.staged("b.mov", "")];
        let session = self.service.create_session(files, "kitchen").await.unwrap();
        assert_eq!(next_end(&mut events).await, JobState::Done);
        // The last thing that the job tells.
        assert!(matches!(events.recv().await, Ok(LiveEvent::Session(_))));
        session.id
    }

    /// How many sessions the list holds.
    async fn listed(&self) -> u32 {
        let page = self.service.session_page(&SessionQuery::default()).await;
        page.unwrap().all
    }

    /// Sets the clock of a deletion back by a little more than a week.
    async fn deleted_a_week_ago(&self, id: &SessionId) {
        let path = format!("sqlite://{}", self.data("scenediff.sqlite").display());
        let pool = sqlx::SqlitePool::connect(&path).await.unwrap();
        let time = format!(
            "{:.3}",
            jiff::Timestamp::now() - jiff::SignedDuration::from_hours(169)
        );
        sqlx::query("update sessions set deleted_at = ? where id = ?")
            .bind(time)
            .bind(id.as_str())
            .execute(&pool)
            .await
            .unwrap();
    }

    async fn object(&self, session: &SessionId, fields: ObjectFields) -> Object {
        self.service.add_object(session, fields).await.unwrap()
    }

    async fn click(&self, session: &SessionId, key: FrameKey, x: f32, y: f32) {
        let added = self.service.add_prompt(session, key, point(x, y)).await;
        added.unwrap();
    }
}

/// A data directory with an empty database, and nothing that works on it.
async fn data_dir() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    std::fs::create_dir_all(data.join("staging")).unwrap();
    let store = Store::open(&data.join("scenediff.sqlite")).await.unwrap();
    (dir, store)
}

/// What `worker.sh` takes for a video: a picture, with something behind it.
fn write_film(path: &Path, tail: &str) {
    let mut bytes = Vec::new();
    image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8 * 3, y as u8 * 5, 90]))
        .write_to(
            &mut std::io::Cursor::new(&mut bytes),
            image::ImageFormat::Jpeg,
        )
        .unwrap();
    bytes.extend(tail.as_bytes());
    std::fs::write(path, bytes).unwrap();
}

/// How the next job ends.
async fn next_end(events: &mut Receiver<LiveEvent>) -> JobState {
    let end = async {
        loop {
            if let LiveEvent::Job(job) = events.recv().await.unwrap()
                && !job.state.is_active()
            {
                return job.state;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(120), end)
        .await
        .expect("a job ends")
}

/// Waits until some job is in `state`.
async fn until(events: &mut Receiver<LiveEvent>, state: JobState) {
    let wait = async {
        while !matches!(events.recv().await.unwrap(), LiveEvent::Job(job) if job.state == state) {}
    };
    tokio::time::timeout(Duration::from_secs(120), wait)
        .await
        .expect("a job comes that far");
}

fn cup(in_video1: bool, in_video2: bool) -> ObjectFields {
    ObjectFields {
        label: "cup".into(),
        multiplicity: 1,
        in_video1,
        in_video2,
        views: 1,
        deformability: Deformability::Rigid,
        change_type: ChangeType::default_for(in_video1, in_video2),
    }
}

fn key(object: &Object, side: VideoSide, frame: u32) -> FrameKey {
    FrameKey {
        object: object.id,
        side,
        frame: FrameNumber(frame),
    }
}

fn point(x: f32, y: f32) -> PromptAction {
    PromptAction::AddPoint(Point {
        x,
        y,
        label: Label::Positive,
    })
}

/// Every file below a folder, by its path; none when the folder is missing.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}
