//! The changed objects of each session.

use crate::history::note;
use crate::sessions::{self, parse_id};
use crate::{Store, StoreError, jobs, prompts};
use domain::{
    Action, Change, FrameKey, FrameNumber, OBJECT_COLOURS, OBJECTS_MAX, Object, ObjectAction,
    ObjectFields, ObjectId, SessionId, VideoSide,
};
use sqlx::{FromRow, SqliteConnection};

/// Functions on objects. Each keeps the status of the session in line.
#[derive(Clone, Copy, Debug)]
pub struct Objects<'a>(pub(crate) &'a Store);

/// The objects of a session, each with the number of those before it.
const LIST: &str = "
    select o.*, row_number() over (order by o.place, o.id) - 1 as position from objects o
    where o.session = ? and o.removed_label is null order by o.place, o.id";

/// One of them.
const ONE: &str = "
    select o.*, (select count(*) from objects e
                 where e.session = o.session and e.removed_label is null
                   and (e.place, e.id) < (o.place, o.id)) as position
    from objects o where o.id = ? and o.removed_label is null";

#[derive(FromRow)]
struct ObjectRow {
    id: i64,
    position: u32,
    label: String,
    multiplicity: u32,
    in_video1: bool,
    in_video2: bool,
    views: u8,
    deformability: String,
    change_type: String,
    colour: Option<u8>,
}

impl TryFrom<ObjectRow> for Object {
    type Error = StoreError;

    fn try_from(row: ObjectRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ObjectId(row.id),
            position: row.position,
            colour: row
                .colour
                .unwrap_or((row.position % OBJECT_COLOURS.len() as u32) as u8),
            fields: ObjectFields {
                label: row.label,
                multiplicity: row.multiplicity,
                in_video1: row.in_video1,
                in_video2: row.in_video2,
                views: row.views,
                deformability: row
                    .deformability
                    .parse()
                    .map_err(|e: String| StoreError::damaged("deformability", e))?,
                change_type: row
                    .change_type
                    .parse()
                    .map_err(|e: String| StoreError::damaged("change type", e))?,
            },
        })
    }
}

