//! Carries the objects of one video through its frames, chunk by chunk.

use crate::JobsError;
use crate::blocking::blocking;
use crate::chunk::Chunk;
use crate::engine::Step;
use crate::frames::{FrameReader, StoredFrame, read_frame};
use crate::plan::SidePlan;
use crate::progress::Progress;
use crate::shared::Shared;
use domain::{JobRecord, ObjectId, RgbFrame};
use sam2::{EngineError, Pass, Tracker};
use std::sync::Arc;
use store::Carried;
use tokio_util::sync::CancellationToken;

/// Steps between two commits: what a kill can cost.
const CHUNK: u32 = 16;

/// The work on one video.
pub(crate) struct SideRun {
    plan: SidePlan,
    tracker: Box<dyn Tracker>,
    /// Whether every mask is there already.
    finished: bool,
}

impl SideRun {
    /// Begins the work, or takes it up behind the last chunk that this job committed with the same plan. The masks of the
    /// objects in `kept`, which are not in the plan, stay as they are.
    ///
    /// # Errors
    /// When the plan makes no sense, or the model or the database fails.
    pub(crate) async fn begin(
        shared: &Shared,
        job: &JobRecord,
        mut plan: SidePlan,
        kept: &[ObjectId],
    ) -> Result<Self, JobsError> {
        let masks = shared.store.masks();
        let model = &shared.engine.model().hash;
        let before = masks
            .finished_plan(&job.session, plan.side, Some(job.id))
            .await?;
        let mut carried = plan.narrow(model, before.as_deref());
        let all = 0..plan.table.len() as u32;
        carried.extend(kept.iter().map(|&object| Carried {
            object,
            rows: vec![all.clone()],
        }));
        let fingerprint = plan.fingerprint(model)?;
        let begin = || masks.begin_run(&job.session, plan.side, job.id, &fingerprint, &carried);
        let mut stored = begin().await?;
        let mut tracker = None;
        if stored.plan != fingerprint {
            tracing::info!(job = %job.id, side = %plan.side, "the prompts changed: the video starts again");
        } else if stored.finished || stored.tracker_state.is_none() {
            tracker = Some(start(shared, &plan).await?);
        } else if let Some(state) = stored.tracker_state.take() {
            tracker = resume(shared, job, &plan, state).await?;
        }
        let tracker = match tracker {
            Some(tracker) => tracker,
            None => {
                masks.drop_run(&job.session, plan.side, job.id).await?;
                stored = begin().await?;
                start(shared, &plan).await?
            }
        };
        Ok(Self {
            finished: stored.finished,
            plan,
            tracker,
        })
    }

    /// Steps in all.
    pub(crate) fn total(&self) -> u32 {
        self.tracker.total_steps()
    }

    /// Does what is left to do. `before` steps were done in the other video.
    ///
    /// # Errors
    /// When a frame cannot be read, the model or the database fails, or a person stops the job.
    pub(crate) async fn finish(
        self,
        shared: &Shared,
        job: &JobRecord,
        before: u32,
        progress: &mut Progress<'_>,
        wish: &CancellationToken,
    ) -> Result<(), JobsError> {
        let Self {
            plan,
            mut tracker,
            finished,
        } = self;
        let (session, side) = (&job.session, plan.side);
        if finished {
            progress.done(before + tracker.total_steps()).await?;
            return Ok(());
        }
        let masks = shared.store.masks();
        let files = |source_frame: &u32| shared.data.stored_frame(session, side, *source_frame);
        let mut reader = FrameReader::new(plan.shown.iter().map(files).collect());
        let mut chunk = Chunk::new(&plan, job);
        while let Some(index) = tracker.next_frame() {
            if wish.is_cancelled() {
                return Err(JobsError::Cancelled);
            }
            let stage = format!("{side}, {}", pass_name(tracker.pass()));
            if stage != progress.stage_name() {
                let done = before + tracker.steps_done();
                progress.stage(&stage, done).await?;
            }
            let is_kept = |frame: &StoredFrame| shared.engine.keeps(&frame.features);
            let frame = reader.frame(index)?;
            let picture = if is_kept(&frame) {
                None
            } else {
                Some(reader.read(index).await?)
            };
            reader.read_ahead(index, tracker.pass(), is_kept);
            let step;
            (tracker, step) = self::step(shared, tracker, frame, picture).await?;
            chunk.add(step.masks);
            if let Some(state) = step.state {
                chunk.commit(&shared.store, &state, wish).await?;
            }
            progress.done(before + tracker.steps_done()).await?;
        }
        masks.finish_run(session, side, job.id).await?;
        Ok(())
    }
}

/// A tracker at its start.
async fn start(shared: &Shared, plan: &SidePlan) -> Result<Box<dyn Tracker>, JobsError> {
    let (engine, track) = (Arc::clone(&shared.engine), plan.track.clone());
    blocking(move || Ok(engine.tracker(track)?)).await
}

/// A tracker behind its last commit; none when the state is of no use any more.
async fn resume(
    shared: &Shared,
    job: &JobRecord,
    plan: &SidePlan,
    state: Vec<u8>,
) -> Result<Option<Box<dyn Tracker>>, JobsError> {
    let (engine, track) = (Arc::clone(&shared.engine), plan.track.clone());
    let resumed = blocking(move || Ok(engine.resume(track, &state))).await?;
    match resumed {
        Ok(tracker) => {
            let steps_done = tracker.steps_done();
            tracing::info!(job = %job.id, side = %plan.side, steps_done, "the video goes on");
            Ok(Some(tracker))
        }
        Err(EngineError::State(reason)) => {
            tracing::warn!(job = %job.id, side = %plan.side, reason, "the video starts again");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// One step on a thread that may block; its state is saved at the end of a chunk and of the work. A frame that was encoded
/// before needs no picture.
async fn step(
    shared: &Shared,
    mut tracker: Box<dyn Tracker>,
    frame: StoredFrame,
    picture: Option<RgbFrame>,
) -> Result<(Box<dyn Tracker>, Step), JobsError> {
    let engine = Arc::clone(&shared.engine);
    let save = (tracker.steps_done() + 1).is_multiple_of(CHUNK);
    blocking(move || {
        // What was kept may be gone by now.
        let read = || picture.map_or_else(|| read_frame(&frame.picture), Ok);
        let step = engine.step(tracker.as_mut(), &frame.features, read, save)?;
        Ok((tracker, step))
    })
    .await
}

fn pass_name(pass: Pass) -> &'static str {
    match pass {
        Pass::Prompts => "prompts",
        Pass::Forward => "forward",
        Pass::Backward => "backward",
    }
}
