//! The result files of a session: masks, prompts and overlay videos.

use crate::JobsError;
use crate::blocking::blocking;
use crate::config::{DataDir, remove_folder};
use crate::overlay::write_overlay;
use crate::progress::Progress;
use crate::review_file;
use crate::shared::Shared;
use domain::{JobKind, JobRecord, Object, PromptEvent, SessionId, VideoSide, fold_events};
use export::{SessionExport, VideoExport, benchmark};
use std::collections::BTreeMap;
use std::io::ErrorKind;
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
    let (place, before) = (
        shared.data.results(session),
        shared.data.results_before(session),
    );
    put_in_place(&in_work, &place, &before).await
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

/// Moves the finished folder to its place. The former one lies aside in between, so that whoever is killed meanwhile loses
/// none of both: [`repair`] brings it back.
async fn put_in_place(in_work: &Path, place: &Path, before: &Path) -> Result<(), JobsError> {
    if fs::try_exists(place).await.unwrap_or(false) {
        remove_folder(before).await?;
        fs::rename(place, before)
            .await
            .map_err(JobsError::file("write", before))?;
    }
    if let Err(error) = fs::rename(in_work, place).await {
        bring_back(before, place).await?;
        return Err(JobsError::file("write", place)(error));
    }
    if let Err(error) = remove_folder(before).await {
        // The next start tries again.
        tracing::warn!(
            reason = error.reason(),
            "former result files are left behind"
        );
    }
    Ok(())
}

/// Ends what a killed server left half-done when it put result files in place.
///
/// # Errors
/// When a folder cannot be read, moved or removed.
pub(crate) async fn repair(data: &DataDir) -> Result<(), JobsError> {
    for session in data.results_aside().await? {
        bring_back(&data.results_before(&session), &data.results(&session)).await?;
    }
    Ok(())
}

/// Moves former result files back where no newer ones have come, else removes them.
async fn bring_back(before: &Path, place: &Path) -> Result<(), JobsError> {
    if fs::try_exists(place).await.unwrap_or(true) {
        return remove_folder(before).await;
    }
    match fs::rename(before, place).await {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(JobsError::file("write", place)(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, text: &str) {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join("segments.pkl"), text).unwrap();
    }

    fn read(folder: &Path) -> Option<String> {
        std::fs::read_to_string(folder.join("segments.pkl")).ok()
    }

    #[tokio::test]
    async fn whoever_is_killed_between_two_moves_loses_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::new(dir.path().to_owned());
        repair(&data).await.unwrap();
        let session: SessionId = "one".parse().unwrap();
        let (place, before) = (data.results(&session), data.results_before(&session));
        let in_work = data.results_in_work(&session);
        for text in ["first", "second"] {
            write(&in_work, text);
            put_in_place(&in_work, &place, &before).await.unwrap();
            assert_eq!(
                (read(&place).as_deref(), before.exists()),
                (Some(text), false)
            );
        }
        // Nothing new is there: what was there stays.
        assert!(put_in_place(&in_work, &place, &before).await.is_err());
        assert_eq!(read(&place).as_deref(), Some("second"));
        // Killed before the new files came, and after.
        std::fs::rename(&place, &before).unwrap();
        repair(&data).await.unwrap();
        assert_eq!(read(&place).as_deref(), Some("second"));
        write(&before, "first");
        repair(&data).await.unwrap();
        assert_eq!(read(&place).as_deref(), Some("second"));
        assert!(!before.exists());
    }
}
