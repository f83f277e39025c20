//! What the last job changed, and the way back.

use super::{Masks, StoredMask, by_frame};
use crate::{StoreError, objects, reviews};
use domain::{Change, FrameMasks, ObjectId, SessionId, VideoSide};
use std::ops::Range;

/// The masks of the finished run before the last one that are not the same in the last one.
const FORMER: &str = "
    with runs as (select id from mask_runs where session = ?1 and side = ?2 and finished = 1 order by id desc limit 2)
    select former.frame, former.object, former.score, former.height, former.width, former.counts, former.agreement
    from masks former
    left join masks now on now.run = (select max(id) from runs)
                       and now.frame = former.frame and now.object = former.object
    where former.run = (select min(id) from runs having count(*) = 2)
      and former.frame >= ?3 and former.frame < ?4
      and former.object in (select id from objects where removed_label is null)
      and (now.counts is null or now.counts <> former.counts)
    order by former.frame, former.object";

impl Masks<'_> {
    /// The masks that the last job changed, as they were before it; read like [`frames`](Self::frames). Nothing unless two
    /// runs have finished.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a stored mask cannot be read.
    pub async fn former_frames(
        &self,
        session: &SessionId,
        side: VideoSide,
        range: Range<u32>,
    ) -> Result<Vec<FrameMasks>, StoreError> {
        let rows = sqlx::query_as::<_, StoredMask>(FORMER)
            .bind(session.as_str())
            .bind(side.number())
            .bind(range.start)
            .bind(range.end)
            .fetch_all(&self.0.readers)
            .await?;
        by_frame(rows)
    }

    /// Gives an object back the masks that it had before the last job; those of now become the former ones, so that this,
    /// too, can be taken back. Says on how many rows something changed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is nothing to go back to.
    pub async fn swap_former(
        &self,
        session: &SessionId,
        side: VideoSide,
        object: ObjectId,
    ) -> Result<u32, StoreError> {
        let mut tx = self.0.write().await?;
        // A mask changes its run twice on the way; what counts is the end.
        sqlx::query("pragma defer_foreign_keys = on")
            .execute(&mut *tx)
            .await?;
        let runs: Vec<i64> = sqlx::query_scalar(
            "select id from mask_runs where session = ? and side = ? and finished = 1 order by id desc limit 2",
        )
        .bind(session.as_str())
        .bind(side.number())
        .fetch_all(&mut *tx)
        .await?;
        let [now, former] = runs[..] else {
            return Err(StoreError::Conflict(
                "there is no earlier run whose masks could come back".into(),
            ));
        };
        if objects::session_of(&mut tx, object).await? != *session {
            return Err(StoreError::NotFound(format!(
                "object {object} of {session}"
            )));
        }
        let changed: u32 = sqlx::query_scalar(
            "select count(distinct frame) from (
               select frame, counts from masks where run = ?1 and object = ?3
               except select frame, counts from masks where run = ?2 and object = ?3
               union all select * from (
                 select frame, counts from masks where run = ?2 and object = ?3
                 except select frame, counts from masks where run = ?1 and object = ?3))",
        )
        .bind(now)
        .bind(former)
        .bind(object.0)
        .fetch_one(&mut *tx)
        .await?;
        // By way of a number that no run has, because a mask has one place.
        for (from, to) in [(now, -now), (former, now), (-now, former)] {
            sqlx::query("update masks set run = ? where run = ? and object = ?")
                .bind(to)
                .bind(from)
                .bind(object.0)
                .execute(&mut *tx)
                .await?;
        }
        if changed > 0 {
            reviews::masks_changed(&mut tx, self.0.person, session, &[object]).await?;
        }
        let title = objects::title(&mut tx, object).await?;
        let change = Change::MasksSwapped { title, side };
        crate::history::note(&mut tx, self.0.person, session, Some(object), &change).await?;
        tx.commit().await?;
        Ok(changed)
    }
}
