//! What happens to objects and masks when objects are added, changed, moved, swapped, merged, split or removed, and when masks
//! are approved; and the way back.
//!
//! Prompts need nothing: `domain::resolve` reads their list as if each belonged to the object that it belongs to now.

use crate::{StoreError, approvals, objects};
use domain::{Edit, FrameKey, ObjectAction, ObjectId, Presence, SessionId};
use sqlx::SqliteConnection;

/// Carries out an action on objects, for the first time or again; gives the objects whose masks are others now.
pub(crate) async fn apply(
    tx: &mut SqliteConnection,
    session: &SessionId,
    edit: &Edit,
    action: &ObjectAction,
) -> Result<Vec<ObjectId>, StoreError> {
    let key = edit.key;
    let (other, moved) = match *action {
        ObjectAction::Swap { other } => (other, exchange_masks(tx, session, key, other).await?),
        ObjectAction::Remove { .. } => {
            hide(tx, key.object).await?;
            return Ok(Vec::new());
        }
        // When it is new, it is there already.
        ObjectAction::Add { .. } => {
            bring_back(tx, key.object).await?;
            return Ok(Vec::new());
        }
        ObjectAction::Change { ref after, .. } => {
            objects::set_fields(tx, key.object, after).await?;
            return Ok(Vec::new());
        }
        ObjectAction::Colour { after, .. } => {
            objects::set_colour(tx, key.object, Some(after)).await?;
            return Ok(Vec::new());
        }
        ObjectAction::Move { after, .. } => {
            objects::set_position(tx, session, key.object, after).await?;
            return Ok(Vec::new());
        }
        ObjectAction::Approve { to, approved } => {
            approvals::apply(tx, session, edit, to, approved).await?;
            return Ok(Vec::new());
        }
        ObjectAction::Merge { into, before, .. } => {
            let presence = presence(tx, key.object).await?;
            set_presence(tx, into, before.joined(presence)).await?;
            let moved = merge_masks(tx, session, edit, into).await?;
            hide(tx, key.object).await?;
            (into, moved)
        }
        ObjectAction::Split { into, before } => {
            bring_back(tx, into).await?;
            if key.frame.0 == 0 {
                set_presence(tx, key.object, before.without(key.side)).await?;
            }
            (into, move_masks(tx, session, key, key.object, into).await?)
        }
    };
    Ok(changed(key.object, other, moved))
}

/// Takes it back; gives the objects whose masks are others now.
pub(crate) async fn revert(
    tx: &mut SqliteConnection,
    session: &SessionId,
    edit: &Edit,
    action: &ObjectAction,
) -> Result<Vec<ObjectId>, StoreError> {
    let key = edit.key;
    let (other, moved) = match *action {
        ObjectAction::Swap { other } => (other, exchange_masks(tx, session, key, other).await?),
        ObjectAction::Remove { .. } => {
            bring_back(tx, key.object).await?;
            return Ok(Vec::new());
        }
        ObjectAction::Add { .. } => {
            hide(tx, key.object).await?;
            return Ok(Vec::new());
        }
        ObjectAction::Change { ref before, .. } => {
            objects::set_fields(tx, key.object, before).await?;
            return Ok(Vec::new());
        }
        ObjectAction::Colour { before, .. } => {
            objects::set_colour(tx, key.object, before).await?;
            return Ok(Vec::new());
        }
        ObjectAction::Move { before, .. } => {
            objects::set_position(tx, session, key.object, before).await?;
            return Ok(Vec::new());
        }
        ObjectAction::Approve { .. } => {
            approvals::set(tx, session, edit, false).await?;
            return Ok(Vec::new());
        }
        ObjectAction::Merge { into, before, .. } => {
            bring_back(tx, key.object).await?;
            set_presence(tx, into, before).await?;
            (into, part_masks(tx, session, edit, into).await?)
        }
        ObjectAction::Split { into, before } => {
            let moved = move_masks(tx, session, key, into, key.object).await?;
            set_presence(tx, key.object, before).await?;
            hide(tx, into).await?;
            (into, moved)
        }
    };
    Ok(changed(key.object, other, moved))
}

/// Both objects, where masks went from one to the other.
fn changed(object: ObjectId, other: ObjectId, moved: u64) -> Vec<ObjectId> {
    match moved {
        0 => Vec::new(),
        _ => vec![object, other],
    }
}

/// Removes an object from every list; its label and index are free from now on.
async fn hide(tx: &mut SqliteConnection, object: ObjectId) -> Result<(), StoreError> {
    sqlx::query(
        "update objects set removed_label = label, removed_multiplicity = multiplicity,
                            label = '', multiplicity = id
         where id = ? and removed_label is null",
    )
    .bind(object.0)
    .execute(tx)
    .await?;
    Ok(())
}

/// Brings a removed object back, with the first free index where somebody took its own.
async fn bring_back(tx: &mut SqliteConnection, object: ObjectId) -> Result<(), StoreError> {
    sqlx::query(
        "update objects set
             label = removed_label,
             multiplicity = case
                 when exists (select 1 from objects e where e.session = objects.session
                                and e.label = objects.removed_label
                                and e.multiplicity = objects.removed_multiplicity)
                 then (select min(free.at) from
                         (select 1 as at union all
                          select e.multiplicity + 1 from objects e
                          where e.session = objects.session and e.label = objects.removed_label) free
                       where not exists (select 1 from objects t where t.session = objects.session
                                           and t.label = objects.removed_label and t.multiplicity = free.at))
                 else removed_multiplicity end,
             removed_label = null, removed_multiplicity = null
         where id = ? and removed_label is not null",
    )
    .bind(object.0)
    .execute(tx)
    .await?;
    Ok(())
}

