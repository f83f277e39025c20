//! `POST /upload-for-review`: what comes in, what is refused with which words, and that nothing is left of it.

use crate::clips::clip;
use crate::http::{Form, json, refusal};
use crate::server::{Server, files, fresh};
use domain::{JobKind, JobState, Rle, SessionId, SessionStatus, VideoSide, Workspace};
use example::Example;
use export::pickle::{self, Value};
use serde_json::json;
use std::path::Path;
use ureq::Body;
use ureq::http::Response;

/// A `segments.pkl` in the layout of the benchmark: a cup in both videos, on `frames` frames each, with masks of `size`.
fn segments(frames: u32, [height, width]: [u32; 2]) -> Vec<u8> {
    let mask = Rle::from_runs(height, width, [30..60, 400..450]);
    let mask = Value::dict([
        ("size", Value::list([height, width])),
        ("counts", mask.to_coco_text().into()),
    ]);
    let frames = (0..frames).map(|frame| (frame.to_string().into(), mask.clone()));
    let of_cup = Value::Dict(vec![(0.into(), Value::Dict(frames.collect()))]);
    let cup = Value::dict([
        ("label", "cup_2".into()),
        ("in_video1", true.into()),
        ("in_video2", true.into()),
        ("deformability", "rigid".into()),
    ]);
    let mut out = Vec::new();
    let file = Value::dict([
        ("scene_type", "hall".into()),
        ("video1_objects", of_cup.clone()),
        ("video2_objects", of_cup),
        ("objects", Value::List(vec![cup])),
    ]);
    pickle::write(&mut out, &file).unwrap();
    out
}

/// Height and width of the example's clips.
fn size() -> [u32; 2] {
    let frame = Example::new().clip(VideoSide::One).frame(0);
    [frame.height(), frame.width()]
}

fn form(segments: &[u8]) -> Form {
    let film = clip(VideoSide::One, 3);
    Form::default()
        .file("segments", ("theirs.pkl", segments))
        .text("scene_type", "")
        .file("video1", ("before.mp4", &film))
        .file("video2", ("after.mp4", &film))
}

fn upload(server: &Server, form: Form) -> Response<Body> {
    let request = server
        .agent
        .post(format!("{}/upload-for-review", server.url))
        .header("Content-Type", Form::content_type());
    request.send(form.finish()).unwrap()
}

#[test]
fn masks_and_videos_become_a_session_to_review_with_cards() {
    let (server, data) = fresh();
    let form = form(&segments(3, size())).text("painted", "yes");
    let made: serde_json::Value = json(upload(&server, form));
    let id: SessionId = serde_json::from_value(made["session"].clone()).unwrap();
    let job = server.wait(&id, JobKind::Ingest);
    assert_eq!((job.state, job.error), (JobState::Done, None));
    let workspace: Workspace = server.call("sessions/get", &json!({ "id": id }));
    assert_eq!(workspace.session.status, SessionStatus::NeedsReview);
    assert_eq!(workspace.session.scene_type, "hall");
    assert_eq!(workspace.objects[0].fields.title(), "cup 2");
    assert!(workspace.uploaded.is_some_and(|uploaded| uploaded.painted));
    let masks = server.get(&format!("/sessions/{id}/videos/2/masks?from=0&to=9"));
    assert_eq!(masks.status(), 200);
    let results = data.path().join("results").join(id.as_str());
    for file in ["segments.pkl", "benchmark/segments.pkl", "video1.mp4"] {
        assert!(results.join(file).is_file(), "{file}");
    }

    // Complete without scripts.
    let page = server.get(&format!("/sessions/{id}/cards"));
    assert_eq!(page.status(), 200);
    let html = page.into_body().read_to_string().unwrap();
    for part in [
        "cup 2",
        "appears in both videos",
        "Seen on 3 of 3 frames, from 0 to 2.",
        &format!("/sessions/{id}/videos/2/frames/"),
        "viewBox=",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    let review = server.get(&format!("/sessions/{id}/review"));
    let html = review.into_body().read_to_string().unwrap();
    assert!(html.contains("Change cards") && html.contains("theirs.pkl"));
}

#[test]
fn a_form_that_cannot_be_used_is_refused_and_nothing_is_kept() {
    let (server, data) = fresh();
    let good = segments(3, size());
    let film = clip(VideoSide::One, 3);
    let cases = [
        (form(b"no pickle at all"), "not a Python pickle"),
        (
            form(b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x93."),
            "\"posix.system\"",
        ),
        (form(b"\x80\x04N."), "a dict is expected"),
        (form(b""), "theirs.pkl\" is empty"),
        (form(&segments(0, size())), "hold no mask"),
        (form(&segments(3, [100, 120])), "are 120 x 100 pixels"),
        (
            form(&good).file("segments", ("again.pkl", &good)),
            "the masks come twice",
        ),
        (
            Form::pair(("a.mp4", &film), ("b.mp4", &film)),
            "the masks are missing",
        ),
        (
            Form::default()
                .file("segments", ("theirs.pkl", &good))
                .file("video1", ("a.mp4", &film)),
            "video 2 is missing",
        ),
    ];
    for (form, words) in cases {
        let (status, reason) = refusal(upload(&server, form));
        assert_eq!(status, 422, "{reason}");
        assert!(reason.contains(words), "{reason}");
    }
    assert_eq!(files(data.path()), Vec::<&Path>::new());
}

#[test]
fn a_mask_behind_the_end_of_its_video_takes_the_session_along() {
    let (server, data) = fresh();
    let made: serde_json::Value = json(upload(&server, form(&segments(4, size()))));
    let id: SessionId = serde_json::from_value(made["session"].clone()).unwrap();
    let job = server.wait(&id, JobKind::Ingest);
    assert_eq!(job.state, JobState::Failed);
    let reason = job.error.unwrap();
    assert!(
        reason.contains("mask on frame 3 of video 1") && reason.contains("frames 0 to 2"),
        "{reason}"
    );
    // The folders are removed right after the record is written.
    while !files(data.path()).is_empty() {
        std::thread::yield_now();
    }
}

#[test]
fn a_page_without_scripts_is_sent_to_the_review_or_told_why_not() {
    let (server, _data) = fresh();
    let send = |form: Form| {
        let request = server
            .agent
            .post(format!("{}/upload-for-review", server.url))
            .header("Accept", "text/html,*/*;q=0.8")
            .header("Content-Type", Form::content_type());
        let request = request.config().max_redirects(0).build();
        let answer = request.send(form.finish()).unwrap();
        assert_eq!(answer.status(), 303);
        answer.headers()["location"].to_str().unwrap().to_owned()
    };
    let location = send(form(&segments(3, size())));
    assert!(
        location.starts_with("/sessions/before_after_20") && location.ends_with("/review"),
        "{location}"
    );
    let location = send(form(b"nothing"));
    assert!(
        location.starts_with("/upload-for-review?problem="),
        "{location}"
    );
    let html = server.get(&location).into_body().read_to_string().unwrap();
    assert!(html.contains("not a Python pickle"), "{html}");
}
