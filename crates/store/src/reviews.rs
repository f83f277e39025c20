//! What reviewers say about sessions and objects: verdicts, comments, and what they send back.

mod sent_back;

use crate::history::note;
use crate::{Store, StoreError, now, objects, sessions};
use domain::{
    Change, ObjectId, ObjectReview, PersonId, Review, SessionEvent, SessionId, Signed, Verdict,
};
use sqlx::{FromRow, SqliteConnection};

pub(crate) use sent_back::{job_finished, masks_replaced};

/// Functions on reviews.
#[derive(Clone, Copy, Debug)]
pub struct Reviews<'a>(pub(crate) &'a Store);

#[derive(FromRow)]
struct SessionRow {
    reviewer: String,
    comment: String,
    comment_by: Option<String>,
    comment_at: Option<String>,
    at: String,
}

#[derive(FromRow)]
struct ObjectRow {
    id: i64,
    verdict: Option<String>,
    comment: String,
    person: Option<String>,
    at: Option<String>,
    annotated_again: bool,
}

impl TryFrom<ObjectRow> for ObjectReview {
    type Error = StoreError;

    fn try_from(row: ObjectRow) -> Result<Self, StoreError> {
        Ok(Self {
            object: ObjectId(row.id),
            verdict: row.verdict.as_deref().map(parse).transpose()?,
            comment: row.comment,
            annotated_again: row.annotated_again,
            signed: row.at.map(|at| Signed { by: row.person, at }),
        })
    }
}

