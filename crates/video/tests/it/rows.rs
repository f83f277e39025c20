//! Every row of a film must show the picture that `ffmpeg -r 30` shows there.

use crate::film::{Studio, difference, number_on, reference_rows};
use domain::{FrameTable, RgbFrame};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

/// The small size of most films here.
const SIZE: (u32, u32) = (64, 48);
/// Enough of x264 for pictures that are clearly told apart.
const H264: &str = "-c:v libx264 -preset ultrafast -crf 12 -pix_fmt yuv420p";

/// How far the pixels of a row may be from the program's.
#[derive(Clone, Copy)]
struct Tolerance {
    /// The largest difference of any value, of 255.
    largest: u8,
    /// The mean difference.
    mean: f64,
}

/// The same decoder and the same conversion give the same values.
const EXACT: Tolerance = Tolerance {
    largest: 0,
    mean: 0.0,
};

/// A film's frame table, and the frames that it shows by their number.
fn decode(film: &Path) -> (FrameTable, Vec<(u32, RgbFrame)>) {
    let mut frames = Vec::new();
    let table = video::decode(film, |frame| {
        frames.push((frame.source_frame, frame.image));
        ControlFlow::Continue(())
    })
    .unwrap_or_else(|error| panic!("{}: {error}", film.display()));
    (table, frames)
}

/// Compares every row of a film with the program's, in number and in content.
fn compare(film: &Path, tolerance: Tolerance) -> FrameTable {
    let name = film.file_name().unwrap().display();
    let (table, frames) = decode(film);
    let expected = reference_rows(film, table.width, table.height);
    assert_eq!(table.len(), expected.len(), "{name}: number of rows");

    let shown: Vec<u32> = frames.iter().map(|(number, _)| *number).collect();
    assert_eq!(shown, table.shown_frames(), "{name}: frames handed out");
    // A row that is off by one must not slip through.
    for pair in frames.windows(2) {
        let (_, mean) = difference(&pair[0].1, &pair[1].1);
        assert!(
            mean > 5.0 * tolerance.mean + 3.0,
            "{name}: frames alike, {mean}"
        );
    }
    for (row, expected) in table.rows.iter().zip(&expected) {
        let index = shown.binary_search(&row.source_frame).unwrap();
        let (largest, mean) = difference(&frames[index].1, expected);
        assert!(
            largest <= tolerance.largest && mean <= tolerance.mean,
            "{name}: source frame {} is off by {largest}, {mean} in the mean",
            row.source_frame
        );
    }
    table
}

/// The source frames of a table's rows.
fn sources(table: &FrameTable) -> Vec<u32> {
    table.rows.iter().map(|row| row.source_frame).collect()
}

#[test]
fn constant_rates() {
    let studio = Studio::new();
    for fps in [
        "24",
        "25",
        "30",
        "50",
        "60",
        "24000/1001",
        "30000/1001",
        "120",
        "15",
        "12.5",
        "29",
        "31",
        "1",
    ] {
        let name = fps.replace('/', "_");
        let film = studio.film(
            &format!("{name}.mp4"),
            SIZE,
            fps,
            70,
            &format!("{H264} -bf 2"),
        );
        let table = compare(&film, EXACT);
        if fps == "30" {
            assert_eq!(sources(&table), (0..70).collect::<Vec<_>>());
        }
    }
}

#[test]
fn constant_rates_with_sound() {
    let studio = Studio::new();
    let options = format!("-f lavfi -i sine=220:duration=4 -c:a aac {H264} -bf 2");
    for fps in ["24", "25", "60", "30000/1001"] {
        let name = format!("{}.mp4", fps.replace('/', "_"));
        compare(&studio.film(&name, SIZE, fps, 70, &options), EXACT);
    }
}

#[test]
fn rates_repeat_and_drop_frames() {
    let studio = Studio::new();
    let slow = compare(&studio.film("24.mp4", SIZE, "24", 48, H264), EXACT);
    assert_eq!(slow.shown_frames().len(), 48);
    assert!(slow.len().abs_diff(60) <= 1, "{}", slow.len());
    let fast = compare(&studio.film("60.mp4", SIZE, "60", 120, H264), EXACT);
    assert!(fast.len().abs_diff(60) <= 2, "{}", fast.len());
    assert_eq!(fast.shown_frames().len(), fast.len());
}

