//! A canvas that shows one exact frame of a video and what lies over it.

use canvas::{Button, Scene, Touches, Viewport};
use domain::{FrameNumber, SessionId, VideoSide};
use leptos::ev::PointerEvent;
use leptos::html;
use leptos::prelude::*;

/// How far a finger moves, in CSS pixels, before it drags.
const FINGER: f64 = 8.0;

/// The video that a stage shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageFrame {
    /// The session.
    pub session: SessionId,
    /// Which of its videos.
    pub side: VideoSide,
    /// Rows of the video's timeline.
    pub frames: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// What a pointer does on a stage; positions in CSS pixels of the canvas.
#[derive(Clone, Copy, Debug)]
pub enum PointerInput {
    /// A button went down.
    Down {
        /// Which one.
        button: Button,
        /// Whether shift is held.
        shift: bool,
        /// Where.
        at: (f64, f64),
    },
    /// The pointer moved.
    Move {
        /// To where.
        at: (f64, f64),
    },
    /// The button went up.
    Up {
        /// Where.
        at: (f64, f64),
    },
    /// The pointer is no longer over the canvas.
    Leave,
    /// The browser took the pointer away.
    Cancel,
}

/// How far the picture of the frame has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "only the browser loads pictures")
)]
pub(super) enum Picture {
    /// On its way.
    #[default]
    Loading,
    /// On the canvas.
    Shown(FrameNumber),
    /// The server did not give it.
    Failed(FrameNumber),
}

