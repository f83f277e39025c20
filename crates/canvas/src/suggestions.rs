//! Places where an object may be in the other video, of which a person takes one or none.

use domain::{Candidate, ObjectId, VideoSide};

/// Suggestions, of which one is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestions {
    /// The object.
    pub object: ObjectId,
    /// The video in which it may be there.
    pub side: VideoSide,
    all: Vec<Candidate>,
    at: usize,
}

impl Suggestions {
    /// The first one is looked at; none without any.
    #[must_use]
    pub fn new(object: ObjectId, side: VideoSide, all: Vec<Candidate>) -> Option<Self> {
        (!all.is_empty()).then_some(Self {
            object,
            side,
            all,
            at: 0,
        })
    }

    /// All of them, the most alike first.
    #[must_use]
    pub fn all(&self) -> &[Candidate] {
        &self.all
    }

    /// Which one is looked at, from 0.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    /// The one that is looked at.
    #[must_use]
    pub fn current(&self) -> &Candidate {
        &self.all[self.at]
    }

    /// Looks at another one, if there is such a one.
    pub fn choose(&mut self, at: usize) {
        self.at = at.min(self.all.len() - 1);
    }

    /// Looks at the next one, or at the one before; going round.
    pub fn step(&mut self, forward: bool) {
        let count = self.all.len();
        self.at = (self.at + if forward { 1 } else { count - 1 }) % count;
    }

    /// Without the one that is looked at; the next takes its place. None when it was the last.
    #[must_use]
    pub fn without_current(mut self) -> Option<Self> {
        self.all.remove(self.at);
        if self.at == self.all.len() {
            self.at = 0;
        }
        (!self.all.is_empty()).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{FrameNumber, Label, Point, Rle};

    fn suggestions(frames: &[u32]) -> Option<Suggestions> {
        let candidate = |&frame: &u32| Candidate {
            frame: FrameNumber(frame),
            point: Point {
                x: 1.0,
                y: 1.0,
                label: Label::Positive,
            },
            mask: Rle::encode(&[1; 4], 2, 2),
            likeness: 0.5,
        };
        let all = frames.iter().map(candidate).collect();
        Suggestions::new(ObjectId(1), VideoSide::Two, all)
    }

    #[test]
    fn suggestions_go_round_and_run_out() {
        assert_eq!(suggestions(&[]), None);
        let mut all = suggestions(&[7, 3, 9]).unwrap();
        let frame = |of: &Suggestions| of.current().frame.0;
        all.step(false);
        assert_eq!(frame(&all), 9);
        all.step(true);
        all.step(true);
        assert_eq!((frame(&all), all.at()), (3, 1));
        all.choose(99);
        assert_eq!(frame(&all), 9);
        let all = all.without_current().unwrap();
        assert_eq!(frame(&all), 7, "behind the last comes the first");
        let all = all.without_current().unwrap();
        assert_eq!((frame(&all), all.all().len()), (3, 1));
        assert_eq!(all.without_current(), None);
    }
}
