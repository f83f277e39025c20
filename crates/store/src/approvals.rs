//! Masks that a person approved, one per object, video and frame: no later run changes them.

use crate::{Store, StoreError, now};
use domain::{Change, FrameKey, FrameNumber, FrameSpan, ObjectId, Rle, SessionId, VideoSide};
use sqlx::{FromRow, SqliteConnection};

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
    /// Approves the masks that are shown on a frame or a span of frames, and says how many they are; what was approved earlier
    /// is replaced. Frames without a mask of the offline job are left out.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such object, or no job has made a mask there.
    pub async fn approve(
        &self,
        session: &SessionId,
        span: impl Into<FrameSpan>,
    ) -> Result<u32, StoreError> {
        let span = span.into();
        let mut tx = self.0.write().await?;
        let done = sqlx::query(
            "insert into approved_frames (object, side, frame, height, width, counts, created_at)
             select ?2, ?3, frame, height, width, counts, ?6 from masks
             where run = (select id from mask_runs where session = ?1 and side = ?3
                          order by finished desc, id desc limit 1)
               and frame between ?4 and ?5 and object = (select id from objects where id = ?2 and session = ?1)
             on conflict do update set height = excluded.height, width = excluded.width, counts = excluded.counts",
        )
        .bind(session.as_str())
        .bind(span.object.0)
        .bind(span.side.number())
        .bind(span.from.0)
        .bind(span.to.0)
        .bind(now())
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound(format!(
                "mask of object {} on {} of {}: only what the offline job has made can be approved",
                span.object,
                words(&span),
                span.side
            )));
        }
        self.note(&mut tx, session, &span, true).await?;
        tx.commit().await?;
        Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
    }

    /// Takes the approval of a frame or a span of frames back, and says of how many; nothing happens when there are none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw(
        &self,
        session: &SessionId,
        span: impl Into<FrameSpan>,
    ) -> Result<u32, StoreError> {
        let span = span.into();
        let mut tx = self.0.write().await?;
        let done = sqlx::query(
            "delete from approved_frames where side = ?3 and frame between ?4 and ?5
               and object = (select id from objects where id = ?2 and session = ?1)",
        )
        .bind(session.as_str())
        .bind(span.object.0)
        .bind(span.side.number())
        .bind(span.from.0)
        .bind(span.to.0)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() > 0 {
            self.note(&mut tx, session, &span, false).await?;
        }
        tx.commit().await?;
        Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
    }

    async fn note(
        &self,
        tx: &mut SqliteConnection,
        session: &SessionId,
        span: &FrameSpan,
        approved: bool,
    ) -> Result<(), StoreError> {
        let title = crate::objects::title(tx, span.object).await?;
        let (side, from, to) = (span.side, span.from, span.to);
        let change = if from == to {
            Change::FrameApproved {
                title,
                side,
                frame: from,
                approved,
            }
        } else {
            Change::SpanApproved {
                title,
                side,
                from,
                to,
                approved,
            }
        };
        crate::history::note(tx, self.0.person, session, Some(span.object), &change).await
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

fn words(span: &FrameSpan) -> String {
    if span.from == span.to {
        format!("frame {}", span.from)
    } else {
        format!("frames {} to {}", span.from, span.to)
    }
}
