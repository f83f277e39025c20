//! Where a propagated mask deserves a look.

use domain::{FrameNumber, ObjectId, Track, TrackSample, VideoSide};
use std::collections::HashSet;

/// Frames within which suspicions count as one place.
const TOGETHER: u32 = 5;
/// Longest time without a mask, in frames, that counts as a flicker and not as the object being out of sight.
const FLICKER_MAX: u32 = 6;
/// How far below the middle of all scores a score is a dip, at least, in logits.
const DIP_MIN: f32 = 2.0;
/// How many usual deviations below the middle a score is a dip.
const DIP_DEVIATIONS: f32 = 6.0;
/// From one frame to the next a mask grows or shrinks by less than this factor.
const GROWTH_MAX: f32 = 1.5;
/// From one frame to the next the middle of a mask moves by less than this share of the mask's size.
const JUMP_MAX: f32 = 0.5;

/// Where the masks of both passes overlap less than this (IoU), one of them is wrong.
const AGREEMENT_MIN: f32 = 0.6;

/// What is suspicious.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspicion {
    /// The score is far lower than usual.
    ScoreDip,
    /// The mask grows or shrinks at once.
    AreaJump,
    /// The mask is suddenly elsewhere.
    PlaceJump,
    /// The mask is gone for a few frames.
    Flicker,
    /// Coming from the prompt before and from the one behind gives different masks.
    Disagreement,
}

impl Suspicion {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ScoreDip => "the model is unsure",
            Self::AreaJump => "the mask changes its size at once",
            Self::PlaceJump => "the mask jumps",
            Self::Flicker => "the mask is gone for a moment",
            Self::Disagreement => "forward and backward disagree",
        }
    }
}

/// A place to look at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suspect {
    /// The frame, the worst of its place.
    pub frame: FrameNumber,
    /// What is suspicious about it.
    pub what: Suspicion,
    /// How much: 1 is just suspicious.
    pub badness: f32,
}

/// The places of a track that deserve a look, in order of their frames.
#[must_use]
pub fn suspects(samples: &[TrackSample]) -> Vec<Suspect> {
    let mut found: Vec<Suspect> = Vec::new();
    found.extend(dips(samples));
    for pair in samples.windows(2) {
        if pair[0].frame.0 + 1 == pair[1].frame.0 {
            found.extend(jump(&pair[0], &pair[1]));
        }
    }
    found.extend(flickers(samples));
    found.extend(disagreements(samples));
    found.sort_by_key(|suspect| suspect.frame);
    let mut places: Vec<Suspect> = Vec::new();
    let mut reach = 0;
    for suspect in found {
        match places.last_mut() {
            Some(last) if suspect.frame.0 <= reach + TOGETHER => {
                if suspect.badness > last.badness {
                    *last = suspect;
                }
            }
            _ => places.push(suspect),
        }
        reach = suspect.frame.0;
    }
    places
}

fn dips(samples: &[TrackSample]) -> Vec<Suspect> {
    let seen = || samples.iter().filter(|sample| sample.area > 0);
    let Some(usual) = median(seen().map(|sample| sample.score)) else {
        return Vec::new();
    };
    let deviation = median(seen().map(|sample| (sample.score - usual).abs())).unwrap_or(0.0);
    let depth = (deviation * DIP_DEVIATIONS).max(DIP_MIN);
    seen()
        .filter(|sample| usual - sample.score > depth)
        .map(|sample| Suspect {
            frame: sample.frame,
            what: Suspicion::ScoreDip,
            badness: (usual - sample.score) / depth,
        })
        .collect()
}

fn jump(before: &TrackSample, after: &TrackSample) -> Option<Suspect> {
    if before.area == 0 || after.area == 0 {
        return None;
    }
    let (small, large) = (
        before.area.min(after.area) as f32,
        before.area.max(after.area) as f32,
    );
    // A handful of pixels more or less is no jump.
    let growth = (large / small).ln() / GROWTH_MAX.ln();
    let growth = if large - small > 16.0 { growth } else { 0.0 };
    let distance = (before.x - after.x).hypot(before.y - after.y);
    let jump = distance / large.sqrt() / JUMP_MAX;
    let (badness, what) = if jump > growth {
        (jump, Suspicion::PlaceJump)
    } else {
        (growth, Suspicion::AreaJump)
    };
    (badness > 1.0).then_some(Suspect {
        frame: after.frame,
        what,
        badness,
    })
}

fn disagreements(samples: &[TrackSample]) -> impl Iterator<Item = Suspect> {
    let doubt = |agreement: f32| (1.0 - agreement) / (1.0 - AGREEMENT_MIN);
    let suspect = move |sample: &TrackSample| {
        Some(Suspect {
            frame: sample.frame,
            what: Suspicion::Disagreement,
            badness: doubt(sample.agreement?),
        })
    };
    samples
        .iter()
        .filter_map(suspect)
        .filter(|suspect| suspect.badness > 1.0)
}

fn flickers(samples: &[TrackSample]) -> Vec<Suspect> {
    let seen = crate::lanes::seen_spans(samples);
    seen.windows(2)
        .filter(|pair| pair[1].0 - pair[0].1 <= FLICKER_MAX)
        .map(|pair| Suspect {
            frame: FrameNumber(pair[0].1),
            what: Suspicion::Flicker,
            badness: 1.5,
        })
        .collect()
}

fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

