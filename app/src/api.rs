//! Server functions, one file per noun: who asks, which use case, map the error.

#![expect(
    missing_docs,
    reason = "the macro makes a public field of every argument; the functions say what they are"
)]

mod codec;
pub mod comments;
pub mod dashboard;
mod error;
pub mod inbox;
pub mod jobs;
pub mod masks;
pub mod objects;
pub mod people;
pub mod prompts;
mod reader;
pub mod reviews;
pub mod search;
pub mod sessions;

pub use codec::{Json, Loaded, load};
pub use error::ApiError;
#[cfg(feature = "ssr")]
pub(crate) use error::{no_context, service};
pub use reader::read;
