//! The durable queue, the engine's lanes, live events, and the jobs: ingest and propagate.
//!
//! [`Jobs`] is the handle that everybody clones. Jobs of one kind run one after the other; the two kinds do not wait for
//! each other. What a job has done is in the store: after a crash [`Jobs::start`] takes up every job that had not ended.
//!
//! | module | what |
//! |---|---|
//! | `queue` | which job is next, kept by apalis |
//! | `run` | the life of a job, from queued to one end |
//! | `ingest`, `worker_process` | uploads to frames, in a child process |
//! | `uploaded_masks` | masks that were made elsewhere, with their videos |
//! | `propagate`, `plan`, `changes`, `track`, `chunk` | clicks to masks |
//! | `export_results`, `overlay` | masks to files |
//! | `review_file` | what reviewers say, as a file beside them |
//! | `same_place` | which frames of both videos show the same place |
//! | `search` | an object of one video in the other |
//! | `engine`, `gate` | the model, and who may use it next |

mod blocking;
mod cancel;
mod changes;
mod chunk;
mod config;
mod engine;
mod error;
mod events;
mod example;
mod export_results;
mod frames;
mod gate;
mod ingest;
mod overlay;
mod plan;
mod progress;
mod propagate;
mod queue;
mod review_file;
mod run;
mod same_place;
mod search;
mod shared;
#[cfg(test)]
mod tests;
mod track;
mod uploaded_masks;
mod worker_process;

pub use changes::known_clicks;
pub use config::{DataDir, JobsConfig};
pub use error::JobsError;
pub use export::{FILE_MAX as SEGMENTS_MAX, Summary as SegmentsSummary};
pub use search::{Sight, Sighting, Wanted};

use crate::blocking::blocking;
use crate::cancel::RunningJobs;
use crate::engine::Engine;
use crate::events::Events;
use crate::frames::{StoredFrame, Tables, read_frame};
use crate::queue::Queue;
use crate::same_place::Known;
use crate::search::Searches;
use crate::shared::Shared;
use crate::worker_process::Decoders;
use domain::{
    FrameNumber, FramePrompts, JobId, JobKind, JobRecord, JobState, LiveEvent, ModelInfo,
    Readiness, SessionId, VideoSide,
};
use sam2::{Prediction, Segmenter};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Store, StoreError};
use tokio::sync::broadcast;
use video::Probe;

/// The queue, the engine and the live events; cheap to clone.
#[derive(Clone)]
pub struct Jobs(Arc<Shared>);

impl Jobs {
    /// Opens the queue, starts both lanes, and takes up the jobs that had not ended.
    ///
    /// # Errors
    /// When the queue or the store cannot be used.
    pub async fn start(
        config: JobsConfig,
        store: Store,
        segmenter: Arc<dyn Segmenter>,
    ) -> Result<Self, JobsError> {
        let root = &config.data_dir;
        tokio::fs::create_dir_all(root)
            .await
            .map_err(JobsError::file("create", root))?;
        let data = DataDir::new(config.data_dir);
        let shared = Arc::new(Shared {
            queue: Queue::open(&data.queue()).await?,
            engine: Arc::new(Engine::new(segmenter, data.features(), config.features)),
            tables: Tables::new(store.clone()),
            decoders: Decoders::new(config.worker_exe),
            events: Events::new(),
            running: RunningJobs::default(),
            same_place: Known::default(),
            review_files: tokio::sync::Mutex::default(),
            searches: Searches::default(),
            reading_masks: Arc::default(),
            store,
            data,
        });
        export_results::repair(&shared.data).await?;
        for job in shared.store.jobs().unfinished().await? {
            shared.queue.push(job.kind, job.id).await?;
        }
        for kind in [JobKind::Ingest, JobKind::Propagate] {
            let jobs = Arc::clone(&shared);
            shared.queue.work(kind, move |_ticket| {
                let jobs = Arc::clone(&jobs);
                async move { run::work_off(&jobs, kind).await }
            });
        }
        Ok(Self(shared))
    }

