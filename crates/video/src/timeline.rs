//! The rule that lays source frames out on 30 rows per second, as FFmpeg 5.1 does for `-r 30`.
//!
//! `ffmpeg -r 30` with a still-image output keeps a constant rate (`-vsync cfr`): it counts the rows written so far and, for every
//! frame that comes, compares the frame's time (in rows) with that count. A frame that comes too late repeats, one that comes
//! before its row is dropped. A frame that leaves a gap is shown until its own *end*; the part of the gap before its *start* is
//! filled with the frame before it. The thresholds are 1.1 rows, not 0.5, so that small jitter changes nothing.
//!
//! Source: `do_video_out` and `adjust_frame_pts_to_encoder_tb` in `fftools/ffmpeg.c` of FFmpeg 5.1. Later versions rewrote them
//! with slightly different results: the numbers here follow 5.1 to the letter, `f32` roundings included.

use domain::TIMELINE_FPS;
use ffmpeg_next::{Rational, Rescale};

/// Extra binary digits with which a time in rows is computed.
const EXTRA_BITS: u32 = 16;
/// How far, in rows, a frame may be off before anything is dropped or repeated.
const TOLERANCE: f64 = 1.1;
/// A gap of more rows than this (30 hours) is a broken time stamp; the frame behind it is left out.
const GAP_MAX: i64 = 3600 * 30 * 30;

/// What the rule needs to know of a stream.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    /// Seconds per unit of time stamps and durations.
    pub time_base: Rational,
    /// The frame rate that FFmpeg guesses for the stream, if any.
    pub frame_rate: Option<Rational>,
    /// Whether the container gives the stream's start time.
    pub start_known: bool,
    /// Whether the stream is the only one in the file: then a late start is skipped, otherwise it is filled with the first frame.
    pub alone: bool,
}

/// What one source frame does to the timeline: first `previous` more rows of the last kept frame, then `this` rows of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// More rows that show the frame kept last.
    pub previous: u32,
    /// Rows that show this frame.
    pub this: u32,
    /// Whether this frame becomes the one kept.
    pub keep: bool,
}

/// The state of the rule between two frames.
#[derive(Clone, Debug)]
pub struct Timeline {
    stream: Stream,
    /// The row at which the next frame is expected.
    next: i64,
    /// Whether any row was written.
    started: bool,
    /// Whether any frame was kept.
    kept: bool,
    /// How many rows the last three frames gave to the frame before them, the youngest first.
    given_back: [i64; 3],
}

impl Timeline {
    /// An empty timeline.
    pub fn new(stream: Stream) -> Self {
        Self {
            stream,
            next: 0,
            started: false,
            kept: false,
            given_back: [0; 3],
        }
    }

    /// Places the next decoded frame, shown from `pts` for `duration` (0 if unknown), both in units of the time base.
    pub fn push(&mut self, pts: Option<i64>, duration: i64) -> Step {
        let mut duration = self.rows_shown(duration);
        // A frame without any time lies infinitely far in the past.
        let time = pts.map_or(i64::MIN as f64, |pts| self.row_of(pts));
        let mut early = time - self.next as f64;
        let mut end = early + duration;

        let mut rows = 1;
        let mut back = 0;
        if early < 0.0 && end > 0.0 {
            duration += early;
            early = 0.0;
        }
        if self.stream.alone && !self.started && early >= 0.5 {
            end = duration;
            early = 0.0;
            self.next = time.round_ties_even() as i64;
        }
        if end < -TOLERANCE {
            rows = 0;
        } else if end > TOLERANCE {
            rows = round(end);
            if early > TOLERANCE {
                back = round(early - 0.6);
            }
        }
        let back = back.min(rows);
        self.given_back.rotate_right(1);
        self.given_back[0] = back;

        if rows > GAP_MAX {
            return Step {
                previous: 0,
                this: 0,
                keep: false,
            };
        }
        let previous = if self.kept { back } else { 0 };
        self.next += rows;
        self.started |= rows > 0;
        self.kept = true;
        // Both are at most `GAP_MAX`.
        Step {
            previous: previous as u32,
            this: (rows - previous) as u32,
            keep: true,
        }
    }

