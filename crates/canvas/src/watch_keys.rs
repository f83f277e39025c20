//! What each key does where two videos are watched and judged: one table, from which the keyboard and the help are made.

use crate::keys::{Binding, Group, keys};

/// Something that a key does in a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WatchCommand {
    /// Starts and stops playing.
    Play,
    /// Moves by frames, back when negative.
    Step(i8),
    /// The first frame.
    First,
    /// The last frame.
    Last,
    /// The next worst place of the object, played again and again.
    NextPlace,
    /// The one before.
    PreviousPlace,
    /// Plays again and again, or to the end.
    Repeat,
    /// Slower.
    Slower,
    /// Faster.
    Faster,
    /// How both videos move through time together.
    LockFrames,
    /// Keys move the other video.
    OtherVideo,
    /// Looks at the object at this place of the list, from 0.
    Object(u8),
    /// The next object of the table.
    NextObject,
    /// The object before.
    PreviousObject,
    /// The object's masks are good, or that is taken back.
    Good,
    /// The object needs re-annotation, or that is taken back.
    NeedsReannotation,
    /// Writes what the reviewer says about the object.
    Remark,
    /// Shows or hides the masks of the object.
    Hide,
    /// Outlines the masks before the last job.
    Former,
    /// Shows or hides the masks.
    Masks,
    /// Shows the masks of the object alone.
    Alone,
    /// The whole picture.
    Fit,
    /// Writes a comment on what is shown.
    Comment,
    /// The list of keys.
    Help,
    /// Closes and ends what is open.
    Escape,
}

use WatchCommand as C;

/// Every key.
pub const WATCH_KEYS: &[Group<WatchCommand>] = keys! {
    "Time" {
        C::Play, [" "], "play, pause";
        C::Step(-1), ["ArrowLeft"], "one frame back";
        C::Step(1), ["ArrowRight"], "one frame forward";
        C::Step(-10), ["shift+ArrowLeft"], "ten frames back";
        C::Step(10), ["shift+ArrowRight"], "ten frames forward";
        C::First, ["Home"], "first frame";
        C::Last, ["End"], "last frame";
        C::Slower, ["<"], "slower";
        C::Faster, [">"], "faster";
        C::Repeat, ["r"], "again and again, or to the end";
        C::LockFrames, ["l"], "move both through time together: by share, place, likeness, or not";
        C::OtherVideo, ["v"], "keys move the other video";
    }
    "Objects" {
        C::NextObject, ["j", "ArrowDown"], "next object";
        C::PreviousObject, ["k", "ArrowUp"], "previous object";
        C::Good, ["a"], "reviewed, on to the next";
        C::NeedsReannotation, ["s"], "needs re-annotation";
        C::Remark, ["w"], "write about the object";
        C::NextPlace, ["n"], "next worst place of the object, again and again";
        C::PreviousPlace, ["p"], "the worst place before";
        C::Object(0), ["1"], "first object; 2 to 9: the others";
        C::Object(1), ["2"], "";
        C::Object(2), ["3"], "";
        C::Object(3), ["4"], "";
        C::Object(4), ["5"], "";
        C::Object(5), ["6"], "";
        C::Object(6), ["7"], "";
        C::Object(7), ["8"], "";
        C::Object(8), ["9"], "";
    }
    "View" {
        C::Masks, ["m"], "show, hide the masks";
        C::Hide, ["h"], "show, hide the masks of this object";
        C::Former, ["f"], "outline of the masks before the last job";
        C::Alone, ["o"], "masks of this object alone";
        C::Fit, ["0"], "whole picture";
    }
    "Talk" {
        C::Comment, ["c"], "comment on what is shown; a click says where";
        C::Help, ["?"], "this list";
        C::Escape, ["Escape"], "close; end the loop";
    }
};

/// What the pointer does, for the help.
pub const WATCH_POINTER: &[(&str, &str)] = &[
    ("click on a timeline", "that object, that frame"),
    ("click on a pin", "read what was said"),
    ("wheel, pinch", "zoom at the pointer"),
    ("middle drag", "move the picture"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{chord, command_in};
    use std::collections::HashSet;

    #[test]
    fn no_key_means_two_things() {
        let mut seen = HashSet::new();
        for (_, bindings) in WATCH_KEYS {
            for chord in bindings.iter().flat_map(|binding| binding.chords) {
                assert!(seen.insert(chord), "{chord}");
            }
        }
    }

    #[test]
    fn keys_are_found_as_they_are_pressed() {
        let pressed = |key, shift| command_in(WATCH_KEYS, &chord(key, false, shift));
        assert_eq!(pressed("n", false), Some(C::NextPlace));
        assert_eq!(pressed("<", true), Some(C::Slower));
        assert_eq!(pressed("ArrowRight", true), Some(C::Step(10)));
        assert_eq!(pressed("ArrowDown", false), Some(C::NextObject));
        assert_eq!(pressed("x", false), None);
    }
}
