//! The decoder in a process of its own: a broken file can take the process down, but not the server.

use crate::JobsError;
use domain::FrameTable;
use serde::Deserialize;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use video::Probe;

/// The exit status with which the decoder refuses a file; the reason is the last line on its standard error.
const REFUSED: i32 = 2;

/// The signals of a program that stumbles over what it reads: ILL, ABRT, BUS, FPE, SEGV.
const CRASHES: [i32; 5] = [4, 6, 7, 8, 11];

/// What is kept of the standard error, in bytes.
const LAST_WORDS: usize = 4096;

/// What `extract` says on its standard output, one JSON object per line.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Extracted {
    /// The frame table; the last line.
    Table {
        /// The table.
        table: FrameTable,
    },
    /// How far it has come.
    Progress {
        /// Source frames decoded.
        done: u32,
        /// Source frames that the container promises.
        total: Option<u32>,
    },
}

/// The decoders of a server.
pub(crate) struct Decoders {
    exe: PathBuf,
    stop: CancellationToken,
    /// The receivers are the decoders that run.
    running: watch::Sender<()>,
}

/// A decoder that runs; it is killed when this is dropped.
pub(crate) struct Decoder {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    last_words: JoinHandle<String>,
    stop: CancellationToken,
    _running: watch::Receiver<()>,
}

impl Decoders {
    pub(crate) fn new(exe: PathBuf) -> Self {
        Self {
            exe,
            stop: CancellationToken::new(),
            running: watch::Sender::new(()),
        }
    }

    /// Opens a file, and says what is in it.
    ///
    /// # Errors
    /// When the decoder refuses the file or dies, or the server is being stopped.
    pub(crate) async fn probe(&self, file: &Path) -> Result<Probe, JobsError> {
        let mut decoder = self.start(&["probe".as_ref(), file])?;
        let mut answer = String::new();
        while let Some(line) = decoder.line().await? {
            answer.push_str(&line);
        }
        serde_json::from_str(&answer).map_err(|error| garbled(&error))
    }

    /// Starts to write the frames of a file into a folder.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub(crate) fn extract(&self, file: &Path, folder: &Path) -> Result<Decoder, JobsError> {
        self.start(&["extract".as_ref(), file, folder])
    }

    /// Whether the server is being stopped.
    pub(crate) fn stopped(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Kills every decoder; whoever waits for one hears that the server is being stopped.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        self.running.closed().await;
    }

    fn start(&self, arguments: &[&Path]) -> Result<Decoder, JobsError> {
        let failed = JobsError::file("start the decoder", &self.exe);
        let mut child = Command::new(&self.exe)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(JobsError::DecoderDied("the decoder has no output".into()));
        };
        Ok(Decoder {
            child,
            lines: BufReader::new(stdout).lines(),
            last_words: tokio::spawn(last_words(stderr)),
            stop: self.stop.clone(),
            _running: self.running.subscribe(),
        })
    }
}

impl Decoder {
    /// What the decoder says next; nothing when it has ended well.
    ///
    /// # Errors
    /// When the decoder refuses the file or dies, or the server is being stopped.
    pub(crate) async fn next(&mut self) -> Result<Option<Extracted>, JobsError> {
        let Some(line) = self.line().await? else {
            return Ok(None);
        };
        serde_json::from_str(&line)
            .map(Some)
            .map_err(|error| garbled(&error))
    }

    async fn line(&mut self) -> Result<Option<String>, JobsError> {
        let stop = self.stop.clone();
        tokio::select! {
            // What a decoder said before it was stopped is not listened to.
            biased;
            () = stop.cancelled() => Err(JobsError::Stopped),
            line = self.next_line() => line,
        }
    }

    async fn next_line(&mut self) -> Result<Option<String>, JobsError> {
        let broken =
            |error| JobsError::DecoderDied(format!("the decoder cannot be heard: {error}"));
        if let Some(line) = self.lines.next_line().await.map_err(broken)? {
            return Ok(Some(line));
        }
        let status = self.child.wait().await.map_err(broken)?;
        if status.success() {
            return Ok(None);
        }
        let words = (&mut self.last_words).await.unwrap_or_default();
        Err(verdict(status, &words))
    }
}

/// Reads everything, so that the decoder never waits for us, and keeps the end.
async fn last_words(mut stderr: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let mut piece = [0; 1024];
    while let Ok(length @ 1..) = stderr.read(&mut piece).await {
        kept.extend_from_slice(&piece[..length]);
        kept.drain(..kept.len().saturating_sub(LAST_WORDS));
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// Why the decoder did not end well, for people. Only what it says about the file, and what a broken file makes of it, is
/// the file's fault.
fn verdict(status: ExitStatus, words: &str) -> JobsError {
    let last_line = words.lines().map(str::trim).rfind(|line| !line.is_empty());
    match (status.signal(), status.code(), last_line) {
        (Some(signal), _, _) if CRASHES.contains(&signal) => JobsError::Decoder(format!(
            "the decoder was killed by signal {signal}: the file is damaged"
        )),
        (Some(signal), _, _) => JobsError::DecoderDied(format!(
            "the decoder was killed by signal {signal}, perhaps for want of memory: try again"
        )),
        (_, Some(REFUSED), Some(line)) => JobsError::Decoder(line.to_owned()),
        (_, _, line) => JobsError::DecoderDied(format!(
            "the decoder failed ({status}): {}",
            line.unwrap_or("it did not say why")
        )),
    }
}

fn garbled(error: &serde_json::Error) -> JobsError {
    JobsError::DecoderDied(format!("the decoder's answer makes no sense: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_is_for_people() {
        let verdict = |status, words| {
            let error = verdict(ExitStatus::from_raw(status), words);
            (error.is_of_the_upload(), error.to_string())
        };
        let refused = verdict(REFUSED << 8, "[mov] noise\nnot a video\n\n");
        assert_eq!(refused, (true, "not a video".into()));
        let crashed = "the decoder was killed by signal 11: the file is damaged";
        assert_eq!(verdict(11, "anything"), (true, crashed.into()));
        let killed = "the decoder was killed by signal 9, perhaps for want of memory: try again";
        assert_eq!(verdict(9, ""), (false, killed.into()));
        let failed = "the decoder failed (exit status: 101): it did not say why";
        assert_eq!(verdict(101 << 8, ""), (false, failed.into()));
    }

    #[test]
    fn lines_of_both_kinds_are_read() {
        let line = |text| serde_json::from_str::<Extracted>(text).unwrap();
        assert!(matches!(
            line(r#"{"done":12,"total":300}"#),
            Extracted::Progress {
                done: 12,
                total: Some(300)
            }
        ));
        assert!(matches!(
            line(r#"{"done":12,"total":null}"#),
            Extracted::Progress { total: None, .. }
        ));
        let table = r#"{"table":{"width":4,"height":2,"time_base":[1,30],"rows":[{"source_frame":0,"pts":0}]}}"#;
        assert!(matches!(line(table), Extracted::Table { table } if table.len() == 1));
    }
}
