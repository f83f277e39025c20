//! One file per route.

pub mod missing;
pub mod people;
pub mod review;
pub mod sessions;
pub mod sign_in;
pub mod start;
pub mod welcome;
pub mod workspace;
