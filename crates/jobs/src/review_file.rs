//! `review_meta.json`: what reviewers say, as a file among the results.

use crate::JobsError;
use crate::blocking::blocking;
use crate::shared::Shared;
use domain::SessionId;
use std::path::Path;
use tokio::fs;

/// Writes the review of a session, as it is in the store now, into its results folder. Nothing, before a job has made that
/// folder (the job writes it then) or anybody has reviewed anything.
///
/// # Errors
/// When the session is gone, or the file cannot be written.
pub(crate) async fn refresh(shared: &Shared, session: &SessionId) -> Result<(), JobsError> {
    // One after the other, so that the one who reads last also writes last.
    let _turn = shared.review_files.lock().await;
    let folder = shared.data.results(session);
    if fs::try_exists(&folder).await.unwrap_or(false) {
        put(shared, session, &folder).await?;
    }
    Ok(())
}

/// Writes it into `folder`.
///
/// # Errors
/// As [`refresh`].
pub(crate) async fn write(
    shared: &Shared,
    session: &SessionId,
    folder: &Path,
) -> Result<(), JobsError> {
    let _turn = shared.review_files.lock().await;
    put(shared, session, folder).await
}

async fn put(shared: &Shared, session: &SessionId, folder: &Path) -> Result<(), JobsError> {
    let store = &shared.store;
    let session = store.sessions().get(session).await?;
    let objects = store.objects().list(&session.id).await?;
    let review = store.reviews().get(&session.id).await?;
    let folder = folder.to_owned();
    blocking(move || {
        if let Some(meta) = export::review_meta(&session, &objects, &review) {
            export::write_review(&folder, &meta)?;
        }
        Ok(())
    })
    .await
}
