//! SQLite: the only crate that knows SQL.
//!
//! A [`Store`] is one database file. Each aggregate has a handle with its functions: [`Store::sessions`],
//! [`Store::videos`], [`Store::objects`], [`Store::prompts`], [`Store::standing`], [`Store::jobs`], [`Store::masks`],
//! [`Store::uploads`], [`Store::approvals`], [`Store::reviews`], [`Store::comments`], [`Store::people`],
//! [`Store::sign_ins`], [`Store::history`], [`Store::inboxes`], [`Store::dashboards`]. Whatever a function writes, it writes
//! in one transaction, and it is on disk when the function returns.

mod approvals;
mod clicked;
mod comments;
mod dashboard;
mod edits;
mod error;
mod history;
mod inbox;
mod jobs;
mod listing;
mod masks;
mod objects;
mod people;
mod prompts;
mod reviews;
mod sessions;
mod sign_ins;
mod standing;
mod uploaded_masks;
mod videos;

pub use approvals::{Approvals, Approved};
pub use comments::Comments;
pub use dashboard::Dashboards;
pub use error::StoreError;
pub use history::History;
pub use inbox::Inboxes;
pub use jobs::Jobs;
pub use masks::{Carried, MaskRow, Masks, Run};
pub use objects::Objects;
pub use people::{Credentials, People};
pub use prompts::Prompts;
pub use reviews::Reviews;
pub use sessions::Sessions;
pub use sign_ins::{LinkFor, SignIns, TokenHash};
pub use standing::Standing;
pub use uploaded_masks::{UploadedObject, Uploads};
pub use videos::Videos;

use domain::PersonId;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Sqlite, SqliteConnection, Transaction};
use std::path::Path;
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Connections that only read.
const READERS: u32 = 4;

/// The database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    /// Who does what is written; none for the server itself.
    person: Option<PersonId>,
}

impl Store {
    /// Opens the database at `path`, makes it when it is missing, and brings its tables up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, is no database, or was made by a newer version.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let open = |source| StoreError::Open {
            path: path.to_owned(),
            source,
        };
        // One connection writes, so that writers wait in a fair queue of ours instead of SQLite's busy loop.
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .before_acquire(|connection, _| Box::pin(async move { Ok(is_usable(connection)) }))
            .connect_with(options.clone())
            .await
            .map_err(open)?;
        MIGRATIONS.run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .before_acquire(|connection, _| Box::pin(async move { Ok(is_usable(connection)) }))
            .connect_with(options.read_only(true))
            .await
            .map_err(open)?;
        Ok(Self {
            writer,
            readers,
            person: None,
        })
    }

    /// The same database, as somebody uses it: whatever they write goes into the history under their name.
    #[must_use]
    pub fn acting_as(&self, person: PersonId) -> Self {
        Self {
            person: Some(person),
            ..self.clone()
        }
    }

    /// Waits until nobody uses the database, then closes it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Sessions and their status.
    #[must_use]
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// The two videos of each session and their frame tables.
    #[must_use]
    pub fn videos(&self) -> Videos<'_> {
        Videos(self)
    }

    /// The changed objects of each session.
    #[must_use]
    pub fn objects(&self) -> Objects<'_> {
        Objects(self)
    }

    /// What people did in each session, as a list that can be undone and redone.
    #[must_use]
    pub fn prompts(&self) -> Prompts<'_> {
        Prompts(self)
    }

    /// How far people are with a session: steps called done, frames looked at.
    #[must_use]
    pub fn standing(&self) -> Standing<'_> {
        Standing(self)
    }

    /// The records of jobs.
    #[must_use]
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs(self)
    }

    /// The propagated masks.
    #[must_use]
    pub fn masks(&self) -> Masks<'_> {
        Masks(self)
    }

    /// Masks that were made elsewhere and came with the videos.
    #[must_use]
    pub fn uploads(&self) -> Uploads<'_> {
        Uploads(self)
    }

    /// The masks that people approved.
    #[must_use]
    pub fn approvals(&self) -> Approvals<'_> {
        Approvals(self)
    }

    /// What reviewers say, and what they send back.
    #[must_use]
    pub fn reviews(&self) -> Reviews<'_> {
        Reviews(self)
    }

    /// What people write to each other.
    #[must_use]
    pub fn comments(&self) -> Comments<'_> {
        Comments(self)
    }

    /// The people of a team.
    #[must_use]
    pub fn people(&self) -> People<'_> {
        People(self)
    }

    /// Who is signed in, and one-time links.
    #[must_use]
    pub fn sign_ins(&self) -> SignIns<'_> {
        SignIns(self)
    }

    /// What was done, by whom and when.
    #[must_use]
    pub fn history(&self) -> History<'_> {
        History(self)
    }

    /// What others did that somebody should know of.
    #[must_use]
    pub fn inboxes(&self) -> Inboxes<'_> {
        Inboxes(self)
    }

    /// How the whole set is doing.
    #[must_use]
    pub fn dashboards(&self) -> Dashboards<'_> {
        Dashboards(self)
    }

    /// A transaction that has the right to write from its first statement on.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// Whether a connection can begin a transaction; one that cannot is closed, and another takes its place.
///
/// Where the disk is full, SQLite ends a transaction by itself; sqlx then takes it for open for as long as the connection lives.
fn is_usable(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

/// Now, UTC, RFC 3339 with milliseconds.
fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::SessionId;

    #[tokio::test]
    async fn a_full_disk_ends_one_change_and_not_all_that_follow() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("test.sqlite")).await.unwrap();
        let id = SessionId::try_from("one".to_owned()).unwrap();
        let names = ["before.mp4", "after.mp4"];
        // No page more than there are, as when the disk is full.
        sqlx::query("pragma max_page_count = 1")
            .execute(&store.writer)
            .await
            .unwrap();
        let scene = "kitchen ".repeat(10_000);
        let full = store.sessions().create(&id, &scene, names).await;
        let error = full.unwrap_err().to_string();
        assert!(error.contains("disk is full"), "{error}");
        sqlx::query("pragma max_page_count = 1000000")
            .execute(&store.writer)
            .await
            .unwrap();
        store.sessions().create(&id, &scene, names).await.unwrap();
    }
}
