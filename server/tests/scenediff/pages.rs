//! Pages, and the headers that come with them.

use crate::server::{Server, fresh};
use serde_json::Value;
use std::process::Command;
use std::time::Duration;

#[test]
fn a_page_is_complete_html_and_runs_its_own_scripts_only() {
    let (server, _data) = fresh();
    let mut answer = server.get("/");
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    let html = answer.body_mut().read_to_string().unwrap();
    assert!(html.contains("<form") && html.contains("</html>"), "{html}");
    let scripts: Vec<&str> = html
        .split("<script")
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
        .collect();
    assert!(!scripts.is_empty());
    for script in scripts {
        assert!(
            script.contains(&format!("nonce=\"{nonce}\"")),
            "the policy blocks <script{script}>"
        );
    }
}

#[test]
fn an_unknown_page_is_a_404() {
    let (server, _data) = fresh();
    assert_eq!(server.get("/no/such/page").status(), 404);
    assert_eq!(server.get("/pkg/no_such_file.js").status(), 404);
}

#[test]
fn health_names_the_model() {
    let (server, _data) = fresh();
    let health: Value = crate::http::json(server.get("/health"));
    assert_eq!(health["model"]["embedded"], true, "{health}");
    assert_eq!(health["model"]["device"], "cpu", "{health}");
    // Pages are answered while the model makes its first calls.
    loop {
        let health: Value = crate::http::json(server.get("/health"));
        match health["state"].as_str() {
            Some("warming") => std::thread::sleep(Duration::from_millis(20)),
            state => break assert_eq!(state, Some("ready"), "{health}"),
        }
    }
}

#[test]
fn two_servers_do_not_share_a_data_folder() {
    let (_server, data) = fresh();
    let second = Command::new(crate::server::EXE)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(1));
    let reason = String::from_utf8(second.stderr).unwrap();
    assert!(
        reason.contains("another scenediff uses the data folder"),
        "{reason}"
    );
    // The first one is as it was.
    assert_eq!(_server.get("/health").status(), 200);
    let third = Server::start(tempfile::tempdir().unwrap().path(), &[]);
    assert_eq!(third.get("/health").status(), 200);
}
