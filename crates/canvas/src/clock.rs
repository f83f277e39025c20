//! Playing: which frame is due now, and how two videos of different length keep together.

use domain::{FrameNumber, TIMELINE_FPS};

/// The speeds at which a video is played, as multiples of the camera's.
pub const SPEEDS: [f64; 5] = [0.25, 0.5, 1.0, 2.0, 4.0];

/// The speed before (`by` -1) or behind (1) one of [`SPEEDS`]; the last ones stay.
#[must_use]
pub fn next_speed(speed: f64, by: isize) -> f64 {
    let at = SPEEDS.iter().position(|known| *known >= speed);
    let at = at.unwrap_or(SPEEDS.len() - 1).saturating_add_signed(by);
    SPEEDS[at.min(SPEEDS.len() - 1)]
}

/// How a player goes through time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// 1 is as fast as the camera.
    pub speed: f64,
    /// The first and the last frame of what is played again and again; without, it stops at the end.
    pub again: Option<(u32, u32)>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            speed: 1.0,
            again: None,
        }
    }
}

/// A player that was started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    start: FrameNumber,
    start_ms: f64,
    pace: Pace,
}

impl Clock {
    /// Starts at `frame`, or where the part begins that is played again and again when `frame` is not in it; at the last
    /// frame it starts again from the first. `now_ms` is any steady clock, in milliseconds.
    #[must_use]
    pub fn start(frame: FrameNumber, frames: u32, pace: Pace, now_ms: f64) -> Self {
        let start = match pace.again {
            Some((first, last)) if !(first..=last).contains(&frame.0) => FrameNumber(first),
            None if frame.0 + 1 >= frames => FrameNumber(0),
            _ => frame,
        };
        Self {
            start,
            start_ms: now_ms,
            pace,
        }
    }

    /// The frame that is due, and whether it is the last one.
    #[must_use]
    pub fn frame_at(&self, now_ms: f64, frames: u32) -> (FrameNumber, bool) {
        let seconds = (now_ms - self.start_ms).max(0.0) / 1000.0;
        let elapsed = (seconds * f64::from(TIMELINE_FPS) * self.pace.speed) as u32;
        let last = frames.saturating_sub(1);
        if let Some((from, to)) = self.pace.again
            && from <= to
        {
            let passed = (self.start.0 - from).saturating_add(elapsed);
            let due = from + passed % (to - from + 1);
            return (FrameNumber(due.min(last)), false);
        }
        let due = self.start.0.saturating_add(elapsed).min(last);
        (FrameNumber(due), due == last)
    }
}

/// The first and the last frame of the `seconds` around a frame, within a video of `frames` frames.
#[must_use]
pub fn span_around(frame: FrameNumber, frames: u32, seconds: f64) -> (u32, u32) {
    let length = ((seconds * f64::from(TIMELINE_FPS)) as u32).clamp(1, frames.max(1));
    let first = frame.0.saturating_sub(length / 2);
    let first = first.min(frames.saturating_sub(length));
    (first, first + length - 1)
}

/// The frame of a video of `to` frames that lies at the same share of its length as `frame` of a video of `from` frames.
#[must_use]
pub fn lock_by_fraction(frame: FrameNumber, from: u32, to: u32) -> FrameNumber {
    if from < 2 || to < 2 {
        return FrameNumber(0);
    }
    let share = f64::from(frame.0.min(from - 1)) / f64::from(from - 1);
    FrameNumber((share * f64::from(to - 1)).round() as u32)
}

/// How both videos move through time together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FrameLock {
    /// Each by itself.
    #[default]
    Off,
    /// The same share of each.
    Fraction,
    /// The same place, never going back.
    SamePlace,
    /// The most similar frame, wherever it is.
    MostAlike,
}

impl FrameLock {
    /// All, in the order in which a key goes through them.
    pub const ALL: [Self; 4] = [Self::Off, Self::Fraction, Self::SamePlace, Self::MostAlike];

