//! What the list of sessions shows: search, filters, order and page; and the answer.

use crate::object::words;
use crate::{PersonId, Session, SessionStatus};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Sessions on one page of the list.
pub const PAGE_SIZE: u32 = 50;

/// How many days a deleted session can be brought back.
pub const RESTORE_DAYS: u32 = 7;

words! {
    /// The order of the list.
    SessionOrder {
        /// The one changed last first.
        Updated = "updated",
        /// The newest first.
        Created = "created",
        /// By name.
        Name = "name",
        /// By scene type.
        Scene = "scene",
        /// By status, in the order of the work.
        Status = "status",
    }
}

/// Whose sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonFilter {
    /// Those that this person annotates or reviews.
    Of(PersonId),
    /// Those that nobody annotates.
    Nobody,
}

impl fmt::Display for PersonFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(person) => person.fmt(f),
            Self::Nobody => f.write_str("nobody"),
        }
    }
}

impl FromStr for PersonFilter {
    type Err = std::num::ParseIntError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "nobody" => Ok(Self::Nobody),
            id => Ok(Self::Of(PersonId(id.parse()?))),
        }
    }
}

/// Which sessions are shown, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionQuery {
    /// Words that must all occur in the name, the scene type or the names of the files.
    pub text: String,
    /// Only with this status.
    pub status: Option<SessionStatus>,
    /// Only of this person.
    pub person: Option<PersonFilter>,
    /// Only of this scene type.
    pub scene: Option<String>,
    /// Only changed on this day (`2026-01-31`, UTC) or later.
    pub from: Option<String>,
    /// Only changed on this day or earlier.
    pub to: Option<String>,
    /// The order; [`SessionOrder::Updated`] when none is given.
    pub order: Option<SessionOrder>,
    /// The page, from 0.
    pub page: u32,
    /// Those that were deleted and can be brought back, instead of all others.
    pub deleted: bool,
}

/// One page of the list, and what the filters would find.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionPage {
    /// The sessions of the page.
    pub sessions: Vec<Session>,
    /// All that the query finds.
    pub found: u32,
    /// Statuses and how many sessions each has, with every filter but that of the status.
    pub statuses: Vec<(SessionStatus, u32)>,
    /// Scene types of all sessions.
    pub scenes: Vec<String>,
    /// All sessions that are not deleted.
    pub all: u32,
    /// Sessions that can be brought back.
    pub deleted: u32,
    /// Sessions that wait for somebody to start their offline job.
    pub ready: u32,
}

impl SessionPage {
    /// Number of pages, at least 1.
    #[must_use]
    pub fn pages(&self) -> u32 {
        self.found.div_ceil(PAGE_SIZE).max(1)
    }
}

/// Somebody who works on a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    /// Their id.
    pub id: PersonId,
    /// Their name.
    pub name: String,
}

/// Who works on a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// Who annotates it; nobody means everybody may.
    pub annotator: Option<Assignee>,
    /// Who reviews it; nobody means every reviewer may.
    pub reviewer: Option<Assignee>,
}

words! {
    /// What a session is assigned for.
    Duty {
        /// Annotating it.
        Annotate = "annotate",
        /// Reviewing it.
        Review = "review",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn person_filters_travel_as_text() {
        for filter in [PersonFilter::Of(PersonId(12)), PersonFilter::Nobody] {
            assert_eq!(filter.to_string().parse(), Ok(filter));
        }
        assert!("ann".parse::<PersonFilter>().is_err());
    }

    #[test]
    fn an_empty_list_has_one_page() {
        let page = |found| {
            SessionPage {
                found,
                ..SessionPage::default()
            }
            .pages()
        };
        assert_eq!([0, 1, 50, 51].map(page), [1, 1, 1, 2]);
    }
}
