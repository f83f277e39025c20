//! Signing in and out over HTTP, and `scenediff user`.

use crate::server::{EXE, Server};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use ureq::http::Response;
use ureq::{Agent, Body};

const PASSWORD: &str = "correct horse battery";

fn user(data: &Path, args: &[&str]) -> (bool, String) {
    let output = Command::new(EXE)
        .args(["user", "--data"])
        .arg(data)
        .args(args)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

/// The path of the one-time link in what the program printed.
fn link(text: &str) -> String {
    let at = text.find("/welcome/").unwrap_or_else(|| panic!("{text}"));
    text[at..].split_whitespace().next().unwrap().to_owned()
}

/// A client that keeps neither cookies nor redirects to itself.
fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into()
}

fn post(url: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Response<Body> {
    let mut request = agent().post(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send_form(fields.iter().copied()).unwrap()
}

fn header<'a>(answer: &'a Response<Body>, name: &str) -> &'a str {
    answer.headers()[name].to_str().unwrap()
}

fn team() -> (Server, TempDir) {
    let data = tempfile::tempdir().unwrap();
    (Server::start(data.path(), &["--team"]), data)
}

#[test]
fn from_the_command_line_to_a_cookie_and_out_again() {
    let (server, data) = team();
    let (done, told) = user(data.path(), &["add", "Ann", "--role", "annotator"]);
    assert!(done && told.contains("Ann (annotator)"), "{told}");
    let url = format!("{}{}", server.url, link(&told));
    let form = [("password", PASSWORD), ("again", PASSWORD)];
    let differ = post(&url, &[("password", PASSWORD), ("again", "else")], &[]);
    assert!(header(&differ, "location").ends_with("?problem=differ"));
    let welcome = post(&url, &form, &[]);
    assert_eq!(
        (welcome.status().as_u16(), header(&welcome, "location")),
        (303, "/")
    );
    let used = post(&url, &form, &[]);
    assert!(header(&used, "location").ends_with("?problem=link-gone"));

    let sign_in = |password, origin: &[(&str, &str)]| {
        let fields = [
            ("name", "ann"),
            ("password", password),
            ("to", "/sessions?q=a"),
        ];
        post(&format!("{}/sign-in", server.url), &fields, origin)
    };
    let wrong = sign_in("wrong password", &[]);
    assert_eq!(
        header(&wrong, "location"),
        "/sign-in?to=%2Fsessions%3Fq%3Da&problem=wrong"
    );
    assert!(!wrong.headers().contains_key("set-cookie"));
    let right = sign_in(PASSWORD, &[]);
    assert_eq!(header(&right, "location"), "/sessions?q=a");
    let cookie = header(&right, "set-cookie").to_owned();
    for part in [
        "; HttpOnly",
        "; SameSite=Lax",
        "; Path=/",
        "; Max-Age=1209600",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "{cookie}");

    let token = cookie.split(';').next().unwrap();
    let list = |token| {
        let request = agent().post(format!("{}/api/jobs/list", server.url));
        let request = request.header("Cookie", token);
        request.send("{}").unwrap().status().as_u16()
    };
    assert_eq!(list(token), 200);
    let other = post(
        &format!("{}/sign-out", server.url),
        &[],
        &[("Cookie", token), ("Sec-Fetch-Site", "cross-site")],
    );
    assert_eq!(other.status(), 403, "another site cannot sign Ann out");
    let out = post(
        &format!("{}/sign-out", server.url),
        &[],
        &[("Cookie", token)],
    );
    assert_eq!(header(&out, "location"), "/sign-in");
    assert_eq!(list(token), 401);
    // Neither the token nor the password lies in the data folder.
    let stored = std::fs::read(data.path().join("scenediff.sqlite")).unwrap();
    let token = token.split_once('=').unwrap().1;
    for secret in [token, PASSWORD] {
        let found = stored
            .windows(secret.len())
            .any(|bytes| bytes == secret.as_bytes());
        assert!(!found, "{secret}");
    }
}

#[test]
fn a_password_is_changed_with_a_plain_form() {
    let (server, data) = team();
    let (_, told) = user(data.path(), &["add", "Ann", "--role", "annotator"]);
    let url = format!("{}{}", server.url, link(&told));
    let welcome = post(&url, &[("password", PASSWORD), ("again", PASSWORD)], &[]);
    let cookie = |answer: &Response<Body>| {
        let cookie = header(answer, "set-cookie");
        cookie.split(';').next().unwrap().to_owned()
    };
    let first = cookie(&welcome);
    let change = |token: &str, old: &str, new: &str, again: &str| {
        let fields = [("old", old), ("password", new), ("again", again)];
        let url = format!("{}/password/change", server.url);
        post(&url, &fields, &[("Cookie", token)])
    };
    for (old, new, again, problem) in [
        (
            "no idea at all",
            "another password",
            "another password",
            "wrong-old",
        ),
        (PASSWORD, "short", "short", "bad-password"),
        (PASSWORD, "another password", "yet another one", "differ"),
    ] {
        let refused = change(&first, old, new, again);
        let location = header(&refused, "location");
        assert_eq!(location, format!("/password?problem={problem}"));
    }
    let changed = change(&first, PASSWORD, "another password", "another password");
    assert_eq!(header(&changed, "location"), "/password?changed=1");
    let list = |token: &str| {
        let request = agent().post(format!("{}/api/jobs/list", server.url));
        let request = request.header("Cookie", token);
        request.send("{}").unwrap().status().as_u16()
    };
    assert_eq!((list(&first), list(&cookie(&changed))), (401, 200));
    let nobody = change("", PASSWORD, PASSWORD, PASSWORD);
    assert_eq!(nobody.status(), 401);
}

#[test]
fn what_the_command_line_cannot_do_is_said() {
    let data = tempfile::tempdir().unwrap();
    let (done, told) = user(data.path(), &["list"]);
    assert!(done && told.contains("Nobody yet"), "{told}");
    assert!(user(data.path(), &["add", "Ann", "--role", "lead"]).0);
    for (args, word) in [
        (
            &["add", "ANN", "--role", "lead"][..],
            "called \"ANN\" already",
        ),
        (&["add", "<b>", "--role", "lead"], "a name has"),
        (&["add", "Bob", "--role", "boss"], "annotator reviewer lead"),
        (&["reset", "Zoe"], "nobody is called \"Zoe\""),
    ] {
        let (done, told) = user(data.path(), args);
        assert!(!done && told.contains(word), "{told}");
    }
    let (done, told) = user(data.path(), &["reset", "ann"]);
    assert!(done && told.contains("/welcome/"), "{told}");
    let (_, told) = user(data.path(), &["list"]);
    assert_eq!(told, "Ann  lead  has not chosen a password\n");
}

#[test]
fn an_address_that_others_reach_asks_to_sign_in() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start_at("0.0.0.0:0", data.path(), &[]);
    let url = server.url.replace("0.0.0.0", "127.0.0.1");
    let page = agent().get(format!("{url}/sessions")).call().unwrap();
    assert_eq!(
        (page.status().as_u16(), header(&page, "location")),
        (303, "/sign-in?to=%2Fsessions")
    );
}
