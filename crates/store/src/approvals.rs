//! Masks that a person approved, one per object, video and frame: no later run changes them.

use crate::{Store, StoreError, now};
use domain::{FrameKey, FrameNumber, ObjectId, Rle, SessionId, VideoSide};
use sqlx::FromRow;

/// Functions on approved frames.
#[derive(Clone, Copy, Debug)]
pub struct Approvals<'a>(pub(crate) &'a Store);

/// A mask that a person approved.
#[derive(Clone, Debug, PartialEq)]
pub struct Approved {
    /// Object, video and frame.
    pub key: FrameKey,
    /// The mask, in pixels of the source frame; empty where the object is rightly not seen.
    pub mask: Rle,
}

#[derive(FromRow)]
struct Row {
    object: i64,
    frame: u32,
    height: u32,
    width: u32,
    counts: Vec<u8>,
}

impl Approvals<'_> {
    /// Approves the mask that is shown on a frame; one approved earlier is replaced.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such object, or no job has made a mask there.
    pub async fn approve(&self, session: &SessionId, key: FrameKey) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let done = sqlx::query(
            "insert into approved_frames (object, side, frame, height, width, counts, created_at)
             select ?2, ?3, ?4, height, width, counts, ?5 from masks
             where run = (select id from mask_runs where session = ?1 and side = ?3
                          order by finished desc, id desc limit 1)
               and frame = ?4 and object = (select id from objects where id = ?2 and session = ?1)
             on conflict do update set height = excluded.height, width = excluded.width, counts = excluded.counts",
        )
        .bind(session.as_str())
        .bind(key.object.0)
        .bind(key.side.number())
        .bind(key.frame.0)
        .bind(now())
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound(format!(
                "mask of object {} on frame {} of {}: only what the offline job has made can be approved",
                key.object, key.frame.0, key.side
            )));
        }
        tx.commit().await?;
        Ok(())
    }

    /// Takes an approval back; nothing when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw(&self, session: &SessionId, key: FrameKey) -> Result<(), StoreError> {
        sqlx::query(
            "delete from approved_frames where side = ?3 and frame = ?4
               and object = (select id from objects where id = ?2 and session = ?1)",
        )
        .bind(session.as_str())
        .bind(key.object.0)
        .bind(key.side.number())
        .bind(key.frame.0)
        .execute(&self.0.writer)
        .await?;
        Ok(())
    }

    /// What is approved in one video, in order of object and frame.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a stored mask cannot be read.
    pub async fn list(
        &self,
        session: &SessionId,
        side: VideoSide,
    ) -> Result<Vec<Approved>, StoreError> {
        let rows = sqlx::query_as::<_, Row>(
            "select object, frame, height, width, counts from approved_frames
             where side = ? and object in (select id from objects where session = ?)
             order by object, frame",
        )
        .bind(side.number())
        .bind(session.as_str())
        .fetch_all(&self.0.readers)
        .await?;
        let approved = |row: Row| {
            let mask = Rle::from_coco_text(row.height, row.width, &row.counts);
            Ok(Approved {
                key: FrameKey {
                    object: ObjectId(row.object),
                    side,
                    frame: FrameNumber(row.frame),
                },
                mask: mask.map_err(|e| StoreError::damaged("mask", e))?,
            })
        };
        rows.into_iter().map(approved).collect()
    }
}
