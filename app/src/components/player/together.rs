//! Both videos of a session on their way through time, together or each by itself.

use crate::api;
use crate::live::use_live;
use canvas::{FrameLock, lock_by_fraction};
use domain::{FrameNumber, LiveEvent, SamePlace, SessionId, VideoSide};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The frames that both videos show, and how one follows the other; a cheap handle.
#[derive(Clone, Copy)]
pub struct Together {
    counts: Signal<[u32; 2]>,
    frames: [RwSignal<FrameNumber>; 2],
    /// How both move together.
    pub lock: RwSignal<FrameLock>,
    /// Which frames show the same place, once that is known.
    pub same_place: RwSignal<Option<SamePlace>>,
}

impl Together {
    /// Two videos of so many frames, which begin at these.
    #[must_use]
    pub fn new(counts: Signal<[u32; 2]>, frames: [FrameNumber; 2], lock: FrameLock) -> Self {
        Self {
            counts,
            frames: frames.map(RwSignal::new),
            lock: RwSignal::new(lock),
            same_place: RwSignal::new(None),
        }
    }

    /// The frame of a video.
    #[must_use]
    pub fn frame(self, side: VideoSide) -> RwSignal<FrameNumber> {
        self.frames[usize::from(side.number()) - 1]
    }

    /// How many frames a video has.
    #[must_use]
    pub fn count(self, side: VideoSide) -> u32 {
        self.counts.get()[usize::from(side.number()) - 1]
    }

    /// Learns which frames show the same place, as soon as that is known, for as long as the calling component lives. Then
    /// the video beside `side` comes to where that is.
    pub fn follow(self, session: SessionId, side: RwSignal<VideoSide>) {
        let load = move |session: SessionId| {
            spawn_local(async move {
                match api::sessions::same_place(session).await {
                    Ok(known) => {
                        self.same_place.try_set(known);
                        if let Some(side) = side.try_get_untracked() {
                            self.align(side);
                        }
                    }
                    // The videos are still being read; it is asked again when an event says that they are compared.
                    Err(error) => {
                        leptos::logging::log!("places are not compared yet: {error}");
                    }
                }
            });
        };
        let first = session.clone();
        Effect::new(move |_| load(first.clone()));
        use_live().on_event(move |event| {
            if matches!(event, LiveEvent::SamePlace { session: of } if *of == session) {
                load(session.clone());
            }
        });
    }

    /// The frame of the other video that belongs to `frame` of `side`, and how sure that is in percent where that is a
    /// question.
    #[must_use]
    pub fn counterpart(
        self,
        side: VideoSide,
        frame: FrameNumber,
    ) -> Option<(FrameNumber, Option<u8>)> {
        let found = |free: bool| {
            self.same_place.with(|known| {
                let (frame, sure) = known.as_ref()?.counterpart(side, frame, free)?;
                Some((frame, Some(sure)))
            })
        };
        match self.lock.get() {
            FrameLock::Off => None,
            FrameLock::Fraction => {
                let (from, to) = (self.count(side), self.count(side.other()));
                Some((lock_by_fraction(frame, from, to), None))
            }
            FrameLock::SamePlace => found(false),
            FrameLock::MostAlike => found(true),
        }
    }

    /// Shows a frame of a video, kept within its length; the other follows when both move together. Says whether either
    /// moved.
    pub fn show(self, side: VideoSide, frame: FrameNumber) -> bool {
        let moved = self.put(side, frame);
        let now = self.frame(side).get_untracked();
        match untrack(|| self.counterpart(side, now)) {
            Some((frame, _)) => self.put(side.other(), frame) || moved,
            None => moved,
        }
    }

    /// Brings the other video to where this one is.
    pub fn align(self, side: VideoSide) {
        self.show(side, self.frame(side).get_untracked());
    }

    /// Shows a frame of a video, kept within its length; the other stays where it is. Says whether it moved.
    pub fn put(self, side: VideoSide, frame: FrameNumber) -> bool {
        let last = untrack(|| self.count(side)).saturating_sub(1);
        let (shown, to) = (self.frame(side), FrameNumber(frame.0.min(last)));
        let moves = shown.get_untracked() != to;
        if moves {
            shown.set(to);
        }
        moves
    }
}

/// The choice of how both move together, and how sure the place is.
#[component]
pub fn FrameLockChoice(
    /// Both videos.
    time: Together,
    /// The one that the other follows.
    #[prop(into)]
    side: Signal<VideoSide>,
) -> impl IntoView {
    let sure = move || {
        if !time.lock.get().is_by_place() {
            return String::new();
        }
        let side = side.get();
        match time.counterpart(side, time.frame(side).get()) {
            Some((_, Some(sure))) => format!("{sure} % sure"),
            _ => "comparing".into(),
        }
    };
    let choose = move |event| {
        let chosen = event_target_value(&event);
        let lock = FrameLock::ALL.iter().find(|lock| lock.word() == chosen);
        time.lock.set(lock.copied().unwrap_or_default());
        time.align(side.get_untracked());
    };
    view! {
        <select
            class="small"
            aria-label="Move both videos through time together"
            title="Move both videos through time together (l)"
            prop:value=move || time.lock.get().word()
            on:change=choose
        >
            {FrameLock::ALL
                .iter()
                .map(|lock| {
                    let chosen = time.lock.get_untracked() == *lock;
                    view! { <option value=lock.word() selected=chosen>{lock.title()}</option> }
                })
                .collect_view()}
        </select>
        <span class="muted number" role="status">{sure}</span>
    }
}
