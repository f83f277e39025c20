//! The JPEG files of a film's shown frames, and the quick look.

use crate::film::{Studio, difference, number_on, numbered};
use domain::RgbFrame;
use image::ImageReader;
use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use video::{JpegEncoder, VideoError, extract, frame_file_name};

const H264: &str = "-c:v libx264 -preset ultrafast -crf 12 -pix_fmt yuv420p";

/// Decodes a JPEG with a library that knows nothing of FFmpeg.
fn open_jpeg(path: &Path) -> RgbFrame {
    let picture = ImageReader::open(path)
        .unwrap()
        .decode()
        .unwrap()
        .into_rgb8();
    let (width, height) = picture.dimensions();
    RgbFrame::new(width, height, picture.into_raw())
}

#[test]
fn the_shown_frames_become_files() {
    let studio = Studio::new();
    let film = studio.film("film.mp4", (320, 240), "60", 90, H264);
    let folder = studio.path("cache/video1");
    let mut told = Vec::new();
    let table = extract(&film, &folder, |done, total| told.push((done, total))).unwrap();
    assert_eq!(told.len(), 90);
    assert_eq!(told.last(), Some(&(90, Some(90))));

    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let shown = table.shown_frames();
    assert!(shown.len() < 50, "{}", shown.len());
    let expected: Vec<String> = shown.iter().map(|n| frame_file_name(*n)).collect();
    assert_eq!(names, expected);
    assert_eq!(frame_file_name(12), "000012.jpg");

    // Each file holds the frame of its number, with its colours.
    video::decode(&film, |frame| {
        let file = open_jpeg(&folder.join(frame_file_name(frame.source_frame)));
        assert_eq!(number_on(&file), frame.source_frame);
        let (_, mean) = difference(&file, &frame.image);
        assert!(mean < 1.5, "{mean}");
        ControlFlow::Continue(())
    })
    .unwrap();

    // A second run gives the same bytes, over whatever a killed run left.
    let first = folder.join(frame_file_name(shown[3]));
    let before = fs::read(&first).unwrap();
    fs::write(&first, "half").unwrap();
    fs::write(first.with_extension("part"), "rest of a killed run").unwrap();
    assert_eq!(extract(&film, &folder, |_, _| {}).unwrap(), table);
    assert_eq!(fs::read(&first).unwrap(), before);
    assert!(!first.with_extension("part").exists());
}

#[test]
fn jpegs_keep_colours_in_full_range() {
    let colours = [
        [0, 0, 0],
        [255, 255, 255],
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
        [128, 128, 128],
        [16, 16, 16],
        [240, 200, 10],
    ];
    let studio = Studio::new();
    let mut encoder = JpegEncoder::new(64, 32).unwrap();
    for colour in colours {
        let frame = RgbFrame::new(64, 32, colour.repeat(64 * 32));
        let path = studio.path("colour.jpg");
        fs::write(&path, encoder.encode(&frame).unwrap()).unwrap();
        let (largest, _) = difference(&open_jpeg(&path), &frame);
        assert!(largest <= 3, "{colour:?}: {largest}");
    }
}

#[test]
fn jpegs_take_odd_sizes_and_refuse_others() {
    let studio = Studio::new();
    let mut encoder = JpegEncoder::new(101, 57).unwrap();
    let frame = numbered(101, 57, 0b1010_0110);
    let path = studio.path("odd.jpg");
    fs::write(&path, encoder.encode(&frame).unwrap()).unwrap();
    let file = open_jpeg(&path);
    let (_, mean) = difference(&file, &frame);
    assert!(mean < 4.0, "{mean}");
    assert_eq!(number_on(&file), 0b1010_0110);
    assert!(matches!(
        encoder.encode(&numbered(100, 57, 0)),
        Err(VideoError::WrongSize { .. })
    ));
}

#[test]
fn turned_films_become_upright_files() {
    let studio = Studio::new();
    let film = studio.film("film.mp4", (64, 40), "30", 10, H264);
    let turned = studio.remake(&film, "turned.mp4", "", "-c copy -metadata:s:v:0 rotate=90");
    let folder = studio.path("frames");
    let table = extract(&turned, &folder, |_, _| {}).unwrap();
    let file = open_jpeg(&folder.join(frame_file_name(0)));
    assert_eq!((file.width(), file.height()), (40, 64));
    assert_eq!((table.width, table.height), (40, 64));
}

#[test]
fn a_quick_look() {
    let studio = Studio::new();
    let film = studio.film(
        "film.webm",
        (65, 49),
        "25",
        50,
        "-c:v libvpx-vp9 -deadline realtime -cpu-used 8",
    );
    let seen = video::probe(&film).unwrap();
    assert_eq!((seen.width, seen.height), (65, 49));
    assert_eq!(seen.codec, "vp9");
    assert_eq!(seen.rotation, 0);
    assert_eq!(seen.fps, Some(25.0));
    assert!(seen.frames.is_some_and(|frames| frames.abs_diff(50) <= 1));
}

/// The largest memory that a process of its own needs to decode a film, in kilobytes.
fn memory_needed(film: &Path) -> u64 {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["frames::memory_does_not_grow_with_the_film", "--exact"])
        .args(["--nocapture", "--test-threads=1"])
        .env("FILM_TO_MEASURE", film)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let peak = text.split("VmHWM:").nth(1).expect("the child tells");
    peak.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn memory_does_not_grow_with_the_film() {
    if let Some(film) = std::env::var_os("FILM_TO_MEASURE") {
        let table = video::decode(Path::new(&film), |_| ControlFlow::Continue(())).unwrap();
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let peak = status.lines().find(|line| line.starts_with("VmHWM:"));
        assert!(!table.is_empty());
        std::io::stdout()
            .write_all(peak.unwrap().as_bytes())
            .unwrap();
        return;
    }
    let studio = Studio::new();
    // Uncompressed: 230 kB a frame, 9 MB and 138 MB.
    let raw = "-c:v rawvideo -pix_fmt bgr24";
    let short = studio.film("short.avi", (320, 240), "30", 40, raw);
    let long = studio.remake(&short, "long.avi", "-stream_loop 14", "-c copy");
    assert_eq!(video::frame_table(&long).unwrap().len(), 600);
    let (short, long) = (memory_needed(&short), memory_needed(&long));
    assert!(long < short + 8_000, "{short} kB, then {long} kB");
}

#[test]
fn decoding_stops_when_asked() {
    let studio = Studio::new();
    let film = studio.film("film.mp4", (64, 48), "30", 20, H264);
    let mut frames = 0;
    let stopped = video::decode(&film, |_| {
        frames += 1;
        if frames == 3 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert!(matches!(stopped, Err(VideoError::Stopped)));
    assert_eq!(frames, 3);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let studio = Studio::new();
    let film = studio.film("film.mp4", (64, 48), "30", 2, H264);
    let blocked = studio.path("blocked");
    fs::write(&blocked, "a file, not a folder").unwrap();
    let error = extract(&film, &blocked, |_, _| {}).unwrap_err();
    assert!(matches!(error, VideoError::Unwritable { .. }));
    assert!(error.to_string().contains("blocked"));
}
