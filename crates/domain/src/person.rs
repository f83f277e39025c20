//! The people of a team, and who may do what.

use crate::object::words;
use crate::{Assigned, Assignee, PersonId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

words! {
    /// What a person does in the team.
    Role {
        /// Clicks objects and starts offline jobs.
        Annotator = "annotator",
        /// Judges masks, and annotates where that is quicker than sending back.
        Reviewer = "reviewer",
        /// Everything, also people.
        Lead = "lead",
    }
}

words! {
    /// What somebody can want to do; every page, route and server function needs one of these.
    Permission {
        /// See sessions, frames, masks, results, jobs and the model.
        Look = "look",
        /// Make sessions, objects and clicks; start and stop offline jobs.
        Annotate = "annotate",
        /// Judge masks: approve, send back, comment.
        Review = "review",
        /// Give sessions to annotators and reviewers.
        Assign = "assign",
        /// Delete sessions and bring them back.
        Delete = "delete",
        /// Add people, change their roles, shut them out.
        ManagePeople = "manage people",
    }
}

/// Who may do what.
#[must_use]
pub fn may(role: Role, action: Permission) -> bool {
    use Role::{Annotator, Lead, Reviewer};
    let allowed: &[Role] = match action {
        Permission::Look | Permission::Annotate => &[Annotator, Reviewer, Lead],
        Permission::Review => &[Reviewer, Lead],
        Permission::Assign | Permission::Delete | Permission::ManagePeople => &[Lead],
    };
    allowed.contains(&role)
}

/// Somebody who uses this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their name, under which they sign in.
    pub name: String,
    /// What they do in the team.
    pub role: Role,
}

impl Person {
    /// Whoever sits at a machine that asks nobody to sign in.
    #[must_use]
    pub fn local() -> Self {
        Self {
            id: PersonId::LOCAL,
            name: "local".into(),
            role: Role::Lead,
        }
    }

    /// Whether this person may do `action` at all.
    #[must_use]
    pub fn may(&self, action: Permission) -> bool {
        may(self.role, action)
    }

    /// Whose a session is that this person may not work on: what is nobody's is everybody's, a reviewer may also annotate
    /// what they review, and whoever assigns is not bound by it.
    #[must_use]
    pub fn kept_out_by<'a>(
        &self,
        action: Permission,
        assigned: &'a Assigned,
    ) -> Option<&'a Assignee> {
        let is_me =
            |somebody: &Option<Assignee>| somebody.as_ref().is_some_and(|a| a.id == self.id);
        if self.may(Permission::Assign) || is_me(&assigned.reviewer) {
            return None;
        }
        let owner = match action {
            Permission::Review => &assigned.reviewer,
            _ => &assigned.annotator,
        };
        owner.as_ref().filter(|owner| owner.id != self.id)
    }
}

/// Why somebody cannot do something, in words for that person.
#[must_use]
pub fn refusal(role: Role, action: Permission) -> String {
    let who: Vec<&str> = Role::ALL
        .iter()
        .filter(|role| may(**role, action))
        .map(|role| role.as_str())
        .collect();
    format!(
        "this is for a {}, and you are {} {role}: ask a lead",
        who.join(" or a "),
        if role == Role::Annotator { "an" } else { "a" },
    )
}

/// Longest name, in characters.
const NAME_MAX: usize = 40;

/// Shortest password, in characters.
pub const PASSWORD_MIN: usize = 10;

/// Longest password, in bytes.
const PASSWORD_MAX: usize = 256;

/// A name as it is stored: single spaces; letters, digits and `.`, `_`, `-`, `@`, `'` only.
///
/// # Errors
/// [`SignInProblem::BadName`].
pub fn checked_name(name: &str) -> Result<String, SignInProblem> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let allowed = |c: char| c.is_alphanumeric() || " ._-@'".contains(c);
    let length = name.chars().count();
    if (1..=NAME_MAX).contains(&length) && name.chars().all(allowed) {
        Ok(name)
    } else {
        Err(SignInProblem::BadName)
    }
}

/// Checks the length of a new password.
///
/// # Errors
/// [`SignInProblem::BadPassword`].
pub fn check_password(password: &str) -> Result<(), SignInProblem> {
    if password.chars().count() >= PASSWORD_MIN && password.len() <= PASSWORD_MAX {
        Ok(())
    } else {
        Err(SignInProblem::BadPassword)
    }
}

words! {
    /// Why somebody is not signed in; the word travels in the address of the page.
    SignInProblem {
        /// No such name, or another password.
        Wrong = "wrong",
        /// Too many wrong passwords.
        Wait = "wait",
        /// A name that cannot be stored.
        BadName = "bad-name",
        /// Somebody else has that name.
        NameTaken = "name-taken",
        /// A password that is too short or too long.
        BadPassword = "bad-password",
        /// The two passwords differ.
        Differ = "differ",
        /// Not the password that the person has.
        WrongOld = "wrong-old",
        /// The one-time link was used, replaced or has run out.
        LinkGone = "link-gone",
    }
}

