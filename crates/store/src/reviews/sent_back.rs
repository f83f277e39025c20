//! What reviewers send back, until it was annotated again and judged.

use super::{Reviews, judge, touch};
use crate::history::note;
use crate::{StoreError, now, objects, sessions};
use domain::{
    Asked, AskedViews, Change, JobId, ObjectId, PersonId, SentBack, SessionEvent, SessionId,
    Signed, Verdict, VideoSide,
};
use sqlx::{FromRow, SqliteConnection};

#[derive(FromRow)]
struct AskedRow {
    object: i64,
    side: u8,
    views: u8,
    since: u32,
    comment: String,
}

impl TryFrom<AskedRow> for Asked {
    type Error = StoreError;

    fn try_from(row: AskedRow) -> Result<Self, StoreError> {
        let side = VideoSide::try_from(row.side);
        Ok(Self {
            views: AskedViews {
                object: ObjectId(row.object),
                side: side.map_err(|e| StoreError::damaged("request to annotate again", e))?,
                views: row.views,
            },
            since: row.since,
            comment: row.comment,
        })
    }
}

impl Reviews<'_> {
    /// Sends objects back: those in `asked`, and no others any more. Frames that were annotated since they were asked for
    /// the first time go on counting.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when an object is gone or of another session, [`StoreError::Transition`] when the status of
    /// the session does not allow it.
    pub async fn send_back(
        &self,
        session: &SessionId,
        asked: &[AskedViews],
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let person = self.0.person;
        let since: u32 = sqlx::query_scalar("select prompt_seq from sessions where id = ?")
            .bind(session.as_str())
            .fetch_optional(&mut *tx)
            .await?
            .ok_or_else(|| sessions::not_found(session))?;
        drop_others(&mut tx, session, asked).await?;
        let mut titles = Vec::new();
        for asked in asked {
            let object = asked.object;
            if objects::session_of(&mut tx, object).await? != *session {
                return Err(StoreError::NotFound(format!(
                    "object {object} in {session}"
                )));
            }
            ask(&mut tx, person, asked, since).await?;
            let marked = Some(Verdict::NeedsReannotation);
            judge(&mut tx, person, session, object, marked).await?;
            let title = objects::title(&mut tx, object).await?;
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        let change = Change::SentBack { titles };
        note(&mut tx, person, session, None, &change).await?;
        touch(&mut tx, person, session).await?;
        sessions::apply(&mut tx, person, session, SessionEvent::SentBack).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes everything back that was sent back; verdicts and comments stay.
    ///
    /// # Errors
    /// [`StoreError::Transition`] when nothing is sent back.
    pub async fn withdraw(&self, session: &SessionId) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let (person, event) = (self.0.person, SessionEvent::SentBackWithdrawn);
        sessions::apply(&mut tx, person, session, event).await?;
        forget(&mut tx, session).await?;
        touch(&mut tx, person, session).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What was sent back and is not made anew yet; none when there is nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sent_back(&self, session: &SessionId) -> Result<Option<SentBack>, StoreError> {
        let connection = &mut *self.0.readers.acquire().await?;
        let asked = asked(connection, session).await?;
        let last: Option<(Option<String>, String, String)> = sqlx::query_as(
            "select p.name, a.at, coalesce((select comment from reviews where session = ?1), '')
             from reannotations a left join people p on p.id = a.person and p.id > 0
             where a.finished_at is null and a.object in (select id from objects where session = ?1)
             order by a.at desc limit 1",
        )
        .bind(session.as_str())
        .fetch_optional(connection)
        .await?;
        Ok(last
            .filter(|_| !asked.is_empty())
            .map(|(by, at, comment)| SentBack {
                signed: Signed { by, at },
                comment,
                asked,
            }))
    }
}

/// Removes the open requests that are not among `asked`.
async fn drop_others(
    tx: &mut SqliteConnection,
    session: &SessionId,
    asked: &[AskedViews],
) -> Result<(), StoreError> {
    let open: Vec<(i64, u8)> = sqlx::query_as(
        "select object, side from reannotations
         where finished_at is null and object in (select id from objects where session = ?)",
    )
    .bind(session.as_str())
    .fetch_all(&mut *tx)
    .await?;
    for (object, side) in open {
        let is_asked = |asked: &AskedViews| asked.object.0 == object && asked.side.number() == side;
        if !asked.iter().any(is_asked) {
            sqlx::query("delete from reannotations where object = ? and side = ?")
                .bind(object)
                .bind(side)
                .execute(&mut *tx)
                .await?;
        }
    }
    Ok(())
}

/// Asks for frames of an object; whoever called it done before did not know of that.
async fn ask(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    asked: &AskedViews,
    since: u32,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into reannotations (object, side, views, since, person, at) values (?, ?, ?, ?, ?, ?)
         on conflict do update set
           views = excluded.views,
           since = case when finished_at is null then since else excluded.since end,
           person = excluded.person, at = excluded.at, finished_at = null",
    )
    .bind(asked.object.0)
    .bind(asked.side.number())
    .bind(asked.views)
    .bind(since)
    .bind(person.map(|person| person.0))
    .bind(now())
    .execute(&mut *tx)
    .await?;
    sqlx::query("delete from done_early where object = ? and side = ?")
        .bind(asked.object.0)
        .bind(asked.side.number())
        .execute(tx)
        .await?;
    Ok(())
}

