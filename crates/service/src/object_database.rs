//! The object database: a CSV file, here or on the network, that says which objects changed between which two videos.

mod table;

use crate::{Service, ServiceError};
use domain::{Object, ObjectFields, Permission, SessionId};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use table::Table;
use tokio::sync::Mutex;

/// Most bytes that are read.
const BYTES_MAX: u64 = 64 << 20;
/// How long its server may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the database lies; cheap to clone.
#[derive(Clone, Debug)]
pub struct ObjectDatabase {
    source: Arc<Source>,
    /// What was read last.
    table: Arc<Mutex<Option<Arc<Table>>>>,
}

#[derive(Debug)]
enum Source {
    File(PathBuf),
    Url(String),
}

impl ObjectDatabase {
    /// A database at a path, or at an address that begins with `http://` or `https://`. Nothing is read yet.
    #[must_use]
    pub fn new(place: &str) -> Self {
        let is_url = place.starts_with("http://") || place.starts_with("https://");
        let source = if is_url {
            Source::Url(place.to_owned())
        } else {
            Source::File(place.into())
        };
        Self {
            source: Arc::new(source),
            table: Arc::default(),
        }
    }

    /// Its rows, as they were read last, or read again.
    async fn table(&self, again: bool) -> Result<Arc<Table>, ServiceError> {
        let mut known = self.table.lock().await;
        if let Some(table) = known.as_ref().filter(|_| !again) {
            return Ok(Arc::clone(table));
        }
        let source = Arc::clone(&self.source);
        let read = tokio::task::spawn_blocking(move || {
            source.read().and_then(|bytes| Table::parse(&bytes))
        });
        let table = read
            .await
            .map_err(|error| ServiceError::Internal(error.to_string()))?
            .map_err(|reason| {
                ServiceError::Conflict(format!("the object database {}: {reason}", self.source))
            })?;
        let table = Arc::new(table);
        *known = Some(Arc::clone(&table));
        Ok(table)
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Url(url) => f.write_str(url),
        }
    }
}

impl Source {
    fn read(&self) -> Result<Vec<u8>, String> {
        match self {
            Self::File(path) => read_file(path)
                .map_err(|error| format!("it cannot be read ({error}): check --object-database")),
            Self::Url(url) => fetch(url).map_err(|error| {
                format!("it cannot be fetched ({error}): check the address, or try again")
            }),
        }
    }
}

fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // A byte more than may be there; a device has no size that could be asked for.
    File::open(path)?
        .take(BYTES_MAX + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > BYTES_MAX {
        let reason = format!("it is larger than {} MiB", BYTES_MAX >> 20);
        return Err(std::io::Error::other(reason));
    }
    Ok(bytes)
}

fn fetch(url: &str) -> Result<Vec<u8>, ureq::Error> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .build()
        .new_agent();
    let answer = agent.get(url).call()?.into_body();
    answer.into_with_config().limit(BYTES_MAX).read_to_vec()
}

impl Service {
    /// The same use cases with an object database.
    #[must_use]
    pub fn with_object_database(mut self, database: Option<ObjectDatabase>) -> Self {
        self.database = database;
        self
    }

    /// Adds the objects that the object database names for the two videos of a session and that are not in the list yet;
    /// `again` reads the database once more. Gives what was done, in words.
    ///
    /// # Errors
    /// When there is no database, it cannot be read, or it has no row for these videos; the text says which.
    pub async fn fill_from_database(
        &self,
        session: &SessionId,
        again: bool,
    ) -> Result<String, ServiceError> {
        let database = self.database.as_ref().ok_or_else(|| {
            ServiceError::Conflict(
                "no object database is set: start scenediff with --object-database FILE or URL"
                    .into(),
            )
        })?;
        let session_now = self.need_with(Permission::Annotate, session).await?;
        let [one, two] = session_now.videos;
        let table = database.table(again).await?;
        let found = table
            .objects_of(&one.file_name, &two.file_name)
            .map_err(ServiceError::Conflict)?;
        let listed = self.store.objects().list(session).await?;
        let is_listed = |fields: &ObjectFields| {
            let mut all = listed.iter().map(|object| &object.fields);
            all.any(|of| of.label == fields.label && of.multiplicity == fields.multiplicity)
        };
        let (known, new): (Vec<_>, Vec<_>) = found.into_iter().partition(is_listed);
        let mut added = Vec::new();
        for fields in new {
            added.push(self.store.objects().add(session, &fields).await?);
        }
        if !added.is_empty() {
            self.publish_session(session).await?;
        }
        Ok(words(&added, known.len()))
    }
}

fn words(added: &[Object], known: usize) -> String {
    let titles: Vec<String> = added.iter().map(|object| object.fields.title()).collect();
    match (added.len(), known) {
        (0, 0) => "The database names no changed object for these videos.".into(),
        (0, _) => "Every object of the database is in the list already.".into(),
        (_, 0) => format!("Added from the database: {}.", titles.join(", ")),
        (_, known) => format!(
            "Added from the database: {}. {known} more were in the list already.",
            titles.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_same_limit_as_an_address() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("objects.csv");
        let source = Source::File(path.clone());
        let file = File::create(&path).unwrap();
        file.set_len(BYTES_MAX).unwrap();
        assert_eq!(source.read().unwrap().len() as u64, BYTES_MAX);
        file.set_len(BYTES_MAX + 1).unwrap();
        assert!(source.read().unwrap_err().contains("larger than 64 MiB"));
        let endless = Source::File("/dev/zero".into());
        assert!(endless.read().unwrap_err().contains("larger than 64 MiB"));
    }
}
