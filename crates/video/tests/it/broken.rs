//! Films that cannot be used get an error that says why; films that merely look odd are accepted.

use crate::film::{Studio, ffmpeg, reference_rows, run};
use std::fs;
use std::path::Path;
use std::process::Command;
use video::VideoError;

const SIZE: (u32, u32) = (64, 48);
const H264: &str = "-c:v libx264 -preset ultrafast -crf 12 -pix_fmt yuv420p";

/// The error of a film; a quick look and a full decode must agree.
fn error(film: &Path) -> VideoError {
    let error = video::probe(film).unwrap_err();
    let full = video::frame_table(film).unwrap_err();
    assert_eq!(error.to_string(), full.to_string());
    error
}

/// Cuts a film to a share of its length.
fn cut(film: &Path, share: f64) {
    let length = fs::metadata(film).unwrap().len();
    let file = fs::File::options().write(true).open(film).unwrap();
    file.set_len((length as f64 * share) as u64).unwrap();
}

#[test]
fn files_that_are_no_films() {
    let studio = Studio::new();
    let path = studio.path("text.mp4");
    fs::write(&path, "This is a letter, not a film.\n".repeat(200)).unwrap();
    assert!(
        matches!(error(&path), VideoError::NotAVideo),
        "{}",
        error(&path)
    );

    fs::write(&path, "").unwrap();
    assert!(matches!(error(&path), VideoError::Empty));

    // A playlist would make FFmpeg open other files.
    fs::write(&path, "#EXTM3U\n#EXTINF:10,\n/etc/passwd\n#EXT-X-ENDLIST\n").unwrap();
    let playlist = error(&path);
    assert!(matches!(
        playlist,
        VideoError::NotAVideo | VideoError::UnsupportedContainer
    ));

    let picture = studio.film("picture.png", SIZE, "1", 1, "");
    fs::copy(&picture, &path).unwrap();
    assert!(matches!(error(&path), VideoError::UnsupportedContainer));

    let stream = studio.film("stream.ts", SIZE, "30", 10, H264);
    fs::copy(&stream, &path).unwrap();
    assert!(matches!(error(&path), VideoError::UnsupportedContainer));

    let missing = error(&studio.path("missing.mp4"));
    assert!(matches!(missing, VideoError::Unreadable { .. }));
    assert!(missing.to_string().contains("missing.mp4"));
    assert!(matches!(
        error(studio.path("").as_path()),
        VideoError::Unreadable { .. }
    ));
}

#[test]
fn cut_films_are_refused() {
    let studio = Studio::new();
    for (name, options) in [
        ("front.mp4", "-movflags +faststart"),
        ("behind.mp4", ""),
        ("fragments.mp4", "-g 10 -movflags frag_keyframe+empty_moov"),
        ("film.mov", ""),
        ("film.mkv", ""),
        ("film.avi", ""),
    ] {
        for share in [0.999, 0.7, 0.3] {
            let film = studio.film(name, SIZE, "30", 60, &format!("{H264} {options}"));
            video::probe(&film).unwrap();
            cut(&film, share);
            let error = error(&film);
            assert!(
                matches!(error, VideoError::Truncated { .. }),
                "{name} {share}: {error}"
            );
        }
    }
    let vp9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8";
    let film = studio.film("film.webm", SIZE, "30", 30, vp9);
    cut(&film, 0.6);
    assert!(matches!(error(&film), VideoError::Truncated { .. }));
    let message = error(&film).to_string();
    assert!(message.contains("cut off") && message.contains("send the whole file"));
}

#[test]
fn films_without_pictures() {
    let studio = Studio::new();
    let sound = studio.path("sound.mp4");
    run(ffmpeg()
        .args("-f lavfi -i sine=d=1 -c:a aac".split_whitespace())
        .arg(&sound));
    let no_stream = error(&sound);
    assert!(matches!(
        no_stream,
        VideoError::NoVideoStream { audio: true }
    ));
    assert!(no_stream.to_string().contains("only sound"));

    // The cover of a song is no film.
    let cover = studio.film("cover.png", SIZE, "1", 1, "");
    let song = studio.path("song.mp4");
    run(ffmpeg()
        .arg("-i")
        .arg(&sound)
        .arg("-i")
        .arg(&cover)
        .args([
            "-map",
            "0",
            "-map",
            "1",
            "-c:a",
            "copy",
            "-c:v",
            "png",
            "-disposition:v",
            "attached_pic",
        ])
        .arg(&song));
    assert!(matches!(
        error(&song),
        VideoError::NoVideoStream { audio: true }
    ));

    for kind in ["mp4", "mkv", "avi"] {
        let name = format!("none.{kind}");
        let none = studio.film(&name, SIZE, "30", 10, &format!("{H264} -frames:v 0"));
        let error = error(&none);
        assert!(
            matches!(
                error,
                VideoError::NoFrames | VideoError::NoVideoStream { .. }
            ),
            "{kind}: {error}"
        );
    }
}

