//! What others did that whoever asks should know of.

use crate::{Service, ServiceError};
use domain::Inbox;

impl Service {
    /// The inbox of whoever asks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn inbox(&self) -> Result<Inbox, ServiceError> {
        Ok(self.store.inboxes().read(&self.person).await?)
    }

    /// How many news whoever asks has not read yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unread(&self) -> Result<usize, ServiceError> {
        Ok(self.inbox().await?.unread())
    }

    /// Notes that whoever asks has read their inbox up to an id of the history.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_inbox_read(&self, up_to: i64) -> Result<(), ServiceError> {
        Ok(self.store.inboxes().mark_read(&self.person, up_to).await?)
    }
}
