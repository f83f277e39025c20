//! `scenediff probe` and `scenediff extract`, as the jobs call them.

use crate::clips::write_clip;
use crate::server::EXE;
use domain::{FrameTable, VideoSide};
use example::Example;
use serde_json::Value;
use std::process::{Command, Output};

fn run(arguments: &[&std::ffi::OsStr]) -> Output {
    Command::new(EXE).args(arguments).output().unwrap()
}

#[test]
fn a_film_is_probed_and_extracted() {
    let folder = tempfile::tempdir().unwrap();
    let film = folder.path().join("film.mp4");
    write_clip(&film, VideoSide::One, 7);

    let probed = run(&["probe".as_ref(), film.as_ref()]);
    assert!(probed.status.success());
    let probe: Value = serde_json::from_slice(&probed.stdout).unwrap();
    let example = Example::new();
    let clip = example.clip(VideoSide::One);
    assert_eq!(probe["width"], clip.width(), "{probe}");
    assert_eq!(probe["height"], clip.height(), "{probe}");

    let out = folder.path().join("frames");
    let extracted = run(&["extract".as_ref(), film.as_ref(), out.as_ref()]);
    assert!(extracted.status.success());
    let lines: Vec<Value> = extracted
        .stdout
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let (last, progress) = lines.split_last().unwrap();
    assert!(
        !progress.is_empty() && progress.iter().all(|line| line["done"].is_u64()),
        "{progress:?}"
    );
    let table: FrameTable = serde_json::from_value(last["table"].clone()).unwrap();
    assert_eq!(table.len(), 7);
    for source_frame in table.shown_frames() {
        assert!(out.join(video::frame_file_name(source_frame)).is_file());
    }
}

#[test]
fn a_file_that_cannot_be_used_is_named_with_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("letter.mp4");
    std::fs::write(&letter, "Dear reader, this is no film.\n".repeat(50)).unwrap();
    let out = folder.path().join("frames");
    for output in [
        run(&["probe".as_ref(), letter.as_ref()]),
        run(&["extract".as_ref(), letter.as_ref(), out.as_ref()]),
    ] {
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        let reason = String::from_utf8(output.stderr).unwrap();
        assert!(reason.starts_with("this is not a video file"), "{reason}");
        assert_eq!(reason.trim_end().lines().count(), 1, "{reason}");
    }
}
