//! The propagated masks, run by run.
//!
//! A run is the work of one job on one video. It begins, with what it leaves as it was in the finished run before it,
//! commits chunk after chunk, and finishes; a run that was cut off goes on behind its last chunk. A job that does the work
//! of a failed or cancelled one takes over its run. Masks are read from the finished run, so a page keeps its masks while
//! the next run works; as long as no run has finished, from the newest. The finished run before the last one is kept, to
//! show what changed and to take it back.

mod best;
mod former;

use crate::{Store, StoreError};
use domain::{
    FrameMasks, FrameNumber, JobId, Look, ObjectId, ObjectMask, Rle, SessionId, Track, TrackSample,
    VideoSide,
};
use sqlx::{FromRow, SqliteConnection};
use std::ops::Range;

/// Functions on masks.
#[derive(Clone, Copy, Debug)]
pub struct Masks<'a>(pub(crate) &'a Store);

/// The mask of one object on one frame, to be stored. It may be empty: the score is kept all the same.
#[derive(Clone, Debug, PartialEq)]
pub struct MaskRow {
    /// The object.
    pub object: ObjectId,
    /// The row of the timeline.
    pub frame: FrameNumber,
    /// The mask, in pixels of the source frame.
    pub mask: Rle,
    /// Object score logit.
    pub score: f32,
    /// A second look keeps or replaces the mask that is there, and notes how far the two agree.
    pub look: Look,
}

/// What a new run leaves as the finished run had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The object.
    pub object: ObjectId,
    /// Rows of the timeline.
    pub rows: Vec<Range<u32>>,
}

/// A run that was begun.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Run {
    /// What is tracked, as it was when the run began.
    pub plan: Vec<u8>,
    /// What the tracker needs to go on behind the last chunk; none when there was no chunk yet.
    pub tracker_state: Option<Vec<u8>>,
    /// Whether every chunk is there.
    pub finished: bool,
}

#[derive(FromRow)]
struct StoredMask {
    frame: u32,
    object: i64,
    score: f32,
    height: u32,
    width: u32,
    counts: Vec<u8>,
    agreement: Option<f32>,
}