    /// Puts a job into the queue; the store moves the session along.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the session has a job that waits or runs. Once stored, it is not refused any more.
    pub async fn enqueue(
        &self,
        session: &SessionId,
        kind: JobKind,
    ) -> Result<JobRecord, JobsError> {
        self.enqueue_in(&self.0.store, session, kind).await
    }

    /// Puts a job into the queue that somebody asked for; `store` acts as that person.
    ///
    /// # Errors
    /// As [`enqueue`](Self::enqueue).
    pub async fn enqueue_in(
        &self,
        store: &Store,
        session: &SessionId,
        kind: JobKind,
    ) -> Result<JobRecord, JobsError> {
        let job = store.jobs().create(session, kind).await?;
        self.0.publish_job(&job);
        self.0.publish_session(session).await?;
        if let Err(error) = self.0.queue.push(kind, job.id).await {
            tracing::error!(job = %job.id, %error, "the queue fails; the job waits until it works again");
            tokio::spawn(run::push_later(Arc::clone(&self.0), kind, job.id));
        }
        Ok(job)
    }

    /// Puts a job that waits ahead of all others of its kind; `store` acts as whoever asked for that.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it does not wait, [`StoreError::NotFound`] when there is no such job.
    pub async fn move_up_in(&self, store: &Store, id: JobId) -> Result<JobRecord, JobsError> {
        let job = store.jobs().move_up(id).await?;
        self.0.publish_job(&job);
        Ok(job)
    }

    /// Stops a job: at once when it waits, between two frames when it runs. A cancelled ingest removes its session, unless
    /// that is deleted, and can come back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such job, [`StoreError::JobEnded`] when it has ended.
    pub async fn cancel(&self, id: JobId) -> Result<(), JobsError> {
        let job = self.0.store.jobs().get(id).await?;
        if !job.state.is_active() {
            let state = job.state;
            return Err(StoreError::JobEnded { id, state }.into());
        }
        if !self.0.running.cancel(id) {
            run::close(&self.0, id, JobState::Cancelled, None, false).await?;
            // It may have begun in between.
            self.0.running.cancel(id);
        }
        Ok(())
    }

    /// Stops a job, and waits until it no longer runs; nothing when it has ended by itself.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such job.
    pub async fn stop_job(&self, id: JobId) -> Result<(), JobsError> {
        match self.cancel(id).await {
            Ok(()) | Err(JobsError::Store(StoreError::JobEnded { .. })) => {}
            Err(error) => return Err(error),
        }
        self.0.running.ended(id).await;
        Ok(())
    }

    /// Kills the decoders, because the server is being stopped: their jobs go on at the next start, and none begins any more.
    pub async fn stop(&self) {
        self.0.decoders.stop().await;
    }

    /// Removes a session with its uploads, frames and results; a job that works on it is stopped first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such session; when a file cannot be removed.
    pub async fn remove_session(&self, session: &SessionId) -> Result<(), JobsError> {
        let sessions = self.0.store.sessions();
        if sessions.deleted_at(session).await?.is_none() {
            sessions.get(session).await?;
        }
        if let Some(job) = self.0.store.jobs().latest_for(session).await?
            && job.state.is_active()
        {
            self.stop_job(job.id).await?;
        }
        run::remove_session(&self.0, session).await
    }

