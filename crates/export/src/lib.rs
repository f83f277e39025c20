//! The result files of a session, and the readers of `segments.pkl`.
//!
//! [`write_results`] takes a plain [`SessionExport`] and writes, into the results folder of the session:
//!
//! | file | what |
//! |---|---|
//! | `segments.pkl` | masks and objects, documented layout ([`documented`]) |
//! | `benchmark/segments.pkl`, `benchmark/metadata.json` | the same for the SceneDiff benchmark's evaluator ([`benchmark`]) |
//! | `inference_data.pkl` | the prompts in model space, with torch tensors ([`prompts`]) |
//! | `inference_data.json` | the prompts in pixels |
//!
//! [`write_review`] writes `review_meta.json` beside them ([`review_meta`]), whenever a reviewer says something.
//!
//! [`read_segments`] reads both layouts of `segments.pkl`: plain data only, nothing in the file is ever executed.
//! [`Segments::summary`] says whether what was read can become a session.

pub mod benchmark;
pub mod documented;
pub mod pickle;
pub mod prompts;
mod read;
mod review;
mod session;
mod usable;
mod write;

pub use pickle::FILE_MAX;
pub use read::{ReadError, SegmentedObject, Segments, read_segments};
pub use review::{REVIEW_FILE, ReviewMeta, review_meta, write_review};
pub use session::{MasksByFrame, SessionExport, VideoExport};
pub use usable::{Summary, Unusable};
pub use write::{ExportError, RESULT_FILES, write_results};
