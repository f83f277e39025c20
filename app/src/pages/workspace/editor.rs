//! What the workspace knows: the session as the server has it, what is under way, and where the person is.

use super::drawing::Drawing;
use super::look::Look;
use super::search::Searching;
use crate::components::player::{Masks, Together, use_former_masks, use_masks};
use crate::components::spot::Spot;
use crate::components::threads::Threads;
use canvas::{
    Aim, Answers, FrameLock, Gesture, PendingAction, Place, Step, Tool, Viewport, place, steps,
};
use domain::{
    Asked, FrameKey, FrameNumber, Looked, Object, ObjectId, Point, SessionId, Track, VideoSide,
    Workspace,
};
use leptos::prelude::*;
use std::collections::HashSet;

/// One of the two videos on the screen.
#[derive(Clone, Copy)]
pub(super) struct Video {
    /// Rows of its timeline.
    pub frames: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The frame that is asked for.
    pub frame: RwSignal<FrameNumber>,
    /// The frame that is really on the canvas.
    pub shown: RwSignal<Option<FrameNumber>>,
    /// Where the frame lies on the canvas.
    pub view: RwSignal<Viewport>,
    /// Whether it plays.
    pub playing: RwSignal<bool>,
    /// The frames that were on the screen.
    pub looked: RwSignal<Looked>,
    /// What the last offline job made of the objects, in figures.
    pub tracks: RwSignal<Vec<Track>>,
    /// The same as masks.
    pub masks: Masks,
    /// What that job changed, as it was before.
    pub former: Masks,
}

/// A message to the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// Something was not done.
    Problem(String),
    /// Something to know.
    Hint(String),
}

/// The state of the workspace; a cheap handle.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    /// The session as the server has it.
    pub data: RwSignal<Workspace>,
    /// Actions that the server has not yet confirmed, oldest first.
    pub pending: RwSignal<Vec<PendingAction>>,
    /// The model's answers.
    pub answers: RwSignal<Answers>,
    /// Grows when the model is to be asked again what it did not answer.
    pub ask_again: RwSignal<u32>,
    /// The object being worked on.
    pub selected: RwSignal<Option<ObjectId>>,
    /// The video being worked on.
    pub side: RwSignal<VideoSide>,
    /// Steps that the person just left before every view was annotated; `data` has those that the server knows.
    pub declared: RwSignal<HashSet<(ObjectId, VideoSide)>>,
    /// The tool in hand.
    pub tool: RwSignal<Tool>,
    /// The drag under way.
    pub gesture: RwSignal<Gesture>,
    /// The stroke under way.
    pub drawing: RwSignal<Option<Drawing>>,
    /// Radius of the brush, in CSS pixels.
    pub brush: RwSignal<f64>,
    /// Where the brush is over the video being worked on, in CSS pixels of its canvas.
    pub hover: RwSignal<Option<(f64, f64)>>,
    /// The cross that takes the place of the pointer.
    pub aim: RwSignal<Option<Aim>>,
    /// Where the pointer is over the video being worked on, in CSS pixels of its canvas.
    pub pointer: StoredValue<Option<(f64, f64)>>,
    /// Whether a drag moves the picture.
    pub grab: RwSignal<bool>,
    /// Both videos on their way through time.
    pub time: Together,
    /// Suspect places that were looked at.
    pub visited: RwSignal<HashSet<(ObjectId, VideoSide, FrameNumber)>>,
    /// What people wrote about the session.
    pub threads: Threads,
    /// Looking for the object in the other video, and what came of it.
    pub search: RwSignal<Searching>,
    /// How everything is shown.
    pub look: Look,
    /// The object whose name is being typed.
    pub renaming: RwSignal<Option<ObjectId>>,
    /// Whether the panel for objects that were mixed up is open.
    pub mixed_up: RwSignal<bool>,
    /// Whether the list of keys is open.
    pub help: RwSignal<bool>,
    /// The last message.
    pub notice: RwSignal<Option<Notice>>,
    videos: [Video; 2],
}

