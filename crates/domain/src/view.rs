//! What the server tells the page.

use crate::{
    FrameKey, FrameNumber, FramePrompts, JobRecord, Object, ObjectId, Rle, Session, SessionId,
    VideoSide,
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
    /// Whether there is an event to undo.
    pub can_undo: bool,
    /// Whether there is an event to redo.
    pub can_redo: bool,
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
#[serde(rename_all = "snake_case", tag = "type")]
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
    /// Prompts of a session changed (also by undo and redo).
    Prompts {
        /// The session.
        session: SessionId,
        /// The video on which they changed.
        side: VideoSide,
    },
}
