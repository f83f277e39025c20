//! Masks that were made elsewhere: checked when they come, taken in when the frames of their videos are there.

use crate::JobsError;
use crate::blocking::blocking;
use crate::export_results::write_results;
use crate::progress::Progress;
use crate::shared::Shared;
use domain::{FrameKey, FramePrompts, JobRecord, Object, ObjectId, VideoSide};
use export::{FILE_MAX, Segments, Summary, read_segments};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use store::UploadedObject;
use tokio_util::sync::CancellationToken;

/// Reads a `segments.pkl`, of which nothing is executed, and checks what can be checked without the videos.
///
/// # Errors
/// [`JobsError::Request`] when the file is of no use; the text says where and why.
pub(crate) async fn check(shared: &Shared, file: &Path) -> Result<Summary, JobsError> {
    let turn = Arc::clone(&shared.reading_masks).lock_owned().await;
    let file = file.to_owned();
    blocking(move || {
        // Until it is read, also when nobody waits for that any more.
        let _turn = turn;
        summary(&read(&file)?)
    })
    .await
}

/// Takes in the masks that came with the videos of a job, if any did, and writes the result files.
///
/// # Errors
/// When the masks do not fit the videos (the text says which one and why), the disk fails, or a person stops the job.
pub(crate) async fn take_in(
    shared: &Shared,
    job: &JobRecord,
    progress: &mut Progress<'_>,
    wish: &CancellationToken,
) -> Result<(), JobsError> {
    let (store, session) = (&shared.store, &job.session);
    let Some(uploaded) = store.uploads().get(session).await? else {
        return Ok(());
    };
    let done = progress.total();
    progress.stage("reading the masks", done).await?;
    let mut tables = Vec::new();
    for side in VideoSide::BOTH {
        tables.push(store.videos().frame_table(session, side).await?);
    }
    let sizes = [0, 1].map(|i: usize| (tables[i].width, tables[i].height));
    let lengths = [0, 1].map(|i: usize| tables[i].len());
    let file = shared.data.uploaded_segments(session);
    let turn = tokio::select! {
        () = wish.cancelled() => return Err(JobsError::Cancelled),
        turn = Arc::clone(&shared.reading_masks).lock_owned() => turn,
    };
    let (objects, turn) = blocking(move || {
        let objects = fitting(read(&file)?, sizes, lengths).map_err(|reason| {
            JobsError::Request(format!("\"{}\": {reason}", uploaded.file_name))
        })?;
        Ok((objects, turn))
    })
    .await?;
    store.uploads().take_in(session, job.id, &objects).await?;
    drop((objects, turn));
    shared.publish_session(session).await?;
    let objects = store.objects().list(session).await?;
    write_results(shared, job, objects, &[], progress, wish).await?;
    store.uploads().complete(session).await?;
    Ok(())
}

/// The objects that keep their uploaded masks in a video when an offline job runs: those that nobody has clicked there.
pub(crate) fn untouched(
    objects: &[Object],
    prompts: &BTreeMap<FrameKey, FramePrompts>,
    side: VideoSide,
) -> Vec<ObjectId> {
    let is_clicked = |id| {
        prompts
            .keys()
            .any(|key| key.object == id && key.side == side)
    };
    objects
        .iter()
        .map(|object| object.id)
        .filter(|id| !is_clicked(*id))
        .collect()
}

fn read(file: &Path) -> Result<Segments, JobsError> {
    let size = std::fs::metadata(file).map_err(JobsError::file("read", file))?;
    if size.len() > FILE_MAX as u64 {
        return Err(JobsError::Request(format!(
            "the file has {} bytes; at most {FILE_MAX} are read",
            size.len()
        )));
    }
    let bytes = std::fs::read(file).map_err(JobsError::file("read", file))?;
    read_segments(&bytes).map_err(|error| JobsError::Request(error.to_string()))
}

fn summary(segments: &Segments) -> Result<Summary, JobsError> {
    let summary = segments.summary();
    summary.map_err(|error| JobsError::Request(error.to_string()))
}

/// The objects as they are stored, when every mask fits its video.
fn fitting(
    segments: Segments,
    sizes: [(u32, u32); 2],
    lengths: [usize; 2],
) -> Result<Vec<UploadedObject>, export::Unusable> {
    segments.summary()?.fits(sizes)?;
    for (side, frames) in VideoSide::BOTH.into_iter().zip(lengths) {
        segments.check_frames(side, frames)?;
    }
    let fields = segments.fields()?;
    let objects = fields.into_iter().zip(segments.objects);
    Ok(objects
        .map(|(fields, object)| UploadedObject {
            fields,
            masks: object.masks,
        })
        .collect())
}