/// Shows `frame` with `scene` over it; the canvas keeps the last frame until the picture of the next one is there.
///
/// The wheel and two fingers zoom at their place; the middle button, two fingers, and with `grab` the first button, move
/// the picture.
#[component]
pub fn Stage(
    /// The video.
    video: StageFrame,
    /// The frame.
    #[prop(into)]
    frame: Signal<FrameNumber>,
    /// What lies over it.
    #[prop(into)]
    scene: Signal<Scene>,
    /// What the canvas shows, in words.
    #[prop(into)]
    label: Signal<String>,
    /// Receives where the frame lies on the canvas.
    #[prop(optional)]
    view: Option<RwSignal<Viewport>>,
    /// Receives the frame that is really painted; none while the picture is on its way.
    #[prop(optional)]
    shown: Option<RwSignal<Option<FrameNumber>>>,
    /// Called with where the frame is to lie; without it the stage sees to `view` by itself.
    #[prop(optional, into)]
    on_view: Option<Callback<Viewport>>,
    /// Whether an answer is awaited: until it is there, no pictures are loaded ahead.
    #[prop(optional, into)]
    waits: Signal<bool>,
    /// Whether the first button moves the picture for now.
    #[prop(optional, into)]
    grab: Signal<bool>,
    /// Called with what the pointer does.
    #[prop(optional, into)]
    on_pointer: Option<Callback<PointerInput>>,
) -> impl IntoView {
    let fitted = Viewport::fit(video.width, video.height, (1.0, 1.0), 1.0);
    let view = view.unwrap_or_else(|| RwSignal::new(fitted));
    let picture = RwSignal::new(Picture::default());
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    let ratio = format!(
        "--frame-ratio: {} / {}",
        video.width.max(1),
        video.height.max(1)
    );

    Effect::new(move |_| {
        let painted = match picture.get() {
            Picture::Shown(frame) => Some(frame),
            _ => None,
        };
        if let Some(shown) = shown {
            shown.set(painted);
        }
    });
    #[cfg(feature = "hydrate")]
    super::mount::mount(super::mount::Mounting {
        canvas,
        video: video.clone(),
        frame,
        waits,
        scene,
        view,
        picture,
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (frame, waits);

    let send = move |input| {
        if let Some(callback) = on_pointer {
            callback.run(input);
        }
    };
    let set_view = move |new: Viewport| match on_view {
        Some(callback) => callback.run(new),
        None => view.set(new),
    };
    // Where a drag that moves the picture was last.
    let grabbed = StoredValue::new(None::<(f64, f64)>);
    let touches = StoredValue::new(Touches::default());
    // A finger that came down: a click when it is lifted, a drag when it moves, nothing when a second one follows.
    let finger = StoredValue::new(None::<(f64, f64)>);
    let touch_down = move |at| {
        send(PointerInput::Down {
            button: Button::Primary,
            shift: false,
            at,
        });
    };
    let pointer_down = move |event: PointerEvent| {
        let at = position(&event);
        if let Some(canvas) = canvas.get_untracked() {
            // Fails for a pointer that is gone already; the drag then ends at the edge of the canvas.
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
        if event.pointer_type() == "touch" {
            touches.update_value(|touches| touches.down(event.pointer_id(), at));
            let pinch = touches.with_value(Touches::is_pinch);
            finger.set_value((!pinch).then_some(at));
            if pinch {
                send(PointerInput::Cancel);
            }
            return;
        }
        let shift = event.shift_key();
        match event.button() {
            0 if grab.get_untracked() => grabbed.set_value(Some(at)),
            0 => send(PointerInput::Down {
                button: Button::Primary,
                shift,
                at,
            }),
            1 => {
                event.prevent_default();
                grabbed.set_value(Some(at));
            }
            2 => send(PointerInput::Down {
                button: Button::Secondary,
                shift,
                at,
            }),
            _ => {}
        }
    };
    let pointer_move = move |event: PointerEvent| {
        let at = position(&event);
        let now = view.get_untracked();
        let pinched = touches
            .try_update_value(|touches| touches.moved(event.pointer_id(), at, &now))
            .flatten();
        if let Some(pinched) = pinched {
            set_view(pinched);
        } else if let Some(from) = grabbed.get_value() {
            grabbed.set_value(Some(at));
            set_view(now.panned(at.0 - from.0, at.1 - from.1));
        } else {
            if let Some(start) = finger.get_value()
                && (start.0 - at.0).hypot(start.1 - at.1) > FINGER
            {
                finger.set_value(None);
                touch_down(start);
            }
            send(PointerInput::Move { at });
        }
    };
    let pointer_up = move |event: PointerEvent| {
        touches.update_value(|touches| touches.up(event.pointer_id()));
        if let Some(start) = finger.try_update_value(Option::take).flatten() {
            touch_down(start);
        }
        if grabbed.try_update_value(Option::take).flatten().is_none() {
            send(PointerInput::Up {
                at: position(&event),
            });
        }
    };
    let pointer_cancel = move |event: PointerEvent| {
        touches.update_value(|touches| touches.up(event.pointer_id()));
        finger.set_value(None);
        grabbed.set_value(None);
        send(PointerInput::Cancel);
    };
    let wheel = move |event: leptos::ev::WheelEvent| {
        event.prevent_default();
        // A pinch on a touch pad comes as a wheel with the control key, in small steps.
        let speed = if event.ctrl_key() { 0.01 } else { 0.002 };
        let factor = (-event.delta_y() * speed).exp();
        let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        set_view(view.get_untracked().zoomed(factor, x, y));
    };
    let state = move || match picture.get() {
        Picture::Loading => "loading",
        Picture::Shown(_) => "shown",
        Picture::Failed(_) => "failed",
    };
    let painted = move || match picture.get() {
        Picture::Shown(frame) => Some(frame.to_string()),
        _ => None,
    };
    let failure = move || match picture.get() {
        Picture::Failed(frame) => Some(view! {
            <p class="stage-message" role="alert">
                {format!("Frame {frame} could not be loaded. Move to another frame and back to try again.")}
            </p>
        }),
        _ => None,
    };
    view! {
        <div class="stage" class:stage-active=on_pointer.is_some() style=ratio data-picture=state>
            <canvas
                node_ref=canvas
                role="img"
                aria-label=label
                data-side=video.side.number().to_string()
                data-frame=painted
                data-masks=move || scene.with(fresh_masks).to_string()
                data-pins=move || scene.with(|scene| scene.pins.len()).to_string()
                data-zoom=move || format!("{:.2}", view.get().zoom())
                on:pointerdown=pointer_down
                on:pointermove=pointer_move
                on:pointerup=pointer_up
                on:pointercancel=pointer_cancel
                on:pointerleave:target=move |_| send(PointerInput::Leave)
                on:contextmenu:target=move |event| event.prevent_default()
                on:wheel=wheel
            ></canvas>
            {failure}
        </div>
    }
}

/// Masks that answer the prompts as they are now.
fn fresh_masks(scene: &Scene) -> usize {
    scene.masks.iter().filter(|mask| !mask.faded).count()
}

fn position(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.offset_x()), f64::from(event.offset_y()))
}
