//! What is watched: both videos on their way through time, and the place that is looked at.

use super::places::{self, Shift};
use crate::components::player::{Together, follow_looked, follow_tracks};
use canvas::{FrameLock, Pace, SuspectPlace, Viewport, span_around};
use domain::{
    FrameKey, FrameNumber, Looked, ObjectId, PromptedFrame, SessionId, SessionVideo, Track,
    VideoSide, Workspace,
};
use leptos::prelude::*;

/// How long the part around a place is that is played again and again, in seconds.
const AROUND: f64 = 2.0;

/// What is watched; a cheap handle.
#[derive(Clone, Copy)]
pub(super) struct Watch {
    /// Both videos on their way through time.
    pub time: Together,
    /// The video that keys move; the other follows.
    pub side: RwSignal<VideoSide>,
    /// Whether each plays.
    pub playing: [RwSignal<bool>; 2],
    /// How fast.
    pub speed: RwSignal<f64>,
    /// What is played again and again, and in which video.
    pub again: RwSignal<Option<(VideoSide, (u32, u32))>>,
    /// The frame that is really painted in each.
    pub painted: [RwSignal<Option<FrameNumber>>; 2],
    /// Where the frame lies on each canvas.
    pub views: [RwSignal<Viewport>; 2],
    /// What the last offline job made in each, in figures.
    pub tracks: [RwSignal<Vec<Track>>; 2],
    /// The prompts.
    pub prompts: RwSignal<Vec<PromptedFrame>>,
    /// The frames of each that somebody looked at; here, and as the server knows them.
    pub looked: [RwSignal<Looked>; 2],
    known: RwSignal<[Looked; 2]>,
    /// The object that is looked at.
    pub selected: RwSignal<Option<ObjectId>>,
    /// The suspect place that is looked at.
    pub place: RwSignal<Option<SuspectPlace>>,
    /// Whether masks are painted.
    pub masks: RwSignal<bool>,
    /// Whether only the object that is looked at is painted.
    pub alone: RwSignal<bool>,
    /// Whether the list of keys is open.
    pub help: RwSignal<bool>,
    /// What was just done, in words.
    pub says: RwSignal<String>,
}

/// The whole picture, on a canvas whose size is not known yet.
fn fitted(video: &SessionVideo) -> Viewport {
    Viewport::fit(video.width, video.height, (1.0, 1.0), 1.0)
}

/// Where a value of a video is kept.
fn at(side: VideoSide) -> usize {
    usize::from(side.number()) - 1
}

impl Watch {
    /// Begins at the first frames.
    pub fn new(
        workspace: &Workspace,
        counts: Signal<[u32; 2]>,
        selected: RwSignal<Option<ObjectId>>,
    ) -> Self {
        let videos = &workspace.session.videos;
        Self {
            time: Together::new(counts, [FrameNumber(0); 2], FrameLock::Fraction),
            side: RwSignal::new(VideoSide::One),
            playing: [RwSignal::new(false), RwSignal::new(false)],
            speed: RwSignal::new(1.0),
            again: RwSignal::new(None),
            painted: [RwSignal::new(None), RwSignal::new(None)],
            views: videos.each_ref().map(|video| RwSignal::new(fitted(video))),
            tracks: [RwSignal::new(Vec::new()), RwSignal::new(Vec::new())],
            prompts: RwSignal::new(workspace.prompts.clone()),
            looked: workspace.looked.clone().map(RwSignal::new),
            known: RwSignal::new(workspace.looked.clone()),
            selected,
            place: RwSignal::new(None),
            masks: RwSignal::new(true),
            alone: RwSignal::new(false),
            help: RwSignal::new(false),
            says: RwSignal::new(String::new()),
        }
    }