/// Where the bytes of a box's content begin.
fn inside(film: &[u8], kind: &[u8; 4]) -> usize {
    4 + film.windows(4).position(|bytes| bytes == kind).unwrap()
}

#[test]
fn a_lie_about_the_number_of_frames_is_forgiven() {
    let studio = Studio::new();
    // Matroska: the header's duration is ten times too long.
    let film = studio.film("film.mkv", SIZE, "30", 30, H264);
    let mut bytes = fs::read(&film).unwrap();
    let duration = bytes
        .windows(3)
        .position(|bytes| bytes == [0x44, 0x89, 0x88])
        .unwrap();
    bytes[duration + 3..duration + 11].copy_from_slice(&10_000f64.to_be_bytes());
    fs::write(&film, bytes).unwrap();
    let promised = video::probe(&film).unwrap().frames.unwrap();
    assert!(promised > 250, "{promised}");
    assert_eq!(video::frame_table(&film).unwrap().len(), 30);

    // AVI: the header promises 9999 frames.
    let film = studio.film("film.avi", SIZE, "30", 30, "-c:v mpeg4");
    let mut bytes = fs::read(&film).unwrap();
    let (main, stream) = (inside(&bytes, b"avih"), inside(&bytes, b"strh"));
    for at in [main + 4 + 16, stream + 4 + 32] {
        bytes[at..at + 4].copy_from_slice(&9999u32.to_le_bytes());
    }
    fs::write(&film, bytes).unwrap();
    assert_eq!(video::probe(&film).unwrap().frames, Some(9999));
    assert_eq!(video::frame_table(&film).unwrap().len(), 30);

    // MP4: the edit list shows a third of what the track holds.
    let long = studio.film("long.mp4", SIZE, "30", 90, &format!("{H264} -g 90"));
    let short = studio.remake(&long, "short.mp4", "-ss 2", "-c copy");
    let promised = video::probe(&short).unwrap().frames.unwrap();
    let table = video::frame_table(&short).unwrap();
    assert_eq!(promised, 90);
    assert_eq!(table.len(), reference_rows(&short, 64, 48).len());
    assert!(table.len() < 40, "{}", table.len());
}

#[test]
fn samples_behind_the_end_of_the_file_are_left_out() {
    let studio = Studio::new();
    let sound = "-f lavfi -i sine=220:duration=2 -c:a aac";
    let film = studio.film("film.mp4", SIZE, "30", 60, &format!("{sound} {H264}"));
    let mut bytes = fs::read(&film).unwrap();
    // The last chunk is said to lie far away; every box is still whole.
    let chunks = inside(&bytes, b"stco") + 4;
    let count = u32::from_be_bytes(bytes[chunks..chunks + 4].try_into().unwrap()) as usize;
    let last = chunks + 4 * count;
    bytes[last..last + 4].copy_from_slice(&0x7000_0000u32.to_be_bytes());
    fs::write(&film, bytes).unwrap();
    let table = video::frame_table(&film).unwrap();
    assert_eq!(table.len(), reference_rows(&film, 64, 48).len());
    assert!(table.len() < 60, "{} of {count} chunks", table.len());
}