#[test]
fn containers_and_codings() {
    let studio = Studio::new();
    for (index, (name, options)) in [
        ("h264.mov", H264),
        ("h264.mkv", "-c:v libx264 -preset ultrafast -bf 3 -crf 12"),
        ("h264.avi", "-c:v libx264 -preset veryfast -bf 2 -crf 12"),
        (
            "h264_444.mp4",
            "-c:v libx264 -preset ultrafast -pix_fmt yuv444p",
        ),
        (
            "h264_10bit.mkv",
            "-c:v libx264 -preset ultrafast -pix_fmt yuv422p10le",
        ),
        (
            "hevc.mp4",
            "-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1",
        ),
        (
            "hevc.mkv",
            "-c:v libx265 -preset medium -x265-params log-level=none",
        ),
        (
            "hevc_10bit.mov",
            "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le",
        ),
        (
            "vp9.webm",
            "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 20 -b:v 0",
        ),
        (
            "vp9_hidden.webm",
            "-c:v libvpx-vp9 -deadline good -cpu-used 5 -auto-alt-ref 1 -lag-in-frames 16 -b:v 300k",
        ),
        ("vp8.webm", "-c:v libvpx -deadline realtime -b:v 600k"),
        ("mpeg4.avi", "-c:v mpeg4 -q:v 3"),
        ("mpeg4_b.avi", "-c:v mpeg4 -q:v 3 -bf 2"),
        ("mpeg4.mp4", "-c:v mpeg4 -q:v 3 -bf 2"),
        ("xvid.avi", "-c:v libxvid -q:v 3 -bf 2"),
        ("mpeg2.mkv", "-c:v mpeg2video -q:v 3 -bf 2"),
        ("mjpeg.mov", "-c:v mjpeg -q:v 3 -pix_fmt yuvj422p"),
        ("mjpeg.avi", "-c:v mjpeg -q:v 3 -pix_fmt yuvj420p"),
        (
            "bt709.mp4",
            "-vf scale=out_color_matrix=bt709 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv",
        ),
        (
            "full.mp4",
            "-c:v libx264 -preset ultrafast -pix_fmt yuvj420p",
        ),
        ("raw.avi", "-c:v rawvideo -pix_fmt bgr24"),
        (
            "fragments.mp4",
            "-c:v libx264 -preset ultrafast -bf 2 -g 12 -pix_fmt yuv420p -movflags frag_keyframe+empty_moov",
        ),
        ("prores.mov", "-c:v prores_ks"),
    ]
    .into_iter()
    .enumerate()
    {
        let fps = ["25", "60", "30"][index % 3];
        compare(&studio.film(name, SIZE, fps, 40, options), EXACT);
    }
}

#[test]
fn variable_rates() {
    let studio = Studio::new();
    for (index, setpts) in [
        "(N+0.45*sin(N*1.7))/30/TB",
        "(N+0.9*mod(N\\,2))/30/TB",
        "N*N/900/TB",
        "sqrt(N)*6/30/TB",
        "(N+if(gt(N\\,20)\\,75\\,0))/30/TB",
        "(N+if(gt(N\\,20)\\,1.55\\,0))/30/TB",
        "(N+2*floor(N/7)+0.3*mod(N*7\\,5))/48/TB",
        "floor(N/3)*0.1/TB+mod(N\\,3)*0.004/TB",
        "(N+random(0)*3)/24/TB",
    ]
    .into_iter()
    .enumerate()
    {
        let vary = format!("-vf settb=1/90000,setpts={setpts} -vsync passthrough");
        let kinds = [
            ("mkv", "-bf 2"),
            ("mp4", "-bf 2 -video_track_timescale 90000"),
            ("mov", "-bf 0 -video_track_timescale 1000"),
        ];
        for (number, (kind, options)) in kinds.into_iter().enumerate() {
            // With sound, the time before the first frame counts.
            let sound = match (index + number) % 3 {
                0 => "-f lavfi -i sine=d=1 -c:a aac",
                _ => "",
            };
            let options = format!("{sound} {vary} {H264} {options} -enc_time_base 1/90000");
            let name = format!("{index}.{kind}");
            compare(&studio.film(&name, SIZE, "30", 60, &options), EXACT);
        }
    }
}

#[test]
fn a_pause_shows_the_frame_before_it() {
    let studio = Studio::new();
    let pause = "-vf settb=1/1000,setpts=(N+if(gte(N\\,10)\\,60\\,0))/30/TB -vsync passthrough";
    let film = studio.film("pause.mkv", SIZE, "30", 20, &format!("{pause} {H264}"));
    let table = compare(&film, EXACT);
    assert_eq!(table.rows_showing(9).len(), 60);
    assert_eq!(table.rows_showing(10).len(), 2);
}

