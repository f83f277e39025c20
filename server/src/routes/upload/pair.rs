//! What both upload forms hold: two videos and a scene type.

use super::StagedUpload;
use super::form::{text, unusable};
use crate::routes::Refusal;
use axum::extract::multipart::Field;
use service::UploadedFile;

/// As much of it as has come.
#[derive(Default)]
pub struct Pair {
    scene_type: String,
    videos: [Option<UploadedFile>; 2],
}

impl Pair {
    /// Takes a field in; one that neither form has is left out.
    ///
    /// # Errors
    /// When it cannot be used or kept.
    pub async fn take(&mut self, field: Field<'_>, upload: &StagedUpload) -> Result<(), Refusal> {
        match field.name() {
            Some("scene_type") => self.scene_type = text(field).await?,
            Some("video1") => self.videos[0] = upload.receive_video(field, "video1").await?,
            Some("video2") => self.videos[1] = upload.receive_video(field, "video2").await?,
            _ => {}
        }
        Ok(())
    }

    /// The scene type as it was typed, and both videos.
    ///
    /// # Errors
    /// Says which video is missing.
    pub fn complete(self) -> Result<(String, [UploadedFile; 2]), Refusal> {
        let missing = |what: &str| {
            unusable(format!(
                "{what} is missing: choose both videos and upload again"
            ))
        };
        let [one, two] = self.videos;
        let one = one.ok_or_else(|| missing("video 1"))?;
        let two = two.ok_or_else(|| missing("video 2"))?;
        Ok((self.scene_type, [one, two]))
    }
}
