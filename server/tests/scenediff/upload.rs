//! `POST /upload`: what is refused, with which words, and that nothing is left of it.

use crate::clips::{clip, sound_only};
use crate::http::{Form, json, refusal};
use crate::server::{Server, files, fresh};
use domain::{IngestState, JobKind, JobState, SessionId, VideoSide};
use example::Example;
use serde_json::Value;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;

#[test]
fn a_pair_becomes_a_session() {
    let (server, data) = fresh();
    let session = server.session(&clip(VideoSide::One, 6), &clip(VideoSide::Two, 5));
    assert!(
        session.id.as_str().starts_with("before_after_20"),
        "{}",
        session.id
    );
    assert_eq!(session.scene_type, "kitchen");
    for (video, frames) in session.videos.iter().zip([6, 5]) {
        assert_eq!(video.ingest, IngestState::Ready);
        let drawn = Example::new().clip(video.side).frame(0);
        assert_eq!(
            (video.width, video.height, video.frames),
            (drawn.width(), drawn.height(), frames)
        );
    }
    let uploads = data.path().join("uploads").join(session.id.as_str());
    assert!(
        uploads.join("original_video1.mp4").is_file()
            && uploads.join("original_video2.mp4").is_file()
    );
    assert_eq!(
        std::fs::read_dir(data.path().join("staging"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn a_page_without_scripts_is_sent_to_the_session() {
    let (server, _data) = fresh();
    let film = clip(VideoSide::One, 2);
    let form = Form::pair(("a.mp4", &film), ("b.mp4", &film));
    let request = server.agent.post(format!("{}/upload", server.url));
    let request = request.header("Accept", "text/html,*/*;q=0.8");
    let request = request.header("Content-Type", Form::content_type());
    let page = request
        .config()
        .max_redirects(0)
        .build()
        .send(form.finish())
        .unwrap();
    assert_eq!(page.status(), 303);
    let location = page.headers()["location"].to_str().unwrap();
    assert!(location.starts_with("/sessions/a_b_20"), "{location}");
}

#[test]
fn a_page_without_scripts_is_told_why_its_upload_is_refused() {
    let (server, _data) = fresh();
    let film = clip(VideoSide::One, 2);
    let form = Form::pair(("a.mp4", &film), ("b & c.txt", &film));
    let request = server.agent.post(format!("{}/upload", server.url));
    let request = request.header("Accept", "text/html,*/*;q=0.8");
    let request = request.header("Content-Type", Form::content_type());
    let page = request.send(form.finish()).unwrap();
    // The redirect was followed.
    assert_eq!(page.status(), 200);
    let html = page.into_body().read_to_string().unwrap();
    assert!(html.contains("is not one of the accepted kinds"), "{html}");
    assert!(html.contains("b &amp; c.txt"), "{html}");
}

#[test]
fn a_form_with_something_missing_is_refused() {
    let (server, data) = fresh();
    let film = clip(VideoSide::One, 2);
    let file = ("film.mp4", film.as_slice());
    let cases = [
        (
            Form::default().file("video1", file).file("video2", file),
            "scene type",
        ),
        (
            Form::default()
                .text("scene_type", "  ")
                .file("video1", file)
                .file("video2", file),
            "scene type",
        ),
        (
            Form::default()
                .text("scene_type", "attic")
                .file("video2", file),
            "video 1",
        ),
        (
            Form::default()
                .text("scene_type", "attic")
                .file("video1", file)
                .file("video2", ("", b"")),
            "video 2",
        ),
        (Form::pair(file, ("empty.mp4", b"")), "empty.mp4"),
    ];
    for (form, word) in cases {
        let (status, reason) = refusal(server.upload(form));
        assert_eq!(status, 422, "{reason}");
        assert!(reason.contains(word), "{reason}");
    }
    let (status, reason) = refusal(server.upload(Form::pair(file, ("notes.txt", b"hello"))));
    assert_eq!(status, 422);
    assert!(
        reason.contains("notes.txt") && reason.contains("webm"),
        "{reason}"
    );
    assert_eq!(files(data.path()), Vec::<&Path>::new());
}

#[test]
fn a_file_above_the_quota_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &["--max-upload", "1000"]);
    let large = vec![0; 5_000_000];
    let (status, reason) = refusal(server.upload(Form::pair(
        ("small.mp4", &large[..1000]),
        ("large.mp4", &large),
    )));
    assert_eq!(status, 413);
    assert!(
        reason.contains("large.mp4") && reason.contains("--max-upload"),
        "{reason}"
    );
    assert_eq!(files(data.path()), Vec::<&Path>::new());
}

/// Uploads `bytes` as video 2; gives the reason why the pair was refused, at once or by the ingest job.
fn reason_against(bytes: &[u8]) -> String {
    let (server, data) = fresh();
    let film = clip(VideoSide::One, 2);
    let answer = server.upload(Form::pair(("good.mp4", &film), ("bad.mp4", bytes)));
    let reason = if answer.status() == 200 {
        let made: Value = json(answer);
        let id: SessionId = serde_json::from_value(made["session"].clone()).unwrap();
        let job = server.wait(&id, JobKind::Ingest);
        assert_eq!(job.state, JobState::Failed);
        // The folders are removed right after the record is written.
        while !files(data.path()).is_empty() {
            std::thread::yield_now();
        }
        job.error.unwrap()
    } else {
        let (status, reason) = refusal(answer);
        assert_eq!(status, 422, "{reason}");
        reason
    };
    assert_eq!(files(data.path()), Vec::<&Path>::new());
    let query = domain::SessionQuery::default();
    let page: domain::SessionPage =
        server.call("sessions/list", &serde_json::json!({ "query": query }));
    assert_eq!(page, domain::SessionPage::default());
    reason
}

#[test]
fn what_is_not_a_video_is_named_so() {
    let reason = reason_against(b"This is a letter, not a film.\n".repeat(100).as_slice());
    assert!(reason.contains("not a video"), "{reason}");
}

#[test]
fn a_truncated_video_is_named_so() {
    let film = clip(VideoSide::Two, 12);
    let reason = reason_against(&film[..film.len() * 2 / 3]);
    assert!(reason.contains("cut off"), "{reason}");
}

#[test]
fn sound_without_a_picture_is_named_so() {
    let reason = reason_against(&sound_only());
    assert!(reason.contains("no video stream"), "{reason}");
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing() {
    let (server, data) = fresh();
    let address = server.url.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    let form = Form::default()
        .text("scene_type", "attic")
        .file("video1", ("film.mp4", &[7; 3_000_000]))
        .finish();
    write!(
        connection,
        "POST /upload HTTP/1.1\r\nHost: {address}\r\nContent-Type: {}\r\nContent-Length: 90000000\r\n\r\n",
        Form::content_type()
    )
    .unwrap();
    connection.write_all(&form).unwrap();
    while !files(data.path())
        .iter()
        .any(|path| path.extension().is_some())
    {
        std::thread::yield_now();
    }
    drop(connection);
    while !files(data.path()).is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(server.get("/health").status(), 200);
}

#[test]
fn another_site_cannot_upload() {
    let (server, data) = fresh();
    let film = clip(VideoSide::One, 2);
    let request = server.agent.post(format!("{}/upload", server.url));
    let request = request
        .header("Content-Type", Form::content_type())
        .header("Origin", "https://elsewhere.example");
    let form = Form::pair(("a.mp4", &film), ("b.mp4", &film));
    let (status, reason) = refusal(request.send(form.finish()).unwrap());
    assert_eq!(status, 403);
    assert!(reason.contains("another site"), "{reason}");
    assert_eq!(files(data.path()), Vec::<&Path>::new());
}