#[test]
fn the_last_frame_repeats_after_gaps() {
    let studio = Studio::new();
    // Three gaps at the end: their median is added once more.
    for gap in ["3", "4.2", "7"] {
        let vary =
            format!("-vf settb=1/90000,setpts=(N+max(N-20\\,0)*{gap})/30/TB -vsync passthrough");
        let film = studio.film(
            &format!("{gap}.mkv"),
            SIZE,
            "30",
            26,
            &format!("{vary} -enc_time_base 1/90000 {H264}"),
        );
        let table = compare(&film, EXACT);
        assert!(table.rows_showing(25).len() > 1, "{:?}", sources(&table));
    }
}

#[test]
fn cuts_edit_lists_and_late_starts() {
    let studio = Studio::new();
    let options = format!("-f lavfi -i sine=220:duration=4 -c:a aac {H264} -bf 2 -g 10");
    let sound = studio.film("sound.mp4", SIZE, "25", 80, &options);
    let silent = studio.film("silent.mp4", SIZE, "25", 80, &format!("{H264} -bf 2 -g 10"));
    for (index, (before, options)) in [
        ("-ss 0.7", "-c copy"),
        ("-ss 1.23", "-c copy -avoid_negative_ts disabled"),
        ("-ss 0.5", "-c copy -t 1.3"),
        ("", "-c copy -ss 0.9"),
        ("-itsoffset 0.52", "-c copy -avoid_negative_ts disabled"),
        ("-itsoffset 3", "-c copy -copyts"),
        ("-itsoffset -0.3", "-c copy -avoid_negative_ts disabled"),
        ("", "-c copy -bsf:v setts=pts=PTS+3000:dts=DTS+3000"),
        ("", "-c copy -movflags +negative_cts_offsets"),
        ("-ss 0.7", "-c copy -use_editlist 0"),
    ]
    .into_iter()
    .enumerate()
    {
        for (from, film) in [("sound", &sound), ("silent", &silent)] {
            let kinds: &[&str] = match from {
                _ if options.contains("list") || options.contains("movflags") => &["mp4"],
                "sound" => &["mp4", "mkv"],
                _ => &["mov", "mkv", "avi"],
            };
            for kind in kinds {
                let name = format!("{index}_{from}.{kind}");
                compare(&studio.remake(film, &name, before, options), EXACT);
            }
        }
    }
    // Video that starts well behind the sound.
    let late = studio.path("late.mp4");
    let mut command = crate::film::ffmpeg();
    command.arg("-i").arg(&sound);
    command
        .args("-itsoffset 0.61 -i".split_whitespace())
        .arg(&sound);
    command
        .args("-map 0:a -map 1:v -c copy".split_whitespace())
        .arg(&late);
    crate::film::run(&mut command);
    let table = compare(&late, EXACT);
    assert!(table.rows_showing(0).len() > 10, "{:?}", sources(&table));
}

/// The program scales the later pictures as they are stored, this crate together with the conversion to RGB. Neighbouring frames
/// differ by more than 3 in the mean.
#[test]
fn films_that_change_their_size() {
    const SCALED: Tolerance = Tolerance {
        largest: 60,
        mean: 2.0,
    };
    let studio = Studio::new();
    let options = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";
    let small = studio.film("small.h264", (64, 48), "25", 12, options);
    let large = studio.film("large.h264", (128, 96), "25", 12, options);
    let both = studio.path("both.h264");
    fs::write(
        &both,
        [fs::read(small).unwrap(), fs::read(large).unwrap()].concat(),
    )
    .unwrap();
    let film = studio.remake(&both, "both.avi", "-framerate 25", "-c copy");
    let table = compare(&film, SCALED);
    assert_eq!((table.width, table.height), (64, 48));
}

#[test]
fn short_films() {
    let studio = Studio::new();
    for count in 1..4 {
        for fps in ["5", "60"] {
            let name = format!("{count}_{fps}");
            compare(
                &studio.film(&format!("{name}.mp4"), SIZE, fps, count, H264),
                EXACT,
            );
            compare(
                &studio.film(&format!("{name}.mkv"), SIZE, fps, count, H264),
                EXACT,
            );
        }
    }
}

#[test]
fn turned_films() {
    let studio = Studio::new();
    let film = studio.film("plain.mp4", (64, 40), "30", 30, H264);
    for (degrees, size) in [(90, (40, 64)), (180, (64, 40)), (270, (40, 64))] {
        let options = format!("-c copy -metadata:s:v:0 rotate={degrees}");
        let turned = studio.remake(&film, &format!("{degrees}.mp4"), "", &options);
        let table = compare(&turned, EXACT);
        assert_eq!((table.width, table.height), size);
        let seen = video::probe(&turned).unwrap();
        assert_eq!((seen.width, seen.height), size);
        // The program's tag counts against the clock.
        assert_eq!(seen.rotation, 360 - degrees);
    }
}