impl SignInProblem {
    /// What is wrong and what to do.
    #[must_use]
    pub fn message(self) -> String {
        match self {
            Self::Wrong => {
                "the name or the password is wrong: try again, or ask a lead for a new link".into()
            }
            Self::Wait => {
                "there were too many wrong passwords: wait a quarter of an hour, then try again"
                    .into()
            }
            Self::BadName => format!(
                "a name has 1 to {NAME_MAX} letters, digits, spaces and . _ - @ ': choose another one"
            ),
            Self::NameTaken => "somebody else has that name: choose another one".into(),
            Self::BadPassword => format!(
                "a password has at least {PASSWORD_MIN} characters and at most {PASSWORD_MAX} bytes: choose another one"
            ),
            Self::Differ => "the two passwords differ: type them again".into(),
            Self::WrongOld => {
                "the old password is wrong, and nothing was changed: try again, or ask a lead for a new link".into()
            }
            Self::LinkGone => {
                "this link was used, replaced or has run out: ask a lead for a new one".into()
            }
        }
    }
}

/// What a page knows about whoever looks at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The person.
    pub person: Person,
    /// Whether people sign in here; without, everything is done by [`Person::local`].
    pub team: bool,
}

/// A person, as leads see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The person.
    pub person: Person,
    /// Whether they have chosen a password.
    pub has_password: bool,
    /// Whether a lead has shut them out.
    pub disabled: bool,
    /// In how many browsers they are signed in.
    pub sign_ins: u32,
    /// When they signed in last, UTC, RFC 3339.
    pub seen_at: Option<String>,
}

/// A fresh one-time link, which is shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeLink {
    /// For whom.
    pub person: Person,
    /// Its path on this server.
    pub path: String,
}

/// Where a person lands after signing in: a path of this server, otherwise its first page.
#[must_use]
pub fn return_path(asked: &str) -> &str {
    // `//elsewhere` and `/\elsewhere` name another server.
    let ours = asked.starts_with('/')
        && !asked[1..].starts_with(['/', '\\'])
        && !asked.chars().any(char::is_control);
    if ours { asked } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_the_one_before_it_may() {
        for action in Permission::ALL {
            let allowed: Vec<bool> = Role::ALL.iter().map(|role| may(*role, *action)).collect();
            assert!(allowed.is_sorted(), "{action}: {allowed:?}");
            assert!(may(Role::Lead, *action));
        }
        assert!(!may(Role::Annotator, Permission::Review));
        assert!(!may(Role::Reviewer, Permission::ManagePeople));
    }

    #[test]
    fn an_assigned_session_is_changed_by_its_people_and_leads_only() {
        let person = |id, role| Person {
            id: PersonId(id),
            name: "x".into(),
            role,
        };
        let somebody = |id| Assignee {
            id: PersonId(id),
            name: "x".into(),
        };
        let assigned = Assigned {
            annotator: Some(somebody(1)),
            reviewer: Some(somebody(3)),
        };
        let kept_out = |id, role, action| {
            let owner = person(id, role).kept_out_by(action, &assigned)?;
            Some(owner.id.0)
        };
        use Permission::{Annotate, Review};
        use Role::{Annotator, Lead, Reviewer};
        assert_eq!(kept_out(1, Annotator, Annotate), None);
        assert_eq!(kept_out(2, Annotator, Annotate), Some(1));
        assert_eq!(kept_out(3, Reviewer, Annotate), None);
        assert_eq!(kept_out(3, Reviewer, Review), None);
        assert_eq!(kept_out(4, Reviewer, Review), Some(3));
        assert_eq!(kept_out(4, Reviewer, Annotate), Some(1));
        assert_eq!(kept_out(5, Lead, Review), None);
        assert_eq!(Person::local().kept_out_by(Annotate, &assigned), None);
        let nobodys = Assigned::default();
        assert_eq!(person(2, Annotator).kept_out_by(Annotate, &nobodys), None);
    }

    #[test]
    fn names_and_passwords_are_checked() {
        assert_eq!(checked_name("  Zoë  O'Neil "), Ok("Zoë O'Neil".into()));
        for bad in ["", " ", "<b>", &"x".repeat(41), "a\nb\0"] {
            assert_eq!(checked_name(bad), Err(SignInProblem::BadName), "{bad}");
        }
        assert!(check_password("0123456789").is_ok());
        assert!(check_password("012345678").is_err());
        assert!(check_password(&"x".repeat(257)).is_err());
    }

    #[test]
    fn only_paths_of_this_server_are_returned_to() {
        assert_eq!(return_path("/sessions?q=a&b"), "/sessions?q=a&b");
        for bad in [
            "",
            "https://elsewhere.example",
            "//elsewhere.example",
            "/\\elsewhere",
            "/a\nb",
        ] {
            assert_eq!(return_path(bad), "/", "{bad}");
        }
    }

    #[test]
    fn refusals_name_who_may() {
        let text = refusal(Role::Annotator, Permission::Review);
        assert_eq!(
            text,
            "this is for a reviewer or a lead, and you are an annotator: ask a lead"
        );
    }
}
