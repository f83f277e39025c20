//! The masks of a few steps on their way into the database.

use crate::JobsError;
use crate::plan::SidePlan;
use domain::{FrameNumber, JobRecord};
use sam2::TrackedMask;
use std::mem;
use store::{MaskRow, Store};
use tokio_util::sync::CancellationToken;

/// Most masks that one transaction writes. Whoever else writes waits for a fraction of a second, also where a film stands still
/// and thousands of rows show one frame.
pub(crate) const PART: usize = 2000;

/// The masks since the last commit.
pub(crate) struct Chunk<'a> {
    plan: &'a SidePlan,
    job: &'a JobRecord,
    /// As the tracker made them, one for all rows that show its frame.
    masks: Vec<TrackedMask>,
}

impl<'a> Chunk<'a> {
    pub(crate) fn new(plan: &'a SidePlan, job: &'a JobRecord) -> Self {
        Self {
            plan,
            job,
            masks: Vec::new(),
        }
    }

    /// Takes the masks of a step.
    pub(crate) fn add(&mut self, masks: Vec<TrackedMask>) {
        self.masks.extend(masks);
    }

    /// Writes them, the last part together with the state from which the tracker goes on, and begins the next chunk.
    ///
    /// # Errors
    /// When the database fails, or a person stops the job in the middle.
    pub(crate) async fn commit(
        &mut self,
        store: &Store,
        state: &[u8],
        wish: &CancellationToken,
    ) -> Result<(), JobsError> {
        let (session, side, job) = (&self.job.session, self.plan.side, self.job.id);
        let masks = store.masks();
        let mut part = Vec::new();
        for tracked in mem::take(&mut self.masks) {
            let object = self.plan.objects.get(&tracked.object);
            let source_frame = self.plan.shown.get(tracked.frame as usize);
            let (Some(&object), Some(&source_frame)) = (object, source_frame) else {
                continue;
            };
            for row in self.plan.table.rows_showing(source_frame) {
                if part.len() == PART {
                    masks.add_part(session, side, job, &part).await?;
                    part.clear();
                    if wish.is_cancelled() {
                        return Err(JobsError::Cancelled);
                    }
                }
                part.push(MaskRow {
                    object,
                    frame: FrameNumber(row),
                    mask: tracked.mask.clone(),
                    score: tracked.score,
                    look: tracked.look,
                });
            }
        }
        masks.commit_chunk(session, side, job, &part, state).await?;
        Ok(())
    }
}