#[test]
fn turned_films_of_other_kinds() {
    let studio = Studio::new();
    for (name, size, options) in [
        ("odd.mp4", (65, 49), "-c:v mpeg4 -q:v 2"),
        ("odd_height.mp4", (64, 33), "-c:v mpeg4 -q:v 2"),
        ("odd_width.mp4", (33, 64), "-c:v mpeg4 -q:v 2"),
        (
            "444.mov",
            (65, 49),
            "-c:v libx264 -preset ultrafast -pix_fmt yuv444p",
        ),
        ("rgb.mov", (65, 49), "-c:v png -pix_fmt rgb24"),
        ("grey.mov", (65, 49), "-c:v png -pix_fmt gray"),
        (
            "10bit.mov",
            SIZE,
            "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le",
        ),
        ("full.mov", SIZE, "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p"),
    ] {
        let film = studio.film(name, size, "25", 8, options);
        for degrees in [90, 180, 270] {
            let options = format!("-c copy -metadata:s:v:0 rotate={degrees}");
            compare(
                &studio.remake(&film, &format!("{degrees}_{name}"), "", &options),
                EXACT,
            );
        }
    }
}

/// Colours that are shared by two pixels of a row cannot be turned as they are stored; the program first spreads them in its own
/// way. Neighbouring frames differ by more than 3 in the mean.
#[test]
fn turned_films_of_half_colour() {
    const SPREAD: Tolerance = Tolerance {
        largest: 20,
        mean: 0.5,
    };
    let studio = Studio::new();
    let options = "-c:v libx264 -preset ultrafast -pix_fmt yuv422p";
    let film = studio.film("422.mov", SIZE, "25", 8, options);
    for (degrees, tolerance) in [(90, SPREAD), (180, EXACT), (270, SPREAD)] {
        let options = format!("-c copy -metadata:s:v:0 rotate={degrees}");
        compare(
            &studio.remake(&film, &format!("{degrees}.mov"), "", &options),
            tolerance,
        );
    }
}

#[test]
fn mirrored_films() {
    let studio = Studio::new();
    let film = studio.film("plain.mov", (64, 40), "30", 10, H264);
    let plain = fs::read(&film).unwrap();
    let header = plain.windows(4).position(|bytes| bytes == b"tkhd").unwrap();
    const ONE: i32 = 1 << 16;
    for (a, b, c, d) in [
        (-ONE, 0, 0, ONE),
        (ONE, 0, 0, -ONE),
        (0, ONE, ONE, 0),
        (0, -ONE, -ONE, 0),
        (0, ONE, -ONE, 0),
        (0, -ONE, ONE, 0),
        (-ONE, 0, 0, -ONE),
    ] {
        let mut bytes = plain.clone();
        for (index, number) in [(0, a), (1, b), (3, c), (4, d)] {
            let at = header + 4 + 40 + 4 * index;
            bytes[at..at + 4].copy_from_slice(&number.to_be_bytes());
        }
        let name = format!(
            "{}_{}_{}_{}.mov",
            a.signum(),
            b.signum(),
            c.signum(),
            d.signum()
        );
        let mirrored = studio.path(&name);
        fs::write(&mirrored, bytes).unwrap();
        compare(&mirrored, EXACT);
    }
}

#[test]
fn odd_sizes() {
    let studio = Studio::new();
    for size in [(65, 49), (33, 64), (64, 33), (101, 57)] {
        let vp9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 20 -b:v 0 -pix_fmt yuv420p";
        let name = format!("{}x{}", size.0, size.1);
        let film = studio.film(&format!("{name}.webm"), size, "25", 20, vp9);
        let table = compare(&film, EXACT);
        assert_eq!((table.width, table.height), size);
        compare(
            &studio.film(&format!("{name}.mp4"), size, "25", 20, "-c:v mpeg4 -q:v 2"),
            EXACT,
        );
        let full_colour = "-c:v libx264 -preset ultrafast -pix_fmt yuv444p";
        let film = studio.film(&format!("{name}.mov"), size, "25", 20, full_colour);
        compare(&film, EXACT);
    }
}

#[test]
fn the_number_on_a_frame_is_its_own() {
    let studio = Studio::new();
    let film = studio.film("numbers.mp4", SIZE, "24", 200, H264);
    let (table, frames) = decode(&film);
    for (number, frame) in &frames {
        assert_eq!(number_on(frame), *number);
    }
    // Time stamps are the container's.
    let seconds =
        |pts: i64| pts as f64 * f64::from(table.time_base.0) / f64::from(table.time_base.1);
    for row in &table.rows {
        let expected = f64::from(row.source_frame) / 24.0;
        assert!((seconds(row.pts) - expected).abs() < 1e-3);
    }
    assert_eq!(video::frame_table(&film).unwrap(), table);
}
