//! Playing: which frame is due now, and how two videos of different length keep together.

use domain::{FrameNumber, TIMELINE_FPS};

/// A player that was started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    start: FrameNumber,
    start_ms: f64,
}

impl Clock {
    /// Starts at `frame`; at the last frame it starts again from the first. `now_ms` is any steady clock, in milliseconds.
    #[must_use]
    pub fn start(frame: FrameNumber, frames: u32, now_ms: f64) -> Self {
        let at_end = frame.0 + 1 >= frames;
        Self {
            start: if at_end { FrameNumber(0) } else { frame },
            start_ms: now_ms,
        }
    }

    /// The frame that is due, and whether it is the last one.
    #[must_use]
    pub fn frame_at(&self, now_ms: f64, frames: u32) -> (FrameNumber, bool) {
        let elapsed = ((now_ms - self.start_ms).max(0.0) * f64::from(TIMELINE_FPS) / 1000.0) as u32;
        let last = frames.saturating_sub(1);
        let due = self.start.0.saturating_add(elapsed).min(last);
        (FrameNumber(due), due == last)
    }
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
        let clock = Clock::start(FrameNumber(5), 100, 1000.0);
        assert_eq!(clock.frame_at(1000.0, 100), (FrameNumber(5), false));
        assert_eq!(clock.frame_at(1034.0, 100), (FrameNumber(6), false));
        assert_eq!(clock.frame_at(2000.0, 100), (FrameNumber(35), false));
        assert_eq!(clock.frame_at(9000.0, 100), (FrameNumber(99), true));
        assert_eq!(clock.frame_at(0.0, 100), (FrameNumber(5), false));
    }

    #[test]
    fn playing_at_the_end_starts_over() {
        assert_eq!(
            Clock::start(FrameNumber(99), 100, 0.0).frame_at(0.0, 100).0,
            FrameNumber(0)
        );
        assert_eq!(
            Clock::start(FrameNumber(0), 0, 0.0).frame_at(50.0, 0),
            (FrameNumber(0), true)
        );
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
