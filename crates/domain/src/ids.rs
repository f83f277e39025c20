//! Identifiers.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The name of a session, `<video1>_<video2>_<YYYY-MM-DD_HH-MM-SS>` (UTC), which is also the name of its folders.
///
/// Holds letters, digits, `_` and `-` only, so it is safe in a path and in a URL.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionId(String);

/// A text that cannot name a session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a session name: use 1 to 240 bytes of letters, digits, '_' and '-'")]
pub struct InvalidSessionId(String);

/// Longest part of a session name that comes from one file name, in bytes.
const STEM_MAX: usize = 100;

impl SessionId {
    /// Names a session after its two files and the time of its creation (`2026-01-31_18-05-09`).
    ///
    /// Special characters are dropped and spaces become `_`; a name of which nothing is left becomes `video`.
    #[must_use]
    pub fn compose(video1: &str, video2: &str, utc: &str) -> Self {
        Self(format!(
            "{}_{}_{utc}",
            Self::stem(video1),
            Self::stem(video2)
        ))
    }

    /// The cleaned stem of a file name: `My film (1).mp4` becomes `My_film_1`.
    #[must_use]
    pub fn stem(file_name: &str) -> String {
        let base = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
        let stem = match base.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => base,
        };
        let mut out = String::new();
        for c in stem
            .split_whitespace()
            .collect::<Vec<_>>()
            .join("_")
            .chars()
        {
            let keep = c.is_alphanumeric() || c == '_' || c == '-';
            if keep && out.len() + c.len_utf8() <= STEM_MAX {
                out.push(c);
            }
        }
        if out.is_empty() { "video".into() } else { out }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SessionId {
    type Error = InvalidSessionId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let safe = text
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == '-');
        if safe && (1..=240).contains(&text.len()) {
            Ok(Self(text))
        } else {
            Err(InvalidSessionId(text))
        }
    }
}

impl FromStr for SessionId {
    type Err = InvalidSessionId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl From<SessionId> for String {
    fn from(id: SessionId) -> Self {
        id.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

row_id! {
    /// A changed object of a session; never reused, independent of its place in the list.
    ObjectId
}
row_id! {
    /// One run of work in the queue.
    JobId
}
row_id! {
    /// Somebody who uses this server.
    PersonId
}
row_id! {
    /// A conversation about a session.
    ThreadId
}
row_id! {
    /// Something that was written in a conversation.
    CommentId
}

impl PersonId {
    /// Whoever sits at a machine that asks nobody to sign in.
    pub const LOCAL: Self = Self(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_named_after_its_files() {
        let id = SessionId::compose("My film (1).mp4", "C:\\b é.tar.mov", "2026-01-31_18-05-09");
        assert_eq!(id.as_str(), "My_film_1_b_étar_2026-01-31_18-05-09");
        assert_eq!(SessionId::try_from(id.as_str().to_owned()), Ok(id));
        assert_eq!(SessionId::stem("?!.mp4"), "video");
        assert_eq!(SessionId::stem(".mp4"), "mp4");
    }

    #[test]
    fn a_path_is_not_a_session_name() {
        for bad in ["", "..", "a/b", "a b", "a.b", &"x".repeat(241)] {
            assert!(bad.parse::<SessionId>().is_err(), "{bad}");
        }
    }
}
