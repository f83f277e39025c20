//! The propagated masks, run by run.
//!
//! A run is the work of one job on one video. It begins, commits chunk after chunk, and finishes; a run that was cut off
//! goes on behind its last chunk. A job that does the work of a failed or cancelled one takes over its run. Masks are read from the finished run, so a page keeps its masks while the next run
//! works; as long as no run has finished, from the newest.

use crate::{Store, StoreError};
use domain::{
    FrameMasks, FrameNumber, JobId, ObjectId, ObjectMask, Rle, SessionId, Track, TrackSample,
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
}

impl Masks<'_> {
    /// Begins the run of `job` over one video with `plan`, or takes it up again: then the stored plan is returned, and
    /// `plan` is not looked at. The run of a failed or cancelled job with the same plan becomes that of `job`; other earlier
    /// runs that never finished are removed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such session.
    pub async fn begin_run(
        &self,
        session: &SessionId,
        side: VideoSide,
        job: JobId,
        plan: &[u8],
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
        sqlx::query(
            "insert into mask_runs (session, side, job, plan) values (?, ?, ?, ?) on conflict do nothing",
        )
        .bind(session.as_str())
        .bind(side.number())
        .bind(job.0)
        .bind(plan)
        .execute(&mut *tx)
        .await?;
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
        let run: i64 = sqlx::query_scalar(
            "update mask_runs set tracker_state = ? where session = ? and side = ? and job = ? returning id",
        )
        .bind(tracker_state)
        .bind(session.as_str())
        .bind(side.number())
        .bind(job.0)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| no_run(session, side, job))?;
        for row in masks {
            insert(&mut tx, run, row).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Finishes the run of `job`: its masks take the place of those of earlier runs, which are removed.
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
        sqlx::query("delete from mask_runs where session = ? and side = ? and job <> ?")
            .bind(session.as_str())
            .bind(side.number())
            .bind(job.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
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
            "select frame, object, score, height, width, counts from masks
             where run = (select id from mask_runs where session = ? and side = ?
                          order by finished desc, id desc limit 1)
               and frame >= ? and frame < ?
             order by frame, object",
        )
        .bind(session.as_str())
        .bind(side.number())
        .bind(range.start)
        .bind(range.end)
        .fetch_all(&self.0.readers)
        .await?;
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
            "select frame, object, score, height, width, counts from masks
             where run = (select id from mask_runs where session = ? and side = ?
                          order by finished desc, id desc limit 1)
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
            let sample = TrackSample::new(FrameNumber(row.frame), row.score, &mask);
            match tracks.last_mut() {
                Some(last) if last.object == object => last.samples.push(sample),
                _ => tracks.push(Track {
                    object,
                    samples: vec![sample],
                }),
            }
        }
        Ok(tracks)
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

async fn insert(tx: &mut SqliteConnection, run: i64, row: &MaskRow) -> Result<(), StoreError> {
    sqlx::query(
        "insert into masks (run, frame, object, score, height, width, counts)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7 where exists (select 1 from objects where id = ?3)
         on conflict do update set score = excluded.score, height = excluded.height,
                                   width = excluded.width, counts = excluded.counts",
    )
    .bind(run)
    .bind(row.frame.0)
    .bind(row.object.0)
    .bind(row.score)
    .bind(row.mask.height())
    .bind(row.mask.width())
    .bind(row.mask.to_coco_text().into_bytes())
    .execute(tx)
    .await?;
    Ok(())
}

fn no_run(session: &SessionId, side: VideoSide, job: JobId) -> StoreError {
    StoreError::NotFound(format!("run of job {job} over {side} of session {session}"))
}
