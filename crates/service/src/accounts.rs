//! Who somebody is: signing in and out, one-time links, passwords.
//!
//! [`Accounts`] serves those who are not signed in yet; what leads do with people is in [`Service`](crate::Service).

mod attempts;
mod password;
mod token;

use crate::ServiceError;
use attempts::Attempts;
use domain::{OneTimeLink, Person, PersonId, Role, SignInProblem, check_password, checked_name};
use std::net::IpAddr;
use std::sync::Arc;
use store::{LinkFor, Store, StoreError};
use token::Token;
use tokio::sync::{Semaphore, broadcast};

/// How long a browser stays signed in.
pub const SIGN_IN_HOURS: u32 = 14 * 24;

/// How long a one-time link can be used.
const LINK_HOURS: u32 = 72;

/// Passwords that are hashed at the same time: each needs 19 MiB and a core.
const HASHING_MAX: usize = 2;

/// Ended sign-ins that a listener may be behind.
const BACKLOG: usize = 64;

/// Who is who; cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    store: Store,
    team: bool,
    attempts: Arc<Attempts>,
    hashing: Arc<Semaphore>,
    ended: broadcast::Sender<PersonId>,
}

/// Somebody who has just signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The person.
    pub person: Person,
    /// What their browser shows from now on; stored nowhere in this form.
    pub token: String,
}

/// Why somebody is not signed in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Something that the person can put right.
    #[error("{}", .0.message())]
    Problem(SignInProblem),
    /// The server failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<SignInProblem> for SignInError {
    fn from(problem: SignInProblem) -> Self {
        Self::Problem(problem)
    }
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

impl Accounts {
    /// The people in `store`; without a `team`, everybody is [`Person::local`] and nobody signs in.
    #[must_use]
    pub fn new(store: Store, team: bool) -> Self {
        Self {
            store,
            team,
            attempts: Arc::default(),
            hashing: Arc::new(Semaphore::new(HASHING_MAX)),
            ended: broadcast::channel(BACKLOG).0,
        }
    }

    /// Whether people sign in here.
    #[must_use]
    pub fn team(&self) -> bool {
        self.team
    }

