//! A film from its first row to its last.

use crate::VideoError;
use crate::decoder::Decoder;
use crate::picture::Converter;
use crate::raw;
use crate::source::Source;
use crate::timeline::{Stream, Timeline};
use domain::{FrameRow, FrameTable, RgbFrame, TIMELINE_FPS};
use ffmpeg_next::util::frame::Video as Frame;
use std::mem;
use std::ops::ControlFlow;
use std::path::Path;

/// Longest film that is read, in hours.
const HOURS_MAX: u32 = 24;
/// The same in rows.
const ROWS_MAX: usize = (HOURS_MAX * 3600 * TIMELINE_FPS) as usize;

/// Longest time that one picture is shown, in minutes: recordings of a screen and of cameras that wait for something to move
/// stand still for a while, but behind a longer gap the time stamps are wrong.
const STILL_MINUTES_MAX: u32 = 10;
/// The same in rows.
const STILL_ROWS_MAX: u32 = STILL_MINUTES_MAX * 60 * TIMELINE_FPS;

/// Longest time that a picture is shown in the mean, in seconds: even a camera that saves one picture a second stays far below.
const SECONDS_PER_PICTURE_MAX: u32 = 10;
/// Rows that a film may have however few pictures it has: one minute.
const ROWS_FREE: u32 = 60 * TIMELINE_FPS;

/// A source frame that at least one row shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedFrame {
    /// Its number among all source frames, from 0.
    pub source_frame: u32,
    /// Its presentation time stamp as the container has it, in units of the table's time base.
    pub pts: i64,
    /// Its pixels, display orientation.
    pub image: RgbFrame,
}

/// Decodes a film, hands every source frame that is shown to `on_frame` once and in order, and answers the frame table.
///
/// Source frames that no row shows are not converted. One frame is in memory at a time.
///
/// # Errors
/// When the film cannot be used, see [`VideoError`]; [`VideoError::Stopped`] when `on_frame` answers `Break`.
pub fn decode(
    path: &Path,
    mut on_frame: impl FnMut(DecodedFrame) -> ControlFlow<()>,
) -> Result<FrameTable, VideoError> {
    read(path, &mut |_, _| {}, &mut |picture, converter| {
        let frame = DecodedFrame {
            source_frame: picture.number,
            pts: picture.pts,
            image: converter.convert(&picture.frame)?,
        };
        match on_frame(frame) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(VideoError::Stopped),
        }
    })
}

/// Decodes a film only to lay out its rows; no picture is converted.
///
/// # Errors
/// When the film cannot be used, see [`VideoError`].
pub fn frame_table(path: &Path) -> Result<FrameTable, VideoError> {
    read(path, &mut |_, _| {}, &mut |_, _| Ok(()))
}

/// A decoded picture and where it belongs.
pub(crate) struct Picture {
    /// Its number among all source frames.
    pub number: u32,
    /// Its time as the container has it.
    pub pts: i64,
    /// The decoder's own picture.
    pub frame: Frame,
    /// Rows that show it so far.
    rows: u32,
}

/// Decodes a film. `progress` hears the number of source frames decoded and the number that the container promises; `on_shown`
/// gets every source frame that is shown.
pub(crate) fn read(
    path: &Path,
    progress: &mut dyn FnMut(u32, Option<u32>),
    on_shown: &mut dyn FnMut(&Picture, &mut Converter) -> Result<(), VideoError>,
) -> Result<FrameTable, VideoError> {
    let mut decoder = Decoder::new(Source::open(path)?)?;
    let promised = decoder.source.promised_frames();
    let mut frame = Frame::empty();
    let Some(mut time) = decoder.next(&mut frame)? else {
        return Err(VideoError::NoFrames);
    };
    let mut converter = Converter::new(&frame, decoder.source.orientation);
    let mut timeline = Timeline::new(describe(&mut decoder.source)?);
    let mut rows = Rows::default();
    // The frame that gaps are filled with; not shown yet if it came too late for a row of its own.
    let mut kept = None;
    let mut pts = 0;
    loop {
        let step = timeline.push(time.pts, time.duration);
        pts = time.pts.map_or(pts, |pts| decoder.container_time(pts));
        let mut picture = Picture {
            number: decoder.frames() - 1,
            pts,
            frame: mem::replace(&mut frame, Frame::empty()),
            rows: 0,
        };
        if let Some(kept) = &mut kept {
            rows.show(step.previous, kept, &mut converter, on_shown)?;
        }
        rows.show(step.this, &mut picture, &mut converter, on_shown)?;
        if step.keep {
            kept = Some(picture);
        }
        progress(decoder.frames(), promised);
        match decoder.next(&mut frame)? {
            Some(next) => time = next,
            None => break,
        }
    }
    if let Some(kept) = &mut kept {
        rows.show(timeline.finish(), kept, &mut converter, on_shown)?;
    }
    if rows.0.is_empty() {
        return Err(VideoError::NoFrames);
    }
    check_proportion(rows.0.len() as u32, decoder.frames())?;
    let (width, height) = converter.size();
    let time_base = decoder.source.time_base;
    Ok(FrameTable {
        width,
        height,
        time_base: (time_base.numerator(), time_base.denominator()),
        rows: rows.0,
    })
}

/// What the timeline's rule needs to know; to be asked once the first frame is decoded.
fn describe(source: &mut Source) -> Result<Stream, VideoError> {
    let start_known = raw::start_known(&source.stream()?);
    Ok(Stream {
        time_base: source.time_base,
        frame_rate: raw::guess_frame_rate(&mut source.input, source.index),
        start_known,
        alone: source.alone,
    })
}

/// Refuses time stamps that make a long timeline of next to no pictures: every row costs time and room for each object.
fn check_proportion(rows: u32, frames: u32) -> Result<(), VideoError> {
    let seconds = SECONDS_PER_PICTURE_MAX;
    let most = u64::from(frames) * u64::from(seconds * TIMELINE_FPS) + u64::from(ROWS_FREE);
    if u64::from(rows) <= most {
        return Ok(());
    }
    Err(VideoError::TooFewPictures {
        frames,
        minutes: rows / (60 * TIMELINE_FPS),
        seconds,
    })
}

/// The rows so far.
#[derive(Default)]
struct Rows(Vec<FrameRow>);

impl Rows {
    /// Adds `count` rows that show `picture`.
    fn show(
        &mut self,
        count: u32,
        picture: &mut Picture,
        converter: &mut Converter,
        on_shown: &mut dyn FnMut(&Picture, &mut Converter) -> Result<(), VideoError>,
    ) -> Result<(), VideoError> {
        if count == 0 {
            return Ok(());
        }
        if self.0.len() + count as usize > ROWS_MAX {
            return Err(VideoError::TooLong { hours: HOURS_MAX });
        }
        if picture.rows + count > STILL_ROWS_MAX {
            return Err(VideoError::StandsStill {
                frame: picture.number,
                minutes: STILL_MINUTES_MAX,
            });
        }
        if picture.rows == 0 {
            on_shown(picture, converter)?;
        }
        picture.rows += count;
        let row = FrameRow {
            source_frame: picture.number,
            pts: picture.pts,
        };
        self.0.extend((0..count).map(|_| row));
        Ok(())
    }
}
