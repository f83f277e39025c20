//! The keys of the workspace, as the table in `canvas` has them.

use super::commands::{self, move_aim};
use super::editor::Editor;
use super::outbox::Outbox;
use super::pane;
use super::search;
use crate::components::focus::{belongs_to, chord_of, is_control, release_controls, target_of};
use canvas::{Command, command};
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;

/// Listens for as long as the calling component lives.
pub(super) fn listen(editor: Editor, outbox: Outbox) {
    // Listens first, so that a key finds the focus where it belongs.
    release_controls();
    // Whether the space bar, held down, has moved the picture; it does not play then.
    let grabbed = StoredValue::new(false);
    // The server has no window.
    Effect::new(move |_| {
        let down = window_event_listener(ev::keydown, move |event| {
            if !event.default_prevented() && press(editor, outbox, &event) {
                event.prevent_default();
            }
        });
        let up = window_event_listener(ev::keyup, move |event| {
            release(editor, outbox, grabbed, &event);
        });
        // A key that is let go elsewhere is never heard of.
        let away = window_event_listener(ev::blur, move |_| {
            editor.grab.set(false);
            editor.look.blink.set(false);
        });
        on_cleanup(move || {
            down.remove();
            up.remove();
            away.remove();
        });
    });
    Effect::new(move |_| {
        for side in domain::VideoSide::BOTH {
            editor.video(side).view.track();
        }
        grabbed.set_value(editor.grab.get_untracked());
    });
}

/// Does what a key stands for; says whether it stands for anything.
fn press(editor: Editor, outbox: Outbox, event: &KeyboardEvent) -> bool {
    let target = target_of(event);
    let key = event.key();
    if target
        .as_ref()
        .is_some_and(|target| belongs_to(target, &key))
    {
        return false;
    }
    let Some(chord) = chord_of(event) else {
        return false;
    };
    // The list of keys lies over everything: what cannot be seen must not change.
    if editor.help.get_untracked() {
        let command = command(&chord).filter(|of| matches!(of, Command::Help | Command::Escape));
        return command.is_some_and(|command| {
            commands::run(editor, outbox, command);
            true
        });
    }
    // A focused button is pressed by the space bar and by enter, a select box is opened by them.
    if matches!(key.as_str(), " " | "Enter") && target.as_ref().is_some_and(is_control) {
        return false;
    }
    let control = event.ctrl_key() || event.meta_key();
    if !control && editor.aim.get_untracked().is_some() && aim(editor, outbox, event) {
        return true;
    }
    let Some(command) = command(&chord) else {
        return false;
    };
    let needs_suggestions = matches!(
        command,
        Command::AcceptSuggestion | Command::PreviousSuggestion | Command::NextSuggestion
    );
    if needs_suggestions && !search::is_suggesting(editor) {
        return false;
    }
    match command {
        Command::Play => editor.grab.set(true),
        // Held down, they repeat; the others are meant once.
        Command::Step(_)
        | Command::Pan(..)
        | Command::BrushSmaller
        | Command::BrushLarger
        | Command::ZoomIn
        | Command::ZoomOut
        | Command::Undo
        | Command::Redo => commands::run(editor, outbox, command),
        _ if event.repeat() => {}
        _ => commands::run(editor, outbox, command),
    }
    true
}

/// Moves the cross and clicks with it.
fn aim(editor: Editor, outbox: Outbox, event: &KeyboardEvent) -> bool {
    let fine = event.shift_key();
    match event.key().as_str() {
        "ArrowLeft" => move_aim(editor, -1.0, 0.0, fine),
        "ArrowRight" => move_aim(editor, 1.0, 0.0, fine),
        "ArrowUp" => move_aim(editor, 0.0, -1.0, fine),
        "ArrowDown" => move_aim(editor, 0.0, 1.0, fine),
        "Enter" => pane::click_aim(editor, outbox, event.shift_key()),
        _ => return false,
    }
    true
}

fn release(editor: Editor, outbox: Outbox, grabbed: StoredValue<bool>, event: &KeyboardEvent) {
    match event.key().as_str() {
        " " if editor.grab.get_untracked() => {
            editor.grab.set(false);
            if !grabbed.get_value() {
                commands::run(editor, outbox, Command::Play);
            }
            grabbed.set_value(false);
        }
        "x" | "X" => editor.look.blink.set(false),
        _ => {}
    }
}
