//! What server functions answer when they cannot do what was asked: a status that programs understand, and words for people.

use crate::clips::clip;
use crate::http;
use crate::server::fresh;
use domain::{Object, VideoSide};
use serde_json::{Value, json};

#[test]
fn a_refusal_has_the_status_of_its_kind() {
    let (server, _data) = fresh();
    let session = server.session(&clip(VideoSide::One, 2), &clip(VideoSide::Two, 2));
    let id = &session.id;
    let fields = json!({
        "label": "cup", "multiplicity": 1, "in_video1": true, "in_video2": false, "views": 1,
        "deformability": "rigid", "change_type": "removed",
    });
    let object: Object = server.call("objects/add", &json!({ "session": id, "fields": fields }));
    let click = |side: u8, x: f32| {
        let key = json!({ "object": object.id, "side": side, "frame": 0 });
        let action = json!({ "action": "add_point", "x": x, "y": 5.0, "label": "positive" });
        json!({ "session": id, "key": key, "action": action })
    };
    let mut unnamed = fields.clone();
    unnamed["label"] = json!(" ");
    let gone = "a_b_2026-01-31_18-05-09";
    for (function, arguments, status, kind, words) in [
        (
            "sessions/get",
            json!({ "id": gone }),
            404,
            "not_found",
            "no session",
        ),
        (
            "objects/move",
            json!({ "object": 999, "position": 0 }),
            404,
            "not_found",
            "999",
        ),
        (
            "objects/add",
            json!({ "session": id, "fields": unnamed }),
            422,
            "refused",
            "label",
        ),
        ("prompts/add", click(1, 9999.0), 422, "refused", "outside"),
        (
            "objects/add",
            json!({ "session": id, "fields": fields }),
            409,
            "refused",
            "cup",
        ),
        (
            "prompts/add",
            click(2, 5.0),
            409,
            "refused",
            "not in video 2",
        ),
        (
            "jobs/start",
            json!({ "session": id }),
            409,
            "refused",
            "not clicked yet",
        ),
        (
            "comments/add",
            json!({ "session": id, "pin": { "side": 1, "frame": 0 }, "text": "x".repeat(3 << 20) }),
            413,
            "refused",
            "more than 2 MB",
        ),
        (
            "prompts/undo",
            json!({}),
            400,
            "refused",
            "did not understand",
        ),
    ] {
        let answer = server.send(function, &arguments.to_string());
        let got = answer.status().as_u16();
        let error: Value = http::json(answer);
        assert_eq!(got, status, "{function}: {error}");
        let text = error[kind]
            .as_str()
            .unwrap_or_else(|| panic!("{function}: {error}"));
        assert!(text.contains(words), "{function}: {text}");
    }
}

#[test]
fn an_address_that_cannot_be_read_is_refused_like_everything_else() {
    let (server, _data) = fresh();
    let id = "a_b_2026-01-31_18-05-09";
    for (path, status, words) in [
        (
            format!("/sessions/{id}/videos/1/masks?from=-1&to=0"),
            400,
            "behind the ?",
        ),
        (
            format!("/sessions/{id}/videos/1/masks"),
            400,
            "behind the ?",
        ),
        (
            format!("/sessions/{id}/videos/999/masks?from=0&to=1"),
            404,
            "nothing at this address",
        ),
        (
            format!("/sessions/{id}/videos/1/frames/-1"),
            404,
            "nothing at this address",
        ),
    ] {
        let (got, reason) = http::refusal(server.get(&path));
        assert_eq!(got, status, "{path}: {reason}");
        assert!(reason.contains(words), "{path}: {reason}");
    }
}
