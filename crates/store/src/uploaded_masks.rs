//! Masks that were made elsewhere and came with the videos.
//!
//! First the session is marked, so that its ingest knows that masks are to come; when its frames are there, objects and
//! masks are taken in at once, as a run that has finished. No click stands behind them, so an offline job leaves the masks
//! of every object alone that nobody has clicked.

use crate::history::note;
use crate::masks::{MaskRow, upsert};
use crate::objects::insert;
use crate::{Store, StoreError, sessions};
use domain::{
    Change, FrameNumber, INDEX_MAX, JobId, Look, ObjectFields, ObjectId, Rle, SessionEvent,
    SessionId, SessionStatus, UPLOADED_SCORE, UploadedMasks, VideoSide,
};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Functions on uploaded masks.
#[derive(Clone, Copy, Debug)]
pub struct Uploads<'a>(pub(crate) &'a Store);

/// An object as it came, with its masks in video 1 and in video 2.
#[derive(Clone, Debug, PartialEq)]
pub struct UploadedObject {
    /// What is said about it.
    pub fields: ObjectFields,
    /// Its masks by row of the timeline, none of them empty.
    pub masks: [BTreeMap<FrameNumber, Rle>; 2],
}

impl Uploads<'_> {
    /// Marks a session as one whose masks come with its videos; `change` says what they are.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such session.
    pub async fn mark(
        &self,
        session: &SessionId,
        uploaded: &UploadedMasks,
        change: &Change,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        sessions::get(&mut tx, session).await?;
        sqlx::query(
            "insert into uploaded_masks (session, file_name, painted) values (?, ?, ?)
             on conflict do update set file_name = excluded.file_name, painted = excluded.painted",
        )
        .bind(session.as_str())
        .bind(&uploaded.file_name)
        .bind(uploaded.painted)
        .execute(&mut *tx)
        .await?;
        note(&mut tx, self.0.person, session, None, change).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Where the masks of a session come from; none when people clicked them here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, session: &SessionId) -> Result<Option<UploadedMasks>, StoreError> {
        let found: Option<(String, bool)> =
            sqlx::query_as("select file_name, painted from uploaded_masks where session = ?")
                .bind(session.as_str())
                .fetch_optional(&self.0.readers)
                .await?;
        Ok(found.map(|(file_name, painted)| UploadedMasks { file_name, painted }))
    }

    /// Takes in the objects and their masks, all or nothing, as the finished runs of `job`. Doing it again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such session, [`StoreError::Conflict`] when two objects have the same
    /// label and index.
    pub async fn take_in(
        &self,
        session: &SessionId,
        job: JobId,
        objects: &[UploadedObject],
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        sessions::get(&mut tx, session).await?;
        let mut runs = [None; 2];
        for (side, run) in VideoSide::BOTH.into_iter().zip(&mut runs) {
            *run = begin(&mut tx, session, side, job).await?;
        }
        let [Some(one), Some(two)] = runs else {
            return Ok(());
        };
        for object in objects {
            let id = insert_beside(&mut tx, session, object.fields.clone()).await?;
            for (run, masks) in [one, two].into_iter().zip(&object.masks) {
                for (&frame, mask) in masks {
                    let row = MaskRow {
                        object: id,
                        frame,
                        mask: mask.clone(),
                        score: UPLOADED_SCORE,
                        look: Look::First,
                    };
                    upsert(&mut tx, run, &row, None).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Which objects of an uploaded session have masks in which video, without anybody having to click them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn covered(
        &self,
        session: &SessionId,
    ) -> Result<BTreeSet<(ObjectId, VideoSide)>, StoreError> {
        covered(&mut *self.0.readers.acquire().await?, session).await
    }

    /// Everything of an upload for review is there: a reviewer looks next. Nothing, when somebody has gone on already: a
    /// server that was killed in between does all of it again.
    ///
    /// # Errors
    /// When there is no such session.
    pub async fn complete(&self, session: &SessionId) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let status = sessions::get(&mut tx, session).await?.status;
        if !matches!(status, SessionStatus::Draft | SessionStatus::Ready) {
            return Ok(());
        }
        sessions::apply(&mut tx, self.0.person, session, SessionEvent::MasksUploaded).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Stores an object, under the next free index where somebody has made one of that name while the videos were read.
async fn insert_beside(
    tx: &mut SqliteConnection,
    session: &SessionId,
    mut fields: ObjectFields,
) -> Result<ObjectId, StoreError> {
    loop {
        match insert(tx, session, &fields).await {
            Err(StoreError::Conflict(_)) if fields.multiplicity < INDEX_MAX => {
                fields.multiplicity += 1;
            }
            outcome => return outcome,
        }
    }
}

/// Whether masks came with the videos of a session.
pub(crate) async fn came_with(
    connection: &mut SqliteConnection,
    session: &SessionId,
) -> Result<bool, StoreError> {
    let found =
        sqlx::query_scalar("select exists (select 1 from uploaded_masks where session = ?)")
            .bind(session.as_str())
            .fetch_one(connection)
            .await?;
    Ok(found)
}

/// See [`Uploads::covered`].
pub(crate) async fn covered(
    connection: &mut SqliteConnection,
    session: &SessionId,
) -> Result<BTreeSet<(ObjectId, VideoSide)>, StoreError> {
    let rows: Vec<(i64, u8)> = sqlx::query_as(
        "select o.id, r.side from uploaded_masks u
         join objects o on o.session = u.session and o.removed_label is null
         join mask_runs r on r.session = u.session and r.id = (
             select max(id) from mask_runs where session = u.session and side = r.side and finished = 1)
         where u.session = ? and exists (select 1 from masks where object = o.id and run = r.id)",
    )
    .bind(session.as_str())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(object, side)| {
            let side = VideoSide::try_from(side).map_err(|e| StoreError::damaged("side", e))?;
            Ok((ObjectId(object), side))
        })
        .collect()
}

/// Makes the finished run of `job` over one video; none when it is there already.
async fn begin(
    tx: &mut SqliteConnection,
    session: &SessionId,
    side: VideoSide,
    job: JobId,
) -> Result<Option<i64>, StoreError> {
    let run = sqlx::query_scalar(
        "insert into mask_runs (session, side, job, plan, finished) values (?, ?, ?, x'', 1)
         on conflict do nothing returning id",
    )
    .bind(session.as_str())
    .bind(side.number())
    .bind(job.0)
    .fetch_optional(tx)
    .await?;
    Ok(run)
}
