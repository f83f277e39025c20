//! Sessions and their status.

use crate::history::note;
use crate::{Store, StoreError, clicked, now, objects, people, uploaded_masks, videos};
use domain::{
    Assigned, Assignee, Change, Duty, PersonId, Session, SessionEvent, SessionId, SessionStatus,
    SessionVideo, VideoSide,
};
use sqlx::{FromRow, SqliteConnection};

/// Functions on sessions.
#[derive(Clone, Copy, Debug)]
pub struct Sessions<'a>(pub(crate) &'a Store);

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "select s.id, s.scene_type, s.status, s.created_at, s.updated_at, s.deleted_at,
                    s.annotator, a.name as annotator_name, s.reviewer, r.name as reviewer_name,
                    (select count(*) from objects where session = s.id and removed_label is null)
                        as object_count,
                    v1.file_name as file_name1, v1.ingest as ingest1,
                    v1.width as width1, v1.height as height1, v1.frames as frames1,
                    v2.file_name as file_name2, v2.ingest as ingest2,
                    v2.width as width2, v2.height as height2, v2.frames as frames2
             from sessions s
             join videos v1 on v1.session = s.id and v1.side = 1
             join videos v2 on v2.session = s.id and v2.side = 2
             left join people a on a.id = s.annotator
             left join people r on r.id = s.reviewer ",
            $tail
        )
    };
}
pub(crate) use select;

#[derive(FromRow)]
pub(crate) struct SessionRow {
    id: String,
    scene_type: String,
    status: String,
    created_at: String,
    updated_at: String,
    deleted_at: Option<String>,
    annotator: Option<i64>,
    annotator_name: Option<String>,
    reviewer: Option<i64>,
    reviewer_name: Option<String>,
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
            assigned: Assigned {
                annotator: assignee(row.annotator, row.annotator_name),
                reviewer: assignee(row.reviewer, row.reviewer_name),
            },
            deleted_at: row.deleted_at,
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

fn assignee(id: Option<i64>, name: Option<String>) -> Option<Assignee> {
    let (id, name) = id.zip(name)?;
    Some(Assignee {
        id: PersonId(id),
        name,
    })
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
            "insert into sessions (id, scene_type, status, created_at, updated_at, search)
             values (?, ?, ?, ?, ?, ?) on conflict do nothing",
        )
        .bind(id.as_str())
        .bind(scene_type)
        .bind(SessionStatus::Draft.as_str())
        .bind(&time)
        .bind(&time)
        .bind(format!("{id} {scene_type} {}", file_names.join(" ")).to_lowercase())
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
        note(&mut tx, self.0.person, id, None, &Change::SessionMade).await?;
        let session = get(&mut tx, id).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// One session.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none of this name, or it was deleted.
    pub async fn get(&self, id: &SessionId) -> Result<Session, StoreError> {
        get(&mut *self.0.readers.acquire().await?, id).await
    }

    /// Every session that is not deleted, the one changed last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<Session>, StoreError> {
        sqlx::query_as::<_, SessionRow>(select!(
            "where s.deleted_at is null order by s.updated_at desc, s.id"
        ))
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
        apply(&mut tx, self.0.person, id, event).await?;
        let session = get(&mut tx, id).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Gives sessions to somebody, or to nobody.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such person or session; then nothing is changed.
    pub async fn assign(
        &self,
        ids: &[SessionId],
        duty: Duty,
        person: Option<PersonId>,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let name = match person {
            Some(person) => Some(people::get(&mut tx, person).await?.name),
            None => None,
        };
        let (update, change) = match duty {
            Duty::Annotate => (
                "update sessions set annotator = ?1, updated_at = ?2
                 where id = ?3 and deleted_at is null",
                Change::AnnotatorSet { name },
            ),
            Duty::Review => (
                "update sessions set reviewer = ?1, updated_at = ?2
                 where id = ?3 and deleted_at is null",
                Change::ReviewerSet { name },
            ),
        };
        for id in ids {
            let done = sqlx::query(update)
                .bind(person.map(|person| person.0))
                .bind(now())
                .bind(id.as_str())
                .execute(&mut *tx)
                .await?;
            if done.rows_affected() == 0 {
                return Err(not_found(id));
            }
            note(&mut tx, self.0.person, id, None, &change).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Deletes a session so that it can be brought back: nothing of it is lost, but nobody finds it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none of this name, or it was deleted before.
    pub async fn delete(&self, id: &SessionId) -> Result<(), StoreError> {
        let update = "update sessions set deleted_at = ?1 where id = ?2 and deleted_at is null";
        self.mark(id, update, Some(now()), Change::Deleted).await
    }

    /// Brings a deleted session back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no deleted one of this name.
    pub async fn restore(&self, id: &SessionId) -> Result<(), StoreError> {
        let update = "update sessions set deleted_at = ?1 where id = ?2 and deleted_at is not null";
        self.mark(id, update, None, Change::Restored).await
    }

    async fn mark(
        &self,
        id: &SessionId,
        update: &'static str,
        time: Option<String>,
        change: Change,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let done = sqlx::query(update)
            .bind(time)
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(not_found(id));
        }
        note(&mut tx, self.0.person, id, None, &change).await?;
        tx.commit().await?;
        Ok(())
    }

    /// When a session was deleted; none when it is not, or does not exist.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deleted_at(&self, id: &SessionId) -> Result<Option<String>, StoreError> {
        let found: Option<Option<String>> =
            sqlx::query_scalar("select deleted_at from sessions where id = ?")
                .bind(id.as_str())
                .fetch_optional(&self.0.readers)
                .await?;
        Ok(found.flatten())
    }

