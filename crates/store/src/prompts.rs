//! What people did in each session, as a list of events: to prompts, and to objects.
//!
//! An event is never changed or deleted while its session exists: undo marks it, redo takes the mark away.

use crate::history::note;
use crate::sessions::not_found;
use crate::{Store, StoreError, approvals, clicked, edits, jobs, now, objects, reviews, sessions};
use domain::{
    Action, Change, Edit, EditStep, FrameKey, FrameNumber, FramePrompts, ObjectAction, ObjectId,
    PersonId, PromptAction, PromptEvent, SessionId, VideoSide, fold_events, resolve,
};
use sqlx::{FromRow, SqliteConnection};
use std::collections::BTreeMap;

/// Functions on prompts. Each keeps the status of the session in line.
#[derive(Clone, Copy, Debug)]
pub struct Prompts<'a>(pub(crate) &'a Store);

#[derive(FromRow)]
pub(crate) struct EventRow {
    seq: u32,
    object: i64,
    side: u8,
    frame: u32,
    action: String,
}

impl TryFrom<EventRow> for Edit {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.seq,
            key: FrameKey {
                object: ObjectId(row.object),
                side: VideoSide::try_from(row.side)
                    .map_err(|e| StoreError::damaged("prompt event", e))?,
                frame: FrameNumber(row.frame),
            },
            action: serde_json::from_str(&row.action)
                .map_err(|e| StoreError::damaged("prompt event", e))?,
        })
    }
}

impl Prompts<'_> {
    /// Appends an event. What was undone before can no longer be redone.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the session has no such object.
    pub async fn append(
        &self,
        session: &SessionId,
        key: FrameKey,
        action: PromptAction,
    ) -> Result<PromptEvent, StoreError> {
        let mut tx = self.0.write().await?;
        objects::check_of(&mut tx, session, key.object).await?;
        let seq = append(
            &mut tx,
            self.0.person,
            session,
            key,
            Action::Prompt(action.clone()),
        )
        .await?;
        tx.commit().await?;
        Ok(PromptEvent { seq, key, action })
    }

    /// The prompt events that are not undone, in order, each with the object that it belongs to now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn live_events(&self, session: &SessionId) -> Result<Vec<PromptEvent>, StoreError> {
        live_events(&mut *self.0.readers.acquire().await?, session).await
    }

    /// The prompts that count: those of every object in the videos that it is in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn current(
        &self,
        session: &SessionId,
    ) -> Result<BTreeMap<FrameKey, FramePrompts>, StoreError> {
        // A transaction, so that objects and events are of the same moment.
        let mut tx = self.0.readers.begin().await?;
        let prompts = current(&mut tx, session).await?;
        tx.commit().await?;
        Ok(prompts)
    }

    /// Undoes the last event; none when there is nothing to undo.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when objects would change hands while a job of the session waits or runs.
    pub async fn undo(&self, session: &SessionId) -> Result<Option<Edit>, StoreError> {
        self.mark(
            session,
            false,
            "update prompt_events set state = 'undone'
             where session = ?1 and seq = (select max(seq) from prompt_events
                                           where session = ?1 and state = 'live')
             returning seq, object, side, frame, action",
        )
        .await
    }

    /// Takes back the last undo; none when there is nothing to redo.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when objects would change hands while a job of the session waits or runs.
    pub async fn redo(&self, session: &SessionId) -> Result<Option<Edit>, StoreError> {
        self.mark(
            session,
            true,
            "update prompt_events set state = 'live'
             where session = ?1 and seq = (select min(seq) from prompt_events
                                           where session = ?1 and state = 'undone')
             returning seq, object, side, frame, action",
        )
        .await
    }

    /// What [`undo`](Self::undo) would take back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_undo(&self, session: &SessionId) -> Result<Option<Edit>, StoreError> {
        self.peek(
            session,
            "select seq, object, side, frame, action from prompt_events
             where session = ? and state = 'live' order by seq desc limit 1",
        )
        .await
    }

    /// What [`redo`](Self::redo) would bring back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_redo(&self, session: &SessionId) -> Result<Option<Edit>, StoreError> {
        self.peek(
            session,
            "select seq, object, side, frame, action from prompt_events
             where session = ? and state = 'undone' order by seq limit 1",
        )
        .await
    }

    async fn mark(
        &self,
        session: &SessionId,
        again: bool,
        update: &'static str,
    ) -> Result<Option<Edit>, StoreError> {
        let mut tx = self.0.write().await?;
        let row = sqlx::query_as::<_, EventRow>(update)
            .bind(session.as_str())
            .fetch_optional(&mut *tx)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let edit = Edit::try_from(row)?;
        if matches!(&edit.action, Action::Object(action) if !action.is_said()) {
            jobs::check_idle(&mut tx, session).await?;
        }
        let changed = match &edit.action {
            Action::Object(action) if again => {
                edits::apply(&mut tx, session, &edit, action).await?
            }
            Action::Object(action) => edits::revert(&mut tx, session, &edit, action).await?,
            Action::Prompt(_) => Vec::new(),
        };
        let step = if again {
            EditStep::Redone
        } else {
            EditStep::Undone
        };
        note_edit(&mut tx, self.0.person, session, &edit, step).await?;
        reviews::masks_changed(&mut tx, self.0.person, session, &changed).await?;
        status_after(&mut tx, self.0.person, session, &edit).await?;
        tx.commit().await?;
        Ok(Some(edit))
    }

    async fn peek(
        &self,
        session: &SessionId,
        select: &'static str,
    ) -> Result<Option<Edit>, StoreError> {
        sqlx::query_as::<_, EventRow>(select)
            .bind(session.as_str())
            .fetch_optional(&self.0.readers)
            .await?
            .map(Edit::try_from)
            .transpose()
    }
}

