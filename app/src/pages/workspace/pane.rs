//! One of the two videos: its picture, its controls of time and its timelines.

use super::corrections::is_approved;
use super::drawing;
use super::editor::{Editor, Notice};
use super::outbox::Outbox;
use super::scene::scene;
use super::search;
use super::tool_bar::hint;
use crate::components::lanes::{LaneSignals, Lanes};
use crate::components::player::{PointerInput, Stage, StageFrame, Transport};
use canvas::{Button, Command, Gesture, Press, clock_text};
use domain::{FrameKey, PromptAction, VideoSide, Workspace};
use leptos::prelude::*;

/// One video with its heading.
#[component]
pub(super) fn Pane(editor: Editor, outbox: Outbox, side: VideoSide) -> impl IntoView {
    let video = editor.video(side);
    let is_active = Memo::new(move |_| editor.side.get() == side);
    let waits = Memo::new(move |_| editor.waits());
    let scene = scene(editor, side);
    let stage = StageFrame {
        session: editor.session(),
        side,
        frames: video.frames,
        width: video.width,
        height: video.height,
    };
    let (name, role) = match side {
        VideoSide::One => ("Video 1", "before"),
        VideoSide::Two => ("Video 2", "after"),
    };
    let file_name = editor.data.with_untracked(|data| {
        let video = &data.session.videos[usize::from(side.number()) - 1];
        video.file_name.clone()
    });
    let file_title = file_name.clone();
    let label = Signal::derive(move || {
        let frame = video.frame.get();
        match title(editor).filter(|_| is_active.get()) {
            Some(title) => format!("{name}, frame {frame}, annotating {title}"),
            None => format!("{name}, frame {frame}"),
        }
    });
    let waiting = Memo::new(move |_| is_waiting(editor, side));
    let looking = Signal::derive(move || editor.grab.get());
    let lanes = LaneSignals {
        objects: Memo::new(move |_| editor.data.with(|data| data.objects.clone())).into(),
        prompted: Memo::new(move |_| editor.data.with(prompted)).into(),
        tracks: video.tracks.into(),
        selected: editor.selected.into(),
    };
    view! {
        <section
            class="pane"
            class:active=move || is_active.get()
            class:front=move || editor.look.front(editor.side.get()) == side
            class:pane-one=side == VideoSide::One
            class:pane-two=side == VideoSide::Two
            aria-label=name
        >
            <header class="pane-head">
                <button
                    type="button"
                    class="pane-name"
                    aria-pressed=move || is_active.get().to_string()
                    title="Annotate in this video (v changes over)"
                    on:click:target=move |_| editor.choose_side(side)
                >
                    {name}
                    " "
                    <span class="muted">{role}</span>
                </button>
                <span class="pane-file muted" title=file_title>
                    {file_name}
                </span>
                {move || {
                    search::helps(editor, side)
                        .map(|object| {
                            let title = object.fields.title();
                            view! {
                                <button
                                    type="button"
                                    class="link"
                                    aria-label=format!("Find {title} in {side}")
                                    title=hint(
                                        "Suggest where it is, by its mask in the other video",
                                        Command::Find,
                                    )
                                    on:click:target=move |_| search::begin_in(editor, object.id, side)
                                >
                                    {format!("Find {title}")}
                                </button>
                            }
                        })
                }}
                <span class="pane-status" role="status">
                    {move || waiting.get().then(|| view! { <span class="pane-waiting">"making the mask"</span> })}
                </span>
                <span class="pane-frame number">
                    {move || format!("frame {} ", video.frame.get())}
                    <span class="muted">{move || clock_text(video.frame.get())}</span>
                </span>
            </header>
            <Stage
                video=stage
                frame=video.frame
                scene
                label
                view=video.view
                shown=video.shown
                waits
                grab=looking
                on_view=move |view| editor.set_view(side, view)
                on_pointer=move |input| pointer(editor, outbox, side, input)
            />
            <Transport
                frames=video.frames
                frame=video.frame
                on_frame=move |to| editor.show_frame(side, to)
                playing=video.playing
                label=side.to_string()
                compact=true
            />
            <Lanes
                side
                frames=video.frames
                frame=video.frame
                signals=lanes
                on_go=move |(object, frame)| editor.go(Some(object), side, frame)
            />
        </section>
    }
}

/// The frames that have prompts.
fn prompted(data: &Workspace) -> Vec<FrameKey> {
    data.prompts.iter().map(|frame| frame.key).collect()
}

/// The object being worked on.
fn title(editor: Editor) -> Option<String> {
    let id = editor.selected.get()?;
    editor.data.with(|data| {
        let object = data.objects.iter().find(|object| object.id == id)?;
        Some(object.fields.title())
    })
}