    /// Follows the server and the object that is selected, for as long as the calling component lives.
    pub fn follow(self, session: &SessionId) {
        self.time.follow(session.clone(), self.side);
        follow_tracks(session.clone(), self.tracks);
        for side in VideoSide::BOTH {
            let known = Signal::derive(move || self.known.with(|known| known[at(side)].clone()));
            let painted = self.painted[at(side)].into();
            follow_looked(session.clone(), side, painted, known, self.looked[at(side)]);
            // The one that plays leads; the other would pull it back.
            Effect::new(move |_| {
                if self.playing(side).get() {
                    self.side.set(side);
                    if self.time.lock.get() != FrameLock::Off {
                        self.playing(side.other()).set(false);
                    }
                }
            });
        }
        // Whoever goes on to another object while a place is played again and again sees the worst place of that one.
        Effect::new(move |before: Option<Option<ObjectId>>| {
            let now = self.selected.get();
            let place = self.place.get_untracked();
            if before.is_some_and(|before| before != now) {
                self.says.set(String::new());
                if place.is_some_and(|place| Some(place.object) != now) {
                    self.place.set(None);
                    places::go(self, Shift::Next);
                }
            }
            now
        });
    }

    /// Takes over what the server knows about the session now.
    pub fn update(self, workspace: &Workspace) {
        self.prompts.try_set(workspace.prompts.clone());
        self.known.try_set(workspace.looked.clone());
    }

    /// Where the frame of a video lies on its canvas. The size of a video is known once it is read, which may be after the
    /// page was opened.
    pub fn view_of(self, side: VideoSide, video: &SessionVideo) -> RwSignal<Viewport> {
        self.views[at(side)].set(fitted(video));
        self.views[at(side)]
    }

    /// Whether a video plays.
    pub fn playing(self, side: VideoSide) -> RwSignal<bool> {
        self.playing[at(side)]
    }

    /// How a video plays.
    pub fn pace(self, side: VideoSide) -> Signal<Pace> {
        Signal::derive(move || Pace {
            speed: self.speed.get(),
            again: self
                .again
                .get()
                .filter(|(of, _)| *of == side)
                .map(|(_, span)| span),
        })
    }

    /// The frames that have prompts.
    pub fn prompted(self) -> Vec<FrameKey> {
        self.prompts
            .with(|prompts| prompts.iter().map(|frame| frame.key).collect())
    }

    /// Shows a frame while a video plays; by hand, whatever was played again and again is over.
    pub fn show(self, side: VideoSide, frame: FrameNumber) {
        if !self.playing(side).get_untracked() {
            if self.time.lock.get_untracked() != FrameLock::Off {
                self.stop();
            }
            self.side.set(side);
            self.end_loop();
        }
        self.time.show(side, frame);
    }

    /// Stops, and shows a frame of a video, with an object where one is named.
    pub fn go(self, object: Option<ObjectId>, side: VideoSide, frame: Option<FrameNumber>) {
        self.stop();
        self.end_loop();
        if let Some(object) = object {
            self.selected.set(Some(object));
        }
        self.side.set(side);
        if let Some(frame) = frame {
            self.time.show(side, frame);
        }
    }

    /// Plays the time around a frame again and again.
    pub fn play_around(self, side: VideoSide, frame: FrameNumber) {
        self.stop();
        let span = span_around(frame, untrack(|| self.time.count(side)), AROUND);
        self.side.set(side);
        self.again.set(Some((side, span)));
        self.time.show(side, FrameNumber(span.0));
        self.playing(side).set(true);
    }

    /// Plays again and again: the place that is looked at, else the whole video; or no longer.
    pub fn toggle_again(self) {
        let side = self.side.get_untracked();
        if self.again.get_untracked().is_some() {
            return self.again.set(None);
        }
        match self.place.get_untracked() {
            Some(place) => self.play_around(place.side, place.suspect.frame),
            None => {
                let last = untrack(|| self.time.count(side)).saturating_sub(1);
                self.again.set(Some((side, (0, last))));
                self.playing(side).set(true);
            }
        }
    }

    /// Stops both videos.
    pub fn stop(self) {
        for playing in self.playing {
            if playing.get_untracked() {
                playing.set(false);
            }
        }
    }

    /// Nothing is played again and again any more.
    pub fn end_loop(self) {
        if self.again.get_untracked().is_some() {
            self.again.set(None);
        }
        if self.place.with_untracked(Option::is_some) {
            self.place.set(None);
        }
        if self.says.with_untracked(|says| !says.is_empty()) {
            self.says.set(String::new());
        }
    }

    /// Moves a picture, and the other with it.
    pub fn set_view(self, side: VideoSide, view: Viewport) {
        self.views[at(side)].set(view);
        self.views[at(side.other())].update(|other| *other = other.like(&view));
    }
}
