//! The folder that [`export::write_results`] leaves behind.

use crate::round_trip::truth;
use crate::samples::{kitchen, rectangle};
use domain::{FrameNumber, ObjectId, VideoSide};
use export::{ExportError, RESULT_FILES, benchmark, read_segments, write_results};
use std::fs;
use std::path::Path;

fn all_bytes(dir: &Path) -> Vec<Vec<u8>> {
    RESULT_FILES
        .iter()
        .map(|(path, _)| fs::read(dir.join(path)).unwrap())
        .collect()
}

#[test]
fn the_same_session_gives_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let written = write_results(&dir.path().join("first"), &kitchen()).unwrap();
    let sizes: Vec<u64> = written.iter().map(|file| file.bytes).collect();
    let first = all_bytes(&dir.path().join("first"));
    assert_eq!(
        sizes,
        first.iter().map(|b| b.len() as u64).collect::<Vec<_>>()
    );

    // Over files that are already there, with masks that came in another order.
    let mut session = kitchen();
    let masks = std::mem::take(&mut session.videos[0].masks);
    for (object, frames) in masks.into_iter().rev() {
        for (frame, mask) in frames.into_iter().rev() {
            session.videos[0]
                .masks
                .entry(object)
                .or_default()
                .insert(frame, mask);
        }
    }
    write_results(&dir.path().join("first"), &session).unwrap();
    assert_eq!(all_bytes(&dir.path().join("first")), first);
}

#[test]
fn nothing_but_the_files_is_left_behind() {
    let dir = tempfile::tempdir().unwrap();
    write_results(dir.path(), &kitchen()).unwrap();
    let mut names: Vec<String> = fs::read_dir(dir.path())
        .unwrap()
        .chain(fs::read_dir(dir.path().join("benchmark")).unwrap())
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "benchmark",
            "inference_data.json",
            "inference_data.pkl",
            "metadata.json",
            "segments.pkl",
            "segments.pkl"
        ]
    );
    let segments = read_segments(&fs::read(dir.path().join("segments.pkl")).unwrap());
    assert_eq!(segments, Ok(truth(&kitchen())));
}

#[test]
fn a_mask_that_does_not_fit_stops_everything() {
    let dir = tempfile::tempdir().unwrap();
    let mut session = kitchen();
    let cup = session.videos[0].masks.get_mut(&ObjectId(9)).unwrap();
    cup.insert(FrameNumber(10), rectangle(37, 23, [0, 1], [0, 1]));
    let error = write_results(dir.path(), &session).unwrap_err();
    assert_eq!(
        error.to_string(),
        "video 1 has 10 frames, but there is a mask on frame 10"
    );

    let mut session = kitchen();
    let cup = session.videos[0].masks.get_mut(&ObjectId(9)).unwrap();
    cup.insert(FrameNumber(1), rectangle(23, 37, [0, 1], [0, 1]));
    let error = write_results(dir.path(), &session).unwrap_err();
    assert!(matches!(error, ExportError::Size { .. }), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = write_results(&file, &kitchen()).unwrap_err().to_string();
    assert!(error.contains("segments.pkl"), "{error}");
}

#[test]
fn a_sequence_of_the_benchmark_is_named_after_its_videos() {
    let session = kitchen();
    assert_eq!(
        benchmark::sequence_name(&session),
        "before_the_change_after"
    );
    let names = VideoSide::BOTH.map(|side| benchmark::original_name(&session, side));
    assert_eq!(names, ["original_video1.mov", "original_video2.mp4"]);
    assert_eq!(benchmark::overlay_name(VideoSide::Two), "video2.mp4");
}