impl Objects<'_> {
    /// The objects of a session, in order of their position.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, session: &SessionId) -> Result<Vec<Object>, StoreError> {
        list(&mut *self.0.readers.acquire().await?, session).await
    }

    /// One object.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id.
    pub async fn get(&self, id: ObjectId) -> Result<Object, StoreError> {
        get(&mut *self.0.readers.acquire().await?, id).await
    }

    /// The session of an object.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id.
    pub async fn session_of(&self, id: ObjectId) -> Result<SessionId, StoreError> {
        session_of(&mut *self.0.readers.acquire().await?, id).await
    }

    /// Adds an object at the end of the list.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such session, [`StoreError::Conflict`] when its label and index are
    /// taken.
    pub async fn add(
        &self,
        session: &SessionId,
        fields: &ObjectFields,
    ) -> Result<Object, StoreError> {
        let mut tx = self.0.write().await?;
        sessions::get(&mut tx, session).await?;
        let id = insert(&mut tx, session, fields).await?;
        let object = get(&mut tx, id).await?;
        let title = object.fields.title();
        let change = Change::ObjectAdded {
            title: title.clone(),
        };
        note(&mut tx, self.0.person, session, Some(id), &change).await?;
        let action = Action::Object(ObjectAction::Add { title });
        prompts::append(&mut tx, self.0.person, session, whole(id), action).await?;
        tx.commit().await?;
        Ok(object)
    }

    /// Changes what is said about an object. Its prompts stay, also those in a video that it is no longer in; they
    /// count again when it is put back. Where it is known what the person `saw`, only what they changed of that is written.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id, [`StoreError::Conflict`] when its label and index are
    /// taken, or somebody else changed the same field meanwhile.
    pub async fn update(
        &self,
        id: ObjectId,
        saw: Option<&ObjectFields>,
        fields: &ObjectFields,
    ) -> Result<Object, StoreError> {
        let mut tx = self.0.write().await?;
        let session = session_of(&mut tx, id).await?;
        let before = get(&mut tx, id).await?.fields;
        let fields = &match saw {
            Some(saw) => match fields.carried_over(saw, &before) {
                Ok(fields) => fields
                    .checked()
                    .map_err(|error| StoreError::Conflict(error.to_string()))?,
                Err((field, value)) => {
                    let whom = changed_by(&mut tx, id, &field).await?;
                    return Err(StoreError::Conflict(format!(
                        "the {field} of \"{}\" was changed to \"{value}\" by {whom} meanwhile: change it again if that is wrong",
                        saw.title()
                    )));
                }
            },
            None => fields.clone(),
        };
        if *fields != before {
            let change = Change::ObjectChanged {
                title: before.title(),
                fields: before.changes(fields),
            };
            note(&mut tx, self.0.person, &session, Some(id), &change).await?;
            let action = Action::Object(ObjectAction::Change {
                before: Box::new(before),
                after: Box::new(fields.clone()),
            });
            prompts::append(&mut tx, self.0.person, &session, whole(id), action).await?;
        }
        let object = get(&mut tx, id).await?;
        tx.commit().await?;
        Ok(object)
    }

    /// Moves an object to a position of its list, at most to the end; the others keep their order.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id.
    pub async fn move_to(&self, id: ObjectId, position: u32) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let session = session_of(&mut tx, id).await?;
        let before = get(&mut tx, id).await?.position;
        let action = Action::Object(ObjectAction::Move {
            before,
            after: position,
        });
        prompts::append(&mut tx, self.0.person, &session, whole(id), action).await?;
        let object = get(&mut tx, id).await?;
        let change = Change::ObjectMoved {
            title: object.fields.title(),
            position: object.position,
        };
        note(&mut tx, self.0.person, &session, Some(id), &change).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives an object one of the colours.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id.
    pub async fn set_colour(&self, id: ObjectId, colour: u8) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let session = session_of(&mut tx, id).await?;
        let before: Option<u8> = sqlx::query_scalar("select colour from objects where id = ?")
            .bind(id.0)
            .fetch_one(&mut *tx)
            .await?;
        let action = Action::Object(ObjectAction::Colour {
            before,
            after: colour,
        });
        prompts::append(&mut tx, self.0.person, &session, whole(id), action).await?;
        let change = Change::ObjectChanged {
            title: get(&mut tx, id).await?.fields.title(),
            fields: vec![("colour".into(), colour.to_string())],
        };
        note(&mut tx, self.0.person, &session, Some(id), &change).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes an object; those behind it move up. Its prompts and masks are seen nowhere until the removal is undone.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id.
    pub async fn remove(&self, id: ObjectId) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let session = session_of(&mut tx, id).await?;
        let title = get(&mut tx, id).await?.fields.title();
        let action = Action::Object(ObjectAction::Remove { title });
        prompts::append(&mut tx, self.0.person, &session, whole(id), action).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Two objects exchange their prompts and masks in the video of `key`, from its frame on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one of them is gone, [`StoreError::Conflict`] when a job of the session waits or runs.
    pub async fn swap(&self, key: FrameKey, other: ObjectId) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let session = common_session(&mut tx, key.object, other).await?;
        jobs::check_idle(&mut tx, &session).await?;
        let action = Action::Object(ObjectAction::Swap { other });
        prompts::append(&mut tx, self.0.person, &session, key, action).await?;
        tx.commit().await?;
        Ok(())
    }

    /// An object is the same as another: its prompts and masks go to `into`, where that has none, and it is removed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one of them is gone, [`StoreError::Conflict`] when a job of the session waits or runs.
    pub async fn merge(&self, id: ObjectId, into: ObjectId) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let session = common_session(&mut tx, id, into).await?;
        jobs::check_idle(&mut tx, &session).await?;
        let before = get(&mut tx, into).await?.fields.presence();
        let title = get(&mut tx, id).await?.fields.title();
        let action = Action::Object(ObjectAction::Merge {
            into,
            before,
            title,
        });
        prompts::append(&mut tx, self.0.person, &session, whole(id), action).await?;
        tx.commit().await?;
        Ok(())
    }

    /// An object is two: its prompts and masks in the video of `key`, from its frame on, go to a new object right behind it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the object is gone, [`StoreError::Conflict`] when label and index are taken, or a job of
    /// the session waits or runs.
    pub async fn split(&self, key: FrameKey, fields: &ObjectFields) -> Result<Object, StoreError> {
        let mut tx = self.0.write().await?;
        let session = session_of(&mut tx, key.object).await?;
        jobs::check_idle(&mut tx, &session).await?;
        let before = get(&mut tx, key.object).await?.fields.presence();
        let into = insert(&mut tx, &session, fields).await?;
        sqlx::query(
            "update objects set place = (select place from objects where id = ?) where id = ?",
        )
        .bind(key.object.0)
        .bind(into.0)
        .execute(&mut *tx)
        .await?;
        let action = Action::Object(ObjectAction::Split { into, before });
        prompts::append(&mut tx, self.0.person, &session, key, action).await?;
        let object = get(&mut tx, into).await?;
        tx.commit().await?;
        Ok(object)
    }
}

