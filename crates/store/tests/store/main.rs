//! The store on real database files.

mod clicked;
mod comments;
mod dashboard;
mod edits;
mod history;
mod inbox;
mod jobs;
mod kill;
mod listing;
mod masks;
mod objects;
mod partial_runs;
mod people;
mod prompts;
mod reviews;
mod sessions;
mod standing;
mod uploaded_masks;
mod verdicts;

use domain::{
    ChangeType, Deformability, FrameKey, FrameNumber, Label, ObjectFields, ObjectId, Point,
    PromptAction, SessionId, VideoSide,
};
use store::Store;
use tempfile::TempDir;

/// A database in a folder of its own, with one session.
struct Fixture {
    store: Store,
    id: SessionId,
    dir: TempDir,
}

impl Fixture {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = open(&dir).await;
        let id = session(&store, "one").await;
        Self { store, id, dir }
    }

    /// Another store on the same file; the first is dropped without being closed, as when the process is killed.
    async fn reopen(self) -> Self {
        let Self { store, id, dir } = self;
        drop(store);
        let store = open(&dir).await;
        Self { store, id, dir }
    }

    async fn object(&self, label: &str, in_video1: bool, in_video2: bool) -> ObjectId {
        let fields = fields(label, in_video1, in_video2);
        self.store
            .objects()
            .add(&self.id, &fields)
            .await
            .unwrap()
            .id
    }

    async fn click(&self, object: ObjectId, side: VideoSide, frame: u32, x: f32) -> u32 {
        let event = self
            .store
            .prompts()
            .append(&self.id, key(object, side, frame), point(x))
            .await;
        event.unwrap().seq
    }

    /// The x of every click that counts, over all frames.
    async fn xs(&self) -> Vec<f32> {
        let prompts = self.store.prompts().current(&self.id).await.unwrap();
        prompts
            .values()
            .flat_map(|frame| frame.points.iter().map(|p| p.x))
            .collect()
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let path = format!("sqlite://{}", self.dir.path().join("test.sqlite").display());
        let pool = sqlx::SqlitePool::connect(&path).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap()
    }

    /// Writes past the store.
    async fn execute(&self, sql: &'static str) {
        let path = format!("sqlite://{}", self.dir.path().join("test.sqlite").display());
        let pool = sqlx::SqlitePool::connect(&path).await.unwrap();
        sqlx::query(sql).execute(&pool).await.unwrap();
        pool.close().await;
    }
}

async fn open(dir: &TempDir) -> Store {
    Store::open(&dir.path().join("test.sqlite")).await.unwrap()
}

async fn session(store: &Store, name: &str) -> SessionId {
    let id: SessionId = name.parse().unwrap();
    store
        .sessions()
        .create(&id, "kitchen", ["before.mp4", "after.mov"])
        .await
        .unwrap();
    id
}

fn fields(label: &str, in_video1: bool, in_video2: bool) -> ObjectFields {
    ObjectFields {
        label: label.into(),
        multiplicity: 1,
        in_video1,
        in_video2,
        views: 3,
        deformability: Deformability::Deformable,
        change_type: ChangeType::default_for(in_video1, in_video2),
    }
}

fn key(object: ObjectId, side: VideoSide, frame: u32) -> FrameKey {
    FrameKey {
        object,
        side,
        frame: FrameNumber(frame),
    }
}

fn point(x: f32) -> PromptAction {
    PromptAction::AddPoint(Point {
        x,
        y: 2.5,
        label: Label::Negative,
    })
}
