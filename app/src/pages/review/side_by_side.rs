//! Both videos beside each other, with their timelines and what moves them.

use super::Shown;
use super::watch_bar::WatchBar;
use crate::components::keys_help::KeysHelp;
use crate::components::lanes::{LaneSignals, Lanes};
use crate::components::player::{Player, PointerInput, Transport};
use crate::components::threads::OpenThread;
use canvas::{WATCH_KEYS, WATCH_POINTER, clock_text, pin_at};
use domain::{Object, ObjectId, Pin, SessionVideo, VideoSide};
use leptos::prelude::*;
use std::collections::HashSet;

/// The two players, their timelines, and the controls that they share.
#[component]
pub(super) fn SideBySide(shown: Shown) -> impl IntoView {
    let [one, two] = shown
        .session
        .with_untracked(|session| session.videos.clone());
    let watch = shown.watch;
    view! {
        <div class="watch" class:drafting=move || shown.threads.draft.with(Option::is_some)>
            <div class="review-stages">
                <Pane shown side=VideoSide::One video=one />
                <Pane shown side=VideoSide::Two video=two />
            </div>
            <WatchBar shown />
            <KeysHelp open=watch.help keys=WATCH_KEYS pointer=WATCH_POINTER />
        </div>
        <OpenThread threads=shown.threads />
    }
}

/// One video.
#[component]
fn Pane(shown: Shown, side: VideoSide, video: SessionVideo) -> impl IntoView {
    let (watch, threads) = (shown.watch, shown.threads);
    let index = usize::from(side.number()) - 1;
    let title = match side {
        VideoSide::One => "Video 1, before",
        VideoSide::Two => "Video 2, after",
    };
    let frame = watch.time.frame(side);
    let session = shown.session.with_untracked(|session| session.id.clone());
    let view = watch.view_of(side, &video);
    let hidden = Signal::derive(move || shown.objects.with(|objects| not_painted(shown, objects)));
    let pins = Signal::derive(move || threads.pins(side, frame.get()));
    let lanes = LaneSignals {
        objects: shown.objects.into(),
        prompted: Memo::new(move |_| watch.prompted()).into(),
        tracks: watch.tracks[index].into(),
        selected: shown.selected.into(),
    };
    view! {
        <section class="review-pane" class:leads=move || watch.side.get() == side aria-label=title>
            <header>
                <strong>{title}</strong>
                <span class="muted" title=video.file_name.clone()>{video.file_name.clone()}</span>
                <span class="number">
                    {move || format!("frame {} ", frame.get())}
                    <span class="muted">{move || clock_text(frame.get())}</span>
                </span>
            </header>
            <Player
                session
                side
                frames=video.frames
                width=video.width
                height=video.height
                frame
                objects=shown.objects
                hidden
                show_former=shown.former
                pins
                view=view
                on_view=move |view| watch.set_view(side, view)
                shown=watch.painted[index]
                on_pointer=move |input| pointer(shown, side, input)
            />
            <Transport
                frames=Signal::stored(video.frames)
                frame
                on_frame=move |to| watch.show(side, to)
                playing=watch.playing(side)
                label=Signal::stored(side.to_string())
                compact=true
                pace=watch.pace(side)
            />
            <Lanes
                side
                frames=video.frames
                frame
                signals=lanes
                on_go=move |(object, frame)| watch.go(Some(object), side, frame)
            />
        </section>
    }
}

/// The objects whose masks are not painted.
fn not_painted(shown: Shown, objects: &[Object]) -> HashSet<ObjectId> {
    let watch = shown.watch;
    let only = shown.selected.get().filter(|_| watch.alone.get());
    let all = watch.masks.get();
    shown.hidden.with(|hidden| {
        objects
            .iter()
            .map(|object| object.id)
            .filter(|id| !all || hidden.contains(id) || only.is_some_and(|only| only != *id))
            .collect()
    })
}

/// A click says where the comment belongs that is being written; else it opens what a pin stands for.
fn pointer(shown: Shown, side: VideoSide, input: PointerInput) {
    let (watch, threads) = (shown.watch, shown.threads);
    let index = usize::from(side.number()) - 1;
    let PointerInput::Down { at, .. } = input else {
        return;
    };
    let (view, frame) = (
        watch.views[index].get_untracked(),
        watch.time.frame(side).get_untracked(),
    );
    // What the person clicked may still be the frame before.
    if watch.painted[index].get_untracked() != Some(frame) {
        return;
    }
    if threads.draft.with_untracked(Option::is_some) {
        let (x, y) = view.clamp(view.to_frame(at.0, at.1));
        return threads.draft.update(|draft| {
            if let Some(pin) = draft {
                *pin = Pin {
                    side,
                    frame,
                    point: Some((x as f32, y as f32)),
                    ..*pin
                };
            }
        });
    }
    if let Some(id) = pin_at(&untrack(|| threads.pins(side, frame)), at, &view) {
        watch.stop();
        threads.choose(id);
    }
}
