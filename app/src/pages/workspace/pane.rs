//! One of the two videos: the chosen one takes clicks, the other one is there to compare.

use super::editor::{Editor, Notice};
use super::outbox::Outbox;
use crate::components::player::{PointerInput, Stage, StageFrame, use_masks};
use canvas::{BoxMark, Gesture, Press, Scene, SceneInput, clock_text, compose};
use domain::{FrameKey, PromptAction, VideoSide, object_colour};
use leptos::prelude::*;
use std::collections::HashSet;

/// One video with its heading.
#[component]
pub(super) fn Pane(editor: Editor, outbox: Outbox, side: VideoSide) -> impl IntoView {
    let video = editor.video(side);
    let is_active = Memo::new(move |_| editor.side.get() == side);
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
    view! {
        <section
            class="pane"
            class:active=move || is_active.get()
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
                    on:click=move |_| editor.choose_side(side)
                >
                    {name}
                    " "
                    <span class="muted">{role}</span>
                </button>
                <span class="pane-file muted" title=file_title>
                    {file_name}
                </span>
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
                on_pointer=move |input| pointer(editor, outbox, side, input)
            />
        </section>
    }
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

/// What lies over the frame of one video.
fn scene(editor: Editor, side: VideoSide) -> Memo<Scene> {
    let video = editor.video(side);
    let masks = use_masks(editor.session(), side, video.frames, video.frame.into());
    let nothing_hidden = HashSet::new();
    Memo::new(move |_| {
        let frame = video.frame.get();
        let propagated = masks.at(frame);
        let active = editor.selected.get();
        let mut scene = editor.data.with(|data| {
            editor.pending.with(|pending| {
                editor.answers.with(|answers| {
                    compose(&SceneInput {
                        side,
                        frame,
                        objects: &data.objects,
                        hidden: &nothing_hidden,
                        active,
                        prompts: &data.prompts,
                        pending,
                        answers,
                        propagated: &propagated,
                    })
                })
            })
        });
        if !editor.masks_shown.get() {
            scene.masks.clear();
        }
        scene.boxes.extend(draft(editor, side));
        scene
    })
}

/// The box that is being dragged.
fn draft(editor: Editor, side: VideoSide) -> Option<BoxMark> {
    if editor.side.get() != side {
        return None;
    }
    let gesture = editor.gesture.get();
    let bbox = gesture.draft(&editor.video(side).view.get())?;
    let id = editor.selected.get()?;
    let position = editor.data.with(|data| {
        let object = data.objects.iter().find(|object| object.id == id);
        object.map(|object| object.position)
    })?;
    Some(BoxMark {
        bbox,
        colour: object_colour(position as usize),
        saved: false,
    })
}

fn pointer(editor: Editor, outbox: Outbox, side: VideoSide, input: PointerInput) {
    let view = editor.video(side).view.get_untracked();
    let action = match input {
        PointerInput::Down { button, shift, at } => {
            let was_active = editor.side.get_untracked() == side;
            editor.playing.set(false);
            if !was_active {
                editor.choose_side(side);
                // The small video only comes to the front; compared side by side, both take clicks.
                if !editor.compare.get_untracked() {
                    return;
                }
            }
            if !may_click(editor) {
                return;
            }
            let press = Press {
                tool: editor.tool.get_untracked(),
                button,
                shift,
                at,
            };
            change(editor, |gesture| gesture.press(press, &view))
        }
        PointerInput::Move { at } => {
            if editor.gesture.get_untracked() != Gesture::default() {
                editor.gesture.update(|gesture| gesture.moved(at));
            }
            None
        }
        PointerInput::Up { at } => change(editor, |gesture| gesture.release(at, &view)),
        PointerInput::Cancel => change(editor, |gesture| {
            gesture.cancel();
            None
        }),
    };
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
        Some(object) if object.fields.is_in(side) => true,
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
