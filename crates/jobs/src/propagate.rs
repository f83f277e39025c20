//! The offline job: carries the masks through both videos, then writes the result files.

use crate::JobsError;
use crate::export_results::write_results;
use crate::plan::SidePlan;
use crate::progress::Progress;
use crate::shared::Shared;
use crate::track::SideRun;
use crate::uploaded_masks::untouched;
use domain::{JobRecord, Object, VideoSide, fold_events};
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
    let is_uploaded = store.uploads().get(&job.session).await?.is_some();
    let prompts = fold_events(&events);
    let mut runs = Vec::new();
    for side in VideoSide::BOTH {
        let table = store.videos().frame_table(&job.session, side).await?;
        let approved = store.approvals().list(&job.session, side).await?;
        // No click stands behind uploaded masks: they stay as they are where nobody has clicked.
        let kept = if is_uploaded {
            untouched(&objects, &prompts, side)
        } else {
            Vec::new()
        };
        let tracked: Vec<Object> = objects
            .iter()
            .filter(|object| !kept.contains(&object.id))
            .cloned()
            .collect();
        match SidePlan::new(side, table, &tracked, &events, &approved)? {
            Some(plan) => runs.push(SideRun::begin(shared, job, plan, &kept).await?),
            None if is_uploaded => {}
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
