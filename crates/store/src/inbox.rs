//! What others did that somebody should know of: read from the history, beside a mark of how far it was read.

use crate::history::Row;
use crate::sessions::parse_id;
use crate::{Store, StoreError};
use domain::{HistoryEntry, INBOX_MAX, Inbox, News, Permission, Person};
use sqlx::FromRow;

/// Functions on inboxes.
#[derive(Clone, Copy, Debug)]
pub struct Inboxes<'a>(pub(crate) &'a Store);

#[derive(FromRow)]
struct NewsRow {
    session: String,
    #[sqlx(flatten)]
    entry: Row,
}

impl Inboxes<'_> {
    /// The last news of a person: sessions given to them, and what others said or sent back, or which job failed, in
    /// sessions of theirs. Theirs are those that they annotate, or made when nobody annotates them; comments also reach
    /// the reviewer, and whoever assigns hears of every job that failed. Nobody hears of what they did themselves.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(&self, person: &Person) -> Result<Inbox, StoreError> {
        // A transaction, so that news and mark are of the same moment.
        let mut tx = self.0.readers.begin().await?;
        let read_up_to: Option<i64> =
            sqlx::query_scalar("select up_to from inbox_read where person = ?")
                .bind(person.id.0)
                .fetch_optional(&mut *tx)
                .await?;
        let rows: Vec<NewsRow> = sqlx::query_as(
            "with news as (
               select h.*, coalesce(s.annotator, (select m.person from history m
                                                  where m.session = s.id and m.kind = 'session_made'
                                                  order by m.id limit 1))
                           as owner, s.reviewer
               from history h join sessions s on s.id = h.session
               where h.kind in ('annotator_set', 'reviewer_set', 'sent_back', 'commented', 'job failed')
                 and s.deleted_at is null and h.person is not ?1)
             select n.session, n.id, n.at, p.name as person, n.object, n.change
             from news n left join people p on p.id = n.person
             where case n.kind
                     when 'annotator_set' then n.change ->> '$.name' = ?2
                     when 'reviewer_set' then n.change ->> '$.name' = ?2
                     when 'sent_back' then n.owner is ?1
                     when 'commented' then n.owner is ?1 or n.reviewer is ?1
                     else n.owner is ?1 or ?3 end
             order by n.id desc limit ?4",
        )
        .bind(person.id.0)
        .bind(&person.name)
        .bind(person.may(Permission::Assign))
        .bind(INBOX_MAX)
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Inbox {
            news: rows
                .into_iter()
                .map(|row| {
                    let entry = HistoryEntry::try_from(row.entry)?;
                    Ok(News::of(parse_id(row.session)?, &entry))
                })
                .collect::<Result<_, StoreError>>()?,
            read_up_to: read_up_to.unwrap_or(0),
        })
    }

    /// Notes that a person has read their inbox up to an id of the history; never goes back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_read(&self, person: &Person, up_to: i64) -> Result<(), StoreError> {
        sqlx::query(
            "insert into inbox_read (person, up_to) values (?, ?)
             on conflict do update set up_to = max(up_to, excluded.up_to)",
        )
        .bind(person.id.0)
        .bind(up_to)
        .execute(&self.0.writer)
        .await?;
        Ok(())
    }
}
