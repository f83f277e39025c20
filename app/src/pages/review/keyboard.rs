//! The keys of a review, as the table in `canvas` has them.

use super::objects::row_id;
use super::places::{self, Shift};
use super::saved_text::field_id;
use super::{Shown, watch::Watch};
use crate::components::focus::{belongs_to, chord_of, is_control, release_controls, target_of};
use crate::components::sight::{focus_in_place, reveal_on_page};
use canvas::{WATCH_KEYS, WatchCommand, command_in, next_speed};
use domain::{FrameNumber, Pin, Verdict};
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Listens for as long as the calling component lives.
pub(super) fn listen(shown: Shown) {
    // Listens first, so that a key finds the focus where it belongs.
    release_controls();
    // The server has no window.
    Effect::new(move |_| {
        let down = window_event_listener(ev::keydown, move |event| {
            if !event.default_prevented() && press(shown, &event) {
                event.prevent_default();
            }
        });
        on_cleanup(move || down.remove());
    });
    // The row that is chosen takes the focus, so that screen readers say it and tab leads to what can be said about it. The
    // pictures stay where they are: they are what is judged.
    Effect::new(move |before: Option<()>| {
        if let (Some(object), Some(())) = (shown.selected.get(), before) {
            let id = row_id(object);
            // Whoever chose it by going into one of its fields stays there.
            if let Some(row) = element(&id).filter(|_| !holds_focus(&id)) {
                focus_in_place(&row);
            }
        }
    });
}

/// Does what a key stands for; says whether it stands for anything.
fn press(shown: Shown, event: &KeyboardEvent) -> bool {
    let target = target_of(event);
    let key = event.key();
    if let Some(target) = &target
        && (belongs_to(target, &key) || key == " " && is_control(target))
    {
        return false;
    }
    let Some(command) = chord_of(event).and_then(|chord| command_in(WATCH_KEYS, &chord)) else {
        return false;
    };
    // Behind the list of keys nothing happens.
    if shown.watch.help.get_untracked()
        && !matches!(command, WatchCommand::Help | WatchCommand::Escape)
    {
        return false;
    }
    // Held down, steps repeat; the others are meant once.
    if !event.repeat() || matches!(command, WatchCommand::Step(_)) {
        run(shown, command);
        let is_elsewhere = matches!(
            command,
            WatchCommand::Remark | WatchCommand::Help | WatchCommand::Escape
        );
        if !is_elsewhere {
            reveal_on_page(".watch");
        }
    }
    true
}

/// Does what a command says.
pub(super) fn run(shown: Shown, command: WatchCommand) {
    let watch = shown.watch;
    let side = watch.side.get_untracked();
    let toggle = |signal: RwSignal<bool>| signal.update(|on| *on = !*on);
    let frame = watch.time.frame(side).get_untracked();
    match command {
        WatchCommand::Play => toggle(watch.playing(side)),
        WatchCommand::Step(by) => {
            let to = i64::from(frame.0) + i64::from(by);
            jump(watch, u32::try_from(to).unwrap_or(0));
        }
        WatchCommand::First => jump(watch, 0),
        WatchCommand::Last => jump(watch, u32::MAX),
        WatchCommand::NextPlace => places::go(watch, Shift::Next),
        WatchCommand::PreviousPlace => places::go(watch, Shift::Previous),
        WatchCommand::Repeat => watch.toggle_again(),
        WatchCommand::Slower => watch.speed.update(|speed| *speed = next_speed(*speed, -1)),
        WatchCommand::Faster => watch.speed.update(|speed| *speed = next_speed(*speed, 1)),
        WatchCommand::LockFrames => {
            watch.time.lock.update(|lock| *lock = lock.next());
            watch.time.align(side);
        }
        WatchCommand::OtherVideo => {
            watch.stop();
            watch.side.set(side.other());
        }
        WatchCommand::Object(index) => {
            let object = shown
                .objects
                .with_untracked(|objects| objects.get(usize::from(index)).map(|object| object.id));
            if let Some(object) = object {
                shown.selected.set(Some(object));
            }
        }
        WatchCommand::NextObject => shown.select_next(true),
        WatchCommand::PreviousObject => shown.select_next(false),
        WatchCommand::Good => shown.judge_selected(Verdict::Good),
        WatchCommand::NeedsReannotation => shown.judge_selected(Verdict::NeedsReannotation),
        WatchCommand::Remark => {
            let object = shown.selected.get_untracked();
            if let Some(field) = object.and_then(|object| element(&field_id(object))) {
                let _ = field.focus();
            }
        }
        WatchCommand::Hide => {
            if let Some(object) = shown.selected.get_untracked() {
                shown.toggle_hidden(object);
            }
        }
        WatchCommand::Former => toggle(shown.former),
        WatchCommand::Masks => toggle(watch.masks),
        WatchCommand::Alone => toggle(watch.alone),
        WatchCommand::Fit => {
            let view = watch.views[usize::from(side.number()) - 1].get_untracked();
            watch.set_view(side, view.fitted());
        }
        WatchCommand::Comment => {
            watch.stop();
            shown.threads.begin(Pin {
                object: shown.selected.get_untracked(),
                side,
                frame,
                point: None,
            });
        }
        WatchCommand::Help => toggle(watch.help),
        WatchCommand::Escape => {
            watch.help.set(false);
            shown.threads.close();
            watch.end_loop();
        }
    }
}

fn jump(watch: Watch, to: u32) {
    watch.stop();
    watch.show(watch.side.get_untracked(), FrameNumber(to));
}

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Whether the focus is on an element or inside of it.
fn holds_focus(id: &str) -> bool {
    let element = document().get_element_by_id(id);
    let active = document().active_element();
    element.is_some_and(|element| element.contains(active.as_deref()))
}
