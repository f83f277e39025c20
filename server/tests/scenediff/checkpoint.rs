//! `scenediff checkpoint`, with a server of its own in place of the public one.

pub mod mirror;

use crate::server::EXE;
use axum::body::Bytes;
use axum::http::StatusCode;
use mirror::{Answer, Mirror};
use safetensors::tensor::{Dtype, TensorView};
use sam2::{Size, Weights};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use tempfile::TempDir;

/// A file in which every tensor of SAM 2.1 tiny is zero.
static TINY: LazyLock<Bytes> = LazyLock::new(|| tiny(|_| true));

/// Where the connection is cut, in bytes.
const CUT: usize = 20_000_000;

/// The tensors of SAM 2.1 tiny whose names are wanted.
fn tiny(wanted: impl Fn(&str) -> bool) -> Bytes {
    let nothing = safetensors::serialize(Vec::<(String, TensorView<'_>)>::new(), None).unwrap();
    let nothing = Weights::from_safetensors(&nothing).unwrap();
    let everything = nothing
        .misfits(Size::Tiny.config().unwrap())
        .unwrap()
        .missing;
    let zeros = vec![0; 8_000_000];
    let views = everything.into_iter().filter(|(name, _)| wanted(name));
    let views = views.map(|(name, shape)| {
        let bytes = 2 * shape.iter().product::<usize>();
        let view = TensorView::new(Dtype::F16, shape, &zeros[..bytes]).unwrap();
        (name, view)
    });
    safetensors::serialize(views, None).unwrap().into()
}

fn checkpoint(arguments: &[&str], folder: &Path) -> Output {
    Command::new(EXE)
        .arg("checkpoint")
        .args(arguments)
        .arg("--checkpoint-dir")
        .arg(folder)
        .output()
        .unwrap()
}

fn download(mirror: &Mirror, folder: &Path) -> Output {
    checkpoint(&["download", "tiny", "--from", &mirror.url], folder)
}

fn list(folder: &Path) -> String {
    let output = checkpoint(&["list", "--device", "cpu"], folder);
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn inspect(file: &Path) -> Output {
    let mut command = Command::new(EXE);
    command.args(["checkpoint", "inspect"]).arg(file);
    command.output().unwrap()
}

/// The file, and what it is before it is complete.
fn files(folder: &Path) -> (PathBuf, PathBuf) {
    let file = folder.join("sam2.1_hiera_tiny.pt");
    let part = folder.join("sam2.1_hiera_tiny.pt.part");
    (file, part)
}

/// Checks that it failed, and gives the reason.
fn reason(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn stdout(output: &Output) -> String {
    let reason = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{reason}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Everything in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn an_interrupted_download_goes_on() {
    let mirror = Mirror::start(vec![Answer::cut(&TINY, CUT), Answer::whole(&TINY)]);
    let folder = TempDir::new().unwrap();
    let (file, part) = files(folder.path());
    let words = reason(&download(&mirror, folder.path()));
    assert!(words.contains("the connection broke after"), "{words}");
    assert!(words.contains("run the same command again"), "{words}");
    let there = std::fs::metadata(&part).unwrap().len();
    assert!(there > 0 && there <= CUT as u64, "{there}");
    assert!(!file.exists());
    assert!(list(folder.path()).contains("interrupted"));

    let words = stdout(&download(&mirror, folder.path()));
    assert!(words.contains("every tensor loads"), "{words}");
    assert_eq!(
        mirror.ranges(),
        [None, Some(format!("bytes={there}-"))],
        "the second request asks for the rest"
    );
    assert!(std::fs::read(&file).unwrap() == *TINY);
    assert_eq!(names(folder.path()), ["sam2.1_hiera_tiny.pt"]);

    // Once more: it is here, and nobody is asked.
    assert!(stdout(&download(&mirror, folder.path())).contains("is here already"));
    assert_eq!(mirror.ranges().len(), 2);

    let hash = &Weights::read(&file).unwrap().hash().to_owned();
    let words = list(folder.path());
    assert!(
        words.contains(hash) && words.contains("Would run on the CPU"),
        "{words}"
    );
    let words = stdout(&inspect(&file));
    assert!(
        words.contains("SAM 2.1 tiny") && words.contains(hash),
        "{words}"
    );
}

#[test]
fn a_server_without_ranges_gives_the_whole_again() {
    let mirror = Mirror::start(vec![
        Answer::cut(&TINY, CUT),
        Answer::whole(&TINY).without_ranges(),
    ]);
    let folder = TempDir::new().unwrap();
    reason(&download(&mirror, folder.path()));
    stdout(&download(&mirror, folder.path()));
    assert!(std::fs::read(files(folder.path()).0).unwrap() == *TINY);
}

#[test]
fn the_part_of_an_older_file_is_not_gone_on_with() {
    let older = Bytes::from(vec![7; 2 * CUT]);
    let mirror = Mirror::start(vec![
        Answer::cut(&older, CUT).version("\"older\""),
        Answer::whole(&TINY),
    ]);
    let folder = TempDir::new().unwrap();
    reason(&download(&mirror, folder.path()));
    stdout(&download(&mirror, folder.path()));
    assert!(std::fs::read(files(folder.path()).0).unwrap() == *TINY);
}

#[test]
fn what_is_no_model_is_not_taken() {
    let lacking = tiny(|name| name != "no_mem_embed");
    for (body, words) in [
        (
            Bytes::from_static(b"<html>Sign in</html>"),
            "neither a PyTorch file",
        ),
        (
            lacking,
            "1 tensors are missing, 0 left over, 0 of another shape; the first is no_mem_embed",
        ),
    ] {
        let mirror = Mirror::start(vec![Answer::whole(&body)]);
        let folder = TempDir::new().unwrap();
        let reason = reason(&download(&mirror, folder.path()));
        assert!(reason.contains(words), "{reason}");
        assert!(
            reason.contains("is not SAM 2.1 tiny and was removed"),
            "{reason}"
        );
        assert!(names(folder.path()).is_empty());
    }
}

#[test]
fn without_a_file_or_a_server_it_says_what_to_do() {
    let gone = Mirror::start(vec![Answer::status(StatusCode::NOT_FOUND)]);
    let folder = TempDir::new().unwrap();
    let (file, _) = files(folder.path());
    let put = format!("can be put at {}", file.display());
    let words = reason(&download(&gone, folder.path()));
    assert!(words.contains("404") && words.contains(&put), "{words}");

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let output = checkpoint(&["download", "tiny", "--from", &nobody], folder.path());
    let words = reason(&output);
    assert!(
        words.contains("the server cannot be reached") && words.contains(&put),
        "{words}"
    );

    let output = checkpoint(&["download", "huge"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("tiny, small, base_plus, large"));
}

#[test]
fn an_inspection_lists_what_does_not_fit() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mine.safetensors");
    std::fs::write(&file, tiny(|name| !name.contains("blocks.3."))).unwrap();
    let output = inspect(&file);
    assert_eq!(output.status.code(), Some(2));
    let words = String::from_utf8(output.stdout).unwrap();
    for part in [
        "does not fit",
        "SAM 2.1 tiny",
        "missing: ",
        "blocks.3.attn.qkv.weight",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let nano = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../checkpoints/nano.safetensors"
    );
    assert!(stdout(&inspect(Path::new(nano))).contains("nano.json"));
}
