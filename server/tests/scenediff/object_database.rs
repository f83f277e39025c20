//! The object database at an address.

use crate::checkpoint::mirror::{Answer, Mirror};
use crate::clips::clip;
use crate::server::Server;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::VideoSide;
use serde_json::json;

#[test]
fn an_address_is_read_once_and_again_when_it_is_asked_for() {
    let table = |cells: &str| {
        let text = format!("Video 1,Video 2,Removed,Added,Changed\nbefore.mp4,after.mp4,{cells}\n");
        Answer::whole(&Bytes::from(text))
    };
    let mirror = Mirror::start(vec![
        Answer::status(StatusCode::NOT_FOUND),
        table("\"[cup, cup_2]\",,lamp"),
        table(",plate,"),
    ]);
    let address = format!("{}/objects.csv", mirror.url);
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &["--object-database", &address]);
    let session = server.session(&clip(VideoSide::One, 2), &clip(VideoSide::Two, 2));
    let fill = |again: bool| -> Result<String, String> {
        let arguments = json!({ "session": session.id, "again": again });
        server.call("objects/fill", &arguments)
    };

    let missing = fill(false).unwrap_err();
    assert!(
        missing.contains(&address) && missing.contains("404"),
        "{missing}"
    );
    assert_eq!(
        fill(false).unwrap(),
        "Added from the database: cup 1, cup 2, lamp 1."
    );
    let known = fill(false).unwrap();
    assert!(known.starts_with("Every object"), "{known}");
    assert_eq!(mirror.ranges().len(), 2, "what was read is kept");
    assert_eq!(fill(true).unwrap(), "Added from the database: plate 1.");
    // Its server has gone away; what was read last still counts.
    assert!(fill(true).unwrap_err().contains("503"));
    assert!(fill(false).unwrap().starts_with("Every object"));
}
