//! What the keys and buttons do.

use super::corrections::{approve_to_here, take_back, toggle_approved};
use super::drawing;
use super::editor::{Editor, Notice};
use super::flow::{done_with_object, go_to};
use super::look::Compare;
use super::outbox::Outbox;
use super::search;
use canvas::{Aim, Command, Tool, next_step, point_at, worst};
use domain::{FrameNumber, PromptAction, VideoSide};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// How far a key moves the cross, in CSS pixels.
const AIM_STEP: f64 = 10.0;
/// How much a key enlarges the picture.
const ZOOM_STEP: f64 = 1.25;
/// How much a key changes the opacity of masks, of 255.
const FILL_STEP: i16 = 32;

/// Does what a command says.
pub(super) fn run(editor: Editor, outbox: Outbox, command: Command) {
    let look = editor.look;
    let toggle = |signal: RwSignal<bool>| signal.update(|on| *on = !*on);
    match command {
        Command::Step(by) => step(editor, i64::from(by)),
        Command::First => jump(editor, 0),
        Command::Last => jump(editor, u32::MAX),
        Command::PreviousPrompted => prompted(editor, false),
        Command::NextPrompted => prompted(editor, true),
        Command::Worst => go_to_worst(editor),
        Command::Play => {
            let playing = editor.video(editor.side.get_untracked()).playing;
            toggle(playing);
        }
        Command::Object(index) => choose(editor, usize::from(index)),
        Command::PreviousObject => neighbour(editor, -1),
        Command::NextObject => neighbour(editor, 1),
        Command::NextStep => go_to_next_step(editor),
        Command::Done => done_with_object(editor),
        Command::AddObject => press_add(),
        Command::OtherVideo => editor.choose_side(editor.side.get_untracked().other()),
        Command::Find => search::begin(editor),
        Command::AcceptSuggestion => search::accept(editor, outbox),
        Command::PreviousSuggestion => search::choose(editor, |all| all.step(false)),
        Command::NextSuggestion => search::choose(editor, |all| all.step(true)),
        Command::ToolPositive => editor.tool.set(Tool::Positive),
        Command::ToolNegative => editor.tool.set(Tool::Negative),
        Command::ToolBox => editor.tool.set(Tool::Box),
        Command::ToolBrush => editor.tool.set(Tool::Brush),
        Command::ToolEraser => editor.tool.set(Tool::Eraser),
        Command::BrushSmaller => drawing::resize(editor, false),
        Command::BrushLarger => drawing::resize(editor, true),
        Command::Rename => editor.renaming.set(editor.selected.get_untracked()),
        Command::MixedUp => toggle(editor.mixed_up),
        Command::Undo => outbox.undo(),
        Command::Redo => outbox.redo(),
        Command::ClearPoints => outbox.clear_points(),
        Command::RemovePoint if search::is_suggesting(editor) => search::reject(editor),
        Command::RemovePoint => remove_point(editor, outbox),
        Command::Aim => toggle_aim(editor),
        Command::Enlarge => toggle(look.large),
        Command::Fit => editor.change_view(|view| view.fitted()),
        Command::OneToOne => editor.change_view(|view| view.one_to_one()),
        Command::ZoomIn => zoom(editor, ZOOM_STEP),
        Command::ZoomOut => zoom(editor, 1.0 / ZOOM_STEP),
        Command::Pan(x, y) => editor.change_view(|view| {
            let part = |size: f64, by: i8| size * 0.1 * f64::from(by);
            view.panned(part(view.canvas.0, x), part(view.canvas.1, y))
        }),
        Command::LockViews => {
            toggle(look.views_locked);
            // They come together at once.
            editor.change_view(|view| view);
        }
        Command::LockFrames => {
            editor.time.lock.update(|lock| *lock = lock.next());
            editor.time.align(editor.side.get_untracked());
        }
        Command::Blink => look.blink.set(true),
        Command::Onion => look.toggle_compare(Compare::Onion),
        Command::Swipe => look.toggle_compare(Compare::Swipe),
        Command::Masks => toggle(look.masks),
        Command::Solo => toggle(look.solo),
        Command::Hide => {
            if let Some(object) = editor.selected.get_untracked() {
                look.toggle_hidden(object);
            }
        }
        Command::Former => toggle(look.former),
        Command::Approve => toggle_approved(editor, outbox),
        Command::ApproveSpan => approve_to_here(editor, outbox),
        Command::TakeBack => take_back(editor, outbox),
        Command::Fainter => look.fill(-FILL_STEP),
        Command::Stronger => look.fill(FILL_STEP),
        Command::Help => toggle(editor.help),
        Command::Escape => {
            editor.help.set(false);
            editor.mixed_up.set(false);
            search::cancel(editor);
            editor.cancel_drag();
            editor.aim.set(None);
            look.compare.set(Compare::Off);
        }
    }
}

fn step(editor: Editor, by: i64) {
    let video = editor.video(editor.side.get_untracked());
    let to = i64::from(video.frame.get_untracked().0) + by;
    jump(editor, u32::try_from(to.max(0)).unwrap_or(u32::MAX));
}

fn jump(editor: Editor, to: u32) {
    editor.stop();
    editor.show_frame(editor.side.get_untracked(), FrameNumber(to));
}

