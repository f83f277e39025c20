//! The list of what people did in a session: prompts, and changes of which object they belong to.
//!
//! Every entry can be undone and redone. Nothing is rewritten when two objects are swapped: [`resolve`] reads the list as if
//! every prompt had been given to the object that it belongs to now.

use crate::{
    ChangeType, FrameKey, FrameNumber, Object, ObjectFields, ObjectId, PromptAction, PromptEvent,
    VideoSide, fold_events,
};
use serde::{Deserialize, Serialize};

/// In which videos an object is seen, and how it changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Whether it is seen in video 1.
    pub in_video1: bool,
    /// Whether it is seen in video 2.
    pub in_video2: bool,
    /// How it changed.
    pub change_type: ChangeType,
}

impl Presence {
    /// The same, with the object no longer seen in `side`.
    #[must_use]
    pub fn without(self, side: VideoSide) -> Self {
        let in_video1 = self.in_video1 && side != VideoSide::One;
        let in_video2 = self.in_video2 && side != VideoSide::Two;
        Self {
            in_video1,
            in_video2,
            change_type: ChangeType::default_for(in_video1, in_video2),
        }
    }

    /// Seen wherever either of two objects is seen that are one; the change stays where that adds no video.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        let in_video1 = self.in_video1 || other.in_video1;
        let in_video2 = self.in_video2 || other.in_video2;
        let grew = (in_video1, in_video2) != (self.in_video1, self.in_video2);
        Self {
            in_video1,
            in_video2,
            change_type: if grew {
                ChangeType::default_for(in_video1, in_video2)
            } else {
                self.change_type
            },
        }
    }
}

/// What a person did to the object of an [`Edit`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "action")]
pub enum ObjectAction {
    /// Two objects were mixed up: they exchange prompts and masks in the video of the key, from its frame on.
    Swap {
        /// The other one.
        other: ObjectId,
    },
    /// Two objects are one: prompts and masks go to `into`, on frames where that has none, and the object is removed.
    Merge {
        /// The one that stays.
        into: ObjectId,
        /// What was said about it before.
        before: Presence,
        /// What the object that goes was called.
        title: String,
    },
    /// One object is two: prompts and masks in the video of the key, from its frame on, go to the new object `into`.
    Split {
        /// The new one.
        into: ObjectId,
        /// What was said about the object before.
        before: Presence,
    },
    /// The object was removed.
    Remove {
        /// What it was called.
        title: String,
    },
    /// The object was added.
    Add {
        /// What it was called.
        title: String,
    },
    /// Something else is said about the object.
    Change {
        /// What was said before.
        before: Box<ObjectFields>,
        /// What is said now.
        after: Box<ObjectFields>,
    },
    /// The object got another colour.
    Colour {
        /// Index of the colour before; none for that of its place in the list.
        before: Option<u8>,
        /// Index of the colour now.
        after: u8,
    },
    /// The object was moved in the list.
    Move {
        /// Its position before.
        before: u32,
        /// Its position now.
        after: u32,
    },
    /// The masks of a span of frames, from that of the key on, were approved, or are approved no longer.
    Approve {
        /// The last frame.
        to: FrameNumber,
        /// Whether they are good.
        approved: bool,
    },
}

impl ObjectAction {
    /// Whether it only changes what is said about an object: its prompts and masks stay with it.
    #[must_use]
    pub fn is_said(&self) -> bool {
        matches!(
            self,
            Self::Add { .. }
                | Self::Change { .. }
                | Self::Colour { .. }
                | Self::Move { .. }
                | Self::Approve { .. }
        )
    }
}

/// Something that a person did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Action {
    /// To the prompts of an object on a frame.
    Prompt(PromptAction),
    /// To an object.
    Object(ObjectAction),
}

impl Action {
    /// What was done, as a person would say it: `click`, `swap`.
    #[must_use]
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Prompt(action) => action.noun(),
            Self::Object(ObjectAction::Swap { .. }) => "swap",
            Self::Object(ObjectAction::Merge { .. }) => "merge",
            Self::Object(ObjectAction::Split { .. }) => "split",
            Self::Object(ObjectAction::Remove { .. }) => "removal",
            Self::Object(ObjectAction::Add { .. }) => "new object",
            Self::Object(ObjectAction::Change { before, after }) => {
                let names = |field: &str| matches!(field, "label" | "index");
                if before.changes(after).iter().all(|(field, _)| names(field)) {
                    "new name"
                } else {
                    "change"
                }
            }
            Self::Object(ObjectAction::Colour { .. }) => "colour",
            Self::Object(ObjectAction::Move { .. }) => "move",
            Self::Object(ObjectAction::Approve { approved: true, .. }) => "approval",
            Self::Object(ObjectAction::Approve { .. }) => "end of approval",
        }
    }
}

