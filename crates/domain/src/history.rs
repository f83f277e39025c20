//! What was done to a session, by whom and when.

use crate::{FrameNumber, JobKind, JobState, ObjectId, SessionStatus, Verdict, VideoSide};
use serde::{Deserialize, Serialize};

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum Change {
    /// The session was made of two videos.
    SessionMade,
    /// The status changed.
    Status {
        /// Before.
        from: SessionStatus,
        /// After.
        to: SessionStatus,
    },
    /// Somebody else annotates it now, or nobody.
    AnnotatorSet {
        /// Their name.
        name: Option<String>,
    },
    /// Somebody else reviews it now, or nobody.
    ReviewerSet {
        /// Their name.
        name: Option<String>,
    },
    /// Deleted; it can be brought back for a while.
    Deleted,
    /// Brought back.
    Restored,
    /// An object was added.
    ObjectAdded {
        /// Its label and index.
        title: String,
    },
    /// What is said about an object changed.
    ObjectChanged {
        /// Its label and index before.
        title: String,
        /// Each field that changed, and its value now.
        fields: Vec<(String, String)>,
    },
    /// An object got another place in the list.
    ObjectMoved {
        /// Its label and index.
        title: String,
        /// Its place, from 0.
        position: u32,
    },
    /// Something that *Undo* takes back: prompts of a frame, or objects that were swapped, merged, split or removed.
    Edit {
        /// Label and index of the object.
        title: String,
        /// The video.
        side: VideoSide,
        /// The frame; from this one on, for objects.
        frame: FrameNumber,
        /// What was done: `click`, `removal`.
        what: String,
        /// Whether it was done, taken back or brought back.
        step: EditStep,
    },
    /// The mask of a frame was approved, or that was taken back.
    FrameApproved {
        /// Label and index of the object.
        title: String,
        /// The video.
        side: VideoSide,
        /// The frame.
        frame: FrameNumber,
        /// Whether it is good.
        approved: bool,
    },
    /// The masks of a span of frames were approved, or that was taken back.
    SpanApproved {
        /// Label and index of the object.
        title: String,
        /// The video.
        side: VideoSide,
        /// The first frame.
        from: FrameNumber,
        /// The last frame.
        to: FrameNumber,
        /// Whether they are good.
        approved: bool,
    },
    /// An object got the masks back that it had before, or the newer ones again.
    MasksSwapped {
        /// Label and index of the object.
        title: String,
        /// The video.
        side: VideoSide,
    },
    /// A reviewer judged an object, or took that back.
    Judged {
        /// Label and index of the object.
        title: String,
        /// The verdict; none when it was taken back.
        verdict: Option<Verdict>,
    },
    /// A reviewer sent objects back to be annotated again.
    SentBack {
        /// Labels and indices of the objects.
        titles: Vec<String>,
    },
    /// Somebody wrote a comment.
    Commented {
        /// Label and index of the object; none for the session as a whole.
        title: Option<String>,
        /// What they wrote.
        text: String,
    },
    /// A conversation was settled, or opened again.
    Resolved {
        /// Label and index of the object; none for the session as a whole.
        title: Option<String>,
        /// What the conversation began with.
        text: String,
        /// Whether it is settled.
        resolved: bool,
    },
    /// Masks that were made elsewhere came with the videos.
    MasksUploaded {
        /// The name of their file.
        file_name: String,
        /// How many objects it holds.
        objects: u32,
        /// How many masks.
        masks: u32,
        /// How many more masks it holds that are empty, and were left out.
        empty: u32,
    },
    /// A job was asked for, began or ended.
    Job {
        /// What it does.
        kind: JobKind,
        /// Its state from now on.
        state: JobState,
        /// Why it failed.
        reason: Option<String>,
    },
    /// A job that waits goes ahead of the others of its kind.
    JobMovedUp {
        /// What it does.
        kind: JobKind,
    },
    /// Somebody asked for a job to be stopped.
    CancelAsked {
        /// What it does.
        kind: JobKind,
    },
}

/// What became of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditStep {
    /// It was made.
    Done,
    /// *Undo* took it back.
    Undone,
    /// *Redo* brought it back.
    Redone,
}

/// One line of a session's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Grows with time.
    pub id: i64,
    /// When, UTC, RFC 3339.
    pub at: String,
    /// Who; none when the server did it by itself.
    pub person: Option<String>,
    /// The object that it was done to.
    pub object: Option<ObjectId>,
    /// What was done.
    pub change: Change,
}

