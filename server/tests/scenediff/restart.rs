//! What survives the end of the server.

use crate::clips::{clip, numbered};
use crate::http::Form;
use crate::server::{Server, fresh};
use domain::{
    FrameKey, FrameMasks, FrameNumber, JobKind, JobState, Label, Object, Point, PromptAction,
    SessionId, SessionStatus, VideoSide, Workspace,
};
use example::Example;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

/// Frames of both clips: enough for several commits.
pub const FRAMES: u32 = 40;

/// Adds one object of the example and clicks it where a person would.
pub fn annotate(server: &Server, session: &SessionId) {
    let example = Example::new();
    let clicks = example.clicks();
    let object = clicks[0].object;
    let stored: Object = server.call(
        "objects/add",
        &json!({ "session": session, "fields": example.objects()[object] }),
    );
    for click in clicks.iter().filter(|click| click.object == object) {
        let key = FrameKey {
            object: stored.id,
            side: click.side,
            frame: FrameNumber(click.frame),
        };
        let action = PromptAction::AddPoint(Point {
            x: click.x,
            y: click.y,
            label: Label::Positive,
        });
        let _: u32 = server.call(
            "prompts/add",
            &json!({ "session": session, "key": key, "action": action }),
        );
    }
}

fn masks(server: &Server, session: &SessionId) -> Vec<FrameMasks> {
    let path = format!("/sessions/{session}/videos/1/masks?from=0&to={FRAMES}");
    crate::http::json(server.get(&path))
}

#[test]
fn a_killed_job_goes_on_by_itself_and_ends_as_if_nothing_had_been() {
    let (server, data) = fresh();
    let films = [VideoSide::One, VideoSide::Two].map(|side| clip(side, FRAMES));

    // Undisturbed.
    let calm = server.session(&films[0], &films[1]).id;
    annotate(&server, &calm);
    server.start_job(&calm);
    let job = server.wait(&calm, JobKind::Propagate);
    assert_eq!((job.state, job.error), (JobState::Done, None));
    let expected = masks(&server, &calm);
    assert_eq!(expected.len(), FRAMES as usize);

    // Killed in the middle.
    let disturbed = server.session(&films[0], &films[1]).id;
    annotate(&server, &disturbed);
    let started = server.start_job(&disturbed);
    server.job_when(&disturbed, JobKind::Propagate, |job| {
        job.progress.done >= FRAMES / 2
    });
    server.kill();

    let server = Server::start(data.path(), &[]);
    let resumed = server.job_when(&disturbed, JobKind::Propagate, |job| {
        job.state != JobState::Queued
    });
    assert_eq!(resumed.id, started, "the same job, not a new one");
    let job = server.wait(&disturbed, JobKind::Propagate);
    assert_eq!(
        (job.id, job.state, job.error),
        (started, JobState::Done, None)
    );
    assert_eq!(job.progress.done, job.progress.total);

    // Object ids differ from session to session; everything else must not.
    let pictures = |frames: &[FrameMasks]| -> Vec<_> {
        frames
            .iter()
            .map(|frame| {
                (
                    frame.frame,
                    frame
                        .masks
                        .iter()
                        .map(|m| (m.mask.clone(), m.score))
                        .collect::<Vec<_>>(),
                )
            })
            .collect()
    };
    assert!(pictures(&masks(&server, &disturbed)) == pictures(&expected));
    let workspace: Workspace = server.call("sessions/get", &json!({ "id": disturbed }));
    assert_eq!(workspace.session.status, SessionStatus::NeedsReview);
    let results = data.path().join("results").join(disturbed.as_str());
    for file in [
        "segments.pkl",
        "benchmark/segments.pkl",
        "inference_data.pkl",
        "inference_data.json",
        "video1.mp4",
        "video2.mp4",
    ] {
        assert!(results.join(file).is_file(), "{file}");
    }
}

#[test]
fn clicks_survive_a_kill() {
    let (server, data) = fresh();
    let film = clip(VideoSide::One, 20);
    let id = server.session(&film, &film).id;
    annotate(&server, &id);
    let before: Workspace = server.call("sessions/get", &json!({ "id": id }));
    server.kill();
    let server = Server::start(data.path(), &[]);
    let after: Workspace = server.call("sessions/get", &json!({ "id": id }));
    assert_eq!(after, before);
    assert!(!after.prompts.is_empty() && after.undo.is_some());
}

/// The processes that decode something below a folder.
fn decoders(data: &Path) -> Vec<String> {
    let data = data.to_str().unwrap();
    let commands = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let command = std::fs::read(entry.ok()?.path().join("cmdline")).ok()?;
        let words: Vec<String> = command
            .split(|byte| *byte == 0)
            .map(|word| String::from_utf8_lossy(word).into_owned())
            .collect();
        let decodes = words.get(1).is_some_and(|word| word == "extract");
        (decodes && words[2].contains(data)).then(|| words.join(" "))
    });
    commands.collect()
}

#[test]
fn a_server_that_is_stopped_leaves_no_decoder_and_reads_its_uploads_at_the_next_start() {
    let (server, data) = fresh();
    let film = numbered(250, 0);
    let form = Form::pair(("before.mp4", &film), ("after.mp4", &film));
    let made: serde_json::Value = crate::http::json(server.upload(form));
    let id: SessionId = serde_json::from_value(made["session"].clone()).unwrap();
    while decoders(data.path()).is_empty() {
        std::thread::yield_now();
    }
    let start = Instant::now();
    assert!(server.terminate().success());
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(decoders(data.path()), Vec::<String>::new());
    let server = Server::start(data.path(), &[]);
    let job = server.wait(&id, JobKind::Ingest);
    assert_eq!((job.state, job.error), (JobState::Done, None));
}