impl Editor {
    /// Begins at the first step that is not done.
    pub fn new(data: RwSignal<Workspace>) -> Self {
        let workspace = data.get_untracked();
        let declared = workspace.done_early.iter().copied().collect();
        let asked = asked(&workspace);
        let all = steps(&workspace.objects, &workspace.prompts, &declared, asked);
        let first = canvas::next_step(&all, None).or(all.first());
        let look = Look::new();
        let counts = workspace
            .session
            .videos
            .each_ref()
            .map(|video| video.frames);
        let starts = VideoSide::BOTH.map(|side| {
            let step = first.filter(|step| step.side == side);
            let frame = step.and_then(|step| step.frames.first().copied());
            frame.unwrap_or_default()
        });
        let time = Together::new(Signal::stored(counts), starts, FrameLock::Off);
        let videos = VideoSide::BOTH.map(|side| {
            let video = &workspace.session.videos[usize::from(side.number()) - 1];
            let frame = time.frame(side);
            let session = workspace.session.id.clone();
            Video {
                frames: video.frames,
                width: video.width,
                height: video.height,
                frame,
                shown: RwSignal::new(None),
                view: RwSignal::new(Viewport::fit(video.width, video.height, (1.0, 1.0), 1.0)),
                playing: RwSignal::new(false),
                looked: RwSignal::new(workspace.looked[usize::from(side.number()) - 1].clone()),
                tracks: RwSignal::new(Vec::new()),
                masks: use_masks(session.clone(), side, video.frames, frame.into()),
                former: use_former_masks(
                    session,
                    side,
                    video.frames,
                    frame.into(),
                    look.former.into(),
                ),
            }
        });
        Self {
            data,
            pending: RwSignal::new(Vec::new()),
            answers: RwSignal::new(Answers::default()),
            ask_again: RwSignal::new(0),
            selected: RwSignal::new(first.map(|step| step.object)),
            side: RwSignal::new(first.map_or(VideoSide::One, |step| step.side)),
            declared: RwSignal::new(HashSet::new()),
            tool: RwSignal::new(Tool::default()),
            gesture: RwSignal::new(Gesture::default()),
            drawing: RwSignal::new(None),
            brush: RwSignal::new(12.0),
            hover: RwSignal::new(None),
            aim: RwSignal::new(None),
            pointer: StoredValue::new(None),
            grab: RwSignal::new(false),
            time,
            visited: RwSignal::new(HashSet::new()),
            threads: Threads::new(
                workspace.session.id.clone(),
                Memo::new(move |_| data.with(|data| data.objects.clone())).into(),
                Ok(Vec::new()),
            ),
            search: RwSignal::new(Searching::Off),
            look,
            renaming: RwSignal::new(None),
            mixed_up: RwSignal::new(false),
            help: RwSignal::new(false),
            notice: RwSignal::new(None),
            videos,
        }
    }

    /// Begins where an address leads to; an object that is gone by now is left out.
    pub fn arrive(self, spot: Spot) {
        let known = |id: &ObjectId| {
            self.data
                .with_untracked(|data| data.objects.iter().any(|object| object.id == *id))
        };
        if let Some(side) = spot.side {
            self.go(spot.object.filter(known), side, spot.frame);
        }
    }

    /// The session.
    pub fn session(self) -> SessionId {
        self.data.with_untracked(|data| data.session.id.clone())
    }

    /// One of the videos.
    pub fn video(self, side: VideoSide) -> Video {
        self.videos[usize::from(side.number()) - 1]
    }

    /// All steps as they stand; only what was sent back, when something was.
    pub fn steps(self) -> Vec<Step> {
        self.data.with(|data| {
            let mut declared = self.declared.get();
            declared.extend(&data.done_early);
            steps(&data.objects, &data.prompts, &declared, asked(data))
        })
    }

    /// Where the person is.
    pub fn place(self) -> Option<Place> {
        let side = self.side.get();
        let (object, frame) = (self.selected.get()?, self.video(side).frame.get());
        let steps = self.steps();
        self.data
            .with(|data| place(&data.objects, &steps, object, side, frame))
    }

    /// The object being worked on.
    pub fn object(self) -> Option<Object> {
        let id = self.selected.get()?;
        self.data
            .with(|data| data.objects.iter().find(|object| object.id == id).cloned())
    }

