//! *Upload for Review*: two videos and the masks that were made for them elsewhere.

use crate::upload::{checked_scene_type, finish, rename};
use crate::{Service, ServiceError, UploadedFile};
use domain::{Change, Permission, Session, UploadedMasks};
use jobs::SegmentsSummary;

/// A `segments.pkl` that was read, and holds what a session needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedSegments {
    file: UploadedFile,
    summary: SegmentsSummary,
}

/// What is to be reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewUpload {
    /// Video 1 and video 2.
    pub videos: [UploadedFile; 2],
    /// Their masks.
    pub segments: CheckedSegments,
    /// What kind of place was filmed; that of the file where this is empty.
    pub scene_type: String,
    /// Whether the videos show the masks already.
    pub painted: bool,
}

impl Service {
    /// Reads an uploaded `segments.pkl`, of which nothing is executed, and checks what can be checked without its videos.
    ///
    /// # Errors
    /// When it cannot become a session; the text says where in the file, and why.
    pub async fn check_segments(
        &self,
        file: UploadedFile,
    ) -> Result<CheckedSegments, ServiceError> {
        let checked = self.jobs.check_segments(&file.path).await;
        match checked.map_err(ServiceError::from) {
            Ok(summary) => Ok(CheckedSegments { file, summary }),
            Err(ServiceError::Invalid(reason)) => Err(named(&file, &reason)),
            Err(error) => Err(error),
        }
    }

    /// Makes a session of two videos and their masks, and queues its ingest, which takes the masks in. Whatever can be
    /// checked before is: when a file cannot be used, nothing is made and the files stay where they are.
    ///
    /// # Errors
    /// When the scene type is missing or too long, a video cannot be used, or the masks are not of its size; the text says
    /// which one and why.
    pub async fn create_for_review(&self, upload: ReviewUpload) -> Result<Session, ServiceError> {
        self.need(Permission::Annotate)?;
        let CheckedSegments { file, summary } = upload.segments;
        let typed = match upload.scene_type.trim() {
            "" => &summary.scene_type,
            typed => typed,
        };
        let scene_type = checked_scene_type(typed)?;
        let sizes = self.check_videos(&upload.videos).await?;
        summary
            .fits(sizes)
            .map_err(|reason| named(&file, &reason.to_string()))?;
        let uploaded = UploadedMasks {
            file_name: file.name.clone(),
            painted: upload.painted,
        };
        let change = Change::MasksUploaded {
            file_name: file.name.clone(),
            objects: summary.objects,
            masks: summary.masks,
            empty: summary.empty,
        };
        let (service, videos) = (self.clone(), upload.videos);
        // Goes on when the person closes the page meanwhile.
        finish(tokio::spawn(async move {
            let names = [&*videos[0].name, &*videos[1].name];
            let session = service.new_session(&scene_type, names).await?;
            // Marked first: what a killed server leaves behind is never taken for a session without masks.
            let marked = service
                .store
                .uploads()
                .mark(&session.id, &uploaded, &change)
                .await;
            let placed = match marked {
                Ok(()) => service.place_with_masks(&session, &videos, &file).await,
                Err(error) => Err(error.into()),
            };
            service.ingest_or_remove(&session.id, placed).await
        }))
        .await
    }

    async fn place_with_masks(
        &self,
        session: &Session,
        videos: &[UploadedFile; 2],
        segments: &UploadedFile,
    ) -> Result<(), ServiceError> {
        self.place(&session.id, videos).await?;
        let place = self.jobs.data_dir().uploaded_segments(&session.id);
        rename(&segments.path, &place).await
    }
}

/// Says which file is meant.
fn named(file: &UploadedFile, reason: &str) -> ServiceError {
    ServiceError::Invalid(format!("\"{}\": {reason}", file.name))
}