    /// How many more rows show the frame kept last, once there are no more frames.
    pub fn finish(self) -> u32 {
        if !self.kept {
            return 0;
        }
        let mut middle = self.given_back;
        middle.sort_unstable();
        middle[1] as u32
    }

    /// A time stamp in rows.
    fn row_of(&self, pts: i64) -> f64 {
        let fine = Rational(1, (TIMELINE_FPS << EXTRA_BITS) as i32);
        let row = pts.rescale(self.stream.time_base, fine) as f64 / f64::from(1 << EXTRA_BITS);
        // Away from exact midpoints, as FFmpeg does.
        let nudge = 1.0 / f64::from(1 << (EXTRA_BITS + 1));
        match row {
            row if row > 0.0 => row + nudge,
            row if row < 0.0 => row - nudge,
            row => row,
        }
    }

    /// A duration in rows: the frame's own where that rounds to a row or more, else that of the stream's frame rate.
    fn rows_shown(&self, duration: i64) -> f64 {
        let row = quotient(Rational(1, TIMELINE_FPS as i32));
        let own = duration as f64 * quotient(self.stream.time_base) / row;
        if round(own) > 0 {
            return round(own) as f64;
        }
        let usual = self
            .stream
            .frame_rate
            .map_or(0.0, |rate| 1.0 / (quotient(rate) * row));
        if self.stream.start_known {
            usual.min(1.0 / (f64::from(TIMELINE_FPS) * row))
        } else {
            usual
        }
    }
}

/// A fraction as a number.
fn quotient(fraction: Rational) -> f64 {
    f64::from(fraction.numerator()) / f64::from(fraction.denominator())
}

