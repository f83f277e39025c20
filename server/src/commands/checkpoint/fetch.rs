//! Fetching one large file over HTTP, going on where an earlier try was cut off.
//!
//! The bytes lie in a `.part` file; beside it, `.part.version` holds the validator (`ETag`, else `Last-Modified`) of what
//! they are a part of. With both there the next try asks for the rest, on condition that it is still the same file; a server
//! that knows no ranges, or has another file by now, answers with the whole, and the part starts again.

use indicatif::ProgressBar;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use ureq::http::{HeaderMap, Response, StatusCode, header};
use ureq::{Agent, Body};

/// How long the server may be silent.
const SILENCE: Duration = Duration::from_secs(60);

/// Why a file was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No connection.
    #[error("the server cannot be reached: {0}")]
    Unreachable(ureq::Error),
    /// The server has no such file, or does not give it.
    #[error("the server answers {0}")]
    Status(StatusCode),
    /// The connection broke.
    #[error("the connection broke after {} of {}: {reason}", super::megabytes(*done), total.map_or("an unknown length".into(), super::megabytes))]
    Interrupted {
        /// Bytes that are there.
        done: u64,
        /// Bytes of the whole file, when the server said so.
        total: Option<u64>,
        /// What happened.
        reason: String,
    },
    /// The file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process fetches the same file.
    #[error("another download writes {}: wait for it", .0.display())]
    Busy(PathBuf),
}

/// Where a file lies until it is complete.
pub fn part_of(file: &Path) -> PathBuf {
    with_suffix(file, ".part")
}

/// Fetches `url` into `part`, which is complete when this returns; an earlier part of the same file is gone on with.
///
/// # Errors
/// What was fetched before a failure stays for the next try.
pub fn fetch(url: &str, part: &Path, bar: &ProgressBar) -> Result<(), FetchError> {
    let version_file = with_suffix(part, ".version");
    let failed = |source| FetchError::File {
        path: part.to_owned(),
        source,
    };
    let mut file = open(part)?;
    let mut there = file.metadata().map_err(failed)?.len();
    let mut version = fs::read_to_string(&version_file).ok();
    let agent = agent();
    let (mut body, total) = loop {
        let known = version.take().filter(|_| there > 0);
        let answer = ask(&agent, url, known.map(|version| (there, version)))?;
        let total = match answer.status() {
            StatusCode::OK => {
                there = 0;
                content_length(answer.headers())
            }
            StatusCode::PARTIAL_CONTENT if range_start(answer.headers()) == Some(there) => {
                range_total(answer.headers())
            }
            StatusCode::RANGE_NOT_SATISFIABLE if range_total(answer.headers()) == Some(there) => {
                return done(&version_file);
            }
            // Not the range that was asked for: once more from the start, without a range.
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE if there > 0 => {
                there = 0;
                continue;
            }
            status => return Err(FetchError::Status(status)),
        };
        if there == 0 {
            file.set_len(0).map_err(failed)?;
            note(&version_file, validator(answer.headers()))?;
        }
        break (answer.into_body().into_reader(), total);
    };
    file.seek(SeekFrom::Start(there)).map_err(failed)?;
    match total {
        Some(total) => bar.set_length(total),
        None => bar.unset_length(),
    }
    bar.set_position(there);
    bar.reset_eta();
    let interrupted = |done, reason: String| FetchError::Interrupted {
        done,
        total,
        reason,
    };
    let mut buffer = vec![0; 1 << 18];
    loop {
        let length = match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) => return Err(interrupted(there, error.to_string())),
        };
        file.write_all(&buffer[..length]).map_err(failed)?;
        there += length as u64;
        bar.set_position(there);
    }
    if total.is_some_and(|total| total != there) {
        return Err(interrupted(there, "the answer ended early".into()));
    }
    file.sync_all().map_err(failed)?;
    done(&version_file)
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .timeout_connect(Some(SILENCE))
        .timeout_recv_response(Some(SILENCE))
        .timeout_per_read(Some(SILENCE))
        .build()
        .new_agent()
}

/// Asks for the whole file, or for the rest behind a part of a known version.
fn ask(
    agent: &Agent,
    url: &str,
    part: Option<(u64, String)>,
) -> Result<Response<Body>, FetchError> {
    // A compressed answer would make lengths and ranges those of something else.
    let mut request = agent.get(url).header(header::ACCEPT_ENCODING, "identity");
    if let Some((there, version)) = part {
        request = request
            .header(header::RANGE, format!("bytes={there}-"))
            .header(header::IF_RANGE, version);
    }
    request.call().map_err(FetchError::Unreachable)
}

/// Opens the part, and keeps other processes away from it for as long as it is open.
fn open(part: &Path) -> Result<File, FetchError> {
    let failed = |source| FetchError::File {
        path: part.to_owned(),
        source,
    };
    let mut options = OpenOptions::new();
    let options = options.create(true).truncate(false).write(true);
    let file = options.open(part).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(FetchError::Busy(part.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Keeps the version of what is being fetched, or that it has none.
fn note(version_file: &Path, version: Option<&str>) -> Result<(), FetchError> {
    match version {
        Some(version) => fs::write(version_file, version).map_err(|source| FetchError::File {
            path: version_file.to_owned(),
            source,
        }),
        None => done(version_file),
    }
}

/// The part is complete or of no known version.
fn done(version_file: &Path) -> Result<(), FetchError> {
    match fs::remove_file(version_file) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(FetchError::File {
            path: version_file.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}

/// What tells versions of a file apart byte for byte; a weak `ETag` does not.
fn validator(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name)?.to_str().ok();
    text(header::ETAG)
        .filter(|tag| !tag.starts_with("W/"))
        .or_else(|| text(header::LAST_MODIFIED))
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// `bytes 100-199/1000`: 100.
fn range_start(headers: &HeaderMap) -> Option<u64> {
    content_range(headers)?.0.split('-').next()?.parse().ok()
}

/// `bytes 100-199/1000` or `bytes */1000`: 1000.
fn range_total(headers: &HeaderMap) -> Option<u64> {
    content_range(headers)?.1.parse().ok()
}

fn content_range(headers: &HeaderMap) -> Option<(&str, &str)> {
    let range = headers.get(header::CONTENT_RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split_once('/')
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
