//! The words of the project as plain data: sessions, videos, frames, objects, prompts, masks and jobs, with their state machines.
//!
//! No I/O and no async; everything is `serde` and compiles to WebAssembly, so that the server and the page speak of the same things.

mod card;
mod comment;
mod dashboard;
mod day;
mod edit;
mod frame;
mod history;
mod ids;
mod inbox;
mod job;
mod listing;
mod looked;
mod mask;
mod model;
mod object;
mod outline;
mod palette;
mod person;
mod prompt;
mod review;
mod same_place;
mod search;
mod session;
mod span;
mod uploaded;
mod video;
mod view;

pub use card::{BestView, CardSide, ChangeCard, ChangeCards, view_worth};
pub use comment::{COMMENT_MAX, Comment, InvalidComment, Pin, Resolved, Thread, checked_comment};
pub use dashboard::{
    Cell, Column, ColumnStep, Dashboard, DashboardQuery, DashboardTable, Effort, Figure,
    FigureTable, Heap, Heaps, JobFailure, Judged, PAUSE_SECONDS, Period, PersonFigures, Queue,
    STUCK_DAYS, SceneFigures, StuckReason, StuckSession, Sum, Work, days_finding, effort_finding,
    people_finding, queue_finding, scenes_finding, status_finding, stuck_finding,
};
pub use day::Day;
pub use edit::{Action, Edit, EditNote, ObjectAction, Presence, resolve};
pub use frame::RgbFrame;
pub use history::{Change, EditStep, HistoryEntry, HistoryLine, history_lines};
pub use ids::{CommentId, InvalidSessionId, JobId, ObjectId, PersonId, SessionId, ThreadId};
pub use inbox::{INBOX_MAX, Inbox, News, NewsKind};
pub use job::{JobKind, JobProgress, JobRecord, JobState};
pub use listing::{
    Assigned, Assignee, Duty, PAGE_SIZE, PersonFilter, RESTORE_DAYS, SessionOrder, SessionPage,
    SessionQuery,
};
pub use looked::Looked;
pub use mask::{Look, Rle, RleError};
pub use model::{Device, ModelId, ModelInfo, Readiness};
pub use object::{
    ChangeType, Deformability, INDEX_MAX, InvalidObject, OBJECTS_MAX, Object, ObjectFields,
    VIEWS_MAX,
};
pub use outline::Bounds;
pub use palette::OBJECT_COLOURS;
pub use person::{
    Me, Member, OneTimeLink, PASSWORD_MIN, Permission, Person, Role, SignInProblem, check_password,
    checked_name, may, refusal, return_path,
};
pub use prompt::{
    BoxPrompt, FrameKey, FramePrompts, InvalidPrompt, Label, Point, PromptAction, PromptEvent,
    fold_events,
};
pub use review::{Asked, AskedViews, ObjectReview, Review, SentBack, Signed, Verdict};
pub use same_place::{Counterparts, SamePlace};
pub use search::{CANDIDATES_MAX, Candidate, Search, SearchId};
pub use session::{InvalidTransition, Session, SessionEvent, SessionStatus};
pub use span::{FrameSpan, frame_spans};
pub use uploaded::{UPLOADED_SCORE, UploadedMasks};
pub use video::{
    FrameNumber, FrameRow, FrameTable, FrameTableError, IngestState, SessionVideo, TIMELINE_FPS,
    VideoSide,
};
pub use view::{
    FrameMasks, LiveEvent, ObjectMask, PreviewMask, PromptedFrame, ResultFile, Track, TrackSample,
    Workspace,
};