/// Who changed a field of an object last.
async fn changed_by(
    tx: &mut SqliteConnection,
    id: ObjectId,
    field: &str,
) -> Result<String, StoreError> {
    let name: Option<Option<String>> = sqlx::query_scalar(
        "select p.name from history h left join people p on p.id = h.person
         where h.session = (select session from objects where id = ?1) and h.object = ?1
           and h.kind = 'object_changed'
           and exists (select 1 from json_each(h.change, '$.fields') where value ->> '$[0]' = ?2)
         order by h.id desc limit 1",
    )
    .bind(id.0)
    .bind(field)
    .fetch_optional(tx)
    .await?;
    Ok(name.flatten().unwrap_or_else(|| "somebody else".into()))
}

/// Appends an object to the list.
pub(crate) async fn insert(
    tx: &mut SqliteConnection,
    session: &SessionId,
    fields: &ObjectFields,
) -> Result<ObjectId, StoreError> {
    let count: u32 = sqlx::query_scalar(
        "select count(*) from objects where session = ? and removed_label is null",
    )
    .bind(session.as_str())
    .fetch_one(&mut *tx)
    .await?;
    if count >= OBJECTS_MAX {
        return Err(StoreError::Conflict(format!(
            "a session holds at most {OBJECTS_MAX} objects: remove those that did not change"
        )));
    }
    sqlx::query_scalar(
        "insert into objects (session, label, multiplicity, in_video1, in_video2, views,
                              deformability, change_type, place)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
                 (select coalesce(max(place), 0) + 1 from objects where session = ?1))
         returning id",
    )
    .bind(session.as_str())
    .bind(&fields.label)
    .bind(fields.multiplicity)
    .bind(fields.in_video1)
    .bind(fields.in_video2)
    .bind(fields.views)
    .bind(fields.deformability.as_str())
    .bind(fields.change_type.as_str())
    .fetch_one(tx)
    .await
    .map(ObjectId)
    .map_err(|error| taken(error, fields))
}

/// The session of two objects.
async fn common_session(
    tx: &mut SqliteConnection,
    one: ObjectId,
    other: ObjectId,
) -> Result<SessionId, StoreError> {
    let session = session_of(tx, one).await?;
    if one == other || session_of(tx, other).await? != session {
        return Err(StoreError::Conflict(
            "choose another object of the same session".into(),
        ));
    }
    Ok(session)
}

/// The key of what is done to an object as a whole.
fn whole(object: ObjectId) -> FrameKey {
    FrameKey {
        object,
        side: VideoSide::One,
        frame: FrameNumber(0),
    }
}

pub(crate) async fn list(
    connection: &mut SqliteConnection,
    session: &SessionId,
) -> Result<Vec<Object>, StoreError> {
    sqlx::query_as::<_, ObjectRow>(LIST)
        .bind(session.as_str())
        .fetch_all(connection)
        .await?
        .into_iter()
        .map(Object::try_from)
        .collect()
}