    /// Who shows this token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn who(&self, token: Option<&str>) -> Result<Option<Person>, ServiceError> {
        if !self.team {
            return Ok(Some(Person::local()));
        }
        match token.and_then(Token::parse) {
            Some(token) => Ok(self.store.sign_ins().who(&token.hash()).await?),
            None => Ok(None),
        }
    }

    /// Signs somebody in who knows their password. Wrong passwords are counted by name and address together; see
    /// [`SignInProblem::Wait`].
    ///
    /// # Errors
    /// When the password is wrong, or there were too many wrong ones.
    pub async fn sign_in(
        &self,
        name: &str,
        password: &str,
        from: IpAddr,
    ) -> Result<SignedIn, SignInError> {
        let name = checked_name(name).map_err(|_| SignInProblem::Wrong)?;
        if !self.attempts.begin(&name, from) {
            return Err(SignInProblem::Wait.into());
        }
        let known = self.store.people().credentials(&name).await?;
        // As much work for a name that does not exist, so that the time does not tell.
        let stored = known.as_ref().map(|known| known.password.clone());
        let right = self.verify(stored, password).await?;
        let Some(known) = known.filter(|_| right) else {
            tracing::warn!(name, %from, "a sign-in failed");
            return Err(SignInProblem::Wrong.into());
        };
        self.attempts.succeeded(&name, from);
        let token = Token::random();
        self.store
            .sign_ins()
            .begin(known.person.id, &token.hash(), SIGN_IN_HOURS)
            .await?;
        Ok(SignedIn {
            person: known.person,
            token: token.text(),
        })
    }

    /// Ends the sign-in of one browser.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out(&self, person: PersonId, token: &str) -> Result<(), ServiceError> {
        if let Some(token) = Token::parse(token) {
            self.store.sign_ins().end(&token.hash()).await?;
            self.tell_ended(person);
        }
        Ok(())
    }

    /// Ends the sign-ins of a person in every browser.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out_everywhere(&self, person: PersonId) -> Result<(), ServiceError> {
        self.store.sign_ins().end_all(person).await?;
        self.tell_ended(person);
        Ok(())
    }

    /// The people of whom some sign-in has just ended: whoever serves them for long asks again who they are.
    #[must_use]
    pub fn ended(&self) -> broadcast::Receiver<PersonId> {
        self.ended.subscribe()
    }

    /// The path with which the first lead makes an account; none when a lead can sign in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn first_link(&self) -> Result<Option<String>, ServiceError> {
        if self.store.people().has_lead().await? {
            return Ok(None);
        }
        Ok(Some(self.offer_link(None).await?))
    }

    /// Adds somebody, who chooses a password with the link.
    ///
    /// # Errors
    /// When the name cannot be used or is taken.
    pub async fn add(&self, name: &str, role: Role) -> Result<OneTimeLink, ServiceError> {
        let name =
            checked_name(name).map_err(|problem| ServiceError::Invalid(problem.message()))?;
        let person = self.store.people().add(&name, role).await?;
        self.link_for(person).await
    }

    /// A new link for somebody who has none or forgot their password; the old password works until the link is used.
    ///
    /// # Errors
    /// When the person is shut out.
    pub async fn link_for(&self, person: Person) -> Result<OneTimeLink, ServiceError> {
        let path = self.offer_link(Some(person.id)).await?;
        Ok(OneTimeLink { person, path })
    }

    /// Whose password a one-time link sets: a name, or none for the first lead.
    ///
    /// # Errors
    /// [`SignInProblem::LinkGone`].
    pub async fn open_link(&self, link: &str) -> Result<Option<String>, SignInError> {
        let link = Token::parse(link).ok_or(SignInProblem::LinkGone)?;
        match self.store.sign_ins().link(&link.hash()).await? {
            Some(LinkFor::Person(person)) => Ok(Some(person.name)),
            Some(LinkFor::FirstLead) => Ok(None),
            None => Err(SignInProblem::LinkGone.into()),
        }
    }

    /// Uses up a one-time link: sets the password, ends every other sign-in of that person, and signs them in. `name`
    /// is for the first lead.
    ///
    /// # Errors
    /// When the link is gone, the password is too short, or the first lead's name cannot be used.
    pub async fn use_link(
        &self,
        link: &str,
        name: &str,
        password: &str,
    ) -> Result<SignedIn, SignInError> {
        let is_first = self.open_link(link).await?.is_none();
        let link = Token::parse(link).ok_or(SignInProblem::LinkGone)?;
        let name = if is_first {
            checked_name(name)?
        } else {
            String::new()
        };
        check_password(password)?;
        let hash = self.hash(password).await?;
        let token = Token::random();
        let used = self
            .store
            .sign_ins()
            .use_link(&link.hash(), &name, &hash, &token.hash(), SIGN_IN_HOURS)
            .await;
        let person = match used {
            Err(StoreError::Conflict(_)) => return Err(SignInProblem::NameTaken.into()),
            used => used?.ok_or(SignInProblem::LinkGone)?,
        };
        self.tell_ended(person.id);
        Ok(SignedIn {
            person,
            token: token.text(),
        })
    }

    /// Changes the password of somebody who is signed in and knows the old one, ends every other sign-in and every one-time
    /// link of theirs, and signs this browser in anew. Wrong passwords are counted as those of [`sign_in`](Self::sign_in).
    ///
    /// # Errors
    /// When the old password is wrong, there were too many wrong ones, or the new one is too short or too long.
    pub async fn change_password(
        &self,
        person: &Person,
        old: &str,
        new: &str,
        from: IpAddr,
    ) -> Result<SignedIn, SignInError> {
        check_password(new)?;
        if !self.attempts.begin(&person.name, from) {
            return Err(SignInProblem::Wait.into());
        }
        let known = self.store.people().credentials(&person.name).await?;
        let before = known.map(|known| known.password);
        if !self.verify(before.clone(), old).await? {
            tracing::warn!(name = person.name, %from, "a change of a password failed");
            return Err(SignInProblem::WrongOld.into());
        }
        self.attempts.succeeded(&person.name, from);
        let hash = self.hash(new).await?;
        let token = Token::random();
        // A lead may have given them a new one while this was checked.
        let passwords = (before.as_deref().unwrap_or_default(), hash.as_str());
        let is_set = self
            .store
            .sign_ins()
            .change_password(person.id, passwords, &token.hash(), SIGN_IN_HOURS)
            .await?;
        if !is_set {
            return Err(SignInProblem::WrongOld.into());
        }
        self.tell_ended(person.id);
        Ok(SignedIn {
            person: person.clone(),
            token: token.text(),
        })
    }

    /// Says that a person's sign-ins, role or rights have changed.
    pub(crate) fn tell_ended(&self, person: PersonId) {
        // An error says that nobody listens.
        let _ = self.ended.send(person);
    }

    async fn offer_link(&self, person: Option<PersonId>) -> Result<String, ServiceError> {
        let token = Token::random();
        self.store
            .sign_ins()
            .offer_link(person, &token.hash(), LINK_HOURS)
            .await?;
        Ok(format!("/welcome/{}", token.text()))
    }

    async fn verify(&self, stored: Option<String>, password: &str) -> Result<bool, ServiceError> {
        let password = password.to_owned();
        self.work(move || password::verify(stored.as_deref(), &password))
            .await
    }

    async fn hash(&self, password: &str) -> Result<String, ServiceError> {
        let password = password.to_owned();
        self.work(move || password::hash(&password)).await
    }

    /// Runs work that takes a core for a while, beside that which answers requests.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, String> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let failed = |error: String| ServiceError::Internal(error);
        let _turn = self
            .hashing
            .acquire()
            .await
            .map_err(|error| failed(error.to_string()))?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| failed(error.to_string()))?
            .map_err(failed)
    }
}