/// Appends an event and does what it says; what was undone before can no longer be redone.
pub(crate) async fn append(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    session: &SessionId,
    key: FrameKey,
    action: Action,
) -> Result<u32, StoreError> {
    let seq: u32 = sqlx::query_scalar(
        "update sessions set prompt_seq = prompt_seq + 1 where id = ? returning prompt_seq",
    )
    .bind(session.as_str())
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| not_found(session))?;
    for discard in [
        "delete from approval_changes where session = ?1
            and seq in (select seq from prompt_events where session = ?1 and state = 'undone')",
        "update prompt_events set state = 'discarded' where session = ?1 and state = 'undone'",
    ] {
        sqlx::query(discard)
            .bind(session.as_str())
            .execute(&mut *tx)
            .await?;
    }
    let json = serde_json::to_string(&action).map_err(|e| StoreError::damaged("action", e))?;
    sqlx::query(
        "insert into prompt_events (session, seq, object, side, frame, action, created_at)
         values (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(session.as_str())
    .bind(seq)
    .bind(key.object.0)
    .bind(key.side.number())
    .bind(key.frame.0)
    .bind(json)
    .bind(now())
    .execute(&mut *tx)
    .await?;
    let edit = Edit { seq, key, action };
    let changed = match &edit.action {
        Action::Object(action) => edits::apply(tx, session, &edit, action).await?,
        Action::Prompt(_) => Vec::new(),
    };
    if !is_noted(&edit.action) {
        note_edit(tx, person, session, &edit, EditStep::Done).await?;
    }
    reviews::masks_changed(tx, person, session, &changed).await?;
    status_after(tx, person, session, &edit).await?;
    Ok(seq)
}

/// The status of the session after an edit: approving says nothing about prompts.
async fn status_after(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    session: &SessionId,
    edit: &Edit,
) -> Result<(), StoreError> {
    match edit.action {
        Action::Object(ObjectAction::Approve { .. }) => Ok(()),
        _ => sessions::prompts_changed(tx, person, session).await,
    }
}

/// Whether the history has words for an action already, from whoever carried it out.
fn is_noted(action: &Action) -> bool {
    match action {
        Action::Prompt(_) | Action::Object(ObjectAction::Approve { .. }) => false,
        Action::Object(action) => action.is_said(),
    }
}

async fn note_edit(
    tx: &mut SqliteConnection,
    person: Option<PersonId>,
    session: &SessionId,
    edit: &Edit,
    step: EditStep,
) -> Result<(), StoreError> {
    let object = edit.key.object;
    if let Action::Object(ObjectAction::Approve { to, approved }) = edit.action {
        let is_good = approved == (step != EditStep::Undone);
        return approvals::note(tx, person, session, edit.key, to, is_good).await;
    }
    let change = Change::Edit {
        title: objects::title(tx, object).await?,
        side: edit.key.side,
        frame: edit.key.frame,
        what: edit.action.noun().into(),
        step,
    };
    note(tx, person, session, Some(object), &change).await
}

async fn live_events(
    connection: &mut SqliteConnection,
    session: &SessionId,
) -> Result<Vec<PromptEvent>, StoreError> {
    let rows = sqlx::query_as::<_, EventRow>(
        "select seq, object, side, frame, action from prompt_events
         where session = ? and state = 'live' order by seq",
    )
    .bind(session.as_str())
    .fetch_all(connection)
    .await?;
    Ok(resolve(edits_of(rows)?))
}

/// What the rows hold, in their order.
pub(crate) fn edits_of(rows: Vec<EventRow>) -> Result<Vec<Edit>, StoreError> {
    rows.into_iter().map(Edit::try_from).collect()
}

async fn current(
    connection: &mut SqliteConnection,
    session: &SessionId,
) -> Result<BTreeMap<FrameKey, FramePrompts>, StoreError> {
    let objects = objects::list(connection, session).await?;
    let mut prompts = fold_events(&live_events(connection, session).await?);
    let places = clicked::places(&objects);
    prompts.retain(|key, _| places.contains(&(key.object, key.side)));
    Ok(prompts)
}
