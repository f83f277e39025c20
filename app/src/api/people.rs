//! Whoever looks at the page, and the people of the team.

use super::{ApiError, Json};
#[cfg(feature = "ssr")]
use super::{no_context, service};
use domain::{Me, Member, OneTimeLink, Person, PersonId, Role};
use leptos::prelude::*;

/// Whoever asks.
///
/// # Errors
/// When nobody is signed in.
#[server(name = AskMe, prefix = "/api", endpoint = "people/me", input = Json, output = Json)]
pub async fn me() -> Result<Me, ApiError> {
    use_context().ok_or_else(|| use_context().unwrap_or_else(no_context))
}

/// Whose password a one-time link sets: a name, or none for the first lead.
///
/// # Errors
/// When the link was used, replaced or has run out.
#[server(prefix = "/api", endpoint = "people/open_link", input = Json, output = Json)]
pub async fn open_link(link: String) -> Result<Option<String>, ApiError> {
    let accounts: service::Accounts = use_context().ok_or_else(no_context)?;
    accounts
        .open_link(&link)
        .await
        .map_err(|error| match error {
            service::SignInError::Problem(problem) => {
                service::ServiceError::NotFound(problem.message()).into()
            }
            service::SignInError::Service(error) => error.into(),
        })
}

/// Those who can be given sessions, by name.
///
/// # Errors
/// When the server cannot be reached or its database fails.
#[server(prefix = "/api", endpoint = "people/teammates", input = Json, output = Json)]
pub async fn teammates() -> Result<Vec<Person>, ApiError> {
    Ok(service()?.teammates().await?)
}

/// Everybody, by name.
///
/// # Errors
/// When whoever asks is no lead.
#[server(prefix = "/api", endpoint = "people/list", input = Json, output = Json)]
pub async fn list_people() -> Result<Vec<Member>, ApiError> {
    Ok(service()?.people().await?)
}

/// Adds somebody, who chooses a password with the link.
///
/// # Errors
/// When the name cannot be used or is taken.
#[server(prefix = "/api", endpoint = "people/add", input = Json, output = Json)]
pub async fn add_person(name: String, role: Role) -> Result<OneTimeLink, ApiError> {
    Ok(service()?.add_person(&name, role).await?)
}

/// Gives somebody another role.
///
/// # Errors
/// When no lead would be left.
#[server(prefix = "/api", endpoint = "people/set_role", input = Json, output = Json)]
pub async fn set_role(person: PersonId, role: Role) -> Result<(), ApiError> {
    service()?.set_role(person, role).await?;
    Ok(())
}

/// Shuts somebody out, or lets them in again.
///
/// # Errors
/// When no lead would be left.
#[server(prefix = "/api", endpoint = "people/set_disabled", input = Json, output = Json)]
pub async fn set_disabled(person: PersonId, disabled: bool) -> Result<(), ApiError> {
    service()?.set_disabled(person, disabled).await?;
    Ok(())
}

/// A link with which somebody chooses a new password.
///
/// # Errors
/// When there is no such person.
#[server(prefix = "/api", endpoint = "people/reset", input = Json, output = Json)]
pub async fn reset_password(person: PersonId) -> Result<OneTimeLink, ApiError> {
    Ok(service()?.reset_password(person).await?)
}
