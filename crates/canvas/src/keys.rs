//! What each key of the workspace does: one table, from which the keyboard and the help are made.

/// Something that a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Moves by frames, back when negative.
    Step(i8),
    /// The first frame.
    First,
    /// The last frame.
    Last,
    /// The nearest earlier frame with clicks of the object.
    PreviousPrompted,
    /// The nearest later frame with clicks of the object.
    NextPrompted,
    /// The worst suspect place that was not looked at yet.
    Worst,
    /// Starts and stops playing; while held, a drag moves the picture.
    Play,
    /// Works on the object at this place of the list, from 0.
    Object(u8),
    /// The object before.
    PreviousObject,
    /// The object behind.
    NextObject,
    /// The next step of the guide that is not done.
    NextStep,
    /// *Done with Object*.
    Done,
    /// Opens the form for a new object.
    AddObject,
    /// Types another name for the object.
    Rename,
    /// Swap, merge or split.
    MixedUp,
    /// Works on the other video.
    OtherVideo,
    /// Looks for the object in the other video.
    Find,
    /// Takes the suggestion that is looked at.
    AcceptSuggestion,
    /// Looks at the suggestion before.
    PreviousSuggestion,
    /// Looks at the next suggestion.
    NextSuggestion,
    /// Clicks make points on the object.
    ToolPositive,
    /// Clicks make points beside the object.
    ToolNegative,
    /// Drags make boxes.
    ToolBox,
    /// Drags add to the mask.
    ToolBrush,
    /// Drags take away from the mask.
    ToolEraser,
    /// Makes the brush smaller.
    BrushSmaller,
    /// Makes the brush larger.
    BrushLarger,
    /// Takes the last action back.
    Undo,
    /// Brings it back.
    Redo,
    /// *Clear Points*.
    ClearPoints,
    /// Removes the point below the pointer or the cross; rejects the suggestion while there are some.
    RemovePoint,
    /// Shows or hides the cross that takes the place of the pointer.
    Aim,
    /// One video large, or both alike.
    Enlarge,
    /// The whole picture.
    Fit,
    /// One pixel of the frame on one of the screen.
    OneToOne,
    /// Nearer.
    ZoomIn,
    /// Farther.
    ZoomOut,
    /// Moves the picture by a tenth of the canvas: right and down are positive.
    Pan(i8, i8),
    /// Zoom and place of both pictures move together, or not.
    LockViews,
    /// Both videos move through time together, or not.
    LockFrames,
    /// Shows the other video in the same place for as long as the key is held.
    Blink,
    /// Lays the second video over the first.
    Onion,
    /// Shows the first video left of a line and the second right of it.
    Swipe,
    /// Shows or hides the masks.
    Masks,
    /// Shows the masks of the object alone.
    Solo,
    /// Shows or hides the masks of the object.
    Hide,
    /// Approves the mask of the object on the frame, or takes that back.
    Approve,
    /// Approves the masks from the nearest approved frame before up to this one.
    ApproveSpan,
    /// Outlines what the last job changed, as it was before.
    Former,
    /// Gives the object the masks back that it had before the last job.
    TakeBack,
    /// Makes the masks fainter.
    Fainter,
    /// Makes the masks stronger.
    Stronger,
    /// The list of keys.
    Help,
    /// Closes and ends what is open.
    Escape,
}

/// A row of a table of keys.
#[derive(Clone, Copy, Debug)]
pub struct Binding<C = Command> {
    /// The keys, as [`chord`] writes them.
    pub chords: &'static [&'static str],
    /// What they do.
    pub command: C,
    /// The same in words.
    pub words: &'static str,
}

/// Some rows of the table under a heading.
pub type Group<C = Command> = (&'static str, &'static [Binding<C>]);

macro_rules! keys {
    ($($title:literal { $($command:expr, [$($chord:literal),+], $words:literal;)+ })+) => {
        &[$(($title, &[$(Binding { chords: &[$($chord),+], command: $command, words: $words }),+])),+]
    };
}

pub(crate) use keys;

use Command as C;

