//! What is clicked where, read without the masks that people drew: those can be larger than everything else together, and
//! every click asks for it while others wait to write.

use crate::prompts::{EventRow, edits_of};
use crate::{Prompts, StoreError, objects};
use domain::{
    Action, Edit, FrameKey, FramePrompts, Object, ObjectId, PromptAction, PromptEvent, Rle,
    SessionId, VideoSide, fold_events, resolve,
};
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

/// Longest action, in bytes, that is read for the sake of others. Everything but a drawn mask is far shorter.
const SHORT: u32 = 2000;

/// An object in a video.
pub(crate) type Place = (ObjectId, VideoSide);

impl Prompts<'_> {
    /// Which objects have prompts that count in which video.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clicked(&self, session: &SessionId) -> Result<BTreeSet<Place>, StoreError> {
        // A transaction, so that objects and events are of the same moment.
        let mut tx = self.0.readers.begin().await?;
        let objects = objects::list(&mut tx, session).await?;
        let clicked = clicked(&mut tx, session, &objects).await?;
        tx.commit().await?;
        Ok(clicked)
    }

    /// The prompts of one object on one frame; none when there are none that count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(
        &self,
        session: &SessionId,
        key: FrameKey,
    ) -> Result<Option<FramePrompts>, StoreError> {
        let mut tx = self.0.readers.begin().await?;
        let objects = objects::list(&mut tx, session).await?;
        let mut events = short_events(&mut tx, session).await?;
        events.retain(|event| event.key == key);
        let is_drawn = |event: &PromptEvent| matches!(event.action, PromptAction::SetMask { .. });
        if let Some(last) = events.iter().rposition(is_drawn) {
            // It takes the place of everything before it, and is the only one that is read whole.
            events.drain(..last);
            events[0].action = action(&mut tx, session, events[0].seq).await?;
        }
        tx.commit().await?;
        if !places(&objects).contains(&(key.object, key.side)) {
            return Ok(None);
        }
        Ok(fold_events(&events).remove(&key))
    }
}

/// See [`Prompts::clicked`]; `objects` are those of the session.
pub(crate) async fn clicked(
    connection: &mut SqliteConnection,
    session: &SessionId,
    objects: &[Object],
) -> Result<BTreeSet<Place>, StoreError> {
    let prompts = fold_events(&short_events(connection, session).await?);
    let places = places(objects);
    let clicked = prompts.keys().map(|key| (key.object, key.side));
    Ok(clicked.filter(|place| places.contains(place)).collect())
}

/// Which objects are in which video.
pub(crate) fn places(objects: &[Object]) -> BTreeSet<Place> {
    let both = objects.iter().flat_map(|object| {
        let sides = VideoSide::BOTH.into_iter();
        let seen = sides.filter(|side| object.fields.is_in(*side));
        seen.map(|side| (object.id, side))
    });
    both.collect()
}

/// The prompt events that are not undone, each with the object that it belongs to now; in the place of a drawn mask stands one
/// of a single pixel where it is long.
async fn short_events(
    connection: &mut SqliteConnection,
    session: &SessionId,
) -> Result<Vec<PromptEvent>, StoreError> {
    let mask = Rle::encode(&[0], 1, 1);
    let stand_in = Action::Prompt(PromptAction::SetMask { mask });
    let stand_in =
        serde_json::to_string(&stand_in).map_err(|e| StoreError::damaged("action", e))?;
    // The length in bytes is known without reading the text.
    let rows = sqlx::query_as::<_, EventRow>(
        "select seq, object, side, frame,
                case when octet_length(action) > ?2 then ?3 else action end as action
         from prompt_events where session = ?1 and state = 'live' order by seq",
    )
    .bind(session.as_str())
    .bind(SHORT)
    .bind(stand_in)
    .fetch_all(connection)
    .await?;
    Ok(resolve(edits_of(rows)?))
}

/// What a prompt event says, in full.
async fn action(
    connection: &mut SqliteConnection,
    session: &SessionId,
    seq: u32,
) -> Result<PromptAction, StoreError> {
    let row = sqlx::query_as::<_, EventRow>(
        "select seq, object, side, frame, action from prompt_events where session = ? and seq = ?",
    )
    .bind(session.as_str())
    .bind(seq)
    .fetch_one(connection)
    .await?;
    match Edit::try_from(row)?.action {
        Action::Prompt(action) => Ok(action),
        Action::Object(_) => Err(StoreError::damaged(
            "prompt event",
            "it says what was done to objects",
        )),
    }
}
