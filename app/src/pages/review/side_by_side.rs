//! Both videos beside each other, moving together or each by itself.

use super::Shown;
use crate::components::player::{Player, Transport};
use canvas::lock_by_fraction;
use domain::{FrameNumber, SessionVideo, VideoSide};
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The two players and their controls of time.
#[component]
pub(super) fn SideBySide(shown: Shown) -> impl IntoView {
    let session = shown.session.get_untracked();
    let counts = [session.videos[0].frames, session.videos[1].frames];
    // The longer video leads, so that every one of its frames can be reached.
    let leader = usize::from(counts[1] > counts[0]);
    let frames = [RwSignal::new(FrameNumber(0)), RwSignal::new(FrameNumber(0))];
    let playing = [RwSignal::new(false), RwSignal::new(false)];
    let locked = RwSignal::new(true);

    let go_both = Callback::new(move |to: FrameNumber| {
        let other = 1 - leader;
        frames[leader].set(to);
        frames[other].set(lock_by_fraction(to, counts[leader], counts[other]));
    });
    let step = move |by: i64| {
        playing.iter().for_each(|p| p.set(false));
        let last = i64::from(counts[leader]) - 1;
        let to = (i64::from(frames[leader].get_untracked().0) + by).clamp(0, last.max(0));
        go_both.run(FrameNumber(to as u32));
    };
    let on_key = move |event: KeyboardEvent| {
        if !locked.get_untracked() || belongs_to_control(&event) {
            return;
        }
        match event.key().as_str() {
            " " => playing[leader].update(|p| *p = !*p),
            "ArrowLeft" => step(-1),
            "ArrowRight" => step(1),
            _ => return,
        }
        event.prevent_default();
    };
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, on_key);
        on_cleanup(move || handle.remove());
    });

    let toggle_lock = move |event| {
        playing.iter().for_each(|p| p.set(false));
        locked.set(event_target_checked(&event));
        if locked.get_untracked() {
            go_both.run(frames[leader].get_untracked());
        }
    };
    let pane = move |index: usize, video: SessionVideo| {
        let title = if index == 0 {
            "Video 1, before"
        } else {
            "Video 2, after"
        };
        let frame = frames[index];
        view! {
            <section class="review-pane" aria-label=title>
                <header>
                    <strong>{title}</strong>
                    <span class="muted">{video.file_name.clone()}</span>
                    <span class="number">{move || format!("frame {}", frame.get())}</span>
                </header>
                <Player
                    session=session.id.clone()
                    side=VideoSide::BOTH[index]
                    frames=video.frames
                    width=video.width
                    height=video.height
                    frame
                    objects=shown.objects
                    hidden=shown.hidden
                    show_former=shown.former
                />
                <Show when=move || !locked.get()>
                    <Transport
                        frames=Signal::stored(counts[index])
                        frame
                        on_frame=Callback::new(move |to| frame.set(to))
                        playing=playing[index]
                        label=Signal::stored(format!("video {}", index + 1))
                    />
                </Show>
            </section>
        }
    };
    let [first, second] = session.videos.clone();
    view! {
        <div class="review-stages">{pane(0, first)} {pane(1, second)}</div>
        <div class="review-time">
            <Show when=move || locked.get()>
                <Transport
                    frames=Signal::stored(counts[leader])
                    frame=frames[leader]
                    on_frame=go_both
                    playing=playing[leader]
                    label=Signal::stored("both videos".to_owned())
                />
            </Show>
            <label class="check" title="Both videos stand at the same share of their length">
                <input type="checkbox" prop:checked=locked checked=true on:change=toggle_lock />
                "Move together"
            </label>
        </div>
    }
}

/// Whether the key is for the control that has the focus.
fn belongs_to_control(event: &KeyboardEvent) -> bool {
    let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
    modified
        || event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|element| {
                element
                    .closest("input, select, textarea, button, a, [popover]")
                    .ok()
            })
            .flatten()
            .is_some()
}