/// In which videos an object is seen, removed or not.
async fn presence(tx: &mut SqliteConnection, object: ObjectId) -> Result<Presence, StoreError> {
    let (in_video1, in_video2, change_type): (bool, bool, String) =
        sqlx::query_as("select in_video1, in_video2, change_type from objects where id = ?")
            .bind(object.0)
            .fetch_one(tx)
            .await?;
    Ok(Presence {
        in_video1,
        in_video2,
        change_type: change_type
            .parse()
            .map_err(|e: String| StoreError::damaged("change type", e))?,
    })
}

async fn set_presence(
    tx: &mut SqliteConnection,
    object: ObjectId,
    presence: Presence,
) -> Result<(), StoreError> {
    sqlx::query("update objects set in_video1 = ?, in_video2 = ?, change_type = ? where id = ?")
        .bind(presence.in_video1)
        .bind(presence.in_video2)
        .bind(presence.change_type.as_str())
        .bind(object.0)
        .execute(tx)
        .await?;
    Ok(())
}

/// The masks of two objects, approved ones too, change places in the video of `key`, from its frame on. Says how many did.
async fn exchange_masks(
    tx: &mut SqliteConnection,
    session: &SessionId,
    key: FrameKey,
    other: ObjectId,
) -> Result<u64, StoreError> {
    // On the way, the masks of one belong to no object.
    sqlx::query("pragma defer_foreign_keys = on")
        .execute(&mut *tx)
        .await?;
    let aside = ObjectId(-key.object.0);
    let mut moved = 0;
    for (from, to) in [(key.object, aside), (other, key.object), (aside, other)] {
        moved += move_masks(tx, session, key, from, to).await?;
    }
    Ok(moved)
}

/// Masks of one object become those of another, in the video of `key`, from its frame on; where the other has one already,
/// nothing moves. Says how many did.
async fn move_masks(
    tx: &mut SqliteConnection,
    session: &SessionId,
    key: FrameKey,
    from: ObjectId,
    to: ObjectId,
) -> Result<u64, StoreError> {
    let mut moved = 0;
    for update in [
        "update or ignore masks set object = ?1
         where object = ?2 and frame >= ?3
           and run in (select id from mask_runs where session = ?4 and side = ?5)",
        "update or ignore approved_frames set object = ?1 where object = ?2 and frame >= ?3 and side = ?5",
    ] {
        let done = sqlx::query(update)
            .bind(to.0)
            .bind(from.0)
            .bind(key.frame.0)
            .bind(session.as_str())
            .bind(key.side.number())
            .execute(&mut *tx)
            .await?;
        moved += done.rows_affected();
    }
    Ok(moved)
}

/// The masks of a merged object become those of `into` where that has none or is not seen; which ones is written
/// down. Says how many they are.
async fn merge_masks(
    tx: &mut SqliteConnection,
    session: &SessionId,
    edit: &Edit,
    into: ObjectId,
) -> Result<u64, StoreError> {
    // That an object is not seen is no mask to keep; the model's score says so.
    sqlx::query(
        "delete from masks where object = ?1 and score <= 0
            and exists (select 1 from masks m
                        where m.run = masks.run and m.frame = masks.frame and m.object = ?2)",
    )
    .bind(into.0)
    .bind(edit.key.object.0)
    .execute(&mut *tx)
    .await?;
    for note in [
        "insert into merged_masks (session, seq, run, frame)
         select ?1, ?2, run, frame from masks m where object = ?3
            and not exists (select 1 from masks e
                            where e.run = m.run and e.frame = m.frame and e.object = ?4)",
        "insert into merged_approvals (session, seq, side, frame)
         select ?1, ?2, side, frame from approved_frames a where object = ?3
            and not exists (select 1 from approved_frames e
                            where e.side = a.side and e.frame = a.frame and e.object = ?4)",
    ] {
        sqlx::query(note)
            .bind(session.as_str())
            .bind(edit.seq)
            .bind(edit.key.object.0)
            .bind(into.0)
            .execute(&mut *tx)
            .await?;
    }
    hand_over(tx, session, edit, edit.key.object, into).await
}

/// The masks that a merge moved go back. Says how many they are.
async fn part_masks(
    tx: &mut SqliteConnection,
    session: &SessionId,
    edit: &Edit,
    into: ObjectId,
) -> Result<u64, StoreError> {
    let moved = hand_over(tx, session, edit, into, edit.key.object).await?;
    for forget in [
        "delete from merged_masks where session = ? and seq = ?",
        "delete from merged_approvals where session = ? and seq = ?",
    ] {
        sqlx::query(forget)
            .bind(session.as_str())
            .bind(edit.seq)
            .execute(&mut *tx)
            .await?;
    }
    Ok(moved)
}

async fn hand_over(
    tx: &mut SqliteConnection,
    session: &SessionId,
    edit: &Edit,
    from: ObjectId,
    to: ObjectId,
) -> Result<u64, StoreError> {
    let mut moved = 0;
    for update in [
        "update or ignore masks set object = ? where object = ?
           and (run, frame) in (select run, frame from merged_masks where session = ? and seq = ?)",
        "update or ignore approved_frames set object = ? where object = ?
           and (side, frame) in (select side, frame from merged_approvals where session = ? and seq = ?)",
    ] {
        let done = sqlx::query(update)
            .bind(to.0)
            .bind(from.0)
            .bind(session.as_str())
            .bind(edit.seq)
            .execute(&mut *tx)
            .await?;
        moved += done.rows_affected();
    }
    Ok(moved)
}
