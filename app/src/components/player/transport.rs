//! The controls of time: play, step and the frame slider.

use crate::components::icon::{Icon, Shape};
use canvas::{Clock, Pace, clock_text};
use domain::FrameNumber;
use leptos::prelude::*;

/// Play and pause, one frame back and forth, and a slider, with frame number and time.
#[component]
pub fn Transport(
    /// Rows of the timeline.
    #[prop(into)]
    frames: Signal<u32>,
    /// The frame that is shown.
    #[prop(into)]
    frame: Signal<FrameNumber>,
    /// Called with the frame to show.
    #[prop(into)]
    on_frame: Callback<FrameNumber>,
    /// Whether it plays.
    playing: RwSignal<bool>,
    /// What the slider moves in, for screen readers, e.g. `video 1`.
    #[prop(into)]
    label: Signal<String>,
    /// Whether frame number and time are shown elsewhere.
    #[prop(optional)]
    compact: bool,
    /// How fast it plays, and what again and again.
    #[prop(optional, into)]
    pace: Signal<Pace>,
) -> impl IntoView {
    keep_playing(frames, frame, on_frame, playing, pace);
    let last = move || frames.get().saturating_sub(1);
    let step = move |by: i64| {
        playing.set(false);
        let to = (i64::from(frame.get_untracked().0) + by).clamp(0, i64::from(last()));
        on_frame.run(FrameNumber(to as u32));
    };
    let slide = move |event| {
        if let Ok(to) = event_target_value(&event).parse() {
            playing.set(false);
            on_frame.run(FrameNumber(to));
        }
    };
    let words = move || format!("frame {} at {}", frame.get(), clock_text(frame.get()));
    view! {
        <div class="transport" role="group" aria-label=move || format!("Time of {}", label.get())>
            <button
                type="button"
                class="button icon-only quiet"
                aria-label="One frame back"
                title="One frame back (left arrow)"
                on:click:target=move |_| step(-1)
            >
                <Icon shape=Shape::StepBack />
            </button>
            <button
                type="button"
                class="button icon-only quiet"
                aria-label=move || if playing.get() { "Pause" } else { "Play" }
                title=move || if playing.get() { "Pause (space)" } else { "Play (space)" }
                on:click:target=move |_| playing.update(|playing| *playing = !*playing)
            >
                {move || {
                    let shape = if playing.get() { Shape::Pause } else { Shape::Play };
                    view! { <Icon shape /> }
                }}
            </button>
            <button
                type="button"
                class="button icon-only quiet"
                aria-label="One frame forward"
                title="One frame forward (right arrow)"
                on:click:target=move |_| step(1)
            >
                <Icon shape=Shape::StepForward />
            </button>
            <input
                type="range"
                min="0"
                max=move || last().to_string()
                step="1"
                aria-label=move || format!("Frame of {}", label.get())
                aria-valuetext=words
                value=frame.get_untracked().to_string()
                prop:value=move || frame.get().to_string()
                on:input=slide
            />
            {(!compact)
                .then(|| {
                    view! {
                        <output class="transport-time">
                            <span>{move || format!("frame {} / {}", frame.get(), last())}</span>
                            <span class="muted">{move || clock_text(frame.get())}</span>
                        </output>
                    }
                })}
        </div>
    }
}

/// Moves on at the speed of the timeline while `playing`.
fn keep_playing(
    frames: Signal<u32>,
    frame: Signal<FrameNumber>,
    on_frame: Callback<FrameNumber>,
    playing: RwSignal<bool>,
    pace: Signal<Pace>,
) {
    let request = StoredValue::new(None::<AnimationFrameRequestHandle>);
    let stop = move || {
        let handle = request.try_update_value(Option::take).flatten();
        if let Some(handle) = handle {
            handle.cancel();
        }
    };
    Effect::new(move |_| {
        stop();
        if playing.get() {
            let count = frames.get();
            let clock = Clock::start(frame.get_untracked(), count, pace.get(), now_ms());
            tick(Playing {
                clock,
                count,
                frame,
                on_frame,
                playing,
                request,
            });
        }
    });
    on_cleanup(stop);
}

/// A player between two pictures of the screen.
#[derive(Clone, Copy)]
struct Playing {
    clock: Clock,
    count: u32,
    frame: Signal<FrameNumber>,
    on_frame: Callback<FrameNumber>,
    playing: RwSignal<bool>,
    request: StoredValue<Option<AnimationFrameRequestHandle>>,
}

fn tick(now: Playing) {
    let handle = request_animation_frame_with_handle(move || {
        let (due, at_end) = now.clock.frame_at(now_ms(), now.count);
        if now
            .frame
            .try_get_untracked()
            .is_some_and(|shown| shown != due)
        {
            now.on_frame.run(due);
        }
        if at_end {
            now.playing.try_set(false);
        } else {
            tick(now);
        }
    });
    now.request.try_set_value(handle.ok());
}

/// A steady clock, in milliseconds.
fn now_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