impl Masks<'_> {
    /// Begins the run of `job` over one video with `plan`, or takes it up again: then the stored plan is returned, and
    /// `plan` is not looked at. The run of a failed or cancelled job with the same plan becomes that of `job`; other earlier
    /// runs that never finished are removed. A run that is new gets what is `carried` over from the finished one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such session.
    pub async fn begin_run(
        &self,
        session: &SessionId,
        side: VideoSide,
        job: JobId,
        plan: &[u8],
        carried: &[Carried],
    ) -> Result<Run, StoreError> {
        let mut tx = self.0.write().await?;
        crate::sessions::get(&mut tx, session).await?;
        sqlx::query(
            "update mask_runs set job = ?1
             where id = (select max(id) from mask_runs
                         where session = ?2 and side = ?3 and plan = ?4
                           and job in (select id from jobs where state in ('failed', 'cancelled')))
               and not exists (select 1 from mask_runs where session = ?2 and side = ?3 and job = ?1)",
        )
        .bind(job.0)
        .bind(session.as_str())
        .bind(side.number())
        .bind(plan)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "delete from mask_runs where session = ? and side = ? and job <> ? and finished = 0",
        )
        .bind(session.as_str())
        .bind(side.number())
        .bind(job.0)
        .execute(&mut *tx)
        .await?;
        let new: Option<i64> = sqlx::query_scalar(
            "insert into mask_runs (session, side, job, plan) values (?, ?, ?, ?) on conflict do nothing returning id",
        )
        .bind(session.as_str())
        .bind(side.number())
        .bind(job.0)
        .bind(plan)
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(new) = new {
            for of in carried {
                for rows in &of.rows {
                    carry(&mut tx, session, side, new, of.object, rows).await?;
                }
            }
        }
        let run = sqlx::query_as::<_, Run>(
            "select plan, tracker_state, finished from mask_runs where session = ? and side = ? and job = ?",
        )
        .bind(session.as_str())
        .bind(side.number())
        .bind(job.0)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(run)
    }

    /// Adds masks to the run of `job` ahead of the rest of their chunk, so that a chunk of very many keeps no other writer
    /// waiting. A job that is cut off behind them makes them again, from the state before.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the run was not begun or was removed.
    pub async fn add_part(
        &self,
        session: &SessionId,
        side: VideoSide,
        job: JobId,
        masks: &[MaskRow],
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        add(&mut tx, session, side, job, masks).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Adds a chunk of masks to the run of `job`, together with the state from which the tracker goes on behind it.
    /// Masks of objects that were removed meanwhile are left out; a mask that is there already is replaced.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the run was not begun or was removed.
    pub async fn commit_chunk(
        &self,
        session: &SessionId,
        side: VideoSide,
        job: JobId,
        masks: &[MaskRow],
        tracker_state: &[u8],
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let run = add(&mut tx, session, side, job, masks).await?;
        sqlx::query("update mask_runs set tracker_state = ? where id = ?")
            .bind(tracker_state)
            .bind(run)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Finishes the run of `job`: its masks take the place of those of earlier runs, which are removed but for the last one
    /// that finished.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the run was not begun or was removed.
    pub async fn finish_run(
        &self,
        session: &SessionId,
        side: VideoSide,
        job: JobId,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let done = sqlx::query(
            "update mask_runs set finished = 1, tracker_state = null
             where session = ? and side = ? and job = ?",
        )
        .bind(session.as_str())
        .bind(side.number())
        .bind(job.0)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(no_run(session, side, job));
        }
        sqlx::query(
            "delete from mask_runs where session = ?1 and side = ?2 and id not in
               (select id from mask_runs where session = ?1 and side = ?2 and finished = 1 order by id desc limit 2)",
        )
        .bind(session.as_str())
        .bind(side.number())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The plan of the run that finished last, not counting that of the job `except`; none when no run has finished.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finished_plan(
        &self,
        session: &SessionId,
        side: VideoSide,
        except: Option<JobId>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let plan = sqlx::query_scalar(
            "select plan from mask_runs
             where session = ?1 and side = ?2 and finished = 1 and (?3 is null or job <> ?3)
             order by id desc limit 1",
        )
        .bind(session.as_str())
        .bind(side.number())
        .bind(except.map(|job| job.0))
        .fetch_optional(&self.0.readers)
        .await?;
        Ok(plan)
    }

    /// The state from which the run of `job` goes on; none when there is no chunk or the run has finished.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tracker_state(
        &self,
        session: &SessionId,
        side: VideoSide,
        job: JobId,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let state: Option<Option<Vec<u8>>> = sqlx::query_scalar(
            "select tracker_state from mask_runs where session = ? and side = ? and job = ?",
        )
        .bind(session.as_str())
        .bind(side.number())
        .bind(job.0)
        .fetch_optional(&self.0.readers)
        .await?;
        Ok(state.flatten())
    }

    /// The masks of the frames in `range`, in order of frame and object. Empty masks, and frames left without any, are
    /// absent.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a stored mask cannot be read.
    pub async fn frames(
        &self,
        session: &SessionId,
        side: VideoSide,
        range: Range<u32>,
    ) -> Result<Vec<FrameMasks>, StoreError> {
        let rows = sqlx::query_as::<_, StoredMask>(
            "select frame, object, score, height, width, counts, agreement from masks
             where run = (select id from mask_runs where session = ? and side = ?
                          order by finished desc, id desc limit 1)
               and object in (select id from objects where removed_label is null)
               and frame >= ? and frame < ?
             order by frame, object",
        )
        .bind(session.as_str())
        .bind(side.number())
        .bind(range.start)
        .bind(range.end)
        .fetch_all(&self.0.readers)
        .await?;
        by_frame(rows)
    }

    /// Every object's masks in figures, in order of object and frame; empty masks are in it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a stored mask cannot be read.
    pub async fn tracks(
        &self,
        session: &SessionId,
        side: VideoSide,
    ) -> Result<Vec<Track>, StoreError> {
        let rows = sqlx::query_as::<_, StoredMask>(
            "select frame, object, score, height, width, counts, agreement from masks
             where run = (select id from mask_runs where session = ? and side = ?
                          order by finished desc, id desc limit 1)
               and object in (select id from objects where removed_label is null)
             order by object, frame",
        )
        .bind(session.as_str())
        .bind(side.number())
        .fetch_all(&self.0.readers)
        .await?;
        let mut tracks: Vec<Track> = Vec::new();
        for row in rows {
            let object = ObjectId(row.object);
            let mask = Rle::from_coco_text(row.height, row.width, &row.counts)
                .map_err(|e| StoreError::damaged("mask", e))?;
            let sample = TrackSample::new(FrameNumber(row.frame), row.score, &mask, row.agreement);
            match tracks.last_mut() {
                Some(last) if last.object == object => last.samples.push(sample),
                _ => tracks.push(Track {
                    object,
                    samples: vec![sample],
                    approved: Vec::new(),
                    clicks: Vec::new(),
                }),
            }
        }
        Ok(tracks)
    }

    /// Removes the run of `job`, with its masks; those of finished runs before it stay.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_run(
        &self,
        session: &SessionId,
        side: VideoSide,
        job: JobId,
    ) -> Result<(), StoreError> {
        sqlx::query("delete from mask_runs where session = ? and side = ? and job = ?")
            .bind(session.as_str())
            .bind(side.number())
            .bind(job.0)
            .execute(&self.0.writer)
            .await?;
        Ok(())
    }

    /// Removes every run over one video, with its masks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear(&self, session: &SessionId, side: VideoSide) -> Result<(), StoreError> {
        sqlx::query("delete from mask_runs where session = ? and side = ?")
            .bind(session.as_str())
            .bind(side.number())
            .execute(&self.0.writer)
            .await?;
        Ok(())
    }
}

