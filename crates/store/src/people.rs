//! The people of a team. The one with [`PersonId::LOCAL`] stands for everybody where nobody signs in, and is never listed.

use crate::{Store, StoreError, now};
use domain::{Member, Person, PersonId, Role};
use sqlx::{FromRow, SqliteConnection};

/// Functions on people.
#[derive(Clone, Copy, Debug)]
pub struct People<'a>(pub(crate) &'a Store);

/// What is needed to check a password.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The person.
    pub person: Person,
    /// The hash of their password.
    pub password: String,
}

#[derive(FromRow)]
pub(crate) struct PersonRow {
    id: i64,
    name: String,
    role: String,
}

impl TryFrom<PersonRow> for Person {
    type Error = StoreError;

    fn try_from(row: PersonRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: PersonId(row.id),
            name: row.name,
            role: row
                .role
                .parse()
                .map_err(|e: String| StoreError::damaged("role", e))?,
        })
    }
}

#[derive(FromRow)]
struct MemberRow {
    #[sqlx(flatten)]
    person: PersonRow,
    has_password: bool,
    disabled: bool,
    sign_ins: u32,
    seen_at: Option<String>,
}

impl People<'_> {
    /// Adds somebody who has no password yet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the name is taken.
    pub async fn add(&self, name: &str, role: Role) -> Result<Person, StoreError> {
        let mut tx = self.0.write().await?;
        let person = insert(&mut tx, name, role).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// One person.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id.
    pub async fn get(&self, id: PersonId) -> Result<Person, StoreError> {
        get(&mut *self.0.readers.acquire().await?, id).await
    }

    /// Everybody, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<Member>, StoreError> {
        sqlx::query_as::<_, MemberRow>(
            "select id, name, role, password is not null as has_password, disabled, seen_at,
                    (select count(*) from sign_ins where person = people.id and expires_at > ?) as sign_ins
             from people where id > 0 order by name collate nocase",
        )
        .bind(now())
        .fetch_all(&self.0.readers)
        .await?
        .into_iter()
        .map(|row| {
            Ok(Member {
                person: row.person.try_into()?,
                has_password: row.has_password,
                disabled: row.disabled,
                sign_ins: row.sign_ins,
                seen_at: row.seen_at,
            })
        })
        .collect()
    }

    /// Somebody who may sign in under this name (in any case of letters).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credentials(&self, name: &str) -> Result<Option<Credentials>, StoreError> {
        #[derive(FromRow)]
        struct Row {
            #[sqlx(flatten)]
            person: PersonRow,
            password: String,
        }
        sqlx::query_as::<_, Row>(
            "select id, name, role, password from people
             where name = ? and disabled = 0 and password is not null",
        )
        .bind(name)
        .fetch_optional(&self.0.readers)
        .await?
        .map(|row| {
            Ok(Credentials {
                person: row.person.try_into()?,
                password: row.password,
            })
        })
        .transpose()
    }

    /// Whether some lead can sign in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_lead(&self) -> Result<bool, StoreError> {
        has_lead(&mut *self.0.readers.acquire().await?).await
    }

    /// Gives somebody another role.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id, [`StoreError::Conflict`] when no lead would be left.
    pub async fn set_role(&self, id: PersonId, role: Role) -> Result<Person, StoreError> {
        let mut tx = self.0.write().await?;
        let before = get(&mut tx, id).await?;
        let had_lead = has_lead(&mut tx).await?;
        sqlx::query("update people set role = ? where id = ?")
            .bind(role.as_str())
            .bind(before.id.0)
            .execute(&mut *tx)
            .await?;
        keep_a_lead(&mut tx, had_lead).await?;
        let person = get(&mut tx, id).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// Shuts somebody out, which ends their sign-ins and one-time links, or lets them in again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id, [`StoreError::Conflict`] when no lead would be left.
    pub async fn set_disabled(&self, id: PersonId, disabled: bool) -> Result<Person, StoreError> {
        let mut tx = self.0.write().await?;
        let person = get(&mut tx, id).await?;
        let had_lead = has_lead(&mut tx).await?;
        sqlx::query("update people set disabled = ? where id = ?")
            .bind(disabled)
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        if disabled {
            keep_a_lead(&mut tx, had_lead).await?;
            for table in [
                "delete from sign_ins where person = ?",
                "delete from password_links where person = ?",
            ] {
                sqlx::query(table).bind(id.0).execute(&mut *tx).await?;
            }
        }
        tx.commit().await?;
        Ok(person)
    }
}

pub(crate) async fn insert(
    tx: &mut SqliteConnection,
    name: &str,
    role: Role,
) -> Result<Person, StoreError> {
    let id = sqlx::query_scalar(
        "insert into people (name, role, created_at) values (?, ?, ?)
         on conflict do nothing returning id",
    )
    .bind(name)
    .bind(role.as_str())
    .bind(now())
    .fetch_optional(&mut *tx)
    .await?;
    let Some(id) = id else {
        return Err(StoreError::Conflict(format!(
            "somebody is called \"{name}\" already: choose another name"
        )));
    };
    get(tx, PersonId(id)).await
}

pub(crate) async fn get(
    connection: &mut SqliteConnection,
    id: PersonId,
) -> Result<Person, StoreError> {
    sqlx::query_as::<_, PersonRow>("select id, name, role from people where id = ? and id > 0")
        .bind(id.0)
        .fetch_optional(connection)
        .await?
        .ok_or_else(|| StoreError::NotFound(format!("person {id}")))?
        .try_into()
}

pub(crate) async fn has_lead(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "select exists (select 1 from people
                        where id > 0 and role = 'lead' and disabled = 0 and password is not null)",
    )
    .fetch_one(connection)
    .await?)
}

/// Somebody must be left who can let others in.
async fn keep_a_lead(tx: &mut SqliteConnection, had_lead: bool) -> Result<(), StoreError> {
    if had_lead && !has_lead(tx).await? {
        return Err(StoreError::Conflict(
            "this is the only lead who can sign in: make somebody else a lead first".into(),
        ));
    }
    Ok(())
}
