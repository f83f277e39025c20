//! A `segments.pkl` is read one at a time, whoever asks for it.

use super::fake::FakeModel;
use super::world::World;
use crate::JobsError;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Long enough for a small file to be read many times over.
const LONG: Duration = Duration::from_millis(500);

/// A file that is being read for as long as the test wants: nothing comes out of it before the test writes.
fn slow_file(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// Waits until somebody reads the slow file.
async fn is_read(path: &Path) -> fs::File {
    let path = path.to_owned();
    let opened = tokio::task::spawn_blocking(move || OpenOptions::new().write(true).open(path));
    opened.await.unwrap().unwrap()
}

fn reason<T: std::fmt::Debug>(outcome: Result<T, JobsError>) -> String {
    outcome.unwrap_err().reason()
}

#[tokio::test]
async fn others_wait_while_one_is_read_and_can_give_up() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new(dir.path(), "a", FakeModel::new()).await;
    let [slow, small] = ["slow.pkl", "small.pkl"].map(|name| dir.path().join(name));
    slow_file(&slow);
    fs::write(&small, "no pickle").unwrap();
    let reads = |path: &Path| {
        let (jobs, path) = (world.jobs.clone(), path.to_owned());
        tokio::spawn(async move { jobs.check_segments(&path).await })
    };
    let small_is_read = || world.jobs.check_segments(&small);

    let first = reads(&slow);
    let mut writer = is_read(&slow).await;
    let given_up = tokio::time::timeout(LONG, small_is_read()).await;
    assert!(given_up.is_err(), "two files are read at once");
    // Whoever gave up holds nobody up.
    writer.write_all(b"\x80\x04N.").unwrap();
    drop(writer);
    let text = reason(first.await.unwrap());
    assert!(text.contains("a dict is expected"), "{text}");
    let text = reason(small_is_read().await);
    assert!(text.contains("not a Python pickle"), "{text}");

    // When the one who asked is gone, the file is in memory all the same until it is read.
    let first = reads(&slow);
    let writer = is_read(&slow).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    let second = reads(&small);
    tokio::time::sleep(LONG).await;
    assert!(!second.is_finished(), "two files are read at once");
    drop(writer);
    reason(second.await.unwrap());
}
