//! A video with its masks painted over it.

use crate::JobsError;
use crate::blocking::blocking;
use crate::frames::read_frame;
use crate::shared::Shared;
use domain::{
    FrameMasks, FrameNumber, FrameTable, JobRecord, Object, ObjectId, RgbFrame, Rle, TIMELINE_FPS,
    VideoSide,
};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use video::{VideoWriter, frame_file_name};

/// Rows of the timeline whose masks are read at once.
const ROWS: u32 = 64;

/// Writes every row of the timeline of one side, its masks at half strength in the colour of their object, as H.264.
///
/// # Errors
/// When a frame cannot be read, the file cannot be written, or a person stops the job.
pub(crate) async fn write_overlay(
    shared: &Shared,
    job: &JobRecord,
    side: VideoSide,
    table: FrameTable,
    objects: &[Object],
    path: &Path,
    wish: &CancellationToken,
) -> Result<(), JobsError> {
    let painter = Painter {
        folder: shared.data.frames(&job.session, side),
        colours: objects
            .iter()
            .map(|object| (object.id, object.rgb()))
            .collect(),
    };
    let rows = table.len() as u32;
    let file = path.to_owned();
    // The writer cannot change its thread, so the masks come to it.
    let (send, mut receive) = mpsc::channel(1);
    let writing = blocking(move || {
        let mut writer = VideoWriter::create(&file, table.width, table.height, TIMELINE_FPS)?;
        while let Some((range, masks)) = receive.blocking_recv() {
            painter.push_rows(&mut writer, &table, range, masks)?;
        }
        Ok(writer.finish()?)
    });
    let reading = async move {
        for start in (0..rows).step_by(ROWS as usize) {
            if wish.is_cancelled() {
                return Err(JobsError::Cancelled);
            }
            let range = start..rows.min(start + ROWS);
            let masks = shared.store.masks();
            let masks = masks.frames(&job.session, side, range.clone()).await?;
            if send.send((range, masks)).await.is_err() {
                // The writer failed, and says why.
                break;
            }
        }
        Ok(())
    };
    let (written, read) = tokio::join!(writing, reading);
    read.and(written)
}

/// Paints the frames of one video.
struct Painter {
    folder: PathBuf,
    colours: BTreeMap<ObjectId, [u8; 3]>,
}

impl Painter {
    /// Paints the rows of `range` and hands them to `writer`; `masks` are those of the range, in order.
    fn push_rows(
        &self,
        writer: &mut VideoWriter,
        table: &FrameTable,
        range: Range<u32>,
        masks: Vec<FrameMasks>,
    ) -> Result<(), JobsError> {
        let mut masks = masks.into_iter().peekable();
        for row in range {
            let source_frame = table.row(FrameNumber(row))?.source_frame;
            let mut frame = read_frame(&self.folder.join(frame_file_name(source_frame)))?;
            let of_row = masks.next_if(|masks| masks.frame.0 == row);
            for mask in of_row.into_iter().flat_map(|of_row| of_row.masks) {
                if let Some(colour) = self.colours.get(&mask.object) {
                    paint(&mut frame, &mask.mask, *colour);
                }
            }
            writer.push(&frame)?;
        }
        Ok(())
    }
}

/// Mixes the pixels of `mask` half and half with `colour`. A mask of another size paints nothing.
fn paint(frame: &mut RgbFrame, mask: &Rle, colour: [u8; 3]) {
    if (mask.width(), mask.height()) != (frame.width(), frame.height()) {
        return;
    }
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let pixels = frame.pixels_mut();
    for i in mask.runs().flatten() {
        let at = ((i % height) * width + i / height) * 3;
        for (value, colour) in pixels[at..at + 3].iter_mut().zip(colour) {
            *value = value.midpoint(colour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_the_colour_is_mixed_in() {
        let mut frame = RgbFrame::new(3, 2, vec![100; 18]);
        let mask = Rle::encode(&[0, 0, 1, 0, 1, 0], 2, 3);
        paint(&mut frame, &mask, [0, 200, 255]);
        let (same, mixed) = ([100u8; 3], [50u8, 150, 177]);
        let expected = [same, same, mixed, same, mixed, same].concat();
        assert_eq!(frame.pixels(), expected);
    }
}