fn is_waiting(editor: Editor, side: VideoSide) -> bool {
    let frame = editor.video(side).frame.get();
    let asked = editor.data.with(|data| {
        editor.answers.with(|answers| {
            data.objects.iter().any(|object| {
                answers.is_waiting(FrameKey {
                    object: object.id,
                    side,
                    frame,
                })
            })
        })
    });
    asked
        || editor.pending.with(|all| {
            all.iter()
                .any(|action| action.key.side == side && action.key.frame == frame)
        })
}

fn pointer(editor: Editor, outbox: Outbox, side: VideoSide, input: PointerInput) {
    let view = editor.video(side).view.get_untracked();
    let action = match input {
        PointerInput::Down { button, shift, at } => {
            editor.stop();
            if editor.side.get_untracked() != side {
                editor.choose_side(side);
                // The small video only becomes the large one; beside each other, both take clicks.
                if editor.look.large.get_untracked() {
                    return;
                }
            }
            if !may_click(editor) {
                return;
            }
            let tool = editor.tool.get_untracked();
            if let Some(erases) = tool.erases(button == Button::Secondary) {
                return drawing::begin(editor, erases, at);
            }
            let press = Press {
                tool,
                button,
                shift,
                at,
            };
            let points = untrack(|| editor.points());
            change(editor, |gesture| gesture.press(press, &points, &view))
        }
        PointerInput::Move { at } => {
            if editor.side.get_untracked() == side {
                editor.pointer.set_value(Some(at));
                if editor.tool.get_untracked().erases(false).is_some() {
                    editor.hover.set(Some(at));
                }
            }
            if editor.drawing.with_untracked(Option::is_some) {
                drawing::go_on(editor, at);
            }
            if editor.gesture.get_untracked() != Gesture::default() {
                editor.gesture.update(|gesture| gesture.moved(at));
            }
            None
        }
        PointerInput::Up { at } => {
            drawing::finish(editor, outbox);
            change(editor, |gesture| gesture.release(at, &view))
        }
        PointerInput::Leave => {
            editor.hover.set(None);
            None
        }
        PointerInput::Cancel => {
            editor.cancel_drag();
            None
        }
    };
    act(editor, outbox, action);
}

/// Clicks with the cross.
pub(super) fn click_aim(editor: Editor, outbox: Outbox, negative: bool) {
    let view = editor
        .video(editor.side.get_untracked())
        .view
        .get_untracked();
    if !may_click(editor) {
        return;
    }
    let tool = editor.tool.get_untracked();
    if let (Some(erases), Some(aim)) = (tool.erases(negative), editor.aim.get_untracked()) {
        drawing::begin(editor, erases, view.to_canvas(aim.at.0, aim.at.1));
        return drawing::finish(editor, outbox);
    }
    let made = editor.aim.try_update(|aim| {
        aim.as_mut()
            .and_then(|aim| aim.click(tool, negative, &view))
    });
    act(editor, outbox, made.flatten());
}

fn act(editor: Editor, outbox: Outbox, action: Option<PromptAction>) {
    if let (Some(action), Some(key)) = (action, untrack(|| editor.key())) {
        outbox.act(key, action);
    }
}

fn change(
    editor: Editor,
    f: impl FnOnce(&mut Gesture) -> Option<PromptAction>,
) -> Option<PromptAction> {
    let mut gesture = editor.gesture.get_untracked();
    let action = f(&mut gesture);
    if gesture != editor.gesture.get_untracked() {
        editor.gesture.set(gesture);
    }
    action
}

/// Whether a click has an object and a picture to go to; says what is missing.
fn may_click(editor: Editor) -> bool {
    let side = editor.side.get_untracked();
    let video = editor.video(side);
    if video.shown.get_untracked() != Some(video.frame.get_untracked()) {
        // What the person clicked is still the frame before.
        return false;
    }
    let chosen = editor.data.with_untracked(|data| {
        let id = editor.selected.get_untracked()?;
        data.objects.iter().find(|object| object.id == id).cloned()
    });
    match chosen {
        Some(_) if untrack(|| is_approved(editor)) => {
            editor.say(Notice::Problem(format!(
                "Frame {} of {side} is approved, so its mask stays as it is: take the approval back first (shift g)",
                video.frame.get_untracked()
            )));
            false
        }
        Some(object) if object.fields.is_in(side) => {
            // Whoever clicks an object wants to see it.
            if editor
                .look
                .hidden
                .with_untracked(|hidden| hidden.contains(&object.id))
            {
                editor.look.toggle_hidden(object.id);
            }
            true
        }
        Some(object) => {
            editor.say(Notice::Problem(format!(
                "{} is not in {side}: edit the object, or choose another one.",
                object.fields.title()
            )));
            false
        }
        None => {
            editor.say(Notice::Problem(
                "Choose an object first, or add one to the table.".into(),
            ));
            false
        }
    }
}
