//! Shows exact frames of a video with masks over them: the stage, the masks that it fetches, and the controls of time.

#[cfg(feature = "hydrate")]
mod fetch;
mod looked;
mod masks;
#[cfg(feature = "hydrate")]
mod mount;
mod stage;
mod together;
mod tracks;
mod transport;

pub use looked::follow_looked;
pub use masks::{Masks, use_former_masks, use_masks};
pub use stage::{PointerInput, Stage, StageFrame};
pub use together::{FrameLockChoice, Together};
pub use tracks::follow_tracks;
pub use transport::Transport;

use canvas::{Answers, PinMark, SceneInput, Viewport, compose};
use domain::{FrameNumber, Object, ObjectId, SessionId, VideoSide};
use leptos::prelude::*;
use std::collections::HashSet;

/// One video of a session at one exact frame, with the propagated masks of the objects that are not hidden.
#[component]
pub fn Player(
    /// The session.
    session: SessionId,
    /// Which of its videos.
    side: VideoSide,
    /// Rows of the video's timeline.
    frames: u32,
    /// Width in pixels.
    width: u32,
    /// Height in pixels.
    height: u32,
    /// The frame that is shown.
    #[prop(into)]
    frame: Signal<FrameNumber>,
    /// The objects, in order.
    #[prop(into)]
    objects: Signal<Vec<Object>>,
    /// Objects whose masks are not shown.
    #[prop(into)]
    hidden: Signal<HashSet<ObjectId>>,
    /// Whether the masks before the last job are outlined where it changed them.
    #[prop(into)]
    show_former: Signal<bool>,
    /// Where people talk about something on the frame.
    #[prop(into)]
    pins: Signal<Vec<PinMark>>,
    /// Where the frame lies on the canvas.
    view: RwSignal<Viewport>,
    /// Called with where it is to lie.
    #[prop(into)]
    on_view: Callback<Viewport>,
    /// Receives the frame that is really painted.
    shown: RwSignal<Option<FrameNumber>>,
    /// Called with what the pointer does.
    #[prop(into)]
    on_pointer: Callback<PointerInput>,
) -> impl IntoView {
    let masks = use_masks(session.clone(), side, frames, frame);
    let former = use_former_masks(session.clone(), side, frames, frame, show_former);
    let scene = Memo::new(move |_| {
        let frame = frame.get();
        let propagated = masks.at(frame);
        let former = if show_former.get() {
            former.at(frame)
        } else {
            Vec::new()
        };
        let mut scene = objects.with(|objects| {
            hidden.with(|hidden| {
                compose(&SceneInput {
                    side,
                    frame,
                    objects,
                    hidden,
                    active: None,
                    prompts: &[],
                    pending: &[],
                    answers: &Answers::default(),
                    propagated: &propagated,
                    former: &former,
                    drawing: None,
                })
            })
        });
        scene.pins = pins.get();
        scene
    });
    let label = Signal::derive(move || format!("{side}, frame {}", frame.get()));
    let video = StageFrame {
        session,
        side,
        frames,
        width,
        height,
    };
    view! { <Stage video frame scene label view shown on_view on_pointer /> }
}
