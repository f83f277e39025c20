//! What was done to each session, by whom and when.

use crate::{Store, StoreError, now};
use domain::{Change, HistoryEntry, ObjectId, PersonId, SessionId};
use sqlx::{FromRow, SqliteConnection};

/// Functions on the history. It is written by those that make the changes, in their transactions.
#[derive(Clone, Copy, Debug)]
pub struct History<'a>(pub(crate) &'a Store);

#[derive(FromRow)]
pub(crate) struct Row {
    id: i64,
    at: String,
    person: Option<String>,
    object: Option<i64>,
    change: String,
}

impl TryFrom<Row> for HistoryEntry {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            at: row.at,
            person: row.person,
            object: row.object.map(ObjectId),
            change: serde_json::from_str(&row.change)
                .map_err(|e| StoreError::damaged("line of the history", e))?,
        })
    }
}

impl History<'_> {
    /// The last `count` entries of a session, or of one of its objects, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(
        &self,
        session: &SessionId,
        object: Option<ObjectId>,
        count: u32,
    ) -> Result<Vec<HistoryEntry>, StoreError> {
        sqlx::query_as::<_, Row>(
            "select h.id, h.at, p.name as person, h.object, h.change
             from history h left join people p on p.id = h.person
             where h.session = ?1 and (?2 is null or h.object = ?2) order by h.id desc limit ?3",
        )
        .bind(session.as_str())
        .bind(object.map(|object| object.0))
        .bind(count)
        .fetch_all(&self.0.readers)
        .await?
        .into_iter()
        .map(HistoryEntry::try_from)
        .collect()
    }

    /// Who made a session; none when the server did, or there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn made_by(&self, session: &SessionId) -> Result<Option<PersonId>, StoreError> {
        let person: Option<Option<i64>> = sqlx::query_scalar(
            "select person from history where session = ? and kind = 'session_made' order by id limit 1",
        )
        .bind(session.as_str())
        .fetch_optional(&self.0.readers)
        .await?;
        Ok(person.flatten().map(PersonId))
    }

    /// Notes something that has been done.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note(
        &self,
        session: &SessionId,
        object: Option<ObjectId>,
        change: &Change,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        note(&mut tx, self.0.person, session, object, change).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Writes a line of the history; nothing for a session that is gone, as jobs may outlive theirs.
pub(crate) async fn note(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    session: &SessionId,
    object: Option<ObjectId>,
    change: &Change,
) -> Result<(), StoreError> {
    let json =
        serde_json::to_string(change).map_err(|e| StoreError::damaged("line of the history", e))?;
    sqlx::query(
        "insert into history (session, object, person, at, change, pause)
         select ?1, ?2, ?3, ?4, ?5,
                (select round((julianday(?4) - julianday(at)) * 86400, 3) from history
                 where person = ?3 and session = ?1 order by id desc limit 1)
         where exists (select 1 from sessions where id = ?1)",
    )
    .bind(session.as_str())
    .bind(object.map(|object| object.0))
    .bind(person.map(|person| person.0))
    .bind(now())
    .bind(json)
    .execute(tx)
    .await?;
    Ok(())
}
