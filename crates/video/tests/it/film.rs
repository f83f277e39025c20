//! Films whose every frame shows its own number, made with the `ffmpeg` program.

use domain::RgbFrame;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The `ffmpeg` program, silent and overwriting.
pub fn ffmpeg() -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-y", "-fflags", "+bitexact"]);
    command
}

/// Runs a command to its end; it must succeed.
pub fn run(command: &mut Command) -> Vec<u8> {
    let output = command
        .output()
        .expect("the ffmpeg program is installed (Debian's package ffmpeg)");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    output.stdout
}

/// A folder for the films of one test.
pub struct Studio(TempDir);

impl Studio {
    /// An empty folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Films `count` numbered frames of `width` x `height` at `fps`; `options` stand behind the input.
    pub fn film(
        &self,
        name: &str,
        (width, height): (u32, u32),
        fps: &str,
        count: u32,
        options: &str,
    ) -> PathBuf {
        let path = self.path(name);
        let mut child = ffmpeg()
            .args(["-f", "rawvideo", "-pix_fmt", "rgb24", "-framerate", fps])
            .args(["-video_size", &format!("{width}x{height}"), "-i", "pipe:0"])
            .args(options.split_whitespace())
            .arg(&path)
            .stdin(Stdio::piped())
            .spawn()
            .expect("the ffmpeg program is installed (Debian's package ffmpeg)");
        let mut stdin = child.stdin.take().unwrap();
        for number in 0..count {
            let frame = numbered(width, height, number);
            stdin.write_all(frame.pixels()).unwrap();
        }
        drop(stdin);
        assert!(child.wait().unwrap().success(), "{name}: {options}");
        path
    }

    /// Makes a film out of another one; `options` stand behind the input, `before` in front of it.
    pub fn remake(&self, from: &Path, name: &str, before: &str, options: &str) -> PathBuf {
        let path = self.path(name);
        let mut command = ffmpeg();
        command
            .args(before.split_whitespace())
            .arg("-i")
            .arg(from)
            .args(options.split_whitespace())
            .arg(&path);
        run(&mut command);
        path
    }
}

/// A frame that shows the lower eight bits of its number as black and white fields over a coloured slope.
pub fn numbered(width: u32, height: u32, number: u32) -> RgbFrame {
    let mut pixels = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            let bit = 4 * (4 * y / height) + 4 * x / width;
            if bit < 8 {
                pixels.extend([if number >> bit & 1 == 1 { 235 } else { 20 }; 3]);
            } else {
                let (x, y) = (255 * x / width, 255 * y / height);
                pixels.extend([x as u8, y as u8, 255 - x as u8]);
            }
        }
    }
    RgbFrame::new(width, height, pixels)
}

/// The number that a frame shows, whatever the coding did to its colours; turned frames are not understood.
pub fn number_on(frame: &RgbFrame) -> u32 {
    let (width, height) = (frame.width(), frame.height());
    (0..8)
        .filter(|bit| {
            let x = (2 * (bit % 4) + 1) * width / 8;
            let y = (2 * (bit / 4) + 1) * height / 8;
            frame.pixels()[((y * width + x) * 3 + 1) as usize] > 127
        })
        .map(|bit| 1 << bit)
        .sum()
}

/// The rows that the `ffmpeg` program makes of a film at 30 frames per second, as RGB pixels.
pub fn reference_rows(film: &Path, width: u32, height: u32) -> Vec<RgbFrame> {
    let pixels = run(ffmpeg()
        .arg("-i")
        .arg(film)
        .args(["-r", "30", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]));
    let bytes = (width * height * 3) as usize;
    assert_eq!(pixels.len() % bytes, 0, "the size of the pictures");
    pixels
        .chunks_exact(bytes)
        .map(|frame| RgbFrame::new(width, height, frame.to_vec()))
        .collect()
}

/// How far two frames of one size differ: the largest difference of a value, and the mean.
pub fn difference(a: &RgbFrame, b: &RgbFrame) -> (u8, f64) {
    assert_eq!((a.width(), a.height()), (b.width(), b.height()));
    let differences = a
        .pixels()
        .iter()
        .zip(b.pixels())
        .map(|(a, b)| a.abs_diff(*b));
    let sum: u64 = differences.clone().map(u64::from).sum();
    (
        differences.max().unwrap_or(0),
        sum as f64 / a.pixels().len() as f64,
    )
}
