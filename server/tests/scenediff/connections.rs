//! Who connects: under which name, and without asking for anything.

use crate::http;
use crate::server::fresh;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[test]
fn a_foreign_name_is_not_answered() {
    let (server, _data) = fresh();
    for path in ["/health", "/api/sessions/list", "/events", "/"] {
        let request = server.agent.get(format!("{}{path}", server.url));
        let answer = request
            .header("Host", "elsewhere.example:80")
            .call()
            .unwrap();
        let (status, reason) = http::refusal(answer);
        assert_eq!(status, 403, "{path}");
        assert!(reason.contains("--host elsewhere.example"), "{reason}");
    }
    let request = server.agent.get(format!("{}/health", server.url));
    let answer = request.header("Host", "localhost:3000").call().unwrap();
    assert_eq!(answer.status(), 200);
}

#[test]
fn whoever_is_refused_while_sending_still_reads_why() {
    let (server, _data) = fresh();
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let part = vec![b'x'; 1 << 20];
    let head = format!(
        "POST /api/objects/add HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        64 * part.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    for _ in 0..64 {
        stream.write_all(&part).unwrap();
        // The answer is there long before the request has come to its end.
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("more than 2 MB"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}

#[test]
fn whoever_asks_for_nothing_is_let_go() {
    let (server, _data) = fresh();
    let address = server.url.strip_prefix("http://").unwrap();
    let start = Instant::now();
    let mut silent: Vec<TcpStream> = [
        &b""[..],
        b"GET / HTTP/1.1\r\n",
        b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ]
    .map(|text| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(text).unwrap();
        stream
    })
    .into();
    for stream in &mut silent {
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let mut answer = Vec::new();
        // Until the other end closes.
        let _ = stream.read_to_end(&mut answer);
    }
    assert!(
        start.elapsed() < Duration::from_secs(45),
        "{:?}",
        start.elapsed()
    );
    assert!(
        start.elapsed() > Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}
