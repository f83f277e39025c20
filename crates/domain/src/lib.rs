//! The words of the project as plain data: sessions, videos, frames, objects, prompts, masks and jobs, with their state machines.
//!
//! No I/O and no async; everything is `serde` and compiles to WebAssembly, so that the server and the page speak of the same things.

mod edit;
mod frame;
mod history;
mod ids;
mod job;
mod listing;
mod looked;
mod mask;
mod model;
mod object;
mod palette;
mod person;
mod prompt;
mod review;
mod same_place;
mod search;
mod session;
mod span;
mod video;
mod view;

pub use edit::{Action, Edit, ObjectAction, Presence, resolve};
pub use frame::RgbFrame;
pub use history::{Change, EditStep, HistoryEntry, HistoryLine, history_lines};
pub use ids::{InvalidSessionId, JobId, ObjectId, PersonId, SessionId};
pub use job::{JobKind, JobProgress, JobRecord, JobState};
pub use listing::{
    Assigned, Assignee, Duty, PAGE_SIZE, PersonFilter, RESTORE_DAYS, SessionOrder, SessionPage,
    SessionQuery,
};
pub use looked::Looked;
pub use mask::{Look, Rle, RleError};
pub use model::{Device, ModelId, ModelInfo, Readiness};
pub use object::{ChangeType, Deformability, InvalidObject, Object, ObjectFields, VIEWS_MAX};
pub use palette::OBJECT_COLOURS;
pub use person::{
    Me, Member, OneTimeLink, PASSWORD_MIN, Permission, Person, Role, SignInProblem, check_password,
    checked_name, may, refusal, return_path,
};
pub use prompt::{
    BoxPrompt, FrameKey, FramePrompts, InvalidPrompt, Label, Point, PromptAction, PromptEvent,
    fold_events,
};
pub use review::Verdict;
pub use same_place::{Counterparts, SamePlace};
pub use search::{CANDIDATES_MAX, Candidate, Search, SearchId};
pub use session::{InvalidTransition, Session, SessionEvent, SessionStatus};
pub use span::{FrameSpan, frame_spans};
pub use video::{
    FrameNumber, FrameRow, FrameTable, FrameTableError, IngestState, SessionVideo, TIMELINE_FPS,
    VideoSide,
};
pub use view::{
    FrameMasks, LiveEvent, ObjectMask, PreviewMask, PromptedFrame, ResultFile, Track, TrackSample,
    Workspace,
};
