//! Masks that were made elsewhere and uploaded with their videos.

use serde::{Deserialize, Serialize};

/// The object score of a mask that nobody scored: as sure as a model ever is.
pub const UPLOADED_SCORE: f32 = 10.0;

/// Where the masks of a session come from that was uploaded for review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadedMasks {
    /// The name of the file on the computer it came from.
    pub file_name: String,
    /// Whether the videos show the masks already, so that pages do not paint them over once more.
    pub painted: bool,
}
