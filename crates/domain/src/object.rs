//! The objects that changed.

use crate::{OBJECT_COLOURS, ObjectId, Presence, VideoSide};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Most frames to annotate per object and video.
pub const VIEWS_MAX: u8 = 5;

/// Most objects of a session: far more than anybody names in two videos of one place, and few enough for every page.
pub const OBJECTS_MAX: u32 = 1000;

/// Highest index that tells objects of one label apart.
pub const INDEX_MAX: u32 = 99_999;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in the order in which forms offer them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that forms show and files hold.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(format!(concat!("\"{}\" is none of", $(" ", $word),+), word)),
                }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// How an object changed between the two videos.
    ChangeType {
        /// In video 2 only.
        Added = "added",
        /// In video 1 only.
        Removed = "removed",
        /// In both, at another place.
        Moved = "moved",
        /// In both, with another shape.
        Deformed = "deformed",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// Whether an object keeps its shape.
    Deformability {
        /// Keeps its shape.
        Rigid = "rigid",
        /// Can change its shape.
        Deformable = "deformable",
    }
}

impl ChangeType {
    /// The sensible default for where the object appears.
    #[must_use]
    pub fn default_for(in_video1: bool, in_video2: bool) -> Self {
        match (in_video1, in_video2) {
            (true, true) => Self::Moved,
            (true, false) => Self::Removed,
            (false, true) => Self::Added,
            (false, false) => Self::Other,
        }
    }
}

/// What a person says about an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectFields {
    /// What it is, e.g. `cup`.
    pub label: String,
    /// Tells objects of one label apart: `cup` 1, `cup` 2. From 1.
    pub multiplicity: u32,
    /// Whether it is seen in video 1.
    pub in_video1: bool,
    /// Whether it is seen in video 2.
    pub in_video2: bool,
    /// Frames to annotate in each video it is seen in, 1 to [`VIEWS_MAX`].
    pub views: u8,
    /// Whether it keeps its shape.
    pub deformability: Deformability,
    /// How it changed.
    pub change_type: ChangeType,
}

/// Why the fields of an object cannot be stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidObject {
    /// No label.
    #[error("give the object a label, for example \"cup\"")]
    EmptyLabel,
    /// Label too long.
    #[error("the label is longer than 100 characters: shorten it")]
    LongLabel,
    /// Multiplicity 0.
    #[error("the index counts from 1")]
    ZeroMultiplicity,
    /// Multiplicity too large.
    #[error("the index is higher than {INDEX_MAX}: give the object a lower one")]
    HighMultiplicity,
    /// In neither video.
    #[error("tick at least one video in which the object is seen")]
    InNoVideo,
    /// Views outside 1 to 5.
    #[error("annotate 1 to {VIEWS_MAX} frames per video, not {0}")]
    Views(u8),
}

impl ObjectFields {
    /// Trims the label and checks every field.
    ///
    /// # Errors
    /// Says which field is wrong and what to enter.
    pub fn checked(mut self) -> Result<Self, InvalidObject> {
        self.label = self.label.split_whitespace().collect::<Vec<_>>().join(" ");
        if !self.label.chars().any(is_visible) {
            return Err(InvalidObject::EmptyLabel);
        }
        if self.label.chars().count() > 100 {
            return Err(InvalidObject::LongLabel);
        }
        if self.multiplicity == 0 {
            return Err(InvalidObject::ZeroMultiplicity);
        }
        if self.multiplicity > INDEX_MAX {
            return Err(InvalidObject::HighMultiplicity);
        }
        if !self.in_video1 && !self.in_video2 {
            return Err(InvalidObject::InNoVideo);
        }
        if !(1..=VIEWS_MAX).contains(&self.views) {
            return Err(InvalidObject::Views(self.views));
        }
        Ok(self)
    }

    /// Whether the object is seen in `side`.
    #[must_use]
    pub fn is_in(&self, side: VideoSide) -> bool {
        match side {
            VideoSide::One => self.in_video1,
            VideoSide::Two => self.in_video2,
        }
    }

    /// In which videos it is seen, and how it changed.
    #[must_use]
    pub fn presence(&self) -> Presence {
        Presence {
            in_video1: self.in_video1,
            in_video2: self.in_video2,
            change_type: self.change_type,
        }
    }

    /// The fields that are different in `after`, each with its value there.
    #[must_use]
    pub fn changes(&self, after: &Self) -> Vec<(String, String)> {
        let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let read = |fields: &Self| {
            [
                ("label", fields.label.clone()),
                ("index", fields.multiplicity.to_string()),
                ("in video 1", yes_no(fields.in_video1)),
                ("in video 2", yes_no(fields.in_video2)),
                ("views", fields.views.to_string()),
                ("shape", fields.deformability.to_string()),
                ("change", fields.change_type.to_string()),
            ]
        };
        read(self)
            .iter()
            .zip(read(after))
            .filter(|(before, after)| before.1 != after.1)
            .map(|(_, (name, value))| (name.to_owned(), value))
            .collect()
    }