impl Reviews<'_> {
    /// What reviewers said about a session; empty when nobody said anything.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, session: &SessionId) -> Result<Review, StoreError> {
        let connection = &mut *self.0.readers.acquire().await?;
        // People of a team only: whoever sits at a machine that asks nobody to sign in has no name.
        let whole = sqlx::query_as::<_, SessionRow>(
            "select r.reviewer, r.comment, p.name as comment_by, r.comment_at, r.at
             from reviews r left join people p on p.id = r.comment_person and p.id > 0
             where r.session = ?",
        )
        .bind(session.as_str())
        .fetch_optional(&mut *connection)
        .await?;
        let objects = sqlx::query_as::<_, ObjectRow>(
            "select o.id, r.verdict, coalesce(r.comment, '') as comment, p.name as person, r.at,
                    exists (select 1 from reannotations a
                            where a.object = o.id and a.finished_at is not null) as annotated_again
             from objects o
             left join object_reviews r on r.object = o.id
             left join people p on p.id = r.person and p.id > 0
             where o.session = ? and o.removed_label is null order by o.place, o.id",
        )
        .bind(session.as_str())
        .fetch_all(&mut *connection)
        .await?
        .into_iter()
        .map(ObjectReview::try_from)
        .collect::<Result<_, _>>()?;
        let asked = sent_back::asked(connection, session).await?;
        let mut review = Review {
            objects,
            asked: asked.into_iter().map(|asked| asked.views).collect(),
            ..Review::default()
        };
        if let Some(row) = whole {
            review.reviewer = row.reviewer;
            review.comment = row.comment;
            review.signed = row.comment_at.map(|at| Signed {
                by: row.comment_by,
                at,
            });
            review.changed_at = Some(row.at);
        }
        Ok(review)
    }

    /// The name under which whoever acts reviewed last, else their own; empty for somebody who has none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn usual_name(&self) -> Result<String, StoreError> {
        let connection = &mut *self.0.readers.acquire().await?;
        usual_name(connection, self.0.person).await
    }

    /// Judges an object, or takes that back; gives its session.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the object is gone.
    pub async fn set_verdict(
        &self,
        object: ObjectId,
        verdict: Option<Verdict>,
    ) -> Result<SessionId, StoreError> {
        let mut tx = self.0.write().await?;
        let session = objects::session_of(&mut tx, object).await?;
        judge(&mut tx, self.0.person, &session, object, verdict).await?;
        touch(&mut tx, self.0.person, &session).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Replaces the comment on an object; gives its session.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the object is gone.
    pub async fn comment_on_object(
        &self,
        object: ObjectId,
        text: &str,
    ) -> Result<SessionId, StoreError> {
        let mut tx = self.0.write().await?;
        let session = objects::session_of(&mut tx, object).await?;
        let before: Option<String> =
            sqlx::query_scalar("select comment from object_reviews where object = ?")
                .bind(object.0)
                .fetch_optional(&mut *tx)
                .await?;
        if before.unwrap_or_default() == text {
            return Ok(session);
        }
        sqlx::query(
            "insert into object_reviews (object, comment, person, at) values (?, ?, ?, ?)
             on conflict do update set comment = excluded.comment, person = excluded.person, at = excluded.at",
        )
        .bind(object.0)
        .bind(text)
        .bind(self.0.person.map(|person| person.0))
        .bind(now())
        .execute(&mut *tx)
        .await?;
        let change = Change::Commented {
            title: Some(objects::title(&mut tx, object).await?),
            text: text.to_owned(),
        };
        note(&mut tx, self.0.person, &session, Some(object), &change).await?;
        touch(&mut tx, self.0.person, &session).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Replaces the comment on the session as a whole.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such session.
    pub async fn comment_on_session(
        &self,
        session: &SessionId,
        text: &str,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        sessions::get(&mut tx, session).await?;
        let before: Option<String> =
            sqlx::query_scalar("select comment from reviews where session = ?")
                .bind(session.as_str())
                .fetch_optional(&mut *tx)
                .await?;
        if before.unwrap_or_default() == text {
            return Ok(());
        }
        touch(&mut tx, self.0.person, session).await?;
        sqlx::query(
            "update reviews set comment = ?, comment_person = person, comment_at = at where session = ?",
        )
        .bind(text)
        .bind(session.as_str())
        .execute(&mut *tx)
        .await?;
        let text = text.to_owned();
        let change = Change::Commented { title: None, text };
        note(&mut tx, self.0.person, session, None, &change).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Names the reviewer, as the files name them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such session.
    pub async fn set_reviewer(&self, session: &SessionId, name: &str) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        sessions::get(&mut tx, session).await?;
        touch(&mut tx, self.0.person, session).await?;
        sqlx::query("update reviews set reviewer = ? where session = ?")
            .bind(name)
            .bind(session.as_str())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Finds the session good, with every object that nobody has judged.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when objects are marked to be annotated again, [`StoreError::Transition`] when the status
    /// of the session does not allow it.
    pub async fn approve(&self, session: &SessionId) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let verdicts: Vec<(i64, Option<String>)> = sqlx::query_as(
            "select o.id, r.verdict from objects o left join object_reviews r on r.object = o.id
             where o.session = ? and o.removed_label is null order by o.place, o.id",
        )
        .bind(session.as_str())
        .fetch_all(&mut *tx)
        .await?;
        let mut marked = Vec::new();
        for (id, verdict) in verdicts {
            let object = ObjectId(id);
            match verdict.as_deref().map(parse).transpose()? {
                Some(Verdict::NeedsReannotation) => {
                    marked.push(objects::title(&mut tx, object).await?);
                }
                Some(Verdict::Good) => {}
                None => {
                    let good = Some(Verdict::Good);
                    judge(&mut tx, self.0.person, session, object, good).await?;
                }
            }
        }
        if !marked.is_empty() {
            return Err(StoreError::Conflict(format!(
                "marked to be annotated again: {}; send the session back, or judge them anew",
                marked.join(", ")
            )));
        }
        sent_back::forget(&mut tx, session).await?;
        touch(&mut tx, self.0.person, session).await?;
        sessions::apply(&mut tx, self.0.person, session, SessionEvent::Approved).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Sets a verdict where it is another one; what was annotated again counts as judged then.
async fn judge(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    session: &SessionId,
    object: ObjectId,
    verdict: Option<Verdict>,
) -> Result<(), StoreError> {
    let before: Option<Option<String>> =
        sqlx::query_scalar("select verdict from object_reviews where object = ?")
            .bind(object.0)
            .fetch_optional(&mut *tx)
            .await?;
    let before = before.flatten().as_deref().map(parse).transpose()?;
    if before == verdict {
        return Ok(());
    }
    sqlx::query(
        "insert into object_reviews (object, verdict, person, at) values (?, ?, ?, ?)
         on conflict do update set verdict = excluded.verdict, person = excluded.person, at = excluded.at",
    )
    .bind(object.0)
    .bind(verdict.map(Verdict::as_str))
    .bind(person.map(|person| person.0))
    .bind(now())
    .execute(&mut *tx)
    .await?;
    if verdict.is_some() {
        sqlx::query("delete from reannotations where object = ? and finished_at is not null")
            .bind(object.0)
            .execute(&mut *tx)
            .await?;
    }
    let title = objects::title(tx, object).await?;
    let change = Change::Judged { title, verdict };
    note(tx, person, session, Some(object), &change).await
}

/// Takes back the verdicts on objects whose masks are others now: what was judged was those before. What is sent back stays
/// marked until the next job has made it anew.
pub(crate) async fn masks_changed(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    session: &SessionId,
    objects: &[ObjectId],
) -> Result<(), StoreError> {
    for object in objects {
        let is_asked_for: bool = sqlx::query_scalar(
            "select exists (select 1 from object_reviews r join reannotations a on a.object = r.object
                            where r.object = ? and r.verdict = ? and a.finished_at is null)",
        )
        .bind(object.0)
        .bind(Verdict::NeedsReannotation.as_str())
        .fetch_one(&mut *tx)
        .await?;
        if !is_asked_for {
            judge(tx, person, session, *object, None).await?;
        }
    }
    Ok(())
}

/// Notes that the review changed just now. Whoever was not its last reviewer becomes that, under the name that they use.
async fn touch(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    session: &SessionId,
) -> Result<(), StoreError> {
    let name = usual_name(tx, person).await?;
    let time = now();
    sqlx::query(
        "insert into reviews (session, reviewer, person, at) values (?, ?, ?, ?)
         on conflict do update set
           reviewer = case when person is excluded.person then reviewer else excluded.reviewer end,
           person = excluded.person, at = excluded.at",
    )
    .bind(session.as_str())
    .bind(name)
    .bind(person.map(|person| person.0))
    .bind(&time)
    .execute(&mut *tx)
    .await?;
    sqlx::query("update sessions set updated_at = ? where id = ?")
        .bind(&time)
        .bind(session.as_str())
        .execute(tx)
        .await?;
    Ok(())
}

async fn usual_name(
    connection: &mut SqliteConnection,
    person: Option<PersonId>,
) -> Result<String, StoreError> {
    let name: Option<String> = sqlx::query_scalar(
        "select coalesce(
            (select reviewer from reviews where person = ?1 and reviewer <> '' order by at desc limit 1),
            (select name from people where id = ?1 and id > 0))",
    )
    .bind(person.map(|person| person.0))
    .fetch_one(connection)
    .await?;
    Ok(name.unwrap_or_default())
}

fn parse(word: &str) -> Result<Verdict, StoreError> {
    word.parse()
        .map_err(|e: String| StoreError::damaged("verdict", e))
}