/// One entry of a session's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// Its place in the list; grows by one with every entry.
    pub seq: u32,
    /// Which object; on which frame, or from which frame of which video on.
    pub key: FrameKey,
    /// What was done.
    pub action: Action,
}

/// An [`Edit`] for a page: what it was, and where it was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditNote {
    /// In words: `click on cup 1, video 1, frame 30`.
    pub words: String,
    /// Which object; on which frame, or from which frame of which video on.
    pub key: FrameKey,
    /// Whether it was done to the object as a whole, on no frame.
    pub whole: bool,
}

impl Edit {
    /// For a page that shows `objects`.
    #[must_use]
    pub fn note(&self, objects: &[Object]) -> EditNote {
        let whole = match &self.action {
            Action::Prompt(_) => false,
            Action::Object(action) => !matches!(
                action,
                ObjectAction::Swap { .. }
                    | ObjectAction::Split { .. }
                    | ObjectAction::Approve { .. }
            ),
        };
        EditNote {
            words: self.words(objects),
            key: self.key,
            whole,
        }
    }

    fn words(&self, objects: &[Object]) -> String {
        let name = |id: ObjectId| {
            let object = objects.iter().find(|object| object.id == id);
            object.map_or_else(|| "an object".to_owned(), |object| object.fields.title())
        };
        let FrameKey {
            object,
            side,
            frame,
        } = self.key;
        let (title, noun) = (name(object), self.action.noun());
        match &self.action {
            Action::Prompt(_) => format!("{noun} on {title}, {side}, frame {frame}"),
            Action::Object(ObjectAction::Swap { other }) => {
                let other = name(*other);
                format!("{noun} of {title} and {other}, {side}, from frame {frame}")
            }
            Action::Object(ObjectAction::Split { .. }) => {
                format!("{noun} of {title}, {side}, from frame {frame}")
            }
            Action::Object(ObjectAction::Merge { into, title, .. }) => {
                format!("{noun} of {title} into {}", name(*into))
            }
            Action::Object(ObjectAction::Approve { to, .. }) if *to == frame => {
                format!("{noun} of {title}, {side}, frame {frame}")
            }
            Action::Object(ObjectAction::Approve { to, .. }) => {
                format!("{noun} of {title}, {side}, frames {frame} to {to}")
            }
            Action::Object(ObjectAction::Add { title }) => format!("{noun} {title}"),
            Action::Object(ObjectAction::Remove { title }) => format!("{noun} of {title}"),
            Action::Object(_) => format!("{noun} of {title}"),
        }
    }
}

