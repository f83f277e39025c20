//! The shown frames of a film as JPEG files.

use crate::reader::read;
use crate::{JpegEncoder, VideoError};
use domain::FrameTable;
use std::path::Path;
use std::{fs, io};

/// The name of the JPEG file of a source frame: `000012.jpg`.
#[must_use]
pub fn frame_file_name(source_frame: u32) -> String {
    format!("{source_frame:06}.jpg")
}

/// Decodes a film once and writes every source frame that is shown as a JPEG file into a folder, which is made if need be.
///
/// `progress` is told after every source frame how many are decoded and how many the container promises, if it does; the promise
/// may be wrong. Files appear complete or not at all, so after an interruption the same call simply starts again.
///
/// # Errors
/// When the film cannot be used or a file cannot be written, see [`VideoError`]. Files written so far stay.
pub fn extract(
    path: &Path,
    folder: &Path,
    mut progress: impl FnMut(u32, Option<u32>),
) -> Result<FrameTable, VideoError> {
    let unwritable = |path: &Path, error: io::Error| VideoError::Unwritable {
        path: path.to_owned(),
        error,
    };
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, error))?;
    let mut encoder: Option<JpegEncoder> = None;
    read(path, &mut progress, &mut |picture, converter| {
        let frame = converter.convert(&picture.frame)?;
        let encoder = match &mut encoder {
            Some(encoder) => encoder,
            none => none.insert(JpegEncoder::new(frame.width(), frame.height())?),
        };
        let target = folder.join(frame_file_name(picture.number));
        let draft = target.with_extension("part");
        let jpeg = encoder.encode(&frame)?;
        fs::write(&draft, jpeg)
            .and_then(|()| fs::rename(&draft, &target))
            .map_err(|error| unwritable(&target, error))
    })
}
