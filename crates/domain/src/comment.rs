//! Conversations about a session, each pinned to a place in one of its videos.

use crate::{CommentId, FrameNumber, ObjectId, ThreadId, VideoSide};
use serde::{Deserialize, Serialize};

/// Longest comment, in characters.
pub const COMMENT_MAX: usize = 2000;

/// What a conversation is about, and where.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pin {
    /// The object; none for the frame as a whole.
    pub object: Option<ObjectId>,
    /// The video.
    pub side: VideoSide,
    /// The row of the timeline.
    pub frame: FrameNumber,
    /// A place in the picture, in pixels of the source frame.
    pub point: Option<(f32, f32)>,
}

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Grows with time.
    pub id: CommentId,
    /// Who.
    pub person: String,
    /// When, UTC, RFC 3339.
    pub at: String,
    /// Plain text; lines end with `\n`.
    pub text: String,
}

/// Who closed a conversation, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// Who.
    pub person: String,
    /// When, UTC, RFC 3339.
    pub at: String,
}

/// A conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// Grows with time.
    pub id: ThreadId,
    /// What it is about, and where.
    pub pin: Pin,
    /// What was written, in order; at least one.
    pub comments: Vec<Comment>,
    /// Whether it is settled, and who said so.
    pub resolved: Option<Resolved>,
}

impl Thread {
    /// Whether it is not settled yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.resolved.is_none()
    }

    /// What it began with.
    #[must_use]
    pub fn opening(&self) -> &str {
        self.comments
            .first()
            .map_or("", |comment| comment.text.as_str())
    }
}

/// Why a comment cannot be stored.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InvalidComment {
    /// Nothing was written.
    #[error("the comment is empty: write what is to be done")]
    Empty,
    /// Too much was written.
    #[error("the comment has {length} characters, at most {COMMENT_MAX} are kept: make it shorter")]
    TooLong {
        /// Its length, in characters.
        length: usize,
    },
    /// The video has no such frame.
    #[error("there is no frame {frame}: {side} has {frames} frames")]
    NoFrame {
        /// The video.
        side: VideoSide,
        /// The frame.
        frame: FrameNumber,
        /// How many it has.
        frames: u32,
    },
    /// The place lies outside the picture, or is no number.
    #[error("the place ({x:.1}, {y:.1}) lies outside the frame of {width} x {height} pixels")]
    Outside {
        /// Pixels from the left.
        x: f32,
        /// Pixels from the top.
        y: f32,
        /// Width of the frame.
        width: u32,
        /// Height of the frame.
        height: u32,
    },
}

impl Pin {
    /// Checks that it lies within a video of `frames` frames of `width` x `height` pixels.
    ///
    /// # Errors
    /// [`InvalidComment::NoFrame`] and [`InvalidComment::Outside`].
    pub fn check(&self, frames: u32, width: u32, height: u32) -> Result<(), InvalidComment> {
        if self.frame.0 >= frames {
            return Err(InvalidComment::NoFrame {
                side: self.side,
                frame: self.frame,
                frames,
            });
        }
        match self.point {
            Some((x, y))
                if !((0.0..=width as f32).contains(&x) && (0.0..=height as f32).contains(&y)) =>
            {
                Err(InvalidComment::Outside {
                    x,
                    y,
                    width,
                    height,
                })
            }
            _ => Ok(()),
        }
    }
}

/// A comment as it is stored: without blanks around it and without characters that print nothing.
///
/// # Errors
/// [`InvalidComment::Empty`] and [`InvalidComment::TooLong`].
pub fn checked_comment(text: &str) -> Result<String, InvalidComment> {
    let printed = text.replace("\r\n", "\n").replace('\r', "\n");
    let printed: String = printed
        .chars()
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .collect();
    let text = printed.trim();
    match text.chars().count() {
        0 => Err(InvalidComment::Empty),
        length if length > COMMENT_MAX => Err(InvalidComment::TooLong { length }),
        _ => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_kept_as_it_was_written() {
        assert_eq!(
            checked_comment("  <b>cup</b>\r\n& \u{7}plate\r  \n"),
            Ok("<b>cup</b>\n& plate".into())
        );
        assert_eq!(
            checked_comment(&"\u{e9}".repeat(COMMENT_MAX)),
            Ok("\u{e9}".repeat(COMMENT_MAX))
        );
    }

    #[test]
    fn what_says_nothing_or_too_much_is_refused() {
        for nothing in ["", " \r\n\t ", "\0"] {
            assert_eq!(checked_comment(nothing), Err(InvalidComment::Empty));
        }
        let length = COMMENT_MAX + 1;
        assert_eq!(
            checked_comment(&"x".repeat(length)),
            Err(InvalidComment::TooLong { length })
        );
    }

    #[test]
    fn a_pin_lies_within_its_video() {
        let pin = |frame, point| Pin {
            object: None,
            side: VideoSide::Two,
            frame: FrameNumber(frame),
            point,
        };
        let check = |pin: Pin| pin.check(30, 64, 48);
        assert_eq!(check(pin(29, None)), Ok(()));
        assert_eq!(check(pin(0, Some((64.0, 0.0)))), Ok(()));
        let text = check(pin(30, None)).unwrap_err().to_string();
        assert_eq!(text, "there is no frame 30: video 2 has 30 frames");
        for outside in [(64.1, 0.0), (-0.1, 3.0), (3.0, f32::NAN)] {
            assert!(matches!(
                check(pin(0, Some(outside))),
                Err(InvalidComment::Outside { .. })
            ));
        }
    }
}