/// The prompts of `edits` (in order of `seq`, without those undone), each with the object that it belongs to after all of
/// them.
#[must_use]
pub fn resolve(edits: Vec<Edit>) -> Vec<PromptEvent> {
    let mut events: Vec<PromptEvent> = Vec::with_capacity(edits.len());
    for Edit { seq, key, action } in edits {
        let behind = |of: &FrameKey| of.side == key.side && of.frame >= key.frame;
        match action {
            Action::Prompt(action) => events.push(PromptEvent { seq, key, action }),
            Action::Object(
                ObjectAction::Remove { .. }
                | ObjectAction::Add { .. }
                | ObjectAction::Change { .. }
                | ObjectAction::Colour { .. }
                | ObjectAction::Move { .. }
                | ObjectAction::Approve { .. },
            ) => {}
            Action::Object(ObjectAction::Swap { other }) => {
                for event in events.iter_mut().filter(|event| behind(&event.key)) {
                    if event.key.object == key.object {
                        event.key.object = other;
                    } else if event.key.object == other {
                        event.key.object = key.object;
                    }
                }
            }
            Action::Object(ObjectAction::Split { into, .. }) => {
                for event in &mut events {
                    if event.key.object == key.object && behind(&event.key) {
                        event.key.object = into;
                    }
                }
            }
            Action::Object(ObjectAction::Merge { into, .. }) => {
                let prompts = fold_events(&events);
                let there = |of: FrameKey| FrameKey { object: into, ..of };
                let moves = |of: &FrameKey| {
                    of.object == key.object
                        && prompts.contains_key(of)
                        && !prompts.contains_key(&there(*of))
                };
                // What left nothing there must not take away what comes.
                let here = |of: FrameKey| FrameKey {
                    object: key.object,
                    ..of
                };
                events.retain(|event| event.key.object != into || !moves(&here(event.key)));
                for event in events.iter_mut().filter(|event| moves(&event.key)) {
                    event.key = there(event.key);
                }
            }
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FrameNumber, Label, Point};

    const BEFORE: Presence = Presence {
        in_video1: true,
        in_video2: false,
        change_type: ChangeType::Removed,
    };

    fn key(object: i64, frame: u32) -> FrameKey {
        FrameKey {
            object: ObjectId(object),
            side: VideoSide::One,
            frame: FrameNumber(frame),
        }
    }

    fn click(object: i64, frame: u32, x: f32) -> (FrameKey, Action) {
        let point = Point {
            x,
            y: 1.0,
            label: Label::Positive,
        };
        let action = Action::Prompt(PromptAction::AddPoint(point));
        (key(object, frame), action)
    }

    /// Object, frame and place of every click that is left.
    fn left(edits: &[(FrameKey, Action)]) -> Vec<(i64, u32, f32)> {
        let edits = (1..).zip(edits).map(|(seq, (key, action))| Edit {
            seq,
            key: *key,
            action: action.clone(),
        });
        let mut all = Vec::new();
        for (key, prompts) in fold_events(&resolve(edits.collect())) {
            let clicks = prompts.points.iter();
            all.extend(clicks.map(|point| (key.object.0, key.frame.0, point.x)));
        }
        all
    }

    #[test]
    fn swapped_objects_exchange_what_lies_behind_the_frame() {
        let swap = ObjectAction::Swap { other: ObjectId(2) };
        let mut edits = vec![
            click(1, 3, 1.0),
            click(1, 8, 2.0),
            click(2, 8, 3.0),
            click(2, 9, 4.0),
            (key(1, 8), Action::Object(swap.clone())),
        ];
        let swapped = [(1, 3, 1.0), (1, 8, 3.0), (1, 9, 4.0), (2, 8, 2.0)];
        assert_eq!(left(&edits), swapped);
        // What is clicked from now on belongs to the object as it is called now.
        edits.push(click(1, 8, 5.0));
        assert_eq!(left(&edits)[2], (1, 8, 5.0));
        edits.push((key(2, 0), Action::Object(swap)));
        assert_eq!(left(&edits).len(), 5, "a swap with itself changes nothing");
        edits.pop();
        let back = ObjectAction::Swap { other: ObjectId(1) };
        edits.push((key(2, 8), Action::Object(back)));
        assert_eq!(left(&edits)[1], (1, 8, 2.0));
    }

    #[test]
    fn the_other_video_keeps_what_it_has() {
        let mut other = click(1, 9, 7.0);
        other.0.side = VideoSide::Two;
        let swap = ObjectAction::Swap { other: ObjectId(2) };
        let edits = [other, (key(1, 0), Action::Object(swap))];
        assert_eq!(left(&edits), [(1, 9, 7.0)]);
    }

    #[test]
    fn a_split_gives_what_lies_behind_the_frame_to_the_new_object() {
        let split = ObjectAction::Split {
            into: ObjectId(9),
            before: BEFORE,
        };
        let edits = [
            click(1, 3, 1.0),
            click(1, 8, 2.0),
            (key(1, 8), Action::Object(split)),
        ];
        assert_eq!(left(&edits), [(1, 3, 1.0), (9, 8, 2.0)]);
    }

    #[test]
    fn a_merge_fills_in_what_the_other_has_not() {
        let merge = ObjectAction::Merge {
            into: ObjectId(2),
            before: BEFORE,
            title: "cup 1".into(),
        };
        let edits = [
            click(1, 3, 1.0),
            click(2, 8, 2.0),
            click(1, 8, 3.0),
            click(2, 3, 4.0),
            (key(2, 3), Action::Prompt(PromptAction::Clear)),
            (key(1, 0), Action::Object(merge)),
        ];
        // The cleared frame takes the prompts of the other; on frame 8 both have some, and each keeps its own.
        assert_eq!(left(&edits), [(1, 8, 3.0), (2, 3, 1.0), (2, 8, 2.0)]);
    }

    #[test]
    fn edits_survive_text() {
        let swap = ObjectAction::Swap { other: ObjectId(4) };
        for action in [
            click(1, 2, 3.5).1,
            Action::Object(swap),
            Action::Object(ObjectAction::Remove {
                title: "cup 1".into(),
            }),
            Action::Object(ObjectAction::Approve {
                to: FrameNumber(9),
                approved: true,
            }),
            Action::Prompt(PromptAction::Clear),
        ] {
            let text = serde_json::to_string(&action).unwrap();
            assert_eq!(serde_json::from_str::<Action>(&text).unwrap(), action);
        }
    }

    #[test]
    fn one_object_is_seen_where_either_was() {
        let added = Presence {
            in_video1: false,
            in_video2: true,
            change_type: ChangeType::Added,
        };
        let both = BEFORE.joined(added);
        assert_eq!(both.change_type, ChangeType::Moved);
        assert_eq!(both.without(VideoSide::Two), BEFORE);
        assert_eq!(BEFORE.joined(BEFORE), BEFORE);
    }
}
