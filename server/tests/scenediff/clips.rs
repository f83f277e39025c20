//! Files to upload, made on the spot.

use domain::VideoSide;
use example::Example;
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