/// The open requests, in order of objects and videos.
pub(super) async fn asked(
    connection: &mut SqliteConnection,
    session: &SessionId,
) -> Result<Vec<Asked>, StoreError> {
    sqlx::query_as::<_, AskedRow>(
        "select a.object, a.side, a.views, a.since, coalesce(r.comment, '') as comment
         from reannotations a
         join objects o on o.id = a.object
         left join object_reviews r on r.object = a.object
         where o.session = ? and o.removed_label is null and a.finished_at is null
         order by o.place, o.id, a.side",
    )
    .bind(session.as_str())
    .fetch_all(connection)
    .await?
    .into_iter()
    .map(Asked::try_from)
    .collect()
}

/// Removes every request of a session.
pub(super) async fn forget(
    tx: &mut SqliteConnection,
    session: &SessionId,
) -> Result<(), StoreError> {
    sqlx::query(
        "delete from reannotations where object in (select id from objects where session = ?)",
    )
    .bind(session.as_str())
    .execute(tx)
    .await?;
    Ok(())
}

/// The objects of a session that are judged, and whose masks are others since the job `?2`, or that were sent back; also
/// those that were removed, as they may come back.
const JUDGED_BEFORE: &str = "
    with pairs as (
      select n.id as now, (select max(f.id) from mask_runs f
                           where f.session = ?1 and f.side = n.side and f.finished = 1 and f.id < n.id) as former
      from mask_runs n where n.session = ?1 and n.job = ?2 and n.finished = 1),
    changed as (
      select m.object from pairs p join masks m on m.run = p.now
      left join masks f on f.run = p.former and f.frame = m.frame and f.object = m.object
      where p.former is not null and (f.counts is null or f.counts <> m.counts)
      union
      select f.object from pairs p join masks f on f.run = p.former
      left join masks m on m.run = p.now and m.frame = f.frame and m.object = f.object
      where m.counts is null)
    select r.object from object_reviews r join objects o on o.id = r.object
    where o.session = ?1 and r.verdict is not null
      and (r.object in (select object from changed)
           or r.object in (select object from reannotations where finished_at is null))
    order by o.place, o.id";

async fn judged_before(
    tx: &mut SqliteConnection,
    session: &SessionId,
    job: JobId,
) -> Result<Vec<ObjectId>, StoreError> {
    let judged: Vec<i64> = sqlx::query_scalar(JUDGED_BEFORE)
        .bind(session.as_str())
        .bind(job.0)
        .fetch_all(tx)
        .await?;
    Ok(judged.into_iter().map(ObjectId).collect())
}

/// A job that did not come to its end has made new masks all the same: a verdict on those before is none.
pub(crate) async fn masks_replaced(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    session: &SessionId,
    job: JobId,
) -> Result<(), StoreError> {
    let judged = judged_before(tx, session, job).await?;
    super::masks_changed(tx, person, session, &judged).await
}

/// The offline job has made new masks: what was sent back is finished, and a verdict on masks that are gone is none.
pub(crate) async fn job_finished(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    session: &SessionId,
    job: JobId,
) -> Result<(), StoreError> {
    for object in judged_before(tx, session, job).await? {
        judge(tx, person, session, object, None).await?;
    }
    sqlx::query(
        "update reannotations set finished_at = ?2
         where finished_at is null and object in (select id from objects where session = ?1)",
    )
    .bind(session.as_str())
    .bind(now())
    .execute(tx)
    .await?;
    Ok(())
}
