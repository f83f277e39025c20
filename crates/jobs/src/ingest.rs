//! Ingest: decodes both uploaded videos into frames and frame tables, and takes in the masks that came with them.

use crate::JobsError;
use crate::config::remove_folder;
use crate::progress::Progress;
use crate::shared::Shared;
use crate::uploaded_masks;
use crate::worker_process::Extracted;
use domain::{FrameTable, IngestState, JobRecord, SessionId, VideoSide};
use std::io::ErrorKind;
use std::path::Path;
use tokio::fs;
use tokio_util::sync::CancellationToken;

/// Runs the job. A video that was ready before stays as it is; one that was cut off starts again.
///
/// # Errors
/// When a file cannot be used (the text says which one and why), the disk fails, or a person stops the job.
pub(crate) async fn run(
    shared: &Shared,
    job: &JobRecord,
    wish: &CancellationToken,
) -> Result<(), JobsError> {
    let mut progress = tokio::select! {
        () = wish.cancelled() => Err(JobsError::Cancelled),
        decoded = decode_both(shared, job) => decoded,
    }?;
    uploaded_masks::take_in(shared, job, &mut progress, wish).await?;
    progress.complete().await
}

async fn decode_both<'a>(shared: &'a Shared, job: &JobRecord) -> Result<Progress<'a>, JobsError> {
    let session = shared.store.sessions().get(&job.session).await?;
    // Both are opened first: a second file that is no video is refused at once.
    let mut promised = [None; 2];
    for (video, promised) in session.videos.iter().zip(&mut promised) {
        let file = shared.data.original(&job.session, video.side)?;
        let probed = shared.decoders.probe(&file).await;
        *promised = probed
            .map_err(|error| name_file(&video.file_name, error))?
            .frames;
    }
    let total = promised.into_iter().sum::<Option<u32>>().unwrap_or(0);
    let mut progress = Progress::new(shared, job, total);
    let mut before = 0;
    for (video, promised) in session.videos.iter().zip(promised) {
        if video.ingest != IngestState::Ready {
            let stage = format!("decoding {}", video.side);
            progress.stage(&stage, before).await?;
            ingest_one(shared, job, video.side, promised, before, &mut progress)
                .await
                .map_err(|error| name_file(&video.file_name, error))?;
            shared.publish_session(&job.session).await?;
        }
        before += promised.unwrap_or(0);
        progress.done(before).await?;
    }
    Ok(progress)
}

async fn ingest_one(
    shared: &Shared,
    job: &JobRecord,
    side: VideoSide,
    promised: Option<u32>,
    before: u32,
    progress: &mut Progress<'_>,
) -> Result<(), JobsError> {
    let session = &job.session;
    let folder = shared.data.frames(session, side);
    clear(&folder).await?;
    // A decoder that outlived a killed server may still write into the folder of its time.
    let in_work = folder.with_extension(format!("{}-{}", job.id, std::process::id()));
    fs::create_dir_all(&in_work)
        .await
        .map_err(JobsError::file("create", &in_work))?;
    let file = shared.data.original(session, side)?;
    let mut decoder = shared.decoders.extract(&file, &in_work)?;
    let mut table = None;
    while let Some(extracted) = decoder.next().await? {
        match extracted {
            Extracted::Progress { done, total } => {
                if progress.done(before + done).await? {
                    let total = total.or(promised);
                    let state = IngestState::Decoding { done, total };
                    let videos = shared.store.videos();
                    videos.set_ingest(session, side, &state).await?;
                    shared.publish_session(session).await?;
                }
            }
            Extracted::Table { table: last } => table = Some(last),
        }
    }
    let table = table.ok_or_else(|| {
        JobsError::Decoder("the decoder ended without a frame table: upload the file again".into())
    })?;
    keep(shared, session, side, &table, &in_work).await
}

/// Removes the frames of a video, and what attempts that were cut off have left beside them.
async fn clear(folder: &Path) -> Result<(), JobsError> {
    let Some(cache) = folder.parent() else {
        return Ok(());
    };
    let failed = |error| JobsError::file("read", cache)(error);
    let mut entries = match fs::read_dir(cache).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    while let Some(entry) = entries.next_entry().await.map_err(failed)? {
        let path = entry.path();
        if path.file_stem() == folder.file_stem() {
            remove_folder(&path).await?;
        }
    }
    Ok(())
}

/// Puts the frames in their place and stores the table: from here on the video is ready.
async fn keep(
    shared: &Shared,
    session: &SessionId,
    side: VideoSide,
    table: &FrameTable,
    in_work: &Path,
) -> Result<(), JobsError> {
    let folder = shared.data.frames(session, side);
    fs::rename(in_work, &folder)
        .await
        .map_err(JobsError::file("write", &folder))?;
    let videos = shared.store.videos();
    videos.set_frame_table(session, side, table).await?;
    Ok(())
}

/// Says which of the two files the decoder means.
fn name_file(file_name: &str, error: JobsError) -> JobsError {
    match error {
        JobsError::Decoder(reason) => JobsError::Decoder(format!("{file_name}: {reason}")),
        JobsError::DecoderDied(reason) => JobsError::DecoderDied(format!("{file_name}: {reason}")),
        other => other,
    }
}