/// Goes to the nearest frame on which the object has clicks.
fn prompted(editor: Editor, forward: bool) {
    let side = editor.side.get_untracked();
    let now = editor.video(side).frame.get_untracked();
    let frame = editor.data.with_untracked(|data| {
        let frames = data
            .prompts
            .iter()
            .filter(|p| p.key.side == side && Some(p.key.object) == editor.selected.get_untracked())
            .map(|p| p.key.frame);
        if forward {
            frames.filter(|&frame| frame > now).min()
        } else {
            frames.filter(|&frame| frame < now).max()
        }
    });
    match frame {
        Some(frame) => jump(editor, frame.0),
        None => editor.say(Notice::Hint(format!(
            "The object has no {} clicks in {side}.",
            if forward { "later" } else { "earlier" }
        ))),
    }
}

/// Goes to the worst suspect place that was not looked at yet.
pub(super) fn go_to_worst(editor: Editor) {
    let tracks = VideoSide::BOTH.map(|side| (side, editor.video(side).tracks.get_untracked()));
    let all = tracks
        .iter()
        .flat_map(|(side, tracks)| tracks.iter().map(|track| (*side, track)));
    let place = editor.visited.with_untracked(|visited| worst(all, visited));
    let Some(place) = place else {
        let text = if tracks.iter().all(|(_, tracks)| tracks.is_empty()) {
            "Suspect places are known after the offline job."
        } else {
            "Every suspect place was looked at."
        };
        return editor.say(Notice::Hint(text.into()));
    };
    let frame = place.suspect.frame;
    editor.visited.update(|visited| {
        visited.insert((place.object, place.side, frame));
    });
    editor.go(Some(place.object), place.side, Some(frame));
    let title = untrack(|| editor.object()).map(|object| object.fields.title());
    editor.say(Notice::Hint(format!(
        "{} in {}, frame {frame}: {}.",
        title.unwrap_or_default(),
        place.side,
        place.suspect.what.words()
    )));
}

fn go_to_next_step(editor: Editor) {
    let side = editor.side.get_untracked();
    let here = editor.selected.get_untracked().map(|object| (object, side));
    let steps = untrack(|| editor.steps());
    match next_step(&steps, here) {
        Some(step) => go_to(editor, step),
        None => editor.say(Notice::Hint("Every step is done.".into())),
    }
}

/// The table holds the form; its button is on the page whenever there is no form yet.
fn press_add() {
    let find = |query: &str| {
        let element = document().query_selector(query).ok().flatten()?;
        element.dyn_into::<web_sys::HtmlElement>().ok()
    };
    if let Some(button) = find("#add-object") {
        button.click();
    } else if let Some(field) = find(".object-form input") {
        let _ = field.focus();
    }
}

fn choose(editor: Editor, index: usize) {
    let id = editor
        .data
        .with_untracked(|data| data.objects.get(index).map(|object| object.id));
    if let Some(id) = id {
        editor.choose_object(id);
    }
}

/// Chooses the object before or after the one being worked on, going round.
fn neighbour(editor: Editor, by: isize) {
    let (count, at) = editor.data.with_untracked(|data| {
        let chosen = editor.selected.get_untracked();
        let at = data.objects.iter().position(|o| Some(o.id) == chosen);
        (data.objects.len() as isize, at)
    });
    if count > 0 {
        let from = at.map_or(if by > 0 { -1 } else { 0 }, |at| at as isize);
        choose(editor, (from + by).rem_euclid(count) as usize);
    }
}

fn zoom(editor: Editor, factor: f64) {
    editor.change_view(|view| view.zoomed(factor, view.canvas.0 / 2.0, view.canvas.1 / 2.0));
}

fn remove_point(editor: Editor, outbox: Outbox) {
    let view = editor
        .video(editor.side.get_untracked())
        .view
        .get_untracked();
    let at = match editor.aim.get_untracked() {
        Some(aim) => Some(view.to_canvas(aim.at.0, aim.at.1)),
        None => editor.pointer.get_value(),
    };
    let points = untrack(|| editor.points());
    let hit = at.and_then(|at| point_at(&points, at, &view));
    match (hit, untrack(|| editor.key())) {
        (Some(point), Some(key)) => outbox.act(key, PromptAction::RemovePoint(point)),
        _ => editor.say(Notice::Hint(
            "Hold the pointer or the cross over the point to remove.".into(),
        )),
    }
}

fn toggle_aim(editor: Editor) {
    let view = editor
        .video(editor.side.get_untracked())
        .view
        .get_untracked();
    editor.aim.update(|aim| {
        *aim = match aim {
            Some(_) => None,
            None => Some(Aim::new(&view)),
        };
    });
}

/// Moves the cross by steps, finely by single pixels.
pub(super) fn move_aim(editor: Editor, x: f64, y: f64, fine: bool) {
    let view = editor
        .video(editor.side.get_untracked())
        .view
        .get_untracked();
    let step = if fine { 1.0 } else { AIM_STEP };
    editor.aim.update(|aim| {
        *aim = aim.map(|aim| aim.moved(x * step, y * step, &view));
    });
}