    /// Listens to what happens from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<LiveEvent> {
        self.0.events.subscribe()
    }

    /// Tells every open page about something.
    pub fn publish(&self, event: LiveEvent) {
        self.0.events.publish(event);
    }

    /// The mask for the prompts of one frame. Goes ahead of propagation between two of its frames.
    ///
    /// # Errors
    /// When there is no such frame, or the model fails.
    pub async fn preview(
        &self,
        session: &SessionId,
        side: VideoSide,
        frame: FrameNumber,
        prompts: &FramePrompts,
    ) -> Result<Prediction, JobsError> {
        let stored = self.locate(session, side, frame).await?;
        let (engine, prompts) = (Arc::clone(&self.0.engine), prompts.clone());
        blocking(move || engine.predict(&stored.features, &prompts, || read_frame(&stored.picture)))
            .await
    }

    /// Encodes a frame that is likely to be clicked soon, when nobody waits for a mask. Returns once that is decided
    /// or done; a newer call makes this one give up its place.
    ///
    /// # Errors
    /// When there is no such frame, or the model fails.
    pub async fn prepare(
        &self,
        session: &SessionId,
        side: VideoSide,
        frame: FrameNumber,
    ) -> Result<(), JobsError> {
        let wish = self.0.engine.wish();
        let stored = self.locate(session, side, frame).await?;
        let engine = Arc::clone(&self.0.engine);
        blocking(move || engine.prepare(wish, &stored.features, || read_frame(&stored.picture)))
            .await
    }

    /// Makes the model's first calls, which on a GPU compile and tune its kernels; clicks that come meanwhile wait for
    /// them. `progress` hears what comes next. The model counts as warming from this call on.
    ///
    /// # Errors
    /// The future's: when the model fails.
    pub fn warm_up<F: Fn(&str) + Send + 'static>(
        &self,
        progress: F,
    ) -> impl Future<Output = Result<(), JobsError>> + use<F> {
        let engine = Arc::clone(&self.0.engine);
        engine.set_readiness(Readiness::Warming);
        async move {
            let warmed = Arc::clone(&engine);
            let outcome = blocking(move || Ok(warmed.warm_up(&progress)?)).await;
            engine.set_readiness(match &outcome {
                Ok(()) => Readiness::Ready,
                Err(error) => Readiness::Failed(error.reason()),
            });
            outcome
        }
    }

    /// Whether the model has made its first calls.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        self.0.engine.readiness()
    }

    /// Which model answers, and where it runs.
    #[must_use]
    pub fn model(&self) -> &ModelInfo {
        self.0.engine.model()
    }

    /// Opens an uploaded file in a process of its own, and says what is in it.
    ///
    /// # Errors
    /// When the file cannot be used; the text says why.
    pub async fn probe(&self, file: &Path) -> Result<Probe, JobsError> {
        self.0.decoders.probe(file).await
    }

    /// Reads an uploaded `segments.pkl`, of which nothing is executed, and says what is in it. One is read at a time, because
    /// of the memory that it takes; whoever waits for that can be dropped.
    ///
    /// # Errors
    /// [`JobsError::Request`] when it cannot become a session; the text says where and why.
    pub async fn check_segments(&self, file: &Path) -> Result<SegmentsSummary, JobsError> {
        uploaded_masks::check(&self.0, file).await
    }

    /// Draws the example pair into `before.mp4` and `after.mp4` below `folder`, which must exist.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub async fn write_example(&self, folder: &Path) -> Result<(PathBuf, PathBuf), JobsError> {
        let folder = folder.to_owned();
        blocking(move || example::write_example(&folder)).await
    }

    /// Brings the file of a session's review in line with the store, if the session has results.
    ///
    /// # Errors
    /// When there is no such session, or the file cannot be written.
    pub async fn refresh_review(&self, session: &SessionId) -> Result<(), JobsError> {
        review_file::refresh(&self.0, session).await
    }

    /// Where everything of a session lies.
    #[must_use]
    pub fn data_dir(&self) -> &DataDir {
        &self.0.data
    }

    /// The picture that a row of the timeline shows.
    ///
    /// # Errors
    /// When the video is not ingested yet or has no such row.
    pub async fn frame_path(
        &self,
        session: &SessionId,
        side: VideoSide,
        frame: FrameNumber,
    ) -> Result<PathBuf, JobsError> {
        Ok(self.locate(session, side, frame).await?.picture)
    }

    async fn locate(
        &self,
        session: &SessionId,
        side: VideoSide,
        frame: FrameNumber,
    ) -> Result<StoredFrame, JobsError> {
        let shared = &self.0;
        let source_frame = shared.tables.source_frame(session, side, frame).await?;
        Ok(shared.data.stored_frame(session, side, source_frame))
    }
}
