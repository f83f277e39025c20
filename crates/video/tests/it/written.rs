//! Films that this crate writes: what comes back, and whether browsers will play them.

use crate::film::{Studio, difference, number_on, numbered, run};
use domain::RgbFrame;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use video::{VideoError, VideoWriter};

/// What `ffprobe` says about the only stream of a film.
fn described(film: &Path, entry: &str) -> String {
    let output = run(Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-of", "csv=p=0"])
        .args(["-show_entries", &format!("stream={entry}")])
        .arg(film));
    String::from_utf8(output).unwrap().trim().to_owned()
}

/// Writes numbered frames.
fn write(film: &Path, (width, height): (u32, u32), count: u32) {
    let mut writer = VideoWriter::create(film, width, height, 30).unwrap();
    for number in 0..count {
        writer.push(&numbered(width, height, number)).unwrap();
    }
    assert!(!film.exists());
    writer.finish().unwrap();
}

#[test]
fn what_is_written_comes_back() {
    let studio = Studio::new();
    let film = studio.path("film.mp4");
    write(&film, (320, 240), 100);
    let mut numbers = Vec::new();
    let table = video::decode(&film, |frame| {
        assert_eq!(number_on(&frame.image), frame.source_frame);
        let (_, mean) = difference(&frame.image, &numbered(320, 240, frame.source_frame));
        assert!(mean < 3.0, "{mean}");
        numbers.push(frame.source_frame);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(numbers, (0..100).collect::<Vec<_>>());
    assert_eq!(table.len(), 100);
}

#[test]
fn browsers_can_play_it() {
    let studio = Studio::new();
    let film = studio.path("film.mp4");
    write(&film, (320, 240), 45);
    for (entry, value) in [
        ("codec_name", "h264"),
        ("pix_fmt", "yuv420p"),
        ("r_frame_rate", "30/1"),
        ("avg_frame_rate", "30/1"),
        ("nb_frames", "45"),
        ("start_pts", "0"),
        ("duration", "1.500000"),
        ("color_space", "bt709"),
        ("color_range", "tv"),
        ("color_primaries", "bt709"),
        ("color_transfer", "bt709"),
        ("sample_aspect_ratio", "1:1"),
    ] {
        assert_eq!(described(&film, entry), value, "{entry}");
    }
    // The index stands in front of the pictures.
    let bytes = fs::read(&film).unwrap();
    let position = |kind: &[u8]| bytes.windows(4).position(|four| four == kind).unwrap();
    assert!(position(b"moov") < position(b"mdat"));
    assert_eq!(&bytes[4..8], b"ftyp");
}

#[test]
fn colours_survive() {
    let studio = Studio::new();
    for colour in [
        [0, 0, 0],
        [255, 255, 255],
        [200, 30, 40],
        [31, 119, 180],
        [44, 160, 44],
        [255, 127, 14],
        [128, 128, 128],
    ] {
        let film = studio.path("colour.mp4");
        let frame = RgbFrame::new(64, 64, colour.repeat(64 * 64));
        let mut writer = VideoWriter::create(&film, 64, 64, 30).unwrap();
        for _ in 0..3 {
            writer.push(&frame).unwrap();
        }
        writer.finish().unwrap();
        video::decode(&film, |decoded| {
            let (largest, _) = difference(&decoded.image, &frame);
            assert!(largest <= 4, "{colour:?}: {largest}");
            ControlFlow::Continue(())
        })
        .unwrap();
    }
}

#[test]
fn odd_sizes_are_made_even() {
    let studio = Studio::new();
    let film = studio.path("odd.mp4");
    write(&film, (101, 57), 5);
    video::decode(&film, |frame| {
        let (image, wanted) = (&frame.image, numbered(101, 57, frame.source_frame));
        assert_eq!((image.width(), image.height()), (102, 58));
        let mut sum = 0;
        for y in 0..58usize {
            for x in 0..102usize {
                let nearest = y.min(56) * 101 + x.min(100);
                let (a, b) = ((y * 102 + x) * 3, nearest * 3);
                sum += (0..3)
                    .map(|i| u64::from(image.pixels()[a + i].abs_diff(wanted.pixels()[b + i])))
                    .sum::<u64>();
            }
        }
        let mean = sum as f64 / f64::from(102 * 58 * 3);
        assert!(mean < 4.0, "{mean}");
        ControlFlow::Continue(())
    })
    .unwrap();
}

#[test]
fn the_same_frames_give_the_same_bytes() {
    let studio = Studio::new();
    let (a, b) = (studio.path("a.mp4"), studio.path("b.mp4"));
    write(&a, (64, 48), 30);
    write(&b, (64, 48), 30);
    assert_eq!(fs::read(a).unwrap(), fs::read(b).unwrap());
}

#[test]
fn other_rates_keep_their_time() {
    let studio = Studio::new();
    let film = studio.path("slow.mp4");
    let mut writer = VideoWriter::create(&film, 64, 48, 24).unwrap();
    for number in 0..48 {
        writer.push(&numbered(64, 48, number)).unwrap();
    }
    writer.finish().unwrap();
    assert_eq!(described(&film, "duration"), "2.000000");
}

#[test]
fn an_unfinished_film_leaves_nothing() {
    let studio = Studio::new();
    let film = studio.path("film.mp4");
    let mut writer = VideoWriter::create(&film, 64, 48, 30).unwrap();
    writer.push(&numbered(64, 48, 0)).unwrap();
    assert!(matches!(
        writer.push(&numbered(48, 64, 0)),
        Err(VideoError::WrongSize { .. })
    ));
    drop(writer);
    assert_eq!(fs::read_dir(studio.path("")).unwrap().count(), 0);

    let writer = VideoWriter::create(&film, 64, 48, 30).unwrap();
    assert!(matches!(writer.finish(), Err(VideoError::NoFrames)));
    assert_eq!(fs::read_dir(studio.path("")).unwrap().count(), 0);
}

#[test]
fn what_cannot_be_written_is_named() {
    let studio = Studio::new();
    let film = studio.path("no/such/folder/film.mp4");
    let error = VideoWriter::create(&film, 64, 48, 30)
        .map(|_| ())
        .unwrap_err();
    assert!(matches!(error, VideoError::Unwritable { .. }), "{error}");
    assert!(error.to_string().contains("film.mp4"));
    assert!(VideoWriter::create(&studio.path("a.mp4"), 0, 48, 30).is_err());
    assert!(VideoWriter::create(&studio.path("a.mp4"), 64, 48, 0).is_err());
}