async fn get(connection: &mut SqliteConnection, id: ObjectId) -> Result<Object, StoreError> {
    sqlx::query_as::<_, ObjectRow>(ONE)
        .bind(id.0)
        .fetch_optional(connection)
        .await?
        .ok_or_else(|| not_found(id))?
        .try_into()
}

/// Label and index of an object, also of one that was removed.
pub(crate) async fn title(
    connection: &mut SqliteConnection,
    id: ObjectId,
) -> Result<String, StoreError> {
    let title: Option<String> = sqlx::query_scalar(
        "select coalesce(removed_label, label) || ' ' || coalesce(removed_multiplicity, multiplicity)
         from objects where id = ?",
    )
    .bind(id.0)
    .fetch_optional(connection)
    .await?;
    title.ok_or_else(|| not_found(id))
}

pub(crate) async fn session_of(
    connection: &mut SqliteConnection,
    id: ObjectId,
) -> Result<SessionId, StoreError> {
    let session: String =
        sqlx::query_scalar("select session from objects where id = ? and removed_label is null")
            .bind(id.0)
            .fetch_optional(connection)
            .await?
            .ok_or_else(|| not_found(id))?;
    parse_id(session)
}

/// Fails when the object is not one of the session.
pub(crate) async fn check_of(
    connection: &mut SqliteConnection,
    session: &SessionId,
    id: ObjectId,
) -> Result<(), StoreError> {
    if session_of(connection, id).await? == *session {
        return Ok(());
    }
    Err(StoreError::NotFound(format!(
        "object {id} in session {session}"
    )))
}

/// Writes what is said about an object.
pub(crate) async fn set_fields(
    tx: &mut SqliteConnection,
    id: ObjectId,
    fields: &ObjectFields,
) -> Result<(), StoreError> {
    sqlx::query(
        "update objects set label = ?, multiplicity = ?, in_video1 = ?, in_video2 = ?,
                            views = ?, deformability = ?, change_type = ? where id = ?",
    )
    .bind(&fields.label)
    .bind(fields.multiplicity)
    .bind(fields.in_video1)
    .bind(fields.in_video2)
    .bind(fields.views)
    .bind(fields.deformability.as_str())
    .bind(fields.change_type.as_str())
    .bind(id.0)
    .execute(tx)
    .await
    .map_err(|error| taken(error, fields))?;
    Ok(())
}

/// Gives an object a colour, or that of its place in the list.
pub(crate) async fn set_colour(
    tx: &mut SqliteConnection,
    id: ObjectId,
    colour: Option<u8>,
) -> Result<(), StoreError> {
    sqlx::query("update objects set colour = ? where id = ?")
        .bind(colour)
        .bind(id.0)
        .execute(tx)
        .await?;
    Ok(())
}

/// Moves an object to a position of its list, at most to the end; the others keep their order.
pub(crate) async fn set_position(
    tx: &mut SqliteConnection,
    session: &SessionId,
    id: ObjectId,
    position: u32,
) -> Result<(), StoreError> {
    let all = list(tx, session).await?;
    let mut ids: Vec<ObjectId> = all.iter().map(|object| object.id).collect();
    ids.retain(|other| *other != id);
    ids.insert((position as usize).min(ids.len()), id);
    for (place, id) in (1u32..).zip(ids) {
        sqlx::query("update objects set place = ? where id = ?")
            .bind(place)
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Two objects of a session cannot have the same label and index.
fn taken(error: sqlx::Error, fields: &ObjectFields) -> StoreError {
    match error.as_database_error() {
        Some(cause) if cause.is_unique_violation() => StoreError::Conflict(format!(
            "there is already a \"{}\": give this one another index",
            fields.title()
        )),
        _ => error.into(),
    }
}

fn not_found(id: ObjectId) -> StoreError {
    StoreError::NotFound(format!("object {id}: it was removed"))
}
