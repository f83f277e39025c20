//! Which frames of a video a person has looked at.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Frames that were on the screen, as ranges in order that do not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Looked(Vec<Range<u32>>);

impl Looked {
    /// A frame was on the screen; says whether that is new.
    pub fn add(&mut self, frame: u32) -> bool {
        let at = self.0.partition_point(|range| range.end < frame);
        let range = self.0.get(at);
        if range.is_some_and(|range| range.contains(&frame)) {
            return false;
        }
        let follows = range.is_some_and(|range| range.end == frame);
        let next = at + usize::from(follows);
        let leads = (self.0.get(next)).is_some_and(|range| range.start == frame + 1);
        match (follows, leads) {
            (true, true) => self.0[at].end = self.0.remove(next).end,
            (true, false) => self.0[at].end += 1,
            (false, true) => self.0[next].start = frame,
            (false, false) => self.0.insert(at, frame..frame + 1),
        }
        true
    }

    /// Takes over the frames of another; says whether any was new.
    pub fn join(&mut self, other: &Self) -> bool {
        let mut all: Vec<Range<u32>> = self.0.iter().chain(&other.0).cloned().collect();
        all.sort_unstable_by_key(|range| range.start);
        let mut joined: Vec<Range<u32>> = Vec::with_capacity(all.len());
        for range in all {
            match joined.last_mut() {
                Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        let grew = joined != self.0;
        self.0 = joined;
        grew
    }

    /// The frame behind the last one that was looked at.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.0.last().map_or(0, |range| range.end)
    }

    /// How many of a video's `frames` were never looked at.
    #[must_use]
    pub fn missing(&self, frames: u32) -> u32 {
        let seen: u32 = self
            .0
            .iter()
            .map(|range| range.end.min(frames).saturating_sub(range.start))
            .sum();
        frames - seen
    }

    /// The first frame that was never looked at.
    #[must_use]
    pub fn first_missing(&self, frames: u32) -> Option<u32> {
        let first = match self.0.first() {
            Some(range) if range.start == 0 => range.end,
            _ => 0,
        };
        (first < frames).then_some(first)
    }

    /// As text that [`from_text`](Self::from_text) reads: `0-30 45-46`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let ranges = self.0.iter().map(|r| format!("{}-{}", r.start, r.end));
        ranges.collect::<Vec<_>>().join(" ")
    }

    /// Reads what [`to_text`](Self::to_text) wrote; leaves out what it cannot read.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let mut ranges: Vec<Range<u32>> = Vec::new();
        for part in text.split(' ') {
            let ends = part
                .split_once('-')
                .and_then(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)));
            if let Some((start, end)) = ends
                && start < end
                && ranges.last().is_none_or(|last| last.end < start)
            {
                ranges.push(start..end);
            }
        }
        Self(ranges)
    }
}

impl From<String> for Looked {
    fn from(text: String) -> Self {
        Self::from_text(&text)
    }
}

impl From<Looked> for String {
    fn from(looked: Looked) -> Self {
        looked.to_text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn ranges_hold_exactly_what_was_added(frames in proptest::collection::vec(0u32..40, 0..60)) {
            let mut looked = Looked::default();
            let mut plain = BTreeSet::new();
            for &frame in &frames {
                prop_assert_eq!(looked.add(frame), plain.insert(frame));
            }
            prop_assert_eq!(looked.end(), plain.last().map_or(0, |last| last + 1));
            prop_assert_eq!(looked.missing(40) as usize, 40 - plain.len());
            prop_assert_eq!(looked.first_missing(40), (0..40).find(|f| !plain.contains(f)));
            prop_assert!(looked.0.windows(2).all(|pair| pair[0].end < pair[1].start));
            prop_assert_eq!(Looked::from_text(&looked.to_text()), looked);
        }

        #[test]
        fn two_are_joined_frame_by_frame(
            a in proptest::collection::vec(0u32..40, 0..30), b in proptest::collection::vec(0u32..40, 0..30),
        ) {
            let looked = |frames: &[u32]| {
                let mut looked = Looked::default();
                frames.iter().for_each(|&frame| { looked.add(frame); });
                looked
            };
            let mut joined = looked(&a);
            let grew = joined.join(&looked(&b));
            prop_assert_eq!(&joined, &looked(&[a.clone(), b].concat()));
            prop_assert_eq!(grew, joined != looked(&a));
        }

        #[test]
        fn no_text_breaks_it(text in "[-0-9 x]{0,40}") {
            let looked = Looked::from_text(&text);
            prop_assert!(looked.0.windows(2).all(|pair| pair[0].end < pair[1].start));
        }
    }
}
