//! Who is signed in, and the one-time links with which passwords are chosen. Tokens come as their SHA-256.

use crate::people::{self, PersonRow};
use crate::{Store, StoreError, now};
use domain::{Person, PersonId, Role};
use sqlx::SqliteConnection;

/// Functions on sign-ins and one-time links.
#[derive(Clone, Copy, Debug)]
pub struct SignIns<'a>(pub(crate) &'a Store);

/// The SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// Whose password a one-time link sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkFor {
    /// This person's.
    Person(Person),
    /// That of the first lead, who makes an account with it.
    FirstLead,
}

impl SignIns<'_> {
    /// Signs somebody in; `hours` later that ends by itself.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(
        &self,
        person: PersonId,
        token: &TokenHash,
        hours: u32,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        begin(&mut tx, person, token, hours).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Who is signed in with this token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn who(&self, token: &TokenHash) -> Result<Option<Person>, StoreError> {
        sqlx::query_as::<_, PersonRow>(
            "select p.id, p.name, p.role from sign_ins s join people p on p.id = s.person
             where s.token_hash = ? and s.expires_at > ? and p.disabled = 0",
        )
        .bind(token.as_slice())
        .bind(now())
        .fetch_optional(&self.0.readers)
        .await?
        .map(Person::try_from)
        .transpose()
    }

    /// Ends one sign-in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end(&self, token: &TokenHash) -> Result<(), StoreError> {
        sqlx::query("delete from sign_ins where token_hash = ?")
            .bind(token.as_slice())
            .execute(&self.0.writer)
            .await?;
        Ok(())
    }

    /// Ends every sign-in of a person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_all(&self, person: PersonId) -> Result<(), StoreError> {
        sqlx::query("delete from sign_ins where person = ?")
            .bind(person.0)
            .execute(&self.0.writer)
            .await?;
        Ok(())
    }

    /// Stores a one-time link, in the place of an earlier one for the same person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn offer_link(
        &self,
        person: Option<PersonId>,
        token: &TokenHash,
        hours: u32,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        let person = person.map(|person| person.0);
        sqlx::query("delete from password_links where person is ? or expires_at <= ?")
            .bind(person)
            .bind(now())
            .execute(&mut *tx)
            .await?;
        sqlx::query("insert into password_links (token_hash, person, expires_at) values (?, ?, ?)")
            .bind(token.as_slice())
            .bind(person)
            .bind(later(hours))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whose password a one-time link sets; none when it is used, replaced or has run out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link(&self, token: &TokenHash) -> Result<Option<LinkFor>, StoreError> {
        link(&mut *self.0.readers.acquire().await?, token).await
    }

    /// Uses up a one-time link: sets the password, ends every sign-in of that person and begins a new one. `name` is
    /// that of the first lead, and not read otherwise. None when the link is used, replaced or has run out.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the first lead's name is taken.
    pub async fn use_link(
        &self,
        link_token: &TokenHash,
        name: &str,
        password: &str,
        token: &TokenHash,
        hours: u32,
    ) -> Result<Option<Person>, StoreError> {
        let mut tx = self.0.write().await?;
        let person = match link(&mut tx, link_token).await? {
            None => return Ok(None),
            Some(LinkFor::Person(person)) => person,
            Some(LinkFor::FirstLead) => people::insert(&mut tx, name, Role::Lead).await?,
        };
        sqlx::query("delete from password_links where token_hash = ?")
            .bind(link_token.as_slice())
            .execute(&mut *tx)
            .await?;
        sqlx::query("update people set password = ? where id = ?")
            .bind(password)
            .bind(person.id.0)
            .execute(&mut *tx)
            .await?;
        sqlx::query("delete from sign_ins where person = ?")
            .bind(person.id.0)
            .execute(&mut *tx)
            .await?;
        begin(&mut tx, person.id, token, hours).await?;
        tx.commit().await?;
        Ok(Some(person))
    }

    /// Sets the password of somebody who is signed in, ends their sign-ins and one-time links, and begins a new sign-in;
    /// false, and nothing of it, when `before` (argon2's own text form) is no longer their password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_password(
        &self,
        person: PersonId,
        (before, password): (&str, &str),
        token: &TokenHash,
        hours: u32,
    ) -> Result<bool, StoreError> {
        let mut tx = self.0.write().await?;
        let set = sqlx::query(
            "update people set password = ? where id = ? and password = ? and disabled = 0",
        )
        .bind(password)
        .bind(person.0)
        .bind(before)
        .execute(&mut *tx)
        .await?;
        if set.rows_affected() == 0 {
            return Ok(false);
        }
        for ended in [
            "delete from sign_ins where person = ?",
            "delete from password_links where person = ?",
        ] {
            sqlx::query(ended).bind(person.0).execute(&mut *tx).await?;
        }
        begin(&mut tx, person, token, hours).await?;
        tx.commit().await?;
        Ok(true)
    }
}

async fn begin(
    tx: &mut SqliteConnection,
    person: PersonId,
    token: &TokenHash,
    hours: u32,
) -> Result<(), StoreError> {
    let time = now();
    sqlx::query("delete from sign_ins where expires_at <= ?")
        .bind(&time)
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "insert into sign_ins (token_hash, person, created_at, expires_at) values (?, ?, ?, ?)",
    )
    .bind(token.as_slice())
    .bind(person.0)
    .bind(&time)
    .bind(later(hours))
    .execute(&mut *tx)
    .await?;
    sqlx::query("update people set seen_at = ? where id = ?")
        .bind(&time)
        .bind(person.0)
        .execute(tx)
        .await?;
    Ok(())
}

async fn link(
    connection: &mut SqliteConnection,
    token: &TokenHash,
) -> Result<Option<LinkFor>, StoreError> {
    let found: Option<Option<i64>> = sqlx::query_scalar(
        "select person from password_links where token_hash = ? and expires_at > ?",
    )
    .bind(token.as_slice())
    .bind(now())
    .fetch_optional(&mut *connection)
    .await?;
    match found {
        None => Ok(None),
        Some(Some(id)) => Ok(Some(LinkFor::Person(
            people::get(connection, PersonId(id)).await?,
        ))),
        // Somebody else was the first.
        Some(None) if people::has_lead(connection).await? => Ok(None),
        Some(None) => Ok(Some(LinkFor::FirstLead)),
    }
}

/// In `hours`, in the form of [`now`].
fn later(hours: u32) -> String {
    let time = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours.into());
    format!("{time:.3}")
}
