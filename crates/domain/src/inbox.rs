//! What others did that somebody should know of.

use crate::{Change, HistoryEntry, JobState, SessionId};
use serde::{Deserialize, Serialize};

/// News that an inbox shows at most.
pub const INBOX_MAX: u32 = 100;

/// The inbox of a person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inbox {
    /// The news, the newest first.
    pub news: Vec<News>,
    /// Up to which id of the history it was read.
    pub read_up_to: i64,
}

/// Something that somebody else did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// The id of its entry in the history.
    pub id: i64,
    /// When, UTC, RFC 3339.
    pub at: String,
    /// Where.
    pub session: SessionId,
    /// What kind of news it is.
    pub kind: NewsKind,
    /// What happened, in words for the person whose inbox it is.
    pub words: String,
    /// Whether one goes on with it on the page of the review; else in the workspace.
    pub on_review: bool,
}

/// What kind of news it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewsKind {
    /// A session was given to the person.
    Assigned,
    /// Objects were sent back.
    SentBack,
    /// Somebody wrote a comment.
    Comment,
    /// A job failed.
    JobFailed,
    /// Anything else.
    Changed,
}

impl NewsKind {
    /// For a badge.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Assigned => "Assigned",
            Self::SentBack => "Sent back",
            Self::Comment => "Comment",
            Self::JobFailed => "Job failed",
            Self::Changed => "Changed",
        }
    }
}

impl Inbox {
    /// How many news were not read yet.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.news.iter().filter(|news| self.is_unread(news)).count()
    }

    /// Whether news were not read yet.
    #[must_use]
    pub fn is_unread(&self, news: &News) -> bool {
        news.id > self.read_up_to
    }
}

impl News {
    /// What an entry of the history of `session` is for the person whose inbox it is in.
    #[must_use]
    pub fn of(session: SessionId, entry: &HistoryEntry) -> Self {
        let kind = match &entry.change {
            Change::AnnotatorSet { .. } | Change::ReviewerSet { .. } => NewsKind::Assigned,
            Change::SentBack { .. } => NewsKind::SentBack,
            Change::Commented { .. } => NewsKind::Comment,
            Change::Job { .. } => NewsKind::JobFailed,
            _ => NewsKind::Changed,
        };
        Self {
            id: entry.id,
            at: entry.at.clone(),
            session,
            kind,
            words: words(entry),
            on_review: matches!(
                entry.change,
                Change::ReviewerSet { .. } | Change::SentBack { .. } | Change::Commented { .. }
            ),
        }
    }

    /// The page on which to go on.
    #[must_use]
    pub fn path(&self) -> String {
        if self.on_review {
            format!("/sessions/{}/review", self.session)
        } else {
            format!("/sessions/{}", self.session)
        }
    }
}

fn words(entry: &HistoryEntry) -> String {
    let who = entry.person.as_deref().unwrap_or("The server");
    match &entry.change {
        Change::AnnotatorSet { .. } => format!("{who} gave it to you to annotate"),
        Change::ReviewerSet { .. } => format!("{who} gave it to you to review"),
        Change::SentBack { titles } if titles.is_empty() => format!("{who} sent it back"),
        Change::SentBack { titles } => format!("{who} sent back {}", titles.join(", ")),
        Change::Commented {
            title: Some(title),
            text,
        } => format!("{who} on {title}: {text}"),
        Change::Commented { title: None, text } => format!("{who}: {text}"),
        Change::Job {
            state: JobState::Failed,
            reason: Some(reason),
            ..
        } => format!("The offline job failed: {reason}"),
        Change::Job { .. } => "The offline job failed".into(),
        _ => format!("{who} changed it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JobKind;

    fn news(id: i64, change: Change) -> News {
        let entry = HistoryEntry {
            id,
            at: "2026-01-31T18:05:00.000Z".into(),
            person: Some("Lea".into()),
            object: None,
            change,
        };
        News::of("a_b".parse().unwrap(), &entry)
    }

    #[test]
    fn news_say_what_to_do_where() {
        let sent_back = Change::SentBack {
            titles: vec!["cup 1".into(), "lamp 1".into()],
        };
        let failed = Change::Job {
            kind: JobKind::Propagate,
            state: JobState::Failed,
            reason: Some("no disk".into()),
        };
        let comment = Change::Commented {
            title: Some("cup 1".into()),
            text: "the handle".into(),
        };
        let given = Change::AnnotatorSet {
            name: Some("Ann".into()),
        };
        let inbox = Inbox {
            news: vec![
                news(9, sent_back),
                news(7, failed),
                news(5, comment),
                news(3, given),
            ],
            read_up_to: 5,
        };
        let read: Vec<(String, String)> = inbox
            .news
            .iter()
            .map(|news| (news.words.clone(), news.path()))
            .collect();
        let expected = [
            ("Lea sent back cup 1, lamp 1", "/sessions/a_b/review"),
            ("The offline job failed: no disk", "/sessions/a_b"),
            ("Lea on cup 1: the handle", "/sessions/a_b/review"),
            ("Lea gave it to you to annotate", "/sessions/a_b"),
        ];
        for ((words, path), (expected_words, expected_path)) in read.iter().zip(expected) {
            assert_eq!(
                (words.as_str(), path.as_str()),
                (expected_words, expected_path)
            );
        }
        assert_eq!(inbox.unread(), 2);
    }
}
