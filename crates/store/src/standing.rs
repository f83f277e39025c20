//! How far people are with a session: steps that they called done, frames that they looked at.

use crate::{Store, StoreError, objects, sessions};
use domain::{Looked, ObjectId, SessionId, VideoSide};
use sqlx::SqliteConnection;

/// Functions on how far people are.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a>(pub(crate) &'a Store);

impl Standing<'_> {
    /// The objects that a person called done in a video, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn done_early(
        &self,
        session: &SessionId,
    ) -> Result<Vec<(ObjectId, VideoSide)>, StoreError> {
        let rows: Vec<(i64, u8)> = sqlx::query_as(
            "select d.object, d.side from done_early d join objects o on o.id = d.object
             where o.session = ? and o.removed_label is null order by d.object, d.side",
        )
        .bind(session.as_str())
        .fetch_all(&self.0.readers)
        .await?;
        rows.into_iter()
            .map(|(object, number)| Ok((ObjectId(object), side(number)?)))
            .collect()
    }

    /// Notes that a person called an object done in a video; gives its session.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the object is gone.
    pub async fn set_done_early(
        &self,
        object: ObjectId,
        side: VideoSide,
    ) -> Result<SessionId, StoreError> {
        let mut tx = self.0.write().await?;
        let session = objects::session_of(&mut tx, object).await?;
        sqlx::query("insert into done_early (object, side) values (?, ?) on conflict do nothing")
            .bind(object.0)
            .bind(side.number())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(session)
    }

    /// The frames of both videos that somebody looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn looked(&self, session: &SessionId) -> Result<[Looked; 2], StoreError> {
        let mut connection = self.0.readers.acquire().await?;
        let [one, two] = VideoSide::BOTH;
        Ok([
            looked(&mut connection, session, one).await?,
            looked(&mut connection, session, two).await?,
        ])
    }

    /// Notes that somebody looked at frames of a video; those known already stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such session.
    pub async fn add_looked(
        &self,
        session: &SessionId,
        side: VideoSide,
        frames: &Looked,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        sessions::get(&mut tx, session).await?;
        let mut all = looked(&mut tx, session, side).await?;
        if all.join(frames) {
            sqlx::query(
                "insert into looked_frames (session, side, frames) values (?, ?, ?)
                 on conflict do update set frames = excluded.frames",
            )
            .bind(session.as_str())
            .bind(side.number())
            .bind(all.to_text())
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

async fn looked(
    connection: &mut SqliteConnection,
    session: &SessionId,
    side: VideoSide,
) -> Result<Looked, StoreError> {
    let text: Option<String> =
        sqlx::query_scalar("select frames from looked_frames where session = ? and side = ?")
            .bind(session.as_str())
            .bind(side.number())
            .fetch_optional(connection)
            .await?;
    Ok(Looked::from_text(&text.unwrap_or_default()))
}

fn side(number: u8) -> Result<VideoSide, StoreError> {
    VideoSide::try_from(number).map_err(|e| StoreError::damaged("step", e))
}
