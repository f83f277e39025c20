//! A file server that can be as bad as a real one.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use std::io;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// How one request is answered.
#[derive(Clone)]
pub struct Answer {
    status: StatusCode,
    body: Bytes,
    version: &'static str,
    ranges: bool,
    /// Bytes after which the connection is cut.
    cut: Option<usize>,
}

impl Answer {
    /// The file, or the range of it that was asked for.
    pub fn whole(body: &Bytes) -> Self {
        Self {
            status: StatusCode::OK,
            body: body.clone(),
            version: "\"one\"",
            ranges: true,
            cut: None,
        }
    }

    /// The file, cut off.
    pub fn cut(body: &Bytes, bytes: usize) -> Self {
        Self {
            cut: Some(bytes),
            ..Self::whole(body)
        }
    }

    /// No file.
    pub fn status(status: StatusCode) -> Self {
        Self {
            status,
            ..Self::whole(&Bytes::new())
        }
    }

    /// Answers every request with the whole.
    pub fn without_ranges(mut self) -> Self {
        self.ranges = false;
        self
    }

    /// With another `ETag`.
    pub fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    fn respond(self, asked: &HeaderMap) -> Response {
        if self.status != StatusCode::OK {
            return self.status.into_response();
        }
        let text = |name| asked.get(name).and_then(|value| value.to_str().ok());
        let start: Option<usize> = text(header::RANGE)
            .filter(|_| self.ranges && text(header::IF_RANGE) == Some(self.version))
            .and_then(|range| {
                range
                    .strip_prefix("bytes=")?
                    .strip_suffix('-')?
                    .parse()
                    .ok()
            });
        let total = self.body.len();
        let body = self.body.slice(start.unwrap_or(0)..);
        let mut answer = Response::builder()
            .header(header::ETAG, self.version)
            .header(header::CONTENT_LENGTH, body.len());
        if let Some(start) = start {
            let range = format!("bytes {start}-{}/{total}", total - 1);
            answer = answer
                .status(StatusCode::PARTIAL_CONTENT)
                .header(header::CONTENT_RANGE, range);
        }
        let body = match self.cut {
            None => Body::from(body),
            Some(bytes) => Body::from_stream(stream::iter([
                Ok(body.slice(..bytes)),
                Err(io::Error::other("cut")),
            ])),
        };
        answer.body(body).unwrap()
    }
}

/// A server that gives one answer after the other; it ends when dropped.
pub struct Mirror {
    /// Where its files lie.
    pub url: String,
    state: Arc<Mutex<Asked>>,
    _runtime: Runtime,
}

struct Asked {
    answers: std::vec::IntoIter<Answer>,
    ranges: Vec<Option<String>>,
}

impl Mirror {
    /// Starts it at a free port.
    pub fn start(answers: Vec<Answer>) -> Self {
        let state = Arc::new(Mutex::new(Asked {
            answers: answers.into_iter(),
            ranges: Vec::new(),
        }));
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&state));
        runtime.spawn(axum::serve(listener, router).into_future());
        Self {
            url,
            state,
            _runtime: runtime,
        }
    }

    /// The range that each request asked for.
    pub fn ranges(&self) -> Vec<Option<String>> {
        self.state.lock().unwrap().ranges.clone()
    }
}

async fn answer(State(state): State<Arc<Mutex<Asked>>>, headers: HeaderMap) -> Response {
    let answer = {
        let mut state = state.lock().unwrap();
        let range = headers.get(header::RANGE);
        state
            .ranges
            .push(range.map(|range| range.to_str().unwrap().to_owned()));
        state.answers.next()
    };
    match answer {
        Some(answer) => answer.respond(&headers),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
