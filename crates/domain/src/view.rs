//! What the server tells the page.

use crate::{
    EditNote, FrameKey, FrameNumber, FramePrompts, JobRecord, Looked, Object, ObjectId, Rle,
    SearchId, SentBack, Session, SessionId, UploadedMasks, VideoSide,
};
use serde::{Deserialize, Serialize};

/// Everything the workspace shows of a session, except pictures and masks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workspace {
    /// The session.
    pub session: Session,
    /// Its objects, in order.
    pub objects: Vec<Object>,
    /// The prompts of every frame that has any, in order of their key.
    pub prompts: Vec<PromptedFrame>,
    /// What *Undo* would take back.
    pub undo: Option<EditNote>,
    /// What *Redo* would bring back.
    pub redo: Option<EditNote>,
    /// Objects that a person called done in a video before every view was annotated.
    pub done_early: Vec<(ObjectId, VideoSide)>,
    /// The frames of each video that somebody looked at.
    pub looked: [Looked; 2],
    /// What a reviewer sent back and is still to be annotated again.
    pub sent_back: Option<SentBack>,
    /// Where its masks come from, when they were uploaded with the videos.
    pub uploaded: Option<UploadedMasks>,
    /// The job that waits or runs for this session, or the last one that ended.
    pub job: Option<JobRecord>,
}

/// The prompts of one object on one frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromptedFrame {
    /// Which object on which frame.
    pub key: FrameKey,
    /// Its prompts.
    pub prompts: FramePrompts,
}

/// The model's answer to the prompts of one object on one frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewMask {
    /// Which object on which frame.
    pub key: FrameKey,
    /// [`FramePrompts::seq`] of the prompts it answers; older than the page's own means out of date.
    pub seq: u32,
    /// The mask, in pixels of the source frame.
    pub mask: Rle,
    /// Object score logit: above 0 means that the model sees the object.
    pub score: f32,
    /// The model's own estimate of the mask's IoU, 0 to 1.
    pub iou: f32,
}

/// A propagated mask of one object on some frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectMask {
    /// The object.
    pub object: ObjectId,
    /// The mask, in pixels of the source frame; never empty.
    pub mask: Rle,
    /// Object score logit.
    pub score: f32,
}

/// The propagated masks of one frame; an object that is not there has no entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrameMasks {
    /// The row of the timeline.
    pub frame: FrameNumber,
    /// One per object that is seen.
    pub masks: Vec<ObjectMask>,
}

/// What the last offline job made of one object in one video, frame by frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// The object.
    pub object: ObjectId,
    /// In order of their frames; frames that the job did not reach are absent.
    pub samples: Vec<TrackSample>,
    /// Rows that a person approved, in order: no job changes their masks.
    pub approved: Vec<FrameNumber>,
    /// [`FramePrompts::seq`] of every frame with prompts that the job was given, in no order.
    pub clicks: Vec<u32>,
}

impl Track {
    /// Whether the job was given a frame's prompts as they are now.
    #[must_use]
    pub fn knows(&self, prompts: &FramePrompts) -> bool {
        self.clicks.contains(&prompts.seq)
    }
}

/// [`TrackSample`] on its way: thousands of them, so without names.
type TrackFigures = (u32, f32, u32, f32, f32, Option<f32>);

/// A propagated mask in figures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "TrackFigures", into = "TrackFigures")]
pub struct TrackSample {
    /// The row of the timeline.
    pub frame: FrameNumber,
    /// Object score logit.
    pub score: f32,
    /// Pixels inside the mask; 0 where the object is not seen.
    pub area: u32,
    /// The middle of the mask, in pixels of the source frame; 0 without a mask.
    pub x: f32,
    /// See [`x`](Self::x).
    pub y: f32,
    /// Overlap (IoU) of the masks of both passes, where both came by: between two prompts.
    pub agreement: Option<f32>,
}

impl TrackSample {
    /// Measures a mask.
    #[must_use]
    pub fn new(frame: FrameNumber, score: f32, mask: &Rle, agreement: Option<f32>) -> Self {
        let (x, y) = mask.middle().unwrap_or_default();
        Self {
            frame,
            score,
            area: u32::try_from(mask.area()).unwrap_or(u32::MAX),
            x,
            y,
            agreement,
        }
    }
}

impl From<TrackFigures> for TrackSample {
    fn from((frame, score, area, x, y, agreement): TrackFigures) -> Self {
        Self {
            frame: FrameNumber(frame),
            score,
            area,
            x,
            y,
            agreement,
        }
    }
}

impl From<TrackSample> for TrackFigures {
    fn from(of: TrackSample) -> Self {
        (of.frame.0, of.score, of.area, of.x, of.y, of.agreement)
    }
}

/// A file of a session's results folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultFile {
    /// Path below the results folder of the session, `/` between parts.
    pub path: String,
    /// What it is, for people.
    pub title: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// Something happened that open pages want to know; sent to every page as a server-sent event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveEvent {
    /// A job changed its state or went on.
    Job(JobRecord),
    /// A session changed its status, its videos or its objects.
    Session(Session),
    /// A session and its files were removed.
    SessionRemoved {
        /// The session.
        session: SessionId,
    },
    /// It is known which frames of a session's videos show the same place.
    SamePlace {
        /// The session.
        session: SessionId,
    },
    /// A search for an object goes on, or has ended: then there is an answer to be asked for.
    Search {
        /// The session.
        session: SessionId,
        /// Which search.
        search: SearchId,
        /// Steps done.
        done: u32,
        /// Steps in all; as many as are done at the end.
        total: u32,
    },
    /// Masks of a session were approved, exchanged or given to another object by a person.
    Masks {
        /// The session.
        session: SessionId,
    },
    /// Somebody wrote about a session, or a conversation was settled or opened again.
    Comments {
        /// The session.
        session: SessionId,
    },
    /// Prompts of a session changed (also by undo and redo).
    Prompts {
        /// The session.
        session: SessionId,
        /// The video on which they changed.
        side: VideoSide,
    },
}
