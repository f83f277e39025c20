//! Requests, in the few forms that the tests need.

use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::http::Response;
use ureq::{Agent, Body};

/// A client that takes every status for an answer.
pub fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into()
}

/// Reads an answer as JSON.
pub fn json<T: DeserializeOwned>(mut answer: Response<Body>) -> T {
    let text = answer.body_mut().read_to_string().unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The status and the `error` of an answer.
pub fn refusal(answer: Response<Body>) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: Value = json(answer);
    (
        status,
        body["error"]
            .as_str()
            .unwrap_or_else(|| panic!("{body}"))
            .to_owned(),
    )
}

/// A form under construction.
#[derive(Clone, Default)]
pub struct Form(Vec<u8>);

/// Separates the fields.
const BOUNDARY: &str = "scenediff-test-boundary";

impl Form {
    /// The usual form: a scene type and two files.
    pub fn pair(video1: (&str, &[u8]), video2: (&str, &[u8])) -> Self {
        Self::default()
            .text("scene_type", "kitchen")
            .file("video1", video1)
            .file("video2", video2)
    }

    /// Adds a text.
    pub fn text(mut self, name: &str, value: &str) -> Self {
        let field = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        self.0.extend_from_slice(field.as_bytes());
        self
    }

    /// Adds a file.
    pub fn file(mut self, name: &str, (file_name, bytes): (&str, &[u8])) -> Self {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(bytes);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    /// The `Content-Type` of a request with this form.
    pub fn content_type() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }

    /// The whole body.
    pub fn finish(mut self) -> Vec<u8> {
        self.0
            .extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.0
    }
}
