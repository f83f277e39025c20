//! `GET /sessions/{id}/videos/{1|2}/frames/{n}`.

use crate::clips::clip;
use crate::http::refusal;
use crate::server::fresh;
use domain::VideoSide;
use example::Example;

#[test]
fn a_frame_is_the_right_picture_and_may_be_kept_for_ever() {
    let (server, data) = fresh();
    let frames = 5;
    let session = server.session(&clip(VideoSide::One, frames), &clip(VideoSide::Two, frames));
    let example = Example::new();
    for side in VideoSide::BOTH {
        for n in 0..frames {
            let mut answer = server.get(&format!(
                "/sessions/{}/videos/{}/frames/{n}",
                session.id,
                side.number()
            ));
            assert_eq!(answer.status(), 200);
            assert_eq!(answer.headers()["content-type"], "image/jpeg");
            assert_eq!(
                answer.headers()["cache-control"],
                "public, max-age=31536000, immutable"
            );
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
            let jpeg = answer.body_mut().read_to_vec().unwrap();
            let stored = data.path().join(format!(
                "cache/{}/video{}/{n:06}.jpg",
                session.id,
                side.number()
            ));
            assert!(jpeg == std::fs::read(stored).unwrap(), "byte for byte");
            // Nearest to frame n of all frames that were drawn, although its neighbours are much alike.
            let picture = image::load_from_memory(&jpeg).unwrap().into_rgb8();
            let distance = |m: u32| -> u64 {
                let drawn = example.clip(side).frame(m);
                drawn
                    .pixels()
                    .iter()
                    .zip(picture.as_raw())
                    .map(|(a, b)| u64::from(a.abs_diff(*b)))
                    .sum()
            };
            assert_eq!((0..frames).min_by_key(|&m| distance(m)), Some(n), "{side}");
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
    assert_eq!(
        server
            .get(&format!("/sessions/{id}/videos/1/frames/x"))
            .status(),
        400
    );
}