/// Entries that people read as one: the same person doing the same to the same object, without anything in between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// When the last of them was done.
    pub at: String,
    /// Who; none when the server did it by itself.
    pub person: Option<String>,
    /// What, in words: `click: cup 1, video 1, 3 times`.
    pub words: String,
}

/// Makes lines of entries (newest first): the same edit of one object and video, again and again, becomes one line.
#[must_use]
pub fn history_lines(entries: &[HistoryEntry]) -> Vec<HistoryLine> {
    entries
        .chunk_by(is_run)
        .map(|run| HistoryLine {
            at: run[0].at.clone(),
            person: run[0].person.clone(),
            words: words(&run[0].change, run.len()),
        })
        .collect()
}

/// What makes edits the same: video, step and kind; none for what is no edit.
fn kind(entry: &HistoryEntry) -> Option<(VideoSide, EditStep, &str)> {
    match &entry.change {
        Change::Edit {
            side, step, what, ..
        } => Some((*side, *step, what)),
        _ => None,
    }
}

/// Whether both are the same edit by one person of one object and video, or the later comment (`a`) goes on where the
/// earlier one ended: it was saved while it was being typed.
fn is_run(a: &HistoryEntry, b: &HistoryEntry) -> bool {
    let is_same = kind(a).is_some() && kind(a) == kind(b);
    let goes_on = match (&a.change, &b.change) {
        (Change::Commented { text, .. }, Change::Commented { text: before, .. }) => {
            !before.is_empty() && text.starts_with(before.as_str())
        }
        _ => false,
    };
    (is_same || goes_on) && a.object == b.object && a.person == b.person
}

fn words(change: &Change, count: usize) -> String {
    match change {
        Change::SessionMade => "made the session".into(),
        Change::Status { from, to } => {
            format!("status: {} \u{2192} {}", from.title(), to.title())
        }
        Change::AnnotatorSet { name: Some(name) } => format!("gave it to {name} to annotate"),
        Change::AnnotatorSet { name: None } => "took it from its annotator".into(),
        Change::ReviewerSet { name: Some(name) } => format!("gave it to {name} to review"),
        Change::ReviewerSet { name: None } => "took it from its reviewer".into(),
        Change::Deleted => "deleted the session".into(),
        Change::Restored => "brought the session back".into(),
        Change::ObjectAdded { title } => format!("added {title}"),
        Change::ObjectChanged { title, fields } => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name} {value}"))
                .collect();
            format!("changed {title}: {}", fields.join(", "))
        }
        Change::ObjectMoved { title, position } => {
            format!("moved {title} to place {}", position + 1)
        }
        Change::Edit {
            title,
            side,
            frame,
            what,
            step,
        } => {
            let verb = match step {
                EditStep::Done => "",
                EditStep::Undone => "undid ",
                EditStep::Redone => "redid ",
            };
            let times = if count == 1 {
                format!("frame {frame}")
            } else {
                format!("{count} times")
            };
            format!("{verb}{what}: {title}, {side}, {times}")
        }
        Change::FrameApproved {
            title,
            side,
            frame,
            approved,
        } => {
            let verb = approval_verb(*approved);
            format!("{verb} {title} in {side} on frame {frame}")
        }
        Change::SpanApproved {
            title,
            side,
            from,
            to,
            approved,
        } => {
            let verb = approval_verb(*approved);
            format!("{verb} {title} in {side} on frames {from} to {to}")
        }
        Change::MasksSwapped { title, side } => {
            format!("swapped the masks of {title} in {side} with those of the run before")
        }
        Change::Judged {
            title,
            verdict: Some(verdict),
        } => format!("judged {title}: {}", verdict.title()),
        Change::Judged {
            title,
            verdict: None,
        } => format!("took the verdict on {title} back"),
        Change::SentBack { titles } => format!("sent back {}", titles.join(", ")),
        Change::Commented { title, text } => match (title, text.is_empty()) {
            (Some(title), false) => format!("commented on {title}: {text}"),
            (Some(title), true) => format!("took the comment on {title} back"),
            (None, false) => format!("commented: {text}"),
            (None, true) => "took the comment back".into(),
        },
        Change::Resolved {
            title,
            text,
            resolved,
        } => {
            let verb = if *resolved { "resolved" } else { "reopened" };
            let of = title.as_ref().map(|title| format!(" on {title}"));
            format!("{verb} the comment{}: {text}", of.unwrap_or_default())
        }
        Change::MasksUploaded {
            file_name,
            objects,
            masks,
            empty,
        } => {
            let left_out = match empty {
                0 => String::new(),
                count => format!("; left out {count} empty ones"),
            };
            format!("uploaded {file_name} with {masks} masks of {objects} objects{left_out}")
        }
        Change::Job {
            kind,
            state,
            reason,
        } => {
            let job = job_noun(*kind);
            match (state, reason) {
                (JobState::Queued, _) => format!("queued the {job}"),
                (JobState::Running, _) => format!("started the {job}"),
                (JobState::Done, _) => format!("finished the {job}"),
                (JobState::Failed, Some(reason)) => format!("the {job} failed: {reason}"),
                (JobState::Failed, None) => format!("the {job} failed"),
                (JobState::Cancelled, _) => format!("stopped the {job}"),
            }
        }
        Change::JobMovedUp { kind } => {
            format!("moved the {} to the front of the queue", job_noun(*kind))
        }
        Change::CancelAsked { kind } => format!("cancelled the {}", job_noun(*kind)),
    }
}