/// Every key.
pub const KEYS: &[Group] = keys! {
    "Time" {
        C::Step(-1), ["ArrowLeft"], "one frame back";
        C::Step(1), ["ArrowRight"], "one frame forward";
        C::Step(-10), ["shift+ArrowLeft"], "ten frames back";
        C::Step(10), ["shift+ArrowRight"], "ten frames forward";
        C::First, ["Home"], "first frame";
        C::Last, ["End"], "last frame";
        C::PreviousPrompted, ["PageUp"], "previous frame with clicks";
        C::NextPrompted, ["PageDown"], "next frame with clicks";
        C::Worst, ["r"], "worst place not looked at yet";
        C::Play, [" "], "play, pause; hold and drag: move the picture";
        C::LockFrames, ["l"], "move both through time together: by share, place, likeness, or not";
    }
    "Objects" {
        C::Object(0), ["1"], "first object; 2 to 9: the others";
        C::Object(1), ["2"], "";
        C::Object(2), ["3"], "";
        C::Object(3), ["4"], "";
        C::Object(4), ["5"], "";
        C::Object(5), ["6"], "";
        C::Object(6), ["7"], "";
        C::Object(7), ["8"], "";
        C::Object(8), ["9"], "";
        C::PreviousObject, ["p"], "previous object";
        C::NextObject, ["n"], "next object";
        C::NextStep, ["u"], "next unfinished step";
        C::Done, ["d"], "Done with Object";
        C::AddObject, ["a"], "add an object";
        C::Rename, ["F2"], "rename the object";
        C::MixedUp, ["i"], "objects mixed up: swap, merge, split";
        C::OtherVideo, ["v"], "work in the other video";
    }
    "Find in the other video" {
        C::Find, ["F"], "look for the object, by its mask in one video, in the other";
        C::PreviousSuggestion, ["ArrowUp"], "previous suggestion";
        C::NextSuggestion, ["ArrowDown"], "next suggestion";
        C::AcceptSuggestion, ["Enter"], "accept it: one click is made there";
    }
    "Clicks" {
        C::ToolPositive, ["q"], "tool: on the object";
        C::ToolNegative, ["w"], "tool: not the object";
        C::ToolBox, ["e"], "tool: box";
        C::ToolBrush, ["f"], "tool: brush, paints the mask";
        C::ToolEraser, ["g"], "tool: eraser";
        C::BrushSmaller, ["j"], "smaller brush";
        C::BrushLarger, ["k"], "larger brush";
        C::Aim, ["."], "cross instead of the pointer: arrows move it, enter clicks";
        C::RemovePoint, ["Delete", "Backspace"], "remove the point below the pointer; reject the suggestion";
        C::ClearPoints, ["c"], "Clear Points";
        C::Undo, ["z", "ctrl+z"], "undo";
        C::Redo, ["Z", "ctrl+Z", "ctrl+y"], "redo";
    }
    "View" {
        C::Enlarge, ["b"], "one video large, or both";
        C::Fit, ["0"], "whole picture";
        C::OneToOne, ["o"], "pixel by pixel (1:1)";
        C::ZoomIn, ["+", "="], "nearer";
        C::ZoomOut, ["-"], "farther";
        C::Pan(1, 0), ["ctrl+ArrowLeft"], "move the picture: ctrl and arrows";
        C::Pan(-1, 0), ["ctrl+ArrowRight"], "";
        C::Pan(0, 1), ["ctrl+ArrowUp"], "";
        C::Pan(0, -1), ["ctrl+ArrowDown"], "";
        C::LockViews, ["L"], "zoom and move both pictures together";
        C::Blink, ["x"], "hold: the other video in the same place";
        C::Onion, ["t"], "lay video 2 over video 1";
        C::Swipe, ["y"], "video 1 left of a line, video 2 right of it";
    }
    "Masks" {
        C::Masks, ["m"], "show, hide";
        C::Solo, ["s"], "this object alone";
        C::Hide, ["h"], "show, hide this object";
        C::Approve, ["G"], "this mask is good: later jobs keep it";
        C::ApproveSpan, ["S"], "these masks are good, from the approved frame before to here";
        C::Former, ["I"], "outline what the last job changed, as it was";
        C::TakeBack, ["B"], "exchange the object's masks with those before the last job";
        C::Fainter, ["["], "fainter";
        C::Stronger, ["]"], "stronger";
    }
    "Help" {
        C::Help, ["?"], "this list";
        C::Escape, ["Escape"], "close; end comparing, dragging, the cross";
    }
};

/// What the pointer does, for the help.
pub const POINTER: &[(&str, &str)] = &[
    ("left click", "what the tool says"),
    ("right click", "this is not the object"),
    ("drag a point", "move it"),
    ("right click on a point", "remove it"),
    ("shift + drag", "box around the object"),
    ("brush and right drag", "erase"),
    ("wheel, pinch", "zoom at the pointer"),
    ("middle drag", "move the picture"),
];

/// A pressed key as the table writes it: `ctrl+` (also for the command key), `shift+` for keys that print nothing, and the
/// name that the browser gives the key. Letters tell by themselves whether shift is held.
#[must_use]
pub fn chord(key: &str, ctrl: bool, shift: bool) -> String {
    let ctrl = if ctrl { "ctrl+" } else { "" };
    let named = key.chars().nth(1).is_some();
    let shift = if shift && named { "shift+" } else { "" };
    format!("{ctrl}{shift}{key}")
}

