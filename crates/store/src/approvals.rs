//! Masks that a person approved, one per object, video and frame: no later run changes them.

use crate::{Store, StoreError, now, objects, prompts};
use domain::{
    Action, Change, Edit, FrameKey, FrameNumber, FrameSpan, ObjectAction, ObjectId, Rle, SessionId,
    VideoSide,
};
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
    /// Approves the masks that are shown on a frame or a span of frames, or takes that back; gives the number of frames. What
    /// was approved earlier is replaced. Frames without a mask of the offline job are left out. *Undo* takes it back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such object, or no job has made a mask there to be approved.
    pub async fn set(
        &self,
        session: &SessionId,
        span: impl Into<FrameSpan>,
        approved: bool,
    ) -> Result<u32, StoreError> {
        let span = span.into();
        let key = FrameKey {
            object: span.object,
            side: span.side,
            frame: span.from,
        };
        let action = ObjectAction::Approve {
            to: span.to,
            approved,
        };
        let mut tx = self.0.write().await?;
        objects::check_of(&mut tx, session, span.object).await?;
        let person = self.0.person;
        let seq = prompts::append(&mut tx, person, session, key, Action::Object(action)).await?;
        let frames: u32 = sqlx::query_scalar(
            "select count(*) from approval_changes where session = ? and seq = ? and after = ?",
        )
        .bind(session.as_str())
        .bind(seq)
        // What is approved no longer was approved before.
        .bind(approved)
        .fetch_one(&mut *tx)
        .await?;
        // Where there is nothing, nothing was done: the entry goes with the transaction.
        match (frames, approved) {
            (0, false) => Ok(0),
            (0, true) => Err(StoreError::NotFound(format!(
                "mask of object {} on {} of {}: only what the offline job has made can be approved",
                span.object,
                words(&span),
                span.side
            ))),
            _ => {
                self.note(&mut tx, session, &span, approved).await?;
                tx.commit().await?;
                Ok(frames)
            }
        }
    }

    async fn note(
        &self,
        tx: &mut SqliteConnection,
        session: &SessionId,
        span: &FrameSpan,
        approved: bool,
    ) -> Result<(), StoreError> {
        let title = objects::title(tx, span.object).await?;
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

/// Approves the frames of an entry of the session's list from its key to `to`, or takes that back, for the first time or again.
pub(crate) async fn apply(
    tx: &mut SqliteConnection,
    session: &SessionId,
    edit: &Edit,
    to: FrameNumber,
    approved: bool,
) -> Result<(), StoreError> {
    let is_known: bool = sqlx::query_scalar(
        "select exists (select 1 from approval_changes where session = ? and seq = ?)",
    )
    .bind(session.as_str())
    .bind(edit.seq)
    .fetch_one(&mut *tx)
    .await?;
    if !is_known && approved {
        write_down(
            tx,
            session,
            edit,
            to,
            "insert into approval_changes (session, seq, after, frame, height, width, counts)
             select ?1, ?2, 1, frame, height, width, counts from masks
             where run = (select id from mask_runs where session = ?1 and side = ?4
                          order by finished desc, id desc limit 1)
               and frame between ?5 and ?6 and object = ?3",
        )
        .await?;
    }
    if !is_known {
        let select = if approved {
            "insert into approval_changes (session, seq, after, frame, height, width, counts)
             select ?1, ?2, 0, frame, height, width, counts from approved_frames
             where object = ?3 and side = ?4 and frame between ?5 and ?6
               and frame in (select frame from approval_changes where session = ?1 and seq = ?2)"
        } else {
            "insert into approval_changes (session, seq, after, frame, height, width, counts)
             select ?1, ?2, 0, frame, height, width, counts from approved_frames
             where object = ?3 and side = ?4 and frame between ?5 and ?6"
        };
        write_down(tx, session, edit, to, select).await?;
    }
    set(tx, session, edit, true).await
}

/// Writes down approved masks before an entry or after it.
async fn write_down(
    tx: &mut SqliteConnection,
    session: &SessionId,
    edit: &Edit,
    to: FrameNumber,
    insert: &'static str,
) -> Result<(), StoreError> {
    sqlx::query(insert)
        .bind(session.as_str())
        .bind(edit.seq)
        .bind(edit.key.object.0)
        .bind(edit.key.side.number())
        .bind(edit.key.frame.0)
        .bind(to.0)
        .execute(tx)
        .await?;
    Ok(())
}

/// Makes the approved masks those after an entry, or those before it.
pub(crate) async fn set(
    tx: &mut SqliteConnection,
    session: &SessionId,
    edit: &Edit,
    after: bool,
) -> Result<(), StoreError> {
    sqlx::query(
        "delete from approved_frames where object = ? and side = ?
            and frame in (select frame from approval_changes where session = ? and seq = ?)",
    )
    .bind(edit.key.object.0)
    .bind(edit.key.side.number())
    .bind(session.as_str())
    .bind(edit.seq)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into approved_frames (object, side, frame, height, width, counts, created_at)
         select ?1, ?2, frame, height, width, counts, ?6 from approval_changes
         where session = ?3 and seq = ?4 and after = ?5",
    )
    .bind(edit.key.object.0)
    .bind(edit.key.side.number())
    .bind(session.as_str())
    .bind(edit.seq)
    .bind(after)
    .bind(now())
    .execute(&mut *tx)
    .await?;
    Ok(())
}

fn words(span: &FrameSpan) -> String {
    if span.from == span.to {
        format!("frame {}", span.from)
    } else {
        format!("frames {} to {}", span.from, span.to)
    }
}
