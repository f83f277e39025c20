//! `GET /sessions/{id}/results/{*path}`.

use crate::clips::clip;
use crate::server::fresh;
use domain::VideoSide;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

#[test]
fn files_are_saved_and_videos_play() {
    let (server, data) = fresh();
    let session = server.session(&clip(VideoSide::One, 2), &clip(VideoSide::Two, 2));
    let folder = data.path().join("results").join(session.id.as_str());
    fs::create_dir_all(folder.join("benchmark")).unwrap();
    fs::write(folder.join("benchmark/segments.pkl"), b"not really").unwrap();
    fs::write(folder.join("video1.mp4"), b"0123456789").unwrap();

    let mut file = server.get(&format!(
        "/sessions/{}/results/benchmark/segments.pkl",
        session.id
    ));
    assert_eq!(file.status(), 200);
    assert_eq!(file.headers()["content-disposition"], "attachment");
    assert_eq!(file.body_mut().read_to_string().unwrap(), "not really");

    let url = format!("{}/sessions/{}/results/video1.mp4", server.url, session.id);
    let mut part = server
        .agent
        .get(url)
        .header("Range", "bytes=2-4")
        .call()
        .unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-type"], "video/mp4");
    assert_eq!(part.headers()["content-range"], "bytes 2-4/10");
    assert!(!part.headers().contains_key("content-disposition"));
    assert_eq!(part.body_mut().read_to_string().unwrap(), "234");

    assert_eq!(
        server
            .get(&format!("/sessions/{}/results/nothing.pkl", session.id))
            .status(),
        404
    );
}

#[test]
fn no_path_leads_out_of_the_results() {
    let (server, data) = fresh();
    let session = server.session(&clip(VideoSide::One, 2), &clip(VideoSide::Two, 2));
    let folder = data.path().join("results").join(session.id.as_str());
    fs::create_dir_all(&folder).unwrap();
    fs::write(data.path().join("secret"), "do not tell").unwrap();
    std::os::unix::fs::symlink(data.path().join("secret"), folder.join("link")).unwrap();
    let address = server.url.strip_prefix("http://").unwrap();
    // Written by hand: a client would tidy such paths up.
    for path in [
        "../../secret",
        "%2e%2e/%2e%2e/secret",
        "..%2f..%2fsecret",
        "x/../../../secret",
        "%2fetc%2fpasswd",
        "//etc/passwd",
        "link",
        ".",
        "",
    ] {
        let mut connection = TcpStream::connect(address).unwrap();
        let request = format!(
            "GET /sessions/{}/results/{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n",
            session.id
        );
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert!(
            !answer.contains("do not tell") && !answer.contains("root:"),
            "{path}"
        );
        let status: u16 = answer.split(' ').nth(1).unwrap().parse().unwrap();
        assert!((400..500).contains(&status), "{path}: {status}");
    }
}
