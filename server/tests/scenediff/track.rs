//! `scenediff track`.

use crate::clips::write_clip;
use crate::server::EXE;
use domain::{RgbFrame, Rle, VideoSide};
use example::Example;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Frames of the clips in these tests.
const FRAMES: u32 = 8;
/// The frame that is clicked: in the middle, so that tracking runs both ways.
const CLICKED: u32 = 3;

fn track(video: &Path, prompts: &Value, out: &Path) -> Output {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("prompts.json");
    std::fs::write(&file, prompts.to_string()).unwrap();
    Command::new(EXE)
        .args(["track", "--device", "cpu", "--video"])
        .arg(video)
        .arg("--prompts")
        .arg(&file)
        .arg("--out")
        .arg(out)
        // Only what goes wrong.
        .env("RUST_LOG", "warn")
        .output()
        .unwrap()
}

/// One click in the middle of the first object that is seen, and the index of that object.
fn click() -> (Value, usize) {
    let clip = Example::new();
    let (object, mask) = clip
        .clip(VideoSide::One)
        .masks(CLICKED)
        .into_iter()
        .next()
        .unwrap();
    let pixels: Vec<usize> = mask.runs().flatten().collect();
    let height = mask.height() as usize;
    let mean = |value: fn(usize, usize) -> usize| {
        pixels
            .iter()
            .map(|&pixel| value(pixel, height) as f32 + 0.5)
            .sum::<f32>()
            / pixels.len() as f32
    };
    let point = [
        mean(|pixel, height| pixel / height),
        mean(|pixel, height| pixel % height),
    ];
    (
        json!({"objects": [{"id": 4, "prompts": [{"frame": CLICKED, "points": [point], "labels": [1]}]}]}),
        object,
    )
}

/// Checks the form of the answer, and that the masks lie on the object.
fn check(out: &Path, object: usize) {
    let answer: Value = serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap();
    let example = Example::new();
    let clip = example.clip(VideoSide::One);
    let (height, width) = (clip.height(), clip.width());
    assert_eq!(answer["size"], json!([height, width]));
    let frames = answer["frames"].as_object().unwrap();
    assert_eq!(frames.len(), FRAMES as usize);
    let mut sum = 0.0;
    for n in 0..FRAMES {
        let entry = &frames[&n.to_string()]["4"];
        assert!(entry["score"].is_f64(), "{entry}");
        let mask = Rle::from_coco_text(height, width, entry["counts"].as_str().unwrap().as_bytes())
            .unwrap();
        let truth = clip
            .masks(n)
            .into_iter()
            .find(|(index, _)| *index == object)
            .unwrap()
            .1;
        sum += mask.iou(&truth);
    }
    let mean = sum / f64::from(FRAMES);
    eprintln!("mean IoU {mean:.3}");
    assert!(mean > 0.6, "mean IoU {mean}");
}

#[test]
fn a_file_is_tracked_both_ways() {
    let folder = TempDir::new().unwrap();
    let film = folder.path().join("film.mp4");
    write_clip(&film, VideoSide::One, FRAMES);
    let (prompts, object) = click();
    let out = folder.path().join("masks.json");
    let output = track(&film, &prompts, &out);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    check(&out, object);
    // The same clicks, weights and frames: the same bytes.
    let again = folder.path().join("again.json");
    assert!(track(&film, &prompts, &again).status.success());
    assert!(std::fs::read(&out).unwrap() == std::fs::read(&again).unwrap());
}

#[test]
fn a_folder_of_pictures_is_tracked() {
    let folder = TempDir::new().unwrap();
    let pictures = folder.path().join("frames");
    std::fs::create_dir(&pictures).unwrap();
    let example = Example::new();
    for n in 0..FRAMES {
        save(
            &example.clip(VideoSide::One).frame(n),
            &pictures.join(format!("{n:05}.jpg")),
        );
    }
    let (prompts, object) = click();
    let out = folder.path().join("masks.json");
    let output = track(&pictures, &prompts, &out);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    check(&out, object);
}

fn save(frame: &RgbFrame, path: &Path) {
    image::save_buffer(
        path,
        frame.pixels(),
        frame.width(),
        frame.height(),
        image::ExtendedColorType::Rgb8,
    )
    .unwrap();
}

#[test]
fn wrong_prompts_are_named_with_object_and_frame() {
    let folder = TempDir::new().unwrap();
    let pictures = folder.path().join("frames");
    std::fs::create_dir(&pictures).unwrap();
    save(
        &Example::new().clip(VideoSide::One).frame(0),
        &pictures.join("00000.jpg"),
    );
    let prompts = |prompts: Value| json!({"objects": [{"id": 2, "prompts": prompts}]});
    let good = json!([{"frame": 0, "points": [[9, 9]], "labels": [1]}]);
    for (given, words) in [
        (json!({"objects": []}), "no object"),
        (json!({"objects": [{"id": 2}]}), "missing field `prompts`"),
        (
            json!({"objects": [{"id": 2, "prompts": good}, {"id": 2, "prompts": good}]}),
            "object 2: the id is used twice",
        ),
        (prompts(json!([])), "object 2: it has no prompts"),
        (
            prompts(json!([{"frame": 0}])),
            "object 2, frame 0: neither a point nor a box",
        ),
        (
            prompts(json!([{"frame": 0, "points": [[9, 9]], "labels": []}])),
            "object 2, frame 0: 1 points but 0 labels",
        ),
        (
            prompts(json!([{"frame": 0, "points": [[9, 9]], "labels": [2]}])),
            "object 2, frame 0: the label 2",
        ),
        (
            prompts(json!([{"frame": 0, "points": [[9000, 9]], "labels": [1]}])),
            "object 2, frame 0: the point (9000.0, 9.0) lies outside",
        ),
        (
            prompts(json!([{"frame": 0, "box": [9, 9, 9, 12]}])),
            "object 2, frame 0: the box is empty",
        ),
        (
            prompts(json!([{"frame": 1, "points": [[9, 9]], "labels": [1]}])),
            "object 2, frame 1: there is no such frame",
        ),
    ] {
        let out = folder.path().join("masks.json");
        let output = track(&pictures, &given, &out);
        assert_eq!(output.status.code(), Some(1), "{given}");
        let reason = String::from_utf8(output.stderr).unwrap();
        assert!(
            reason.starts_with("error: ") && reason.contains(words),
            "{given}: {reason}"
        );
        assert_eq!(reason.trim_end().lines().count(), 1, "{reason}");
        assert!(!out.exists());
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing is left beside the pictures"
    );
}