/// A suspect place of one object in one video.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SuspectPlace {
    /// The object.
    pub object: ObjectId,
    /// The video.
    pub side: VideoSide,
    /// The place.
    pub suspect: Suspect,
}

/// The worst place that is not among `visited`.
#[must_use]
pub fn worst<'a>(
    tracks: impl IntoIterator<Item = (VideoSide, &'a Track)>,
    visited: &HashSet<(ObjectId, VideoSide, FrameNumber)>,
) -> Option<SuspectPlace> {
    places(tracks)
        .filter(|place| !visited.contains(&(place.object, place.side, place.suspect.frame)))
        // The first of the worst.
        .reduce(|worst, place| {
            if place.suspect.badness > worst.suspect.badness {
                place
            } else {
                worst
            }
        })
}

/// The places of one object in both videos, the worst first.
#[must_use]
pub fn worst_first<'a>(
    tracks: impl IntoIterator<Item = (VideoSide, &'a Track)>,
    object: ObjectId,
) -> Vec<SuspectPlace> {
    let of_object = tracks
        .into_iter()
        .filter(|(_, track)| track.object == object);
    let mut found: Vec<SuspectPlace> = places(of_object).collect();
    found.sort_by(|a, b| b.suspect.badness.total_cmp(&a.suspect.badness));
    found
}

fn places<'a>(
    tracks: impl IntoIterator<Item = (VideoSide, &'a Track)>,
) -> impl Iterator<Item = SuspectPlace> {
    tracks.into_iter().flat_map(|(side, track)| {
        let places = suspects(&track.samples).into_iter();
        places.map(move |suspect| SuspectPlace {
            object: track.object,
            side,
            suspect,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steady(frames: u32) -> Vec<TrackSample> {
        (0..frames)
            .map(|frame| TrackSample {
                frame: FrameNumber(frame),
                score: 8.0 + (frame % 3) as f32 * 0.2,
                area: 400 + frame,
                x: 50.0 + frame as f32 * 0.5,
                y: 40.0,
                agreement: None,
            })
            .collect()
    }

    #[test]
    fn passes_that_disagree_are_one_place_where_they_do_so_most() {
        let mut samples = steady(30);
        for (frame, agreement) in [(8, 0.9), (9, 0.5), (10, 0.1), (11, 0.55)] {
            samples[frame].agreement = Some(agreement);
        }
        assert_eq!(frames(&samples), [(10, Suspicion::Disagreement)]);
    }

    fn frames(samples: &[TrackSample]) -> Vec<(u32, Suspicion)> {
        let places = suspects(samples).into_iter();
        places
            .map(|suspect| (suspect.frame.0, suspect.what))
            .collect()
    }

    #[test]
    fn a_steady_mask_is_not_suspicious() {
        assert!(frames(&steady(90)).is_empty());
        assert!(frames(&[]).is_empty());
    }

    #[test]
    fn each_kind_of_trouble_is_found_once() {
        let mut samples = steady(100);
        for (frame, score) in [(10, 5.0), (11, 1.0), (12, 4.0)] {
            samples[frame].score = score;
        }
        for sample in &mut samples[30..] {
            sample.area *= 3;
        }
        for sample in &mut samples[50..] {
            sample.x += 80.0;
        }
        for sample in &mut samples[70..73] {
            sample.area = 0;
        }
        assert_eq!(
            frames(&samples),
            [
                (11, Suspicion::ScoreDip),
                (30, Suspicion::AreaJump),
                (50, Suspicion::PlaceJump),
                (70, Suspicion::Flicker),
            ]
        );
    }

    #[test]
    fn leaving_the_picture_is_no_flicker() {
        let mut samples = steady(60);
        for sample in &mut samples[20..40] {
            sample.area = 0;
            sample.score = -9.0;
        }
        assert!(frames(&samples).is_empty());
    }

    #[test]
    fn the_worst_place_comes_first_and_each_only_once() {
        let mut samples = steady(60);
        samples[11].score = 1.0;
        samples[40].score = -5.0;
        let track = Track {
            object: ObjectId(3),
            samples,
            approved: Vec::new(),
            clicks: Vec::new(),
        };
        let mut visited = HashSet::new();
        let mut order = Vec::new();
        while let Some(place) = worst([(VideoSide::Two, &track)], &visited) {
            order.push(place.suspect.frame.0);
            visited.insert((place.object, place.side, place.suspect.frame));
        }
        assert_eq!(order, [40, 11]);
    }

    #[test]
    fn the_places_of_an_object_are_those_of_both_videos() {
        let track = |object, dips: &[(usize, f32)]| {
            let mut samples = steady(60);
            for &(frame, score) in dips {
                samples[frame].score = score;
            }
            Track {
                object: ObjectId(object),
                samples,
                approved: Vec::new(),
                clicks: Vec::new(),
            }
        };
        let one = [track(3, &[(11, 1.0), (40, -5.0)]), track(4, &[(20, -9.0)])];
        let two = [track(3, &[(30, -2.0)])];
        let both = (one.iter().map(|track| (VideoSide::One, track)))
            .chain(two.iter().map(|track| (VideoSide::Two, track)));
        let order: Vec<(u8, u32)> = worst_first(both, ObjectId(3))
            .iter()
            .map(|place| (place.side.number(), place.suspect.frame.0))
            .collect();
        assert_eq!(order, [(1, 40), (2, 30), (1, 11)]);
    }
}
