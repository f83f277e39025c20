//! Real Python opens the files: pickle, pycocotools and, where it is installed, torch.

use crate::round_trip::truth;
use crate::samples::{kitchen, rectangle};
use domain::{FrameNumber, ObjectId};
use export::{SessionExport, read_segments, write_results};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The interpreter that `make setup` prepares.
fn python() -> Command {
    Command::new(std::env::var_os("SCENEDIFF_PYTHON").unwrap_or_else(|| "python3".into()))
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| {
        panic!(
            "{:?} does not start ({error}): run `make setup`, or let SCENEDIFF_PYTHON name a Python with the packages of \
             crates/export/tests/python/requirements.txt",
            command.get_program()
        )
    })
}

fn check(dir: &Path) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/check_results.py");
    run(python().arg(script).arg(dir).arg("--pixels"))
}

fn checked(dir: &Path) -> Value {
    let output = check(dir);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn written(session: &SessionExport) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    write_results(dir.path(), session).unwrap();
    dir
}

/// Row-major bits in hexadecimal, as numpy's `packbits` makes them.
fn packed(bitmap: &[u8]) -> String {
    let byte = |bits: &[u8]| {
        let bits = (0..8).map(|i| bits.get(i).copied().unwrap_or(0));
        bits.fold(0u8, |byte, bit| byte << 1 | bit)
    };
    let bytes = bitmap.chunks(8).map(byte);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn python_decodes_every_pixel() {
    let session = kitchen();
    let report = checked(written(&session).path());
    let truth = truth(&session);
    for layout in ["documented", "benchmark"] {
        let mut found = 0;
        for (index, object) in truth.objects.iter().enumerate() {
            for (side, masks) in ["video1", "video2"].iter().zip(&object.masks) {
                let theirs = &report["pixels"][layout][side][index.to_string()];
                assert_eq!(theirs.as_object().map_or(0, |o| o.len()), masks.len());
                for (frame, mask) in masks {
                    assert_eq!(
                        theirs[frame.to_string()],
                        packed(&mask.decode()),
                        "{side}, {frame}"
                    );
                    found += 1;
                }
            }
        }
        assert_eq!(found, 18);
    }
    assert_eq!(report["scene_type"], "Küche");
    assert_eq!(report["prompts"], json!({"video1": 4, "video2": 4}));
    let cup = &report["objects"][0];
    assert_eq!(
        (&cup["id"], &cup["label"]),
        (&json!("object_1"), &json!("cup"))
    );
    assert_eq!(cup["video1"]["frames"], 10);
    assert_eq!(cup["video1"]["areas"]["3"], 66);
    assert_eq!(cup["video2"]["frames"], 0);
}

#[test]
fn pickles_saved_by_python_are_read() {
    let session = kitchen();
    let dir = written(&session);
    let code = "
import pickle, sys
for name in ('segments.pkl', 'benchmark/segments.pkl'):
    data = pickle.load(open(name, 'rb'))
    for protocol in range(6):
        pickle.dump(data, open(f'{name}{protocol}', 'wb'), protocol)
";
    let output = run(python().args(["-c", code]).current_dir(dir.path()));
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let read = |name: String| read_segments(&fs::read(dir.path().join(name)).unwrap());
    for protocol in 3..6 {
        assert_eq!(read(format!("segments.pkl{protocol}")), Ok(truth(&session)));
    }
    for protocol in 2..6 {
        let benchmark = read(format!("benchmark/segments.pkl{protocol}")).unwrap();
        assert_eq!(benchmark.objects[1].masks, truth(&session).objects[1].masks);
    }
    for protocol in 0..2 {
        let error = read(format!("segments.pkl{protocol}")).unwrap_err();
        assert!(error.to_string().contains("protocol 2 or later"), "{error}");
    }
    // Before protocol 3 Python writes `bytes` as a call.
    let error = read("segments.pkl2".into()).unwrap_err();
    assert!(error.to_string().contains("_codecs.encode"), "{error}");
}

#[test]
fn a_long_session_is_read_by_python() {
    let mut session = kitchen();
    session.videos[0].table = crate::samples::table(640, 360, &(0..300).collect::<Vec<_>>());
    let masks = (0..300).map(|frame| {
        let mask = rectangle(640, 360, [frame, frame + 300], [frame / 2, 360]);
        (FrameNumber(frame), mask)
    });
    session.videos[0].masks = [(ObjectId(9), masks.collect())].into();
    let report = checked(written(&session).path());
    assert_eq!(report["objects"][0]["video1"]["frames"], 300);
    assert_eq!(report["objects"][0]["video1"]["areas"]["299"], 300 * 211);
}

/// The checker must not be of the kind that never complains.
#[test]
fn the_checker_finds_violations() {
    let break_file = |code: &str| {
        let dir = written(&kitchen());
        let code = format!(
            "
import pickle
name, benchmark = 'segments.pkl', 'benchmark/segments.pkl'
d, b = pickle.load(open(name, 'rb')), pickle.load(open(benchmark, 'rb'))
empty = {{'size': [23, 37], 'counts': 'cj0'}}
{code}
pickle.dump(d, open(name, 'wb')); pickle.dump(b, open(benchmark, 'wb'))
"
        );
        let output = run(python().args(["-c", &code]).current_dir(dir.path()));
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let output = check(dir.path());
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    for (code, complaint) in [
        (
            "d['objects']['object_9'] = d['objects'].pop('object_3')",
            "objects are named",
        ),
        (
            "o = d['video1_objects']['object_1']; o['0'] = o.pop(0)",
            "frame number is str, not int",
        ),
        (
            "d['video1_objects']['object_1'][0]['mask']['counts'] = '5'",
            "counts is str, not bytes",
        ),
        (
            "d['video1_objects']['object_1'][0]['mask'] = dict(empty, counts=b'cj0')",
            "is empty",
        ),
        (
            "d['video1_objects']['object_1'].pop(2)",
            "show the same picture",
        ),
        (
            "d['video1_objects']['object_3'] = d['video1_objects']['object_1']",
            "in which it is not seen",
        ),
        (
            "d['video2_objects']['object_2'][0]['mask']['size'].reverse()",
            "its video has [48, 64]",
        ),
        (
            "b['video1_objects'] = {str(k): v for k, v in b['video1_objects'].items()}",
            "is str, not int",
        ),
        (
            "b['video1_objects'] = {k + 1: v for k, v in b['video1_objects'].items()}",
            "different objects",
        ),
        (
            "b['video1_objects'][0]['0'] = {'mask': b['video1_objects'][0]['0']}",
            "has the keys ['mask']",
        ),
        ("b['video1_objects'][0]['0'] = empty", "is empty"),
        (
            "b['video1_objects'][0].pop('9')",
            "the layouts hold other frames",
        ),
        (
            "b['objects'] = dict(enumerate(b['objects']))",
            "objects is dict, not list",
        ),
        (
            "b['objects'][0]['video1_frame_idx'] = 4",
            "its objects are not those",
        ),
        (
            "open('benchmark/video1.mp4', 'wb').close()",
            "holds ['video1.mp4'], not",
        ),
    ] {
        let errors = break_file(code);
        assert!(errors.contains(complaint), "{code}: {errors}");
    }
}

#[test]
fn a_missing_package_is_named() {
    let dir = written(&kitchen());
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/python/check_results.py");
    // -I and -S leave Python without any package.
    let output = run(python().args(["-I", "-S"]).arg(script).arg(dir.path()));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(errors.contains("make setup"), "{errors}");
}
