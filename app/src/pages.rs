//! One file per route.

pub mod cards;
pub mod dashboard;
pub mod inbox;
pub mod missing;
pub mod password;
pub mod people;
pub mod review;
pub mod sessions;
pub mod sign_in;
pub mod start;
pub mod upload_for_review;
pub mod welcome;
pub mod workspace;
