//! One of the two videos: its picture, its controls of time and its timelines.

use super::editor::{Editor, Notice};
use super::lanes::Lanes;
use super::outbox::Outbox;
use crate::components::player::{
    PointerInput, Stage, StageFrame, Transport, use_former_masks, use_masks,
};
use canvas::{BoxMark, Gesture, Press, Scene, SceneInput, clock_text, compose};
use domain::{FrameKey, Point, PromptAction, VideoSide, object_colour};
use leptos::prelude::*;

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
    let looking = Signal::derive(move || editor.grab.get());
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
            <Lanes editor side />
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
    let (frames, shown) = (video.frames, video.frame.into());
    let masks = use_masks(editor.session(), side, frames, shown);
    let wanted = editor.look.former.into();
    let former = use_former_masks(editor.session(), side, frames, shown, wanted);
    Memo::new(move |_| {
        let frame = video.frame.get();
        let propagated = masks.at(frame);
        let former = if editor.look.former.get() {
            former.at(frame)
        } else {
            Vec::new()
        };
        let active = editor.selected.get();
        let look = editor.look;
        let mut scene = editor.data.with(|data| {
            let hidden = look.not_painted(&data.objects, active);
            editor.pending.with(|pending| {
                editor.answers.with(|answers| {
                    compose(&SceneInput {
                        side,
                        frame,
                        objects: &data.objects,
                        hidden: &hidden,
                        active,
                        prompts: &data.prompts,
                        pending,
                        answers,
                        propagated: &propagated,
                        former: &former,
                    })
                })
            })
        });
        if !look.masks.get() {
            scene.masks.clear();
        }
        scene.style = look.style.get();
        if editor.side.get() == side {
            let view = video.view.get();
            let gesture = editor.gesture.get();
            let aim = editor.aim.get();
            let bbox = gesture
                .draft(&view)
                .or_else(|| aim.and_then(|aim| aim.draft(&view)));
            scene
                .boxes
                .extend(bbox.and_then(|bbox| draft(editor, bbox)));
            carry(&mut scene, gesture.carried(&view));
            scene.cross = aim.map(|aim| aim.at);
        }
        scene
    })
}

/// The box that is being dragged.
fn draft(editor: Editor, bbox: domain::BoxPrompt) -> Option<BoxMark> {
    let object = editor.object()?;
    Some(BoxMark {
        bbox,
        colour: object_colour(object.position as usize),
        saved: false,
    })
}

/// Shows the point that is being dragged where the pointer is.
fn carry(scene: &mut Scene, carried: Option<(Point, Point)>) {
    if let Some((from, to)) = carried
        && let Some(mark) = scene
            .points
            .iter_mut()
            .find(|mark| mark.active && mark.point == from)
    {
        mark.point = to;
        mark.saved = false;
    }
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
            let press = Press {
                tool: editor.tool.get_untracked(),
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
            }
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
