//! Files to upload, made on the spot.

use domain::{RgbFrame, VideoSide};
use example::Example;
use image::RgbImage;
use std::path::Path;
use std::process::Command;
use video::VideoWriter;

/// Writes the first `frames` frames of one clip of the example.
pub fn write_clip(path: &Path, side: VideoSide, frames: u32) {
    let example = Example::new();
    let clip = example.clip(side);
    assert!(frames <= clip.frames());
    let mut writer = VideoWriter::create(path, clip.width(), clip.height(), clip.fps()).unwrap();
    for n in 0..frames {
        writer.push(&clip.frame(n)).unwrap();
    }
    writer.finish().unwrap();
}

/// The first `frames` frames of one clip of the example, as the bytes of an mp4 file.
pub fn clip(side: VideoSide, frames: u32) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.mp4");
    write_clip(&path, side, frames);
    std::fs::read(path).unwrap()
}

/// Side of the squares that show a number, in pixels.
const SQUARE: u32 = 32;
/// Squares per frame.
const BITS: u32 = 8;

/// A film whose frames show their number, counted from `first`, as black and white squares; the bytes of an mp4 file.
pub fn numbered(frames: u32, first: u32) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("numbered.mp4");
    let (width, height) = (SQUARE * BITS, SQUARE * 2);
    let mut writer = VideoWriter::create(&path, width, height, 30).unwrap();
    for number in first..first + frames {
        let pixels = (0..height)
            .flat_map(|_| 0..width)
            .flat_map(|x| [(number >> (x / SQUARE) & 1) as u8 * 255; 3])
            .collect();
        writer.push(&RgbFrame::new(width, height, pixels)).unwrap();
    }
    writer.finish().unwrap();
    std::fs::read(path).unwrap()
}

/// The number that a frame of such a film shows.
pub fn read_number(picture: &RgbImage) -> u32 {
    (0..BITS)
        .filter(|bit| picture.get_pixel(bit * SQUARE + SQUARE / 2, SQUARE)[0] > 127)
        .map(|bit| 1 << bit)
        .sum()
}

/// A second of silence without a picture, as the bytes of an mp4 file.
pub fn sound_only() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sound.mp4");
    let made = Command::new("ffmpeg")
        .args([
            "-v", "error", "-f", "lavfi", "-i", "anullsrc", "-t", "1", "-c:a", "aac",
        ])
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    std::fs::read(path).unwrap()
}
