//! One file per route.

pub mod missing;
pub mod review;
pub mod sessions;
pub mod start;
pub mod workspace;
