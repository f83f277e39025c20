//! Shows exact frames of a video with masks over them: the stage, the masks that it fetches, and the controls of time.

#[cfg(feature = "hydrate")]
mod fetch;
mod masks;
#[cfg(feature = "hydrate")]
mod mount;
mod stage;
mod transport;

pub use masks::{Masks, use_former_masks, use_masks};
pub use stage::{PointerInput, Stage, StageFrame};
pub use transport::Transport;

use canvas::{Answers, SceneInput, compose};
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
        objects.with(|objects| {
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
        })
    });
    let label = Signal::derive(move || format!("{side}, frame {}", frame.get()));
    let video = StageFrame {
        session,
        side,
        frames,
        width,
        height,
    };
    view! { <Stage video frame scene label /> }
}