#[test]
fn damage_in_the_middle_never_panics() {
    let studio = Studio::new();
    for (name, options) in [
        ("film.mp4", "-c:v libx264 -preset ultrafast -bf 2"),
        ("film.mkv", "-c:v libx264 -preset ultrafast -g 12"),
        ("film.avi", "-c:v mpeg4 -g 12"),
        (
            "film.webm",
            "-c:v libvpx-vp9 -deadline realtime -cpu-used 8",
        ),
    ] {
        let film = studio.film(name, SIZE, "30", 60, options);
        let whole = fs::read(&film).unwrap();
        let mut state = 12345u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state as usize >> 8
        };
        let mut accepted = 0;
        for round in 0..12 {
            let mut damaged = whole.clone();
            // From a few bytes to whole stretches, in the middle or anywhere.
            for _ in 0..1 << (round % 4) {
                let start = match round % 3 {
                    0 => random() % damaged.len(),
                    _ => damaged.len() / 3 + random() % (damaged.len() / 3),
                };
                for byte in damaged.iter_mut().skip(start).take(1 << (round % 8)) {
                    *byte ^= random() as u8;
                }
            }
            fs::write(&film, damaged).unwrap();
            match video::frame_table(&film) {
                Ok(table) => {
                    assert!(!table.is_empty());
                    accepted += 1;
                }
                Err(error) => assert!(error.to_string().len() > 20, "{error}"),
            }
        }
        assert!(accepted > 3, "{name}: {accepted}");
    }
}

#[test]
fn time_stamps_out_of_proportion_to_the_pictures_are_refused() {
    let studio = Studio::new();
    // Pictures are `distance` seconds apart, and `pause` seconds more behind the tenth.
    let film = |count, distance: u32, pause: u32| {
        let time = format!("(N*{distance}+if(gte(N\\,10)\\,{pause}\\,0))/TB");
        let vary = format!("-vf settb=1/1000,setpts={time} -vsync passthrough {H264}");
        let film = studio.film("film.mkv", SIZE, "30", count, &vary);
        video::probe(&film).unwrap();
        video::frame_table(&film)
    };
    // One picture a second with a pause of nine minutes, and a film of little else than time.
    assert!(film(60, 1, 540).unwrap().len() > 580 * 30);
    assert!(film(20, 10, 30).unwrap().len() > 190 * 30);
    // A few bytes for a day.
    let gap = film(12, 1, 23 * 3600).unwrap_err();
    assert!(
        matches!(gap, VideoError::StandsStill { frame: 9, .. }),
        "{gap}"
    );
    assert!(film(60, 1, 610).is_err());
    let slow = film(20, 60, 0).unwrap_err();
    assert!(
        matches!(slow, VideoError::TooFewPictures { frames: 20, .. }),
        "{slow}"
    );
}

#[test]
fn a_picture_stream_full_of_rubbish_is_refused() {
    let studio = Studio::new();
    let film = studio.film("film.avi", SIZE, "30", 20, "-c:v mpeg4");
    let mut bytes = fs::read(&film).unwrap();
    let start = inside(&bytes, b"movi");
    let end = bytes.windows(4).position(|b| b == b"idx1").unwrap();
    let mut at = start;
    // Every chunk of the stream keeps its head and loses its content.
    while at + 8 < end {
        let size = u32::from_le_bytes(bytes[at + 4..at + 8].try_into().unwrap()) as usize;
        bytes[at + 8..at + 8 + size].fill(0);
        at += 8 + size + size % 2;
    }
    fs::write(&film, bytes).unwrap();
    let error = error(&film);
    assert!(matches!(error, VideoError::Undecodable { .. }), "{error}");
}

#[test]
fn names_with_odd_characters_are_opened() {
    let studio = Studio::new();
    let film = studio.film("film.mp4", SIZE, "30", 5, H264);
    for name in ["a:b.mp4", "http:x.mp4", "%05d é 'q'.mp4"] {
        let odd = studio.path(name);
        fs::copy(&film, &odd).unwrap();
        assert_eq!(video::frame_table(&odd).unwrap().len(), 5, "{name}");
    }
}

#[test]
fn reading_prints_nothing() {
    // FFmpeg's own messages would mix with the messages that another process reads.
    if std::env::var_os("QUIET_FILM").is_some() {
        let film = std::env::var_os("QUIET_FILM").unwrap();
        video::frame_table(Path::new(&film)).ok();
        return;
    }
    let studio = Studio::new();
    let film = studio.film("film.avi", SIZE, "30", 20, "-c:v mpeg4");
    let mut bytes = fs::read(&film).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 500].fill(0xaa);
    fs::write(&film, bytes).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["broken::reading_prints_nothing", "--exact", "--nocapture"])
        .env("QUIET_FILM", &film)
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
