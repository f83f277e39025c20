//! `GET /sessions/{id}/videos/{1|2}/frames/{n}`.

use crate::clips::{clip, numbered, read_number};
use crate::http::refusal;
use crate::server::fresh;
use domain::VideoSide;

#[test]
fn a_frame_is_the_right_picture_and_may_be_kept_for_ever() {
    let (server, data) = fresh();
    let session = server.session(&numbered(40, 0), &numbered(9, 100));
    for (side, frames, first) in [(1, 40, 0), (2, 9, 100)] {
        for n in 0..frames {
            let mut answer = server.get(&format!(
                "/sessions/{}/videos/{side}/frames/{n}",
                session.id
            ));
            assert_eq!(answer.status(), 200);
            assert_eq!(answer.headers()["content-type"], "image/jpeg");
            assert_eq!(
                answer.headers()["cache-control"],
                "private, max-age=31536000, immutable"
            );
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
            let jpeg = answer.body_mut().read_to_vec().unwrap();
            let stored = format!("cache/{}/video{side}/{n:06}.jpg", session.id);
            assert!(
                jpeg == std::fs::read(data.path().join(stored)).unwrap(),
                "byte for byte"
            );
            let picture = image::load_from_memory(&jpeg).unwrap().into_rgb8();
            assert_eq!(read_number(&picture), first + n, "video {side}");
        }
    }
}

#[test]
fn what_is_not_there_is_named() {
    let (server, _data) = fresh();
    let session = server.session(&clip(VideoSide::One, 2), &clip(VideoSide::Two, 2));
    let id = &session.id;
    for (path, word) in [
        (format!("/sessions/{id}/videos/1/frames/2"), "frames 0 to 1"),
        (format!("/sessions/{id}/videos/3/frames/0"), "video 3"),
        ("/sessions/nobody/videos/1/frames/0".into(), "nobody"),
        ("/sessions/a.b/videos/1/frames/0".into(), "a.b"),
    ] {
        let (status, reason) = refusal(server.get(&path));
        assert_eq!(status, 404, "{reason}");
        assert!(reason.contains(word), "{reason}");
    }
    let (status, reason) = refusal(server.get(&format!("/sessions/{id}/videos/1/frames/x")));
    assert_eq!(status, 404, "{reason}");
    assert!(reason.contains("nothing at this address"), "{reason}");
}
