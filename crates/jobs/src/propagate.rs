//! The offline job: carries the masks through both videos, then writes the result files.

use crate::JobsError;
use crate::export_results::write_results;
use crate::plan::SidePlan;
use crate::progress::Progress;
use crate::shared::Shared;
use crate::track::SideRun;
use domain::{JobRecord, VideoSide};
use tokio_util::sync::CancellationToken;

/// Runs the job, or goes on behind its last committed chunk.
///
/// # Errors
/// When nothing is clicked, the model or the disk fails, or a person stops it.
pub(crate) async fn run(
    shared: &Shared,
    job: &JobRecord,
    wish: &CancellationToken,
) -> Result<(), JobsError> {
    let store = &shared.store;
    let objects = store.objects().list(&job.session).await?;
    let events = store.prompts().live_events(&job.session).await?;
    let mut runs = Vec::new();
    for side in VideoSide::BOTH {
        let table = store.videos().frame_table(&job.session, side).await?;
        let approved = store.approvals().list(&job.session, side).await?;
        match SidePlan::new(side, table, &objects, &events, &approved)? {
            Some(plan) => runs.push(SideRun::begin(shared, job, plan).await?),
            // Its objects or clicks were taken away since the last job.
            None => store.masks().clear(&job.session, side).await?,
        }
    }
    if runs.is_empty() {
        return Err(JobsError::Request(
            "no object is clicked in any video: click an object, then start the job again".into(),
        ));
    }
    let total = runs.iter().map(SideRun::total).sum();
    let mut progress = Progress::new(shared, job, total);
    let mut before = 0;
    for run in runs {
        let steps = run.total();
        run.finish(shared, job, before, &mut progress, wish).await?;
        before += steps;
    }
    write_results(shared, job, objects, &events, &mut progress, wish).await
}