/// The nearest whole number, halves to even, seen through single precision as C's `lrintf` does.
fn round(number: f64) -> i64 {
    (number as f32).round_ties_even() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const MICROSECONDS: Rational = Rational(1, 1_000_000);

    fn stream(fps: i32) -> Stream {
        Stream {
            time_base: MICROSECONDS,
            frame_rate: Some(Rational(fps, 1)),
            start_known: true,
            alone: true,
        }
    }

    /// How many rows show each frame, given when the frames start, in thirtieths of a second.
    fn rows(stream: Stream, starts: &[f64], duration: f64) -> Vec<u32> {
        let units = |thirtieths: f64| (thirtieths / 30.0 * 1e6).round() as i64;
        let mut timeline = Timeline::new(stream);
        let mut rows: Vec<u32> = Vec::new();
        let mut kept = 0;
        for start in starts {
            let step = timeline.push(Some(units(*start)), units(duration));
            if let Some(count) = rows.get_mut(kept) {
                *count += step.previous;
            }
            if step.keep {
                kept = rows.len();
            }
            rows.push(step.this);
        }
        rows[kept] += timeline.finish();
        rows
    }

    fn every(distance: f64, count: u32) -> Vec<f64> {
        (0..count).map(|n| f64::from(n) * distance).collect()
    }

    #[test]
    fn thirty_stays_thirty() {
        let thirty = rows(stream(30), &every(1.0, 50), 1.0);
        assert_eq!(thirty, [1; 50]);
        // Times rounded to milliseconds change nothing.
        let rounded: Vec<f64> = (0..50)
            .map(|n| (f64::from(n) * 33.3).round() * 0.03)
            .collect();
        assert_eq!(rows(stream(30), &rounded, 1.0), [1; 50]);
    }

    #[test]
    fn jitter_below_the_threshold_changes_nothing() {
        let jitter: Vec<f64> = (0..40)
            .map(|n| f64::from(n) + [0.0, 0.09, -0.4][n as usize % 3])
            .collect();
        assert_eq!(rows(stream(30), &jitter, 1.0), [1; 40]);
    }

    #[test]
    fn slow_films_repeat_and_fast_films_drop() {
        let slow = rows(stream(24), &every(1.25, 24), 1.25);
        assert!(slow.iter().all(|rows| (1..=2).contains(rows)), "{slow:?}");
        assert_eq!(slow.iter().sum::<u32>(), 30);
        let fast = rows(stream(60), &every(0.5, 60), 0.5);
        assert!(fast.iter().all(|rows| *rows <= 1), "{fast:?}");
        assert!(fast.iter().sum::<u32>().abs_diff(30) <= 2, "{fast:?}");
        let slowest = rows(stream(1), &every(30.0, 3), 30.0);
        assert_eq!(slowest.iter().sum::<u32>(), 90);
    }

    #[test]
    fn a_gap_goes_to_the_frame_before_it() {
        let mut starts = every(1.0, 10);
        starts.extend((0..10).map(|n| f64::from(n) + 20.0));
        let rows = rows(stream(30), &starts, 1.0);
        assert_eq!(rows.iter().sum::<u32>(), 30);
        assert_eq!(&rows[8..12], [1, 10, 2, 1]);
    }

    #[test]
    fn gaps_at_the_end_repeat_the_last_frame() {
        // Each of the last three frames leaves a gap of three rows, gives two of them to the frame before it and shows in the third.
        let starts = [0.0, 1.0, 2.0, 6.0, 10.0, 14.0];
        let rows = rows(stream(30), &starts, 1.0);
        assert_eq!(rows, [1, 1, 3, 4, 4, 2 + 2]);
    }

    #[test]
    fn a_late_start_is_skipped_only_when_the_film_is_silent() {
        let starts: Vec<f64> = every(1.0, 5).iter().map(|start| start + 12.0).collect();
        assert_eq!(rows(stream(30), &starts, 1.0), [1; 5]);
        let with_sound = Stream {
            alone: false,
            ..stream(30)
        };
        assert_eq!(rows(with_sound, &starts, 1.0), [13, 1, 1, 1, 1]);
    }

    #[test]
    fn frames_without_time_or_far_in_the_future_are_left_out() {
        let mut timeline = Timeline::new(stream(30));
        let step = timeline.push(None, 0);
        assert_eq!((step.previous, step.this), (0, 0));
        assert_eq!(timeline.push(Some(0), 33_333).this, 1);
        let far = timeline.push(Some(40 * 3600 * 1_000_000), 33_333);
        assert_eq!(
            far,
            Step {
                previous: 0,
                this: 0,
                keep: false
            }
        );
        assert_eq!(timeline.push(Some(33_333), 33_333).this, 1);
        assert_eq!(timeline.push(Some(i64::MAX), 33_333).this, 0);
        assert_eq!(timeline.push(Some(i64::MIN + 1), 33_333).this, 0);
        assert_eq!(timeline.push(Some(66_666), i64::MAX).this, 0);
    }

    #[test]
    fn no_frames_make_no_rows() {
        assert_eq!(Timeline::new(stream(30)).finish(), 0);
    }

    #[test]
    fn durations_count_in_whole_rows_or_not_at_all() {
        let timeline = Timeline::new(stream(60));
        let shown = |units| timeline.rows_shown(units);
        assert_eq!(shown(0), 0.5);
        // Half a row rounds to even: the frame rate decides.
        assert_eq!(shown(16_667), 1.0);
        assert_eq!(shown(16_660), 0.5);
        assert_eq!(shown(50_000), 2.0);
        assert_eq!(shown(-50_000), 0.5);
        let unknown = Timeline::new(Stream {
            frame_rate: None,
            ..stream(60)
        });
        assert_eq!(unknown.rows_shown(0), 0.0);
    }
}
