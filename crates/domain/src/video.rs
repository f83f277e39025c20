//! The two videos of a session and the frames in them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Frames per second of the timeline on which every frame is numbered.
pub const TIMELINE_FPS: u32 = 30;

/// Which of the two videos of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum VideoSide {
    /// Video 1, before the change.
    One,
    /// Video 2, after the change.
    Two,
}

impl VideoSide {
    /// Both sides, in order.
    pub const BOTH: [Self; 2] = [Self::One, Self::Two];

    /// 1 or 2.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// The other video.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::One => Self::Two,
            Self::Two => Self::One,
        }
    }
}

impl TryFrom<u8> for VideoSide {
    type Error = String;

    fn try_from(n: u8) -> Result<Self, Self::Error> {
        match n {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            _ => Err(format!(
                "there is no video {n}: a session has video 1 and video 2"
            )),
        }
    }
}

impl From<VideoSide> for u8 {
    fn from(side: VideoSide) -> Self {
        side.number()
    }
}

impl fmt::Display for VideoSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "video {}", self.number())
    }
}

/// A row, from 0, of the constant-30-fps sequence that `ffmpeg -i VIDEO -r 30 -start_number 0 %05d.jpg` writes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct FrameNumber(pub u32);

impl FrameNumber {
    /// Seconds from the start of the timeline.
    #[must_use]
    pub fn seconds(self) -> f64 {
        f64::from(self.0) / f64::from(TIMELINE_FPS)
    }

    /// The row as an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for FrameNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What one row of the timeline shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameRow {
    /// The decoded frame shown, counted from 0 in presentation order.
    pub source_frame: u32,
    /// Its presentation time stamp, in units of the table's time base.
    pub pts: i64,
}

/// The immutable frame table of one video: which source frame every row of the 30-fps timeline shows.
///
/// A 24-fps file repeats source frames, a 60-fps file drops some. Made once, by decoding the whole file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameTable {
    /// Width in pixels, display orientation (rotation applied).
    pub width: u32,
    /// Height in pixels, display orientation.
    pub height: u32,
    /// Seconds per unit of `pts`, as a fraction.
    pub time_base: (i32, i32),
    /// One entry per row; `source_frame` never decreases.
    pub rows: Vec<FrameRow>,
}

/// Why a frame cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameTableError {
    /// The row lies behind the end.
    #[error("there is no frame {frame}: the video has frames 0 to {last}")]
    OutOfRange {
        /// The row that was asked for.
        frame: u32,
        /// The last row.
        last: u32,
    },
}

impl FrameTable {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row `frame`.
    ///
    /// # Errors
    /// When the row lies behind the end.
    pub fn row(&self, frame: FrameNumber) -> Result<FrameRow, FrameTableError> {
        self.rows
            .get(frame.index())
            .copied()
            .ok_or(FrameTableError::OutOfRange {
                frame: frame.0,
                last: (self.rows.len() as u32).saturating_sub(1),
            })
    }

    /// The source frames that are shown at all, each once, in order. Work is done on these; results are copied to
    /// every row that shows the frame.
    #[must_use]
    pub fn shown_frames(&self) -> Vec<u32> {
        let mut shown: Vec<u32> = self.rows.iter().map(|row| row.source_frame).collect();
        shown.dedup();
        shown
    }

    /// The rows that show `source_frame`, in order.
    #[must_use]
    pub fn rows_showing(&self, source_frame: u32) -> std::ops::Range<u32> {
        let start = self
            .rows
            .partition_point(|row| row.source_frame < source_frame);
        let end = self
            .rows
            .partition_point(|row| row.source_frame <= source_frame);
        start as u32..end as u32
    }
}

/// How far the ingest of one video has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "IngestFields", into = "IngestFields")]
pub enum IngestState {
    /// Frames are being decoded. `total` is the container's estimate, and may be wrong.
    Decoding {
        /// Source frames decoded so far.
        done: u32,
        /// Source frames the container promises, if it does.
        total: Option<u32>,
    },
    /// The frame table and every frame are there.
    Ready,
    /// The file cannot be used.
    Failed {
        /// What is wrong with it and what to do.
        reason: String,
    },
}

/// [`IngestState`] as it is stored and sent: all fields of all states, as the browser reads one plain object
/// with far less program than one whose state says what else is in it.
#[derive(Default, Serialize, Deserialize)]
struct IngestFields {
    state: IngestWord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    done: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    total: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum IngestWord {
    #[default]
    Decoding,
    Ready,
    Failed,
}

impl From<IngestFields> for IngestState {
    fn from(fields: IngestFields) -> Self {
        match fields.state {
            IngestWord::Decoding => Self::Decoding {
                done: fields.done.unwrap_or_default(),
                total: fields.total,
            },
            IngestWord::Ready => Self::Ready,
            IngestWord::Failed => Self::Failed {
                reason: fields.reason.unwrap_or_default(),
            },
        }
    }
}

impl From<IngestState> for IngestFields {
    fn from(state: IngestState) -> Self {
        match state {
            IngestState::Decoding { done, total } => Self {
                done: Some(done),
                total,
                ..Self::default()
            },
            IngestState::Ready => Self {
                state: IngestWord::Ready,
                ..Self::default()
            },
            IngestState::Failed { reason } => Self {
                state: IngestWord::Failed,
                reason: Some(reason),
                ..Self::default()
            },
        }
    }
}

/// One video of a session, as pages see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionVideo {
    /// Which of the two.
    pub side: VideoSide,
    /// The name of the uploaded file.
    pub file_name: String,
    /// How far its ingest has come.
    pub ingest: IngestState,
    /// Width in pixels, display orientation; 0 until known.
    pub width: u32,
    /// Height in pixels, display orientation; 0 until known.
    pub height: u32,
    /// Rows of the 30-fps timeline; 0 until known.
    pub frames: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_an_ingest_is_read_as_it_was_ever_written() {
        let failed = IngestState::Failed { reason: "x".into() };
        let decoding = |total| IngestState::Decoding { done: 3, total };
        for (text, state) in [
            (r#"{"state":"ready"}"#, IngestState::Ready),
            (r#"{"state":"failed","reason":"x"}"#, failed),
            (
                r#"{"state":"decoding","done":3,"total":9}"#,
                decoding(Some(9)),
            ),
            (
                r#"{"state":"decoding","done":3,"total":null}"#,
                decoding(None),
            ),
            (r#"{"state":"decoding","done":3}"#, decoding(None)),
        ] {
            assert_eq!(serde_json::from_str::<IngestState>(text).unwrap(), state);
            let again = serde_json::to_string(&state).unwrap();
            assert_eq!(serde_json::from_str::<IngestState>(&again).unwrap(), state);
        }
    }

    #[test]
    fn rows_and_source_frames_map_both_ways() {
        let rows = [0, 0, 1, 3, 3, 3]
            .map(|source_frame| FrameRow {
                source_frame,
                pts: 0,
            })
            .to_vec();
        let table = FrameTable {
            width: 4,
            height: 2,
            time_base: (1, 24),
            rows,
        };
        assert_eq!(table.shown_frames(), [0, 1, 3]);
        assert_eq!(table.rows_showing(3), 3..6);
        assert_eq!(table.rows_showing(2), 3..3);
        assert_eq!(table.row(FrameNumber(2)).map(|r| r.source_frame), Ok(1));
        assert_eq!(
            table.row(FrameNumber(6)),
            Err(FrameTableError::OutOfRange { frame: 6, last: 5 })
        );
    }
}