    /// The object and frame that a click belongs to.
    pub fn key(self) -> Option<FrameKey> {
        let side = self.side.get();
        Some(FrameKey {
            object: self.selected.get()?,
            side,
            frame: self.video(side).frame.get(),
        })
    }

    /// The clicks of the object on the frame, those on their way included.
    pub fn points(self) -> Vec<Point> {
        let Some(key) = self.key() else {
            return Vec::new();
        };
        let saved = self.data.with(|data| {
            let frame = data.prompts.iter().find(|frame| frame.key == key);
            frame.map(|frame| frame.prompts.clone())
        });
        let mut prompts = saved.unwrap_or_default();
        self.pending.with(|pending| {
            for action in pending.iter().filter(|pending| pending.key == key) {
                prompts.apply(&action.action);
            }
        });
        prompts.points
    }

    /// Shows a frame of a video, kept within its length; the other follows when both move together.
    pub fn show_frame(self, side: VideoSide, frame: FrameNumber) {
        if self.time.show(side, frame) {
            self.cancel_drag();
        }
    }

    /// Shows a frame of a video, kept within its length; the other stays where it is.
    pub fn put_frame(self, side: VideoSide, frame: FrameNumber) {
        if self.time.put(side, frame) {
            self.cancel_drag();
        }
    }

    /// Moves a picture; the other follows when both move together.
    pub fn set_view(self, side: VideoSide, view: Viewport) {
        self.video(side).view.set(view);
        if self.look.views_locked.get_untracked() {
            let other = self.video(side.other()).view;
            other.update(|other| *other = other.like(&view));
        }
    }

    /// Changes the picture of the video being worked on.
    pub fn change_view(self, change: impl FnOnce(Viewport) -> Viewport) {
        let side = self.side.get_untracked();
        self.set_view(side, change(self.video(side).view.get_untracked()));
    }

    /// Whether a click is on its way or its mask is awaited; not on a page that was left.
    pub fn waits(self) -> bool {
        let sent = self.pending.try_with(|pending| !pending.is_empty());
        sent == Some(true) || self.answers.try_with(Answers::waits) == Some(true)
    }

    /// Whether one of the videos plays.
    pub fn is_playing(self) -> bool {
        self.videos.iter().any(|video| video.playing.get())
    }

    /// Stops both videos.
    pub fn stop(self) {
        for video in self.videos {
            if video.playing.get_untracked() {
                video.playing.set(false);
            }
        }
    }

    /// Gives up the drag or the stroke under way.
    pub fn cancel_drag(self) {
        self.gesture.update(Gesture::cancel);
        self.drawing.set(None);
    }

    /// Works on the other video from now on.
    pub fn choose_side(self, side: VideoSide) {
        if self.side.get_untracked() != side {
            self.stop();
            self.cancel_drag();
            self.hover.set(None);
            self.side.set(side);
            if self.aim.get_untracked().is_some() {
                let view = self.video(side).view.get_untracked();
                self.aim.set(Some(Aim::new(&view)));
            }
        }
    }

    /// Works on an object from now on: in the video being worked on when it is in it, else in the other.
    pub fn choose_object(self, object: ObjectId) {
        self.selected.set(Some(object));
        let side = self.side.get_untracked();
        let is_elsewhere = self.data.with_untracked(|data| {
            let chosen = data.objects.iter().find(|known| known.id == object);
            chosen.is_some_and(|chosen| !chosen.fields.is_in(side))
        });
        if is_elsewhere {
            self.choose_side(side.other());
        }
    }

    /// Works on an object, in a video, on a frame; what is not given stays.
    pub fn go(self, object: Option<ObjectId>, side: VideoSide, frame: Option<FrameNumber>) {
        self.choose_side(side);
        if let Some(object) = object {
            self.selected.set(Some(object));
        }
        if let Some(frame) = frame {
            self.stop();
            self.show_frame(side, frame);
        }
    }

    /// Says something to the person.
    pub fn say(self, notice: Notice) {
        self.notice.try_set(Some(notice));
    }
}

/// What a reviewer sent back.
pub(super) fn asked(data: &Workspace) -> &[Asked] {
    data.sent_back.as_ref().map_or(&[], |sent| &sent.asked)
}