    /// The sessions that were deleted before `time` (UTC, RFC 3339).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deleted_before(&self, time: &str) -> Result<Vec<SessionId>, StoreError> {
        sqlx::query_scalar::<_, String>("select id from sessions where deleted_at < ?")
            .bind(time)
            .fetch_all(&self.0.readers)
            .await?
            .into_iter()
            .map(parse_id)
            .collect()
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
    sqlx::query_as::<_, SessionRow>(select!("where s.id = ? and s.deleted_at is null"))
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?
        .ok_or_else(|| not_found(id))?
        .try_into()
}

/// Moves the status along; also marks the session as changed.
pub(crate) async fn apply(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    id: &SessionId,
    event: SessionEvent,
) -> Result<(), StoreError> {
    let before = status(tx, id).await?;
    let after = before.after(event)?;
    let sent_back = match event {
        SessionEvent::SentBack => Some(true),
        SessionEvent::SentBackWithdrawn | SessionEvent::Approved => Some(false),
        _ => None,
    };
    sqlx::query(
        "update sessions set status = ?, updated_at = ?, sent_back = coalesce(?, sent_back)
         where id = ?",
    )
    .bind(after.as_str())
    .bind(now())
    .bind(sent_back)
    .bind(id.as_str())
    .execute(&mut *tx)
    .await?;
    if after != before {
        let change = Change::Status {
            from: before,
            to: after,
        };
        note(tx, person, id, None, &change).await?;
    }
    Ok(())
}

/// Where a session stands, deleted or not.
async fn status(
    connection: &mut SqliteConnection,
    id: &SessionId,
) -> Result<SessionStatus, StoreError> {
    let status: Option<String> = sqlx::query_scalar("select status from sessions where id = ?")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    parse_status(&status.ok_or_else(|| not_found(id))?)
}

/// Whether a reviewer sent the session back since it was last found good.
pub(crate) async fn was_sent_back(
    connection: &mut SqliteConnection,
    id: &SessionId,
) -> Result<bool, StoreError> {
    let sent_back = sqlx::query_scalar("select sent_back from sessions where id = ?")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(sent_back.unwrap_or(false))
}

/// Brings the status in line with the objects and prompts as they are now. Uploaded masks need no prompts.
pub(crate) async fn prompts_changed(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    id: &SessionId,
) -> Result<(), StoreError> {
    let objects = objects::list(tx, id).await?;
    let clicked = clicked::clicked(tx, id, &objects).await?;
    let covered = uploaded_masks::covered(tx, id).await?;
    let complete = !objects.is_empty()
        && clicked::places(&objects)
            .iter()
            .all(|place| covered.contains(place) || clicked.contains(place));
    apply(tx, person, id, SessionEvent::PromptsChanged { complete }).await?;
    // Where nothing is clicked there is nothing to try again, and what was uploaded is there to be judged as before.
    let is_undone = clicked.is_empty() && !covered.is_empty();
    if is_undone && status(tx, id).await? == SessionStatus::Failed {
        let reannotation = was_sent_back(tx, id).await?;
        apply(tx, person, id, SessionEvent::FailureUndone { reannotation }).await?;
    }
    Ok(())
}

pub(crate) fn not_found(id: &SessionId) -> StoreError {
    StoreError::NotFound(format!("session {id}"))
}

pub(crate) fn parse_id(text: String) -> Result<SessionId, StoreError> {
    SessionId::try_from(text).map_err(|e| StoreError::damaged("session name", e))
}

pub(crate) fn parse_status(word: &str) -> Result<SessionStatus, StoreError> {
    word.parse()
        .map_err(|e| StoreError::damaged("session status", e))
}