fn approval_verb(approved: bool) -> &'static str {
    if approved {
        "approved"
    } else {
        "no longer approves"
    }
}

fn job_noun(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Ingest => "reading of the videos",
        JobKind::Propagate => "offline job",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: i64, person: &str, change: Change) -> HistoryEntry {
        HistoryEntry {
            id,
            at: format!("2026-01-31T18:05:{id:02}.000Z"),
            person: Some(person.into()),
            object: Some(ObjectId(1)),
            change,
        }
    }

    fn click(frame: u32, step: EditStep) -> Change {
        Change::Edit {
            title: "cup 1".into(),
            side: VideoSide::One,
            frame: FrameNumber(frame),
            what: "click".into(),
            step,
        }
    }

    #[test]
    fn the_same_edit_again_and_again_is_one_line() {
        let entries = [
            entry(5, "bob", click(9, EditStep::Done)),
            entry(4, "ann", click(9, EditStep::Undone)),
            entry(3, "ann", click(9, EditStep::Done)),
            entry(2, "ann", click(8, EditStep::Done)),
            entry(
                1,
                "ann",
                Change::ObjectAdded {
                    title: "cup 1".into(),
                },
            ),
        ];
        let lines = history_lines(&entries);
        let read: Vec<(&str, &str)> = lines
            .iter()
            .map(|line| (line.person.as_deref().unwrap(), line.words.as_str()))
            .collect();
        assert_eq!(
            read,
            [
                ("bob", "click: cup 1, video 1, frame 9"),
                ("ann", "undid click: cup 1, video 1, frame 9"),
                ("ann", "click: cup 1, video 1, 2 times"),
                ("ann", "added cup 1"),
            ]
        );
        assert_eq!(lines[2].at, entries[2].at);
    }

    #[test]
    fn a_comment_that_was_saved_while_it_was_typed_is_one_line() {
        let said = |id, text: &str| {
            let (title, text) = (Some("cup 1".into()), text.into());
            entry(id, "rea", Change::Commented { title, text })
        };
        let entries = [
            said(4, ""),
            said(3, "leaks"),
            said(2, "too small"),
            said(1, "too"),
        ];
        let lines = history_lines(&entries);
        let words: Vec<&str> = lines.iter().map(|line| line.words.as_str()).collect();
        let expected = [
            "took the comment on cup 1 back",
            "commented on cup 1: leaks",
            "commented on cup 1: too small",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn changes_survive_as_json() {
        for change in [
            click(3, EditStep::Redone),
            Change::AnnotatorSet { name: None },
            Change::Judged {
                title: "cup 1".into(),
                verdict: Some(Verdict::NeedsReannotation),
            },
            Change::Resolved {
                title: None,
                text: "too small".into(),
                resolved: true,
            },
            Change::Status {
                from: SessionStatus::Draft,
                to: SessionStatus::Ready,
            },
            Change::ObjectChanged {
                title: "cup 1".into(),
                fields: vec![("label".into(), "mug".into())],
            },
        ] {
            let json = serde_json::to_string(&change).unwrap();
            assert_eq!(serde_json::from_str::<Change>(&json).unwrap(), change);
        }
    }
}