    /// The one behind this.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|lock| *lock == self);
        Self::ALL[at.map_or(0, |at| (at + 1) % Self::ALL.len())]
    }

    /// For programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Fraction => "fraction",
            Self::SamePlace => "place",
            Self::MostAlike => "alike",
        }
    }

    /// The one whose [`word`](Self::word) this is.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lock| lock.word() == word)
    }

    /// For people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Off => "Time: free",
            Self::Fraction => "Time: same share",
            Self::SamePlace => "Time: same place",
            Self::MostAlike => "Time: most alike",
        }
    }

    /// Whether the pictures say where the other video goes.
    #[must_use]
    pub fn is_by_place(self) -> bool {
        matches!(self, Self::SamePlace | Self::MostAlike)
    }
}

/// The time of a frame on the timeline as people read it: `0:04.27`.
#[must_use]
pub fn clock_text(frame: FrameNumber) -> String {
    let hundredths = (frame.seconds() * 100.0).round() as u64;
    format!(
        "{}:{:02}.{:02}",
        hundredths / 6000,
        hundredths / 100 % 60,
        hundredths % 100
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_frames_pass_in_a_second() {
        let clock = Clock::start(FrameNumber(5), 100, Pace::default(), 1000.0);
        assert_eq!(clock.frame_at(1000.0, 100), (FrameNumber(5), false));
        assert_eq!(clock.frame_at(1034.0, 100), (FrameNumber(6), false));
        assert_eq!(clock.frame_at(2000.0, 100), (FrameNumber(35), false));
        assert_eq!(clock.frame_at(9000.0, 100), (FrameNumber(99), true));
        assert_eq!(clock.frame_at(0.0, 100), (FrameNumber(5), false));
    }

    #[test]
    fn playing_at_the_end_starts_over() {
        let start = |frame, frames| Clock::start(FrameNumber(frame), frames, Pace::default(), 0.0);
        assert_eq!(start(99, 100).frame_at(0.0, 100).0, FrameNumber(0));
        assert_eq!(start(0, 0).frame_at(50.0, 0), (FrameNumber(0), true));
    }

    #[test]
    fn a_part_is_played_again_and_again_at_any_speed() {
        let pace = Pace {
            speed: 2.0,
            again: Some((40, 49)),
        };
        let clock = Clock::start(FrameNumber(45), 100, pace, 0.0);
        let due = |clock: &Clock, ms| clock.frame_at(ms, 100);
        for (ms, frame) in [(0.0, 45), (67.0, 49), (84.0, 40), (1084.0, 40)] {
            assert_eq!(due(&clock, ms), (FrameNumber(frame), false), "{ms}");
        }
        let outside = Clock::start(FrameNumber(80), 100, pace, 0.0);
        assert_eq!(due(&outside, 0.0).0, FrameNumber(40));
        let slow = Pace {
            speed: 0.25,
            again: None,
        };
        let slow = Clock::start(FrameNumber(0), 100, slow, 0.0);
        assert_eq!(due(&slow, 1000.0), (FrameNumber(7), false));
    }

    #[test]
    fn the_time_around_a_frame_stays_within_the_video() {
        for (frame, frames, expected) in [
            (50, 100, (20, 79)),
            (3, 100, (0, 59)),
            (98, 100, (40, 99)),
            (5, 20, (0, 19)),
            (0, 0, (0, 0)),
        ] {
            let span = span_around(FrameNumber(frame), frames, 2.0);
            assert_eq!(span, expected, "{frame} of {frames}");
        }
    }

    #[test]
    fn speeds_go_up_and_down_by_one() {
        assert_eq!(next_speed(1.0, 1), 2.0);
        assert_eq!(next_speed(1.0, -1), 0.5);
        assert_eq!(next_speed(4.0, 1), 4.0);
        assert_eq!(next_speed(0.25, -1), 0.25);
    }

    #[test]
    fn locked_videos_start_and_end_together() {
        for (frame, from, to, expected) in [
            (0, 100, 40, 0),
            (99, 100, 40, 39),
            (50, 101, 201, 100),
            (500, 100, 40, 39),
            (7, 1, 40, 0),
            (7, 40, 0, 0),
        ] {
            let locked = lock_by_fraction(FrameNumber(frame), from, to);
            assert_eq!(locked, FrameNumber(expected), "{frame} {from} {to}");
        }
    }

    #[test]
    fn time_reads_as_minutes_seconds_hundredths() {
        assert_eq!(clock_text(FrameNumber(128)), "0:04.27");
        assert_eq!(clock_text(FrameNumber(1800)), "1:00.00");
        assert_eq!(clock_text(FrameNumber(1799)), "0:59.97");
    }
}