/// Masks in order of frame and object; empty ones are left out.
fn by_frame(rows: Vec<StoredMask>) -> Result<Vec<FrameMasks>, StoreError> {
    let mut frames: Vec<FrameMasks> = Vec::new();
    for row in rows {
        let mask = Rle::from_coco_text(row.height, row.width, &row.counts)
            .map_err(|e| StoreError::damaged("mask", e))?;
        if mask.is_empty() {
            continue;
        }
        let mask = ObjectMask {
            object: ObjectId(row.object),
            mask,
            score: row.score,
        };
        let frame = FrameNumber(row.frame);
        match frames.last_mut() {
            Some(last) if last.frame == frame => last.masks.push(mask),
            _ => frames.push(FrameMasks {
                frame,
                masks: vec![mask],
            }),
        }
    }
    Ok(frames)
}

/// Copies the masks of one object on some rows from the finished run to the run `to`.
async fn carry(
    tx: &mut SqliteConnection,
    session: &SessionId,
    side: VideoSide,
    to: i64,
    object: ObjectId,
    rows: &Range<u32>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into masks (run, frame, object, score, height, width, counts, agreement)
         select ?3, frame, object, score, height, width, counts, agreement from masks
         where run = (select max(id) from mask_runs where session = ?1 and side = ?2 and finished = 1)
           and object = ?4 and frame >= ?5 and frame < ?6",
    )
    .bind(session.as_str())
    .bind(side.number())
    .bind(to)
    .bind(object.0)
    .bind(rows.start)
    .bind(rows.end)
    .execute(tx)
    .await?;
    Ok(())
}

/// Adds masks to the run of `job`; gives the run.
async fn add(
    tx: &mut SqliteConnection,
    session: &SessionId,
    side: VideoSide,
    job: JobId,
    masks: &[MaskRow],
) -> Result<i64, StoreError> {
    let run: i64 =
        sqlx::query_scalar("select id from mask_runs where session = ? and side = ? and job = ?")
            .bind(session.as_str())
            .bind(side.number())
            .bind(job.0)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or_else(|| no_run(session, side, job))?;
    for row in masks {
        insert(&mut *tx, run, row).await?;
    }
    Ok(run)
}

/// Stores the first mask of an object and frame, or the better of two.
async fn insert(tx: &mut SqliteConnection, run: i64, row: &MaskRow) -> Result<(), StoreError> {
    let Look::Second { wins } = row.look else {
        return upsert(tx, run, row, None).await;
    };
    let first: Option<(f32, Vec<u8>, Option<f32>)> = sqlx::query_as(
        "select score, counts, agreement from masks where run = ? and frame = ? and object = ?",
    )
    .bind(run)
    .bind(row.frame.0)
    .bind(row.object.0)
    .fetch_optional(&mut *tx)
    .await?;
    let (height, width) = (row.mask.height(), row.mask.width());
    let (score, first) = match first {
        // Both were here, before the job was cut off: they are not to be compared with the one that was kept.
        Some((_, _, Some(_))) => return Ok(()),
        Some((score, counts, None)) => {
            let mask = Rle::from_coco_text(height, width, &counts);
            (score, mask.map_err(|e| StoreError::damaged("mask", e))?)
        }
        None => return upsert(tx, run, row, None).await,
    };
    let agreement = row.mask.iou(&first) as f32;
    if wins {
        return upsert(tx, run, row, Some(agreement)).await;
    }
    let kept = MaskRow {
        mask: first,
        score,
        ..row.clone()
    };
    upsert(tx, run, &kept, Some(agreement)).await
}

pub(crate) async fn upsert(
    tx: &mut SqliteConnection,
    run: i64,
    row: &MaskRow,
    agreement: Option<f32>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into masks (run, frame, object, score, height, width, counts, agreement)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 where exists (select 1 from objects where id = ?3)
         on conflict do update set score = excluded.score, height = excluded.height, width = excluded.width,
                                   counts = excluded.counts, agreement = excluded.agreement",
    )
    .bind(run)
    .bind(row.frame.0)
    .bind(row.object.0)
    .bind(row.score)
    .bind(row.mask.height())
    .bind(row.mask.width())
    .bind(row.mask.to_coco_text().into_bytes())
    .bind(agreement)
    .execute(tx)
    .await?;
    Ok(())
}

fn no_run(session: &SessionId, side: VideoSide, job: JobId) -> StoreError {
    StoreError::NotFound(format!("run of job {job} over {side} of session {session}"))
}
