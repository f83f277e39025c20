//! The result files of a session: masks, prompts and overlay videos.

use crate::JobsError;
use crate::blocking::blocking;
use crate::config::remove_folder;
use crate::overlay::write_overlay;
use crate::progress::Progress;
use crate::review_file;
use crate::shared::Shared;
use domain::{JobKind, JobRecord, Object, PromptEvent, SessionId, VideoSide, fold_events};
use export::{SessionExport, VideoExport, benchmark};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tokio::fs;
use tokio_util::sync::CancellationToken;

/// Rows of the timeline whose masks are read at once.
const ROWS: u32 = 256;

/// Writes every result file of the session beside the former ones, then puts them in their place.
///
/// `objects` and `events` are those from which the masks were made; a person may have gone on meanwhile.
///
/// # Errors
/// When the masks do not fit their video, the disk fails, or a person stops the job.
pub(crate) async fn write_results(
    shared: &Shared,
    job: &JobRecord,
    objects: Vec<Object>,
    events: &[PromptEvent],
    progress: &mut Progress<'_>,
    wish: &CancellationToken,
) -> Result<(), JobsError> {
    let session = &job.session;
    let done = progress.total();
    progress.stage("writing the result files", done).await?;
    let in_work = shared.data.results_in_work(session);
    remove_folder(&in_work).await?;
    fs::create_dir_all(&in_work)
        .await
        .map_err(JobsError::file("create", &in_work))?;
    let everything = gather(shared, job, objects, events).await?;
    let uploaded = shared.store.uploads().get(session).await?;
    let is_painted = uploaded.is_some_and(|uploaded| uploaded.painted);
    for side in VideoSide::BOTH {
        let stage = format!("writing the overlay of {side}");
        progress.stage(&stage, done).await?;
        let path = in_work.join(benchmark::overlay_name(side));
        let table = everything.video(side).table.clone();
        // Over a video that shows the masks already nothing is painted once more.
        let painted = if is_painted {
            &[]
        } else {
            everything.objects.as_slice()
        };
        write_overlay(shared, job, side, table, painted, &path, wish).await?;
    }
    let mut originals = Vec::new();
    for side in VideoSide::BOTH {
        originals.push((side, shared.data.original(session, side)?));
    }
    let folder = in_work.clone();
    blocking(move || {
        export::write_results(&folder, &everything)?;
        complete_benchmark(&folder, &everything, &originals)
    })
    .await?;
    review_file::write(shared, session, &in_work).await?;
    // Nobody writes into the folder that goes.
    let _turn = shared.review_files.lock().await;
    put_in_place(&in_work, &shared.data.results(session)).await
}

/// Everything that the files hold.
async fn gather(
    shared: &Shared,
    job: &JobRecord,
    objects: Vec<Object>,
    events: &[PromptEvent],
) -> Result<SessionExport, JobsError> {
    let id = &job.session;
    let session = shared.store.sessions().get(id).await?;
    let [one, two] = session.videos.map(|video| video.file_name);
    Ok(SessionExport {
        id: id.clone(),
        scene_type: session.scene_type,
        comments: comments(shared, id, &objects).await?,
        // Masks that came with their videos were made by no model of ours.
        model: (job.kind == JobKind::Propagate).then(|| shared.engine.model().clone()),
        objects,
        prompts: fold_events(events),
        videos: [
            gather_video(shared, id, VideoSide::One, one).await?,
            gather_video(shared, id, VideoSide::Two, two).await?,
        ],
    })
}

/// The reviewers' words on each object, by its index from 0.
async fn comments(
    shared: &Shared,
    session: &SessionId,
    objects: &[Object],
) -> Result<BTreeMap<String, String>, JobsError> {
    let mut review = shared.store.reviews().get(session).await?;
    review.objects.retain(|said| !said.comment.is_empty());
    let said = objects.iter().enumerate().filter_map(|(index, object)| {
        let said = review.of(object.id)?;
        Some((index.to_string(), said.comment.clone()))
    });
    Ok(said.collect())
}

async fn gather_video(
    shared: &Shared,
    session: &SessionId,
    side: VideoSide,
    file_name: String,
) -> Result<VideoExport, JobsError> {
    let store = &shared.store;
    let table = store.videos().frame_table(session, side).await?;
    let rows = table.len() as u32;
    let mut video = VideoExport::new(file_name, table);
    for start in (0..rows).step_by(ROWS as usize) {
        let range = start..rows.min(start + ROWS);
        video.add_frames(store.masks().frames(session, side, range).await?);
    }
    Ok(video)
}

/// The benchmark's folder also holds the uploaded files and the overlays.
fn complete_benchmark(
    results: &Path,
    session: &SessionExport,
    originals: &[(VideoSide, PathBuf)],
) -> Result<(), JobsError> {
    let folder = results.join(benchmark::FOLDER);
    for (side, original) in originals {
        link(
            original,
            &folder.join(benchmark::original_name(session, *side)),
        )?;
        let overlay = benchmark::overlay_name(*side);
        link(&results.join(&overlay), &folder.join(&overlay))?;
    }
    Ok(())
}

/// One file under a second name, without a second copy where the file system can do that.
fn link(file: &Path, name: &Path) -> Result<(), JobsError> {
    std::fs::hard_link(file, name)
        .or_else(|_| std::fs::copy(file, name).map(drop))
        .map_err(JobsError::file("write", name))
}

/// Moves the finished folder to its place; the former one goes.
async fn put_in_place(in_work: &Path, place: &Path) -> Result<(), JobsError> {
    remove_folder(place).await?;
    fs::rename(in_work, place)
        .await
        .map_err(JobsError::file("write", place))
}
