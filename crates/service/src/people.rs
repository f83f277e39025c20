//! The people of the team, as leads care for them.

use crate::{Service, ServiceError};
use domain::{Member, OneTimeLink, Permission, Person, PersonId, Role, refusal};

impl Service {
    /// Everybody, by name.
    ///
    /// # Errors
    /// When whoever asks is no lead.
    pub async fn people(&self) -> Result<Vec<Member>, ServiceError> {
        self.need(Permission::ManagePeople)?;
        Ok(self.store.people().list().await?)
    }

    /// Those who can be given sessions, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn teammates(&self) -> Result<Vec<Person>, ServiceError> {
        let members = self.store.people().list().await?;
        let active = members.into_iter().filter(|member| !member.disabled);
        Ok(active.map(|member| member.person).collect())
    }

    /// Adds somebody, who chooses a password with the link.
    ///
    /// # Errors
    /// When the name cannot be used or is taken, or whoever asks is no lead.
    pub async fn add_person(&self, name: &str, role: Role) -> Result<OneTimeLink, ServiceError> {
        self.need(Permission::ManagePeople)?;
        self.accounts.add(name, role).await
    }

    /// Gives somebody another role.
    ///
    /// # Errors
    /// When no lead would be left, or whoever asks is no lead.
    pub async fn set_role(&self, person: PersonId, role: Role) -> Result<(), ServiceError> {
        self.need(Permission::ManagePeople)?;
        self.store.people().set_role(person, role).await?;
        self.accounts.tell_ended(person);
        Ok(())
    }

    /// Shuts somebody out, or lets them in again.
    ///
    /// # Errors
    /// When no lead would be left, or whoever asks is no lead.
    pub async fn set_disabled(&self, person: PersonId, disabled: bool) -> Result<(), ServiceError> {
        self.need(Permission::ManagePeople)?;
        self.store.people().set_disabled(person, disabled).await?;
        self.accounts.tell_ended(person);
        Ok(())
    }

    /// A link with which somebody chooses a new password.
    ///
    /// # Errors
    /// When there is no such person, or whoever asks is no lead.
    pub async fn reset_password(&self, person: PersonId) -> Result<OneTimeLink, ServiceError> {
        self.need(Permission::ManagePeople)?;
        let person = self.store.people().get(person).await?;
        self.accounts.link_for(person).await
    }

    /// Whoever asks.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// Refuses what whoever asks may not do. The table of routes refuses it before; this also covers what a page reads
    /// while the server renders it.
    pub(crate) fn need(&self, permission: Permission) -> Result<(), ServiceError> {
        if self.person.may(permission) {
            Ok(())
        } else {
            Err(ServiceError::Forbidden(refusal(
                self.person.role,
                permission,
            )))
        }
    }
}
