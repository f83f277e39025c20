//! The timeline of one object in one video, as lines to be drawn.

use domain::TrackSample;
use std::fmt::Write;

/// Height of a lane in the units of its drawing; its width is the number of frames.
pub const LANE_HEIGHT: f32 = 10.0;

/// The spans of frames on which an object is seen, `from` to the one before `to`.
#[must_use]
pub fn seen_spans(samples: &[TrackSample]) -> Vec<(u32, u32)> {
    spans(samples.iter().filter(|sample| sample.area > 0))
}

/// The spans of frames that the offline job reached.
#[must_use]
pub fn reached_spans(samples: &[TrackSample]) -> Vec<(u32, u32)> {
    spans(samples)
}

fn spans<'a>(samples: impl IntoIterator<Item = &'a TrackSample>) -> Vec<(u32, u32)> {
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for sample in samples {
        let frame = sample.frame.0;
        match spans.last_mut() {
            Some(last) if last.1 == frame => last.1 += 1,
            _ => spans.push((frame, frame + 1)),
        }
    }
    spans
}

/// Spans as an SVG path: a line from the left edge of each first frame to the right edge of each last one, at height `y`.
#[must_use]
pub fn spans_path(spans: &[(u32, u32)], y: f32) -> String {
    let mut path = String::new();
    for (from, to) in spans {
        let _ = write!(path, "M{from} {y}H{to}");
    }
    path
}

/// Frames as an SVG path: a vertical stroke in the middle of each.
#[must_use]
pub fn ticks_path(frames: impl IntoIterator<Item = u32>, top: f32, bottom: f32) -> String {
    let mut path = String::new();
    for frame in frames {
        let _ = write!(path, "M{}.5 {top}V{bottom}", frame);
    }
    path
}

/// The score of every frame as an SVG path, from the lowest at the bottom of the lane to the highest at its top.
///
/// The score is a logit; drawn is the probability that it stands for.
#[must_use]
pub fn score_path(samples: &[TrackSample]) -> String {
    let mut path = String::new();
    let mut last: Option<u32> = None;
    for sample in samples {
        let frame = sample.frame.0;
        let share = 1.0 / (1.0 + (-sample.score).exp());
        let y = (LANE_HEIGHT - 1.0) - share * (LANE_HEIGHT - 2.0);
        let command = if last.is_some_and(|last| last + 1 == frame) {
            'L'
        } else {
            'M'
        };
        let _ = write!(path, "{command}{frame}.5 {y:.1}");
        last = Some(frame);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::FrameNumber;

    fn sample(frame: u32, score: f32, area: u32) -> TrackSample {
        TrackSample {
            frame: FrameNumber(frame),
            score,
            area,
            x: 1.0,
            y: 1.0,
            agreement: None,
        }
    }

    #[test]
    fn a_lane_shows_where_an_object_is_seen() {
        let samples = [
            sample(3, 9.0, 5),
            sample(4, 9.0, 6),
            sample(5, -9.0, 0),
            sample(9, 0.0, 1),
        ];
        assert_eq!(seen_spans(&samples), [(3, 5), (9, 10)]);
        assert_eq!(reached_spans(&samples), [(3, 6), (9, 10)]);
        assert_eq!(spans_path(&seen_spans(&samples), 5.0), "M3 5H5M9 5H10");
        assert_eq!(ticks_path([3, 9], 0.0, 4.0), "M3.5 0V4M9.5 0V4");
    }

    #[test]
    fn the_curve_breaks_where_frames_are_missing() {
        let samples = [sample(0, 30.0, 1), sample(1, 0.0, 1), sample(5, -30.0, 0)];
        assert_eq!(score_path(&samples), "M0.5 1.0L1.5 5.0M5.5 9.0");
    }
}