/// A key as it would be without Caps Lock.
#[must_use]
pub fn plain_key(key: &str, caps_lock: bool) -> String {
    let flip = |c: char| match c {
        'a'..='z' => c.to_ascii_uppercase(),
        _ => c.to_ascii_lowercase(),
    };
    match key.as_bytes() {
        [letter] if caps_lock && letter.is_ascii_alphabetic() => key.chars().map(flip).collect(),
        _ => key.to_owned(),
    }
}

/// What a key does.
#[must_use]
pub fn command(chord: &str) -> Option<Command> {
    command_in(KEYS, chord)
}

/// What a key does according to a table.
#[must_use]
pub fn command_in<C: Copy + 'static>(table: &[Group<C>], chord: &str) -> Option<C> {
    let mut all = table.iter().flat_map(|(_, bindings)| *bindings);
    let found = all.find(|binding| binding.chords.contains(&chord))?;
    Some(found.command)
}

/// The first key of a command, as people read it; none for what has no key.
#[must_use]
pub fn key_of(command: Command) -> Option<String> {
    key_in(KEYS, command)
}

/// The first key of a command in a table, as people read it; none for what has no key.
#[must_use]
pub fn key_in<C: Copy + PartialEq + 'static>(table: &[Group<C>], command: C) -> Option<String> {
    let mut all = table.iter().flat_map(|(_, bindings)| *bindings);
    let found = all.find(|binding| binding.command == command)?;
    found.chords.first().map(|chord| words_of(chord))
}

/// A key as people read it: `ArrowLeft` is `←`, `Z` is `shift Z`.
#[must_use]
pub fn words_of(chord: &str) -> String {
    let (modifiers, key) = match chord.rsplit_once('+') {
        Some((modifiers, key)) if !key.is_empty() => (modifiers, key),
        _ => ("", chord),
    };
    let name = match key {
        " " => "space".to_owned(),
        "ArrowLeft" => "\u{2190}".to_owned(),
        "ArrowRight" => "\u{2192}".to_owned(),
        "ArrowUp" => "\u{2191}".to_owned(),
        "ArrowDown" => "\u{2193}".to_owned(),
        "PageUp" => "page up".to_owned(),
        "PageDown" => "page down".to_owned(),
        "Escape" => "esc".to_owned(),
        letter if letter.len() == 1 && letter.to_ascii_lowercase() != letter => {
            format!("shift {}", letter.to_ascii_lowercase())
        }
        other => other.to_ascii_lowercase(),
    };
    if modifiers.is_empty() {
        name
    } else {
        format!("{} {name}", modifiers.replace('+', " "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_key_means_two_things() {
        let mut seen = HashSet::new();
        for (_, bindings) in KEYS {
            for chord in bindings.iter().flat_map(|binding| binding.chords) {
                assert!(seen.insert(chord), "{chord}");
            }
        }
    }

    #[test]
    fn keys_are_found_as_they_are_pressed() {
        for (key, ctrl, shift, expected) in [
            ("ArrowLeft", false, false, Some(C::Step(-1))),
            ("ArrowLeft", false, true, Some(C::Step(-10))),
            ("ArrowLeft", true, false, Some(C::Pan(1, 0))),
            ("z", false, false, Some(C::Undo)),
            ("z", true, false, Some(C::Undo)),
            ("Z", true, true, Some(C::Redo)),
            ("?", false, true, Some(C::Help)),
            ("+", false, true, Some(C::ZoomIn)),
            ("4", false, false, Some(C::Object(3))),
            ("s", true, false, None),
            ("F5", false, false, None),
        ] {
            assert_eq!(command(&chord(key, ctrl, shift)), expected, "{key}");
        }
    }

    #[test]
    fn caps_lock_changes_no_key() {
        for (key, caps_lock, plain) in [
            ("B", true, "b"),
            ("b", true, "B"),
            ("b", false, "b"),
            ("Enter", true, "Enter"),
            ("?", true, "?"),
        ] {
            assert_eq!(plain_key(key, caps_lock), plain, "{key}");
        }
    }

    #[test]
    fn keys_read_as_words() {
        for (chord, words) in [
            (" ", "space"),
            ("+", "+"),
            ("Z", "shift z"),
            ("shift+ArrowLeft", "shift \u{2190}"),
            ("ctrl+y", "ctrl y"),
            ("Delete", "delete"),
        ] {
            assert_eq!(words_of(chord), words);
        }
        assert_eq!(key_of(C::Worst).as_deref(), Some("r"));
    }
}