    /// What a person who saw `before` made of it, carried over to fields that may be others by `now`: only what they changed.
    ///
    /// # Errors
    /// With the name and the value of a field that somebody else changed meanwhile, too.
    pub fn carried_over(&self, before: &Self, now: &Self) -> Result<Self, (String, String)> {
        let wished = before.changes(self);
        let meanwhile = before.changes(now);
        for (field, value) in meanwhile {
            if wished
                .iter()
                .any(|(other, to)| *other == field && *to != value)
            {
                return Err((field, value));
            }
        }
        fn newer<T: PartialEq + Clone>(before: &T, wished: &T, now: &T) -> T {
            if before == wished { now } else { wished }.clone()
        }
        Ok(Self {
            label: newer(&before.label, &self.label, &now.label),
            multiplicity: newer(&before.multiplicity, &self.multiplicity, &now.multiplicity),
            in_video1: newer(&before.in_video1, &self.in_video1, &now.in_video1),
            in_video2: newer(&before.in_video2, &self.in_video2, &now.in_video2),
            views: newer(&before.views, &self.views, &now.views),
            deformability: newer(
                &before.deformability,
                &self.deformability,
                &now.deformability,
            ),
            change_type: newer(&before.change_type, &self.change_type, &now.change_type),
        })
    }

    /// Label and index as people read them: `cup 2`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.label, self.multiplicity)
    }
}

/// Whether a character is seen when it stands alone: no blank, no control, none of those that only join or direct others.
fn is_visible(c: char) -> bool {
    let is_unseen = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    !is_unseen && !c.is_whitespace() && !c.is_control()
}

/// A changed object of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// Its stable id.
    pub id: ObjectId,
    /// Its place in the list, from 0. The SAM2 object id is this plus 1.
    pub position: u32,
    /// Its colour, an index into [`OBJECT_COLOURS`]; follows the place until a person chooses one.
    pub colour: u8,
    /// What a person said about it.
    pub fields: ObjectFields,
}

impl Object {
    /// Its colour as `[red, green, blue]`.
    #[must_use]
    pub fn rgb(&self) -> [u8; 3] {
        OBJECT_COLOURS[usize::from(self.colour) % OBJECT_COLOURS.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cup() -> ObjectFields {
        ObjectFields {
            label: " coffee  cup ".into(),
            multiplicity: 1,
            in_video1: true,
            in_video2: false,
            views: 2,
            deformability: Deformability::Rigid,
            change_type: ChangeType::default_for(true, false),
        }
    }

    #[test]
    fn fields_are_trimmed_and_checked() {
        assert_eq!(
            cup().checked().map(|f| f.title()),
            Ok("coffee cup 1".into())
        );
        assert_eq!(cup().change_type, ChangeType::Removed);
        let wrong = [
            (
                ObjectFields {
                    label: "  ".into(),
                    ..cup()
                },
                InvalidObject::EmptyLabel,
            ),
            (
                ObjectFields {
                    label: "\u{200b}\u{feff} \u{2060}\u{ad}".into(),
                    ..cup()
                },
                InvalidObject::EmptyLabel,
            ),
            (
                ObjectFields {
                    multiplicity: u32::MAX,
                    ..cup()
                },
                InvalidObject::HighMultiplicity,
            ),
            (
                ObjectFields {
                    label: "x".repeat(101),
                    ..cup()
                },
                InvalidObject::LongLabel,
            ),
            (
                ObjectFields {
                    multiplicity: 0,
                    ..cup()
                },
                InvalidObject::ZeroMultiplicity,
            ),
            (
                ObjectFields {
                    in_video1: false,
                    ..cup()
                },
                InvalidObject::InNoVideo,
            ),
            (ObjectFields { views: 6, ..cup() }, InvalidObject::Views(6)),
        ];
        for (fields, error) in wrong {
            assert_eq!(fields.checked(), Err(error));
        }
    }

    #[test]
    fn labels_may_join_what_they_show() {
        for label in ["\u{1f469}\u{200d}\u{1f373}", "می\u{200c}خواهم", "杯"] {
            let fields = ObjectFields {
                label: label.into(),
                ..cup()
            };
            assert_eq!(fields.checked().map(|f| f.label), Ok(label.into()));
        }
    }

    #[test]
    fn only_what_a_person_changed_is_carried_over() {
        let before = cup();
        let now = ObjectFields {
            label: "mug".into(),
            ..cup()
        };
        let wish = ObjectFields { views: 3, ..cup() };
        let both = ObjectFields {
            views: 3,
            ..now.clone()
        };
        assert_eq!(wish.carried_over(&before, &now), Ok(both));
        let other = ObjectFields {
            label: "glass".into(),
            ..cup()
        };
        let taken = Err(("label".into(), "mug".into()));
        assert_eq!(other.carried_over(&before, &now), taken);
        assert_eq!(now.carried_over(&before, &now), Ok(now.clone()));
    }

    #[test]
    fn words_survive_text() {
        for change in ChangeType::ALL {
            assert_eq!(change.as_str().parse(), Ok(*change));
        }
        assert!(
            "vanished"
                .parse::<ChangeType>()
                .unwrap_err()
                .contains("removed")
        );
    }
}
