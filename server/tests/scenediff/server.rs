//! A running `scenediff serve` with its own data folder.

use crate::http::{self, Form};
use domain::{JobId, JobKind, JobRecord, JobState, Session, SessionId, Workspace};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use ureq::http::Response;
use ureq::{Agent, Body};

/// The program under test.
pub const EXE: &str = env!("CARGO_BIN_EXE_scenediff");

/// A server; killed when dropped.
pub struct Server {
    child: Child,
    /// Where it answers, without a slash at the end.
    pub url: String,
    /// Its client.
    pub agent: Agent,
}

impl Server {
    /// Starts one on `data`, at a free port of this machine.
    pub fn start(data: &Path, more: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", data, more)
    }

    /// Starts one at an address.
    pub fn start_at(listen: &str, data: &Path, more: &[&str]) -> Self {
        let mut child = Command::new(EXE)
            .args(["serve", "--listen", listen, "--device", "cpu", "--data"])
            .arg(data)
            .args(more)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let url = loop {
            let line = log
                .next()
                .expect("the server ended before it said where it is")
                .unwrap();
            eprintln!("{line}");
            if let Some(url) = line.strip_prefix("SceneDiff Annotator: ") {
                break url.to_owned();
            }
        };
        // A full pipe would stop the server.
        std::thread::spawn(move || {
            for line in log.map_while(Result::ok) {
                eprintln!("{line}");
            }
        });
        Self {
            child,
            url,
            agent: http::agent(),
        }
    }

    /// Asks for a path.
    pub fn get(&self, path: &str) -> Response<Body> {
        self.agent
            .get(format!("{}{path}", self.url))
            .call()
            .unwrap()
    }

    /// Sends a form to `/upload`.
    pub fn upload(&self, form: Form) -> Response<Body> {
        let request = self
            .agent
            .post(format!("{}/upload", self.url))
            .header("Content-Type", Form::content_type());
        request.send(form.finish()).unwrap()
    }

    /// Sends a text to a server function.
    pub fn send(&self, function: &str, text: &str) -> Response<Body> {
        let request = self
            .agent
            .post(format!("{}/api/{function}", self.url))
            .header("Content-Type", "application/json");
        request.send(text).unwrap()
    }

    /// Calls a server function.
    pub fn call<T: DeserializeOwned>(&self, function: &str, arguments: &Value) -> T {
        let answer = self.send(function, &arguments.to_string());
        assert_eq!(
            answer.status(),
            200,
            "{function}: {:?}",
            answer.into_body().read_to_string()
        );
        http::json(answer)
    }

    /// Uploads two clips and waits until their frames are there.
    pub fn session(&self, video1: &[u8], video2: &[u8]) -> Session {
        let made: Value =
            http::json(self.upload(Form::pair(("before.mp4", video1), ("after.mp4", video2))));
        let id: SessionId =
            serde_json::from_value(made["session"].clone()).unwrap_or_else(|_| panic!("{made}"));
        let ingest = self.wait(&id, JobKind::Ingest);
        assert_eq!((ingest.state, ingest.error), (JobState::Done, None));
        self.call::<Workspace>("sessions/get", &json!({ "id": id }))
            .session
    }

    /// Waits until the newest job of one kind has ended.
    pub fn wait(&self, session: &SessionId, kind: JobKind) -> JobRecord {
        self.job_when(session, kind, |job| !job.state.is_active())
    }

    /// Waits until the newest job of one kind is as wanted.
    pub fn job_when(
        &self,
        session: &SessionId,
        kind: JobKind,
        wanted: impl Fn(&JobRecord) -> bool,
    ) -> JobRecord {
        loop {
            let jobs: Vec<JobRecord> = self.call("jobs/list", &json!({}));
            let newest = jobs
                .into_iter()
                .filter(|job| job.session == *session && job.kind == kind)
                .max_by_key(|job| job.id);
            let job = newest.unwrap_or_else(|| panic!("no {kind} job of {session}"));
            if wanted(&job) {
                return job;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Queues the offline job of a session.
    pub fn start_job(&self, session: &SessionId) -> JobId {
        self.call::<JobRecord>("jobs/start", &json!({ "session": session }))
            .id
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop as a service manager would; says how it ended.
    pub fn terminate(mut self) -> std::process::ExitStatus {
        let sent = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server with a data folder that goes away with it.
pub fn fresh() -> (Server, TempDir) {
    let data = tempfile::tempdir().unwrap();
    (Server::start(data.path(), &[]), data)
}

/// Every file of sessions below a data folder.
pub fn files(data: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ["uploads", "staging", "cache", "results"]
        .map(|name| data.join(name))
        .into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            found.push(path);
        }
    }
    found
}
