//! Masks that a person approved, one per object, video and frame: no later run changes them.

use crate::{Store, StoreError, history, now, objects, prompts};
use domain::{
    Action, Change, Edit, FrameKey, FrameNumber, FrameSpan, ObjectAction, ObjectId, PersonId, Rle,
    SessionId, VideoSide,
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
        let frames = count(&mut tx, session, seq).await?;
        // Where nothing becomes different, nothing was done: the entry goes with the transaction.
        match (frames, approved) {
            ((0, _), false) => Ok(0),
            ((0, _), true) => Err(StoreError::NotFound(format!(
                "mask of object {} on {} of {}: only what the offline job has made can be approved",
                span.object,
                words(&span),
                span.side
            ))),
            ((all, 0), true) => Ok(all),
            ((all, _), _) => {
                tx.commit().await?;
                Ok(all)
            }
        }
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

/// Of how many frames an entry changes the approval, and on how many there is another mask approved after it than before.
async fn count(
    tx: &mut SqliteConnection,
    session: &SessionId,
    seq: u32,
) -> Result<(u32, u32), StoreError> {
    let counts = sqlx::query_as(
        "select count(distinct frame),
                count(distinct frame) filter (where not exists (
                    select 1 from approval_changes o
                    where o.session = c.session and o.seq = c.seq and o.frame = c.frame and o.after = 1 - c.after
                      and o.height = c.height and o.width = c.width and o.counts = c.counts))
         from approval_changes c where session = ? and seq = ?",
    )
    .bind(session.as_str())
    .bind(seq)
    .fetch_one(tx)
    .await?;
    Ok(counts)
}

/// Writes into the history that masks were approved from the frame of `key` to `to`, or are approved no longer.
pub(crate) async fn note(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    session: &SessionId,
    key: FrameKey,
    to: FrameNumber,
    approved: bool,
) -> Result<(), StoreError> {
    let title = objects::title(tx, key.object).await?;
    let (side, from) = (key.side, key.frame);
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
    history::note(tx, person, session, Some(key.object), &change).await
}

/// Writes down what is approved after an entry: the masks that are shown.
const SHOWN: &str =
    "insert into approval_changes (session, seq, after, frame, height, width, counts)
    select ?1, ?2, 1, frame, height, width, counts from masks
    where run = (select id from mask_runs where session = ?1 and side = ?4
                 order by finished desc, id desc limit 1)
      and frame between ?5 and ?6 and object = ?3";

/// Writes down what is approved before an entry.
const APPROVED: &str =
    "insert into approval_changes (session, seq, after, frame, height, width, counts)
    select ?1, ?2, 0, frame, height, width, counts from approved_frames
    where object = ?3 and side = ?4 and frame between ?5 and ?6";

/// The same, of the frames that [`SHOWN`] wrote down.
const APPROVED_WHERE_SHOWN: &str =
    "insert into approval_changes (session, seq, after, frame, height, width, counts)
    select ?1, ?2, 0, frame, height, width, counts from approved_frames
    where object = ?3 and side = ?4 and frame between ?5 and ?6
      and frame in (select frame from approval_changes where session = ?1 and seq = ?2)";

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
    if !is_known {
        let writings: &[&'static str] = if approved {
            &[SHOWN, APPROVED_WHERE_SHOWN]
        } else {
            &[APPROVED]
        };
        for writing in writings.iter().copied() {
            sqlx::query(writing)
                .bind(session.as_str())
                .bind(edit.seq)
                .bind(edit.key.object.0)
                .bind(edit.key.side.number())
                .bind(edit.key.frame.0)
                .bind(to.0)
                .execute(&mut *tx)
                .await?;
        }
    }
    set(tx, session, edit, true).await
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
