//! The times of packets, put right as the `ffmpeg` program does before it decodes.
//!
//! The start of the file becomes time 0, time stamps far away from everything else are dropped, and missing decoding times are
//! counted on from the durations of the packets before. The decoder falls back on decoding times where presentation times are
//! missing (AVI) or broken, so they decide which row a frame lands on.
//!
//! Source: `process_input`, `process_input_packet` and `decode_video` in `fftools/ffmpeg.c` of FFmpeg 5.1, without the parts for
//! MPEG transport streams.

use ffmpeg_next::{Rational, Rescale};
use std::collections::VecDeque;

/// FFmpeg's common time base, microseconds.
pub const MICROSECONDS: Rational = Rational(1, 1_000_000);
/// A time stamp further than this from where it is expected is dropped: 30 hours, in microseconds.
const JUMP_MAX: u64 = 3600 * 30 * 1_000_000;

/// The times of one packet, in units of the stream's time base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketTimes {
    /// When it is to be shown.
    pub pts: Option<i64>,
    /// When it is to be decoded.
    pub dts: Option<i64>,
}

/// The clock of one stream.
#[derive(Clone, Debug)]
pub struct Clock {
    time_base: Rational,
    /// What is added to every time stamp, in units of the time base.
    offset: i64,
    /// The decoding time of what is being decoded, in microseconds.
    dts: Option<i64>,
    /// The decoding time expected next, in microseconds.
    next_dts: Option<i64>,
    /// Decoding times for the frames that come out after the last packet.
    draining: VecDeque<Option<i64>>,
}

impl Clock {
    /// A clock for a stream of a file that starts at `file_start` microseconds. `lead` is how long, in microseconds, the decoder
    /// runs ahead because it reorders frames.
    pub fn new(time_base: Rational, file_start: Option<i64>, lead: i64) -> Self {
        let offset = file_start.unwrap_or(0).saturating_neg();
        Self {
            time_base,
            offset: offset.rescale(MICROSECONDS, time_base),
            dts: Some(-lead),
            next_dts: None,
            draining: VecDeque::new(),
        }
    }

    /// A time of this clock as the container has it.
    pub fn container_time(&self, time: i64) -> i64 {
        time.saturating_sub(self.offset)
    }

    /// Takes the next packet, which the container gives as `times`; answers the times that the decoder is to get.
    pub fn packet(&mut self, times: PacketTimes) -> PacketTimes {
        let shift = |time: i64| time.saturating_add(self.offset);
        let mut pts = times.pts.map(shift);
        let mut dts = times.dts.map(shift);
        if let (Some(expected), Some(_)) = (self.next_dts, dts) {
            let near = |time: &i64| {
                let time = time.rescale(self.time_base, MICROSECONDS);
                time.abs_diff(expected) <= JUMP_MAX
            };
            pts = pts.filter(near);
            dts = dts.filter(near);
        }
        if let Some(dts) = dts {
            self.next_dts = Some(dts.rescale(self.time_base, MICROSECONDS));
        }
        PacketTimes {
            pts,
            dts: self.begin(),
        }
    }

    /// Takes one more frame that comes out of the same packet.
    pub fn again(&mut self) {
        self.dts = self.next_dts;
    }

    /// Takes one more frame that is asked of the decoder after the last packet.
    pub fn drain(&mut self) {
        let dts = self.begin();
        self.draining.push_back(dts);
    }

    /// Counts on by `duration` microseconds; 0 when that is not known.
    pub fn advance(&mut self, duration: i64) {
        self.next_dts = match self.dts {
            Some(dts) if duration != 0 => Some(dts.saturating_add(duration)),
            _ => None,
        };
    }

    /// The time for a frame without any that came out after the last packet.
    pub fn drained_time(&mut self) -> Option<i64> {
        self.draining.pop_front().flatten()
    }

    /// Goes on to the decoding time expected next; answers it in units of the time base.
    fn begin(&mut self) -> Option<i64> {
        self.dts = self.next_dts.or(self.dts);
        self.next_dts = self.dts;
        self.dts
            .map(|dts| dts.rescale(MICROSECONDS, self.time_base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECONDS: Rational = Rational(1, 1000);

    fn times(pts: Option<i64>, dts: Option<i64>) -> PacketTimes {
        PacketTimes { pts, dts }
    }

    #[test]
    fn the_start_of_the_file_is_time_zero() {
        let mut clock = Clock::new(MILLISECONDS, Some(1_500_000), 0);
        let first = clock.packet(times(Some(1540), Some(1500)));
        assert_eq!(first, times(Some(40), Some(0)));
        assert_eq!(clock.container_time(40), 1540);
    }

    #[test]
    fn missing_decoding_times_are_counted_on() {
        let mut clock = Clock::new(MILLISECONDS, None, 80_000);
        assert_eq!(clock.packet(times(None, None)).dts, Some(-80));
        clock.advance(40_000);
        assert_eq!(clock.packet(times(None, None)).dts, Some(-40));
        clock.advance(40_000);
        assert_eq!(clock.packet(times(None, Some(500))).dts, Some(500));
        // Of unknown duration: the next packet is taken to be at the same time.
        clock.advance(0);
        assert_eq!(clock.packet(times(None, None)).dts, Some(500));
    }

    #[test]
    fn a_time_stamp_thirty_hours_off_is_dropped() {
        let mut clock = Clock::new(MILLISECONDS, None, 0);
        clock.packet(times(Some(0), Some(0)));
        clock.advance(40_000);
        let far = 40 + 30 * 3600 * 1000;
        let odd = clock.packet(times(Some(far), Some(far + 1)));
        assert_eq!(odd, times(Some(far), Some(40)));
        clock.advance(40_000);
        let odd = clock.packet(times(Some(far + 41), Some(80)));
        assert_eq!(odd, times(None, Some(80)));
    }

    #[test]
    fn frames_after_the_last_packet_get_the_times_in_order() {
        let mut clock = Clock::new(MILLISECONDS, None, 0);
        clock.packet(times(None, Some(0)));
        clock.advance(40_000);
        clock.drain();
        clock.advance(40_000);
        clock.drain();
        assert_eq!(clock.drained_time(), Some(40));
        assert_eq!(clock.drained_time(), Some(80));
        assert_eq!(clock.drained_time(), None);
    }
}
