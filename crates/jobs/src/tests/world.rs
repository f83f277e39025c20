//! A data directory with ingested sessions, as the jobs find it.

use crate::{DataDir, Jobs, JobsConfig};
use domain::{
    ChangeType, Deformability, FrameKey, FrameMasks, FrameNumber, FrameRow, FrameTable, JobId,
    JobKind, JobRecord, Label, LiveEvent, ObjectFields, ObjectId, Point, PromptAction, SessionId,
    VideoSide,
};
use image::codecs::jpeg::JpegEncoder;
use sam2::{FeatureLimits, Segmenter};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use store::Store;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

pub(super) const WIDTH: u32 = 48;
pub(super) const HEIGHT: u32 = 32;
/// Rows of the timeline of video 1 (24 frames per second) and video 2 (60).
pub(super) const ROWS: [u32; 2] = [45, 30];
/// Source frames that are shown, which is also the number of steps of the fake tracker.
pub(super) const STEPS: usize = 36 + 30;

pub(super) struct World {
    pub(super) store: Store,
    pub(super) session: SessionId,
    pub(super) jobs: Jobs,
    pub(super) events: Receiver<LiveEvent>,
}

impl World {
    /// A new data directory with the session `name` in it, and jobs that run on it.
    pub(super) async fn new(dir: &Path, name: &str, model: Arc<dyn Segmenter>) -> Self {
        Self::with_disk(dir, name, model, 0).await
    }

    /// The same, with bytes on disk for features.
    pub(super) async fn with_disk(
        dir: &Path,
        name: &str,
        model: Arc<dyn Segmenter>,
        disk_bytes: u64,
    ) -> Self {
        let store = open(dir).await;
        let session = add_session(dir, &store, name).await;
        add_clicks(&store, &session).await;
        Self::start(dir, store, session, model, disk_bytes).await
    }

    /// Jobs that run on a data directory that is there already.
    pub(super) async fn again(dir: &Path, name: &str, model: Arc<dyn Segmenter>) -> Self {
        let session = name.parse().unwrap();
        Self::start(dir, open(dir).await, session, model, 0).await
    }

    async fn start(
        dir: &Path,
        store: Store,
        session: SessionId,
        model: Arc<dyn Segmenter>,
        disk_bytes: u64,
    ) -> Self {
        let config = JobsConfig {
            features: FeatureLimits {
                frames: 2,
                disk_bytes,
            },
            ..JobsConfig::new(dir.to_owned(), "no-decoder".into())
        };
        let jobs = Jobs::start(config, store.clone(), model).await.unwrap();
        Self {
            store,
            session,
            events: jobs.subscribe(),
            jobs,
        }
    }

    pub(super) async fn propagate(&self) -> JobRecord {
        let kind = JobKind::Propagate;
        self.jobs.enqueue(&self.session, kind).await.unwrap()
    }

    /// Waits until the job has ended; also gives every record of it that was published meanwhile.
    pub(super) async fn end_of(&mut self, id: JobId) -> (JobRecord, Vec<JobRecord>) {
        let mut seen = Vec::new();
        // The job may have ended before anybody listened.
        let now = self.store.jobs().get(id).await.unwrap();
        if !now.state.is_active() && self.events.is_empty() {
            return (now, seen);
        }
        loop {
            match self.events.recv().await {
                Ok(LiveEvent::Job(job)) if job.id == id => {
                    seen.push(job.clone());
                    if !job.state.is_active() {
                        return (job, seen);
                    }
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => panic!("the jobs are gone"),
            }
        }
    }

    pub(super) async fn masks(&self, side: VideoSide) -> Vec<FrameMasks> {
        let masks = self.store.masks();
        masks.frames(&self.session, side, 0..1000).await.unwrap()
    }
}

pub(super) async fn open(dir: &Path) -> Store {
    Store::open(&dir.join("scenediff.sqlite")).await.unwrap()
}

pub(super) fn table(side: VideoSide) -> FrameTable {
    let [rows, source_frames_per_5_rows] = match side {
        VideoSide::One => [ROWS[0], 4],
        VideoSide::Two => [ROWS[1], 10],
    };
    FrameTable {
        width: WIDTH,
        height: HEIGHT,
        time_base: (1, 120),
        rows: (0..rows)
            .map(|row| FrameRow {
                source_frame: row * source_frames_per_5_rows / 5,
                pts: i64::from(row * 4),
            })
            .collect(),
    }
}

/// An ingested session with two objects: `cup` in both videos, `ball` in video 1.
pub(super) async fn add_session(dir: &Path, store: &Store, name: &str) -> SessionId {
    let session: SessionId = name.parse().unwrap();
    let files = ["before.mp4", "after.mp4"];
    store
        .sessions()
        .create(&session, "kitchen", files)
        .await
        .unwrap();
    let data = DataDir::new(dir.to_owned());
    fs::create_dir_all(data.uploads(&session)).unwrap();
    for side in VideoSide::BOTH {
        let upload = format!("original_video{}.mp4", side.number());
        fs::write(data.uploads(&session).join(upload), "as uploaded").unwrap();
        let table = table(side);
        fs::create_dir_all(data.frames(&session, side)).unwrap();
        for source_frame in table.shown_frames() {
            let grey = source_frame as u8 * 4;
            let pixels = vec![grey; (WIDTH * HEIGHT * 3) as usize];
            let file = fs::File::create(data.frame(&session, side, source_frame)).unwrap();
            JpegEncoder::new_with_quality(file, 95)
                .encode(&pixels, WIDTH, HEIGHT, image::ExtendedColorType::Rgb8)
                .unwrap();
        }
        let videos = store.videos();
        videos
            .set_frame_table(&session, side, &table)
            .await
            .unwrap();
    }
    for (label, in_video2) in [("cup", true), ("ball", false)] {
        let fields = ObjectFields {
            label: label.into(),
            multiplicity: 1,
            in_video1: true,
            in_video2,
            views: 1,
            deformability: Deformability::Rigid,
            change_type: ChangeType::default_for(true, in_video2),
        };
        store.objects().add(&session, &fields).await.unwrap();
    }
    session
}

pub(super) async fn add_clicks(store: &Store, session: &SessionId) {
    let objects = store.objects().list(session).await.unwrap();
    let (cup, ball) = (objects[0].id, objects[1].id);
    click(store, session, cup, VideoSide::One, 12, (20.0, 10.0)).await;
    click(store, session, ball, VideoSide::One, 20, (10.0, 20.0)).await;
    click(store, session, cup, VideoSide::Two, 0, (24.0, 16.0)).await;
}

pub(super) async fn click(
    store: &Store,
    session: &SessionId,
    object: ObjectId,
    side: VideoSide,
    frame: u32,
    (x, y): (f32, f32),
) {
    let key = FrameKey {
        object,
        side,
        frame: FrameNumber(frame),
    };
    let action = PromptAction::AddPoint(Point {
        x,
        y,
        label: Label::Positive,
    });
    store.prompts().append(session, key, action).await.unwrap();
}
