//! What people write to each other about a session.

use crate::history::note;
use crate::sessions::parse_id;
use crate::{Store, StoreError, now, objects, sessions};
use domain::{
    Change, Comment, CommentId, FrameNumber, ObjectId, PersonId, Pin, Resolved, SessionId, Thread,
    ThreadId, VideoSide,
};
use sqlx::{FromRow, SqliteConnection};
use std::collections::HashMap;

/// Functions on comments. Nothing that was written is ever changed.
#[derive(Clone, Copy, Debug)]
pub struct Comments<'a>(pub(crate) &'a Store);

#[derive(FromRow)]
struct ThreadRow {
    id: i64,
    object: Option<i64>,
    side: u8,
    frame: u32,
    x: Option<f32>,
    y: Option<f32>,
    resolved_by: Option<String>,
    resolved_at: Option<String>,
}

#[derive(FromRow)]
struct CommentRow {
    id: i64,
    thread: i64,
    person: String,
    at: String,
    text: String,
}

impl TryFrom<ThreadRow> for Thread {
    type Error = StoreError;

    fn try_from(row: ThreadRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ThreadId(row.id),
            pin: Pin {
                object: row.object.map(ObjectId),
                side: VideoSide::try_from(row.side)
                    .map_err(|e| StoreError::damaged("conversation", e))?,
                frame: FrameNumber(row.frame),
                point: row.x.zip(row.y),
            },
            comments: Vec::new(),
            resolved: (row.resolved_by.zip(row.resolved_at))
                .map(|(person, at)| Resolved { person, at }),
        })
    }
}

impl Comments<'_> {
    /// The conversations about a session, in the order in which they began.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn threads(&self, session: &SessionId) -> Result<Vec<Thread>, StoreError> {
        // Both in one transaction, so that no conversation is without its words.
        let mut tx = self.0.readers.begin().await?;
        let rows = sqlx::query_as::<_, ThreadRow>(
            "select t.id, t.object, t.side, t.frame, t.x, t.y, p.name as resolved_by, t.resolved_at
             from threads t left join people p on p.id = t.resolved_by
             where t.session = ? order by t.id",
        )
        .bind(session.as_str())
        .fetch_all(&mut *tx)
        .await?;
        let written = sqlx::query_as::<_, CommentRow>(
            "select c.id, c.thread, p.name as person, c.at, c.text
             from comments c join threads t on t.id = c.thread join people p on p.id = c.person
             where t.session = ? order by c.id",
        )
        .bind(session.as_str())
        .fetch_all(&mut *tx)
        .await?;
        let mut comments: HashMap<i64, Vec<Comment>> = HashMap::new();
        for row in written {
            comments.entry(row.thread).or_default().push(Comment {
                id: CommentId(row.id),
                person: row.person,
                at: row.at,
                text: row.text,
            });
        }
        rows.into_iter()
            .map(|row| {
                let comments = comments.remove(&row.id).unwrap_or_default();
                let thread = Thread::try_from(row)?;
                Ok(Thread { comments, ..thread })
            })
            .collect()
    }

    /// The session that a conversation is about.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such conversation.
    pub async fn session_of(&self, thread: ThreadId) -> Result<SessionId, StoreError> {
        let mut connection = self.0.readers.acquire().await?;
        Ok(about(&mut connection, thread).await?.session)
    }

    /// Begins a conversation.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such session, or it has no such object.
    pub async fn begin(
        &self,
        session: &SessionId,
        pin: &Pin,
        text: &str,
    ) -> Result<ThreadId, StoreError> {
        let mut tx = self.0.write().await?;
        sessions::get(&mut tx, session).await?;
        if let Some(object) = pin.object
            && objects::session_of(&mut tx, object).await? != *session
        {
            return Err(StoreError::NotFound(format!(
                "object {object} in session {session}"
            )));
        }
        let id = sqlx::query_scalar(
            "insert into threads (session, object, side, frame, x, y) values (?, ?, ?, ?, ?, ?) returning id",
        )
        .bind(session.as_str())
        .bind(pin.object.map(|object| object.0))
        .bind(pin.side.number())
        .bind(pin.frame.0)
        .bind(pin.point.map(|(x, _)| x))
        .bind(pin.point.map(|(_, y)| y))
        .fetch_one(&mut *tx)
        .await?;
        let thread = about(&mut tx, ThreadId(id)).await?;
        self.write(&mut tx, &thread, text).await?;
        tx.commit().await?;
        Ok(thread.id)
    }

    /// Answers in a conversation; one that was settled is open again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such conversation.
    pub async fn reply(&self, id: ThreadId, text: &str) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let thread = about(&mut tx, id).await?;
        self.write(&mut tx, &thread, text).await?;
        self.resolve(&mut tx, &thread, false).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Settles a conversation, or opens it again; nothing when it is so already.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such conversation.
    pub async fn set_resolved(&self, id: ThreadId, resolved: bool) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let thread = about(&mut tx, id).await?;
        self.resolve(&mut tx, &thread, resolved).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn write(
        &self,
        tx: &mut SqliteConnection,
        thread: &About,
        text: &str,
    ) -> Result<(), StoreError> {
        sqlx::query("insert into comments (thread, person, at, text) values (?, ?, ?, ?)")
            .bind(thread.id.0)
            .bind(self.person().0)
            .bind(now())
            .bind(text)
            .execute(&mut *tx)
            .await?;
        let change = Change::Commented {
            title: thread.title.clone(),
            text: text.to_owned(),
        };
        let person = Some(self.person());
        note(tx, person, &thread.session, thread.object, &change).await
    }

    async fn resolve(
        &self,
        tx: &mut SqliteConnection,
        thread: &About,
        resolved: bool,
    ) -> Result<(), StoreError> {
        if thread.is_resolved == resolved {
            return Ok(());
        }
        sqlx::query("update threads set resolved_by = ?, resolved_at = ? where id = ?")
            .bind(resolved.then(|| self.person().0))
            .bind(resolved.then(now))
            .bind(thread.id.0)
            .execute(&mut *tx)
            .await?;
        let change = Change::Resolved {
            title: thread.title.clone(),
            text: thread.opening.clone(),
            resolved,
        };
        let person = Some(self.person());
        note(tx, person, &thread.session, thread.object, &change).await
    }

    /// Who writes: where nobody signs in, whoever sits at the machine.
    fn person(&self) -> PersonId {
        self.0.person.unwrap_or(PersonId::LOCAL)
    }
}

/// What the history says about a conversation.
struct About {
    id: ThreadId,
    session: SessionId,
    object: Option<ObjectId>,
    title: Option<String>,
    opening: String,
    is_resolved: bool,
}

async fn about(connection: &mut SqliteConnection, id: ThreadId) -> Result<About, StoreError> {
    let row: Option<(String, Option<i64>, bool, String)> = sqlx::query_as(
        "select session, object, resolved_at is not null,
                coalesce((select text from comments where thread = t.id order by id limit 1), '')
         from threads t where id = ?",
    )
    .bind(id.0)
    .fetch_optional(&mut *connection)
    .await?;
    let (session, object, is_resolved, opening) =
        row.ok_or_else(|| StoreError::NotFound(format!("comment {id}: it was removed")))?;
    let object = object.map(ObjectId);
    let title = match object {
        Some(object) => Some(objects::title(connection, object).await?),
        None => None,
    };
    Ok(About {
        id,
        session: parse_id(session)?,
        object,
        title,
        opening,
        is_resolved,
    })
}
