//! Sessions and their status.

use crate::{Store, StoreError, now, objects, prompts, videos};
use domain::{Session, SessionEvent, SessionId, SessionStatus, SessionVideo, VideoSide};
use sqlx::{FromRow, SqliteConnection};

/// Functions on sessions.
#[derive(Clone, Copy, Debug)]
pub struct Sessions<'a>(pub(crate) &'a Store);

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "select s.id, s.scene_type, s.status, s.created_at, s.updated_at,
                    (select count(*) from objects where session = s.id and removed_label is null)
                        as object_count,
                    v1.file_name as file_name1, v1.ingest as ingest1,
                    v1.width as width1, v1.height as height1, v1.frames as frames1,
                    v2.file_name as file_name2, v2.ingest as ingest2,
                    v2.width as width2, v2.height as height2, v2.frames as frames2
             from sessions s
             join videos v1 on v1.session = s.id and v1.side = 1
             join videos v2 on v2.session = s.id and v2.side = 2 ",
            $tail
        )
    };
}

#[derive(FromRow)]
struct SessionRow {
    id: String,
    scene_type: String,
    status: String,
    created_at: String,
    updated_at: String,
    object_count: u32,
    file_name1: String,
    ingest1: String,
    width1: u32,
    height1: u32,
    frames1: u32,
    file_name2: String,
    ingest2: String,
    width2: u32,
    height2: u32,
    frames2: u32,
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse_id(row.id)?,
            scene_type: row.scene_type,
            status: parse_status(&row.status)?,
            created_at: row.created_at,
            updated_at: row.updated_at,
            object_count: row.object_count,
            videos: [
                SessionVideo {
                    side: VideoSide::One,
                    file_name: row.file_name1,
                    ingest: videos::parse_ingest(&row.ingest1)?,
                    width: row.width1,
                    height: row.height1,
                    frames: row.frames1,
                },
                SessionVideo {
                    side: VideoSide::Two,
                    file_name: row.file_name2,
                    ingest: videos::parse_ingest(&row.ingest2)?,
                    width: row.width2,
                    height: row.height2,
                    frames: row.frames2,
                },
            ],
        })
    }
}

impl Sessions<'_> {
    /// Makes a session with two videos that are still to be decoded.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a session of this name exists.
    pub async fn create(
        &self,
        id: &SessionId,
        scene_type: &str,
        file_names: [&str; 2],
    ) -> Result<Session, StoreError> {
        let mut tx = self.0.write().await?;
        let time = now();
        let made = sqlx::query(
            "insert into sessions (id, scene_type, status, created_at, updated_at)
             values (?, ?, ?, ?, ?) on conflict do nothing",
        )
        .bind(id.as_str())
        .bind(scene_type)
        .bind(SessionStatus::Draft.as_str())
        .bind(&time)
        .bind(&time)
        .execute(&mut *tx)
        .await?;
        if made.rows_affected() == 0 {
            return Err(StoreError::Conflict(format!(
                "there is already a session {id}"
            )));
        }
        for (side, file_name) in VideoSide::BOTH.into_iter().zip(file_names) {
            videos::insert(&mut tx, id, side, file_name).await?;
        }
        let session = get(&mut tx, id).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// One session.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none of this name.
    pub async fn get(&self, id: &SessionId) -> Result<Session, StoreError> {
        get(&mut *self.0.readers.acquire().await?, id).await
    }

    /// Every session, the one changed last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<Session>, StoreError> {
        sqlx::query_as::<_, SessionRow>(select!("order by s.updated_at desc, s.id"))
            .fetch_all(&self.0.readers)
            .await?
            .into_iter()
            .map(Session::try_from)
            .collect()
    }

    /// Moves the status of a session along.
    ///
    /// Objects, prompts and jobs do this by themselves, in their own transactions.
    ///
    /// # Errors
    /// [`StoreError::Transition`] when the event makes no sense in the session's status.
    pub async fn apply(&self, id: &SessionId, event: SessionEvent) -> Result<Session, StoreError> {
        let mut tx = self.0.write().await?;
        apply(&mut tx, id, event).await?;
        let session = get(&mut tx, id).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Removes a session with everything that belongs to it; only the record of a failed ingest stays, so that pages
    /// can say why the session is gone.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none of this name.
    pub async fn remove(&self, id: &SessionId) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let gone = sqlx::query("delete from sessions where id = ?")
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        if gone.rows_affected() == 0 {
            return Err(not_found(id));
        }
        sqlx::query(
            "delete from jobs where session = ? and not (kind = 'ingest' and state = 'failed')",
        )
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

pub(crate) async fn get(
    connection: &mut SqliteConnection,
    id: &SessionId,
) -> Result<Session, StoreError> {
    sqlx::query_as::<_, SessionRow>(select!("where s.id = ?"))
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?
        .ok_or_else(|| not_found(id))?
        .try_into()
}

/// Moves the status along; also marks the session as changed.
pub(crate) async fn apply(
    tx: &mut SqliteConnection,
    id: &SessionId,
    event: SessionEvent,
) -> Result<(), StoreError> {
    let status: String = sqlx::query_scalar("select status from sessions where id = ?")
        .bind(id.as_str())
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| not_found(id))?;
    let after = parse_status(&status)?.after(event)?;
    sqlx::query("update sessions set status = ?, updated_at = ? where id = ?")
        .bind(after.as_str())
        .bind(now())
        .bind(id.as_str())
        .execute(tx)
        .await?;
    Ok(())
}

/// Brings the status in line with the objects and prompts as they are now.
pub(crate) async fn prompts_changed(
    tx: &mut SqliteConnection,
    id: &SessionId,
) -> Result<(), StoreError> {
    let objects = objects::list(tx, id).await?;
    let prompts = prompts::current(tx, id).await?;
    let complete = !objects.is_empty()
        && objects.iter().all(|object| {
            VideoSide::BOTH
                .into_iter()
                .filter(|side| object.fields.is_in(*side))
                .all(|side| {
                    prompts
                        .keys()
                        .any(|key| key.object == object.id && key.side == side)
                })
        });
    apply(tx, id, SessionEvent::PromptsChanged { complete }).await
}

pub(crate) fn not_found(id: &SessionId) -> StoreError {
    StoreError::NotFound(format!("session {id}"))
}

pub(crate) fn parse_id(text: String) -> Result<SessionId, StoreError> {
    SessionId::try_from(text).map_err(|e| StoreError::damaged("session name", e))
}

fn parse_status(word: &str) -> Result<SessionStatus, StoreError> {
    word.parse()
        .map_err(|e| StoreError::damaged("session status", e))
}
