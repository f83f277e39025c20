//! The model's answers to prompts, and which of them still hold.

use domain::{FrameKey, PreviewMask, PromptedFrame, Rle};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The masks that the model answered, one per object and frame, and the questions under way.
///
/// A question carries the `seq` of the prompts it is about. An answer counts only while the prompts still have exactly
/// that `seq`: after another click it is too old, and after an undo it is about a click that is no longer there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    masks: BTreeMap<FrameKey, (u32, Arc<Rle>)>,
    asked: BTreeMap<FrameKey, u32>,
    refused: BTreeMap<FrameKey, u32>,
}

impl Answers {
    /// The prompts among `prompts` that have no answer and were not asked about, with their `seq`.
    #[must_use]
    pub fn unasked<'a>(
        &self,
        prompts: impl IntoIterator<Item = &'a PromptedFrame>,
    ) -> Vec<(FrameKey, u32)> {
        prompts
            .into_iter()
            // A drawn mask is its own answer.
            .filter(|frame| frame.prompts.drawn().is_none())
            .map(|frame| (frame.key, frame.prompts.seq))
            .filter(|(key, seq)| {
                let answered = self.masks.get(key).is_some_and(|(of, _)| of == seq);
                let asked = self.asked.get(key) == Some(seq);
                let refused = self.refused.get(key) == Some(seq);
                !answered && !asked && !refused
            })
            .collect()
    }

    /// A question went out.
    pub fn ask(&mut self, key: FrameKey, seq: u32) {
        self.asked.insert(key, seq);
    }

    /// An answer came in: kept when it is about `current`, the `seq` that the prompts of its key have now (none when there
    /// are none any more), and dropped otherwise. Says whether it was kept.
    pub fn accept(&mut self, answer: PreviewMask, current: Option<u32>) -> bool {
        if self.asked.get(&answer.key) == Some(&answer.seq) {
            self.asked.remove(&answer.key);
        }
        let holds = current == Some(answer.seq);
        if holds {
            self.refused.remove(&answer.key);
            self.masks
                .insert(answer.key, (answer.seq, Arc::new(answer.mask)));
        }
        holds
    }

    /// A question came back without an answer. It is not asked again until the prompts change or [`retry`](Self::retry).
    pub fn refuse(&mut self, key: FrameKey, seq: u32) {
        if self.asked.get(&key) == Some(&seq) {
            self.asked.remove(&key);
        }
        self.refused.insert(key, seq);
    }

    /// Lets the questions that came back without an answer be asked again.
    pub fn retry(&mut self) {
        self.refused.clear();
    }

    /// Whether a question about this frame and object is under way.
    #[must_use]
    pub fn is_waiting(&self, key: FrameKey) -> bool {
        self.asked.contains_key(&key)
    }

    /// Whether any question is under way.
    #[must_use]
    pub fn waits(&self) -> bool {
        !self.asked.is_empty()
    }

    /// The last mask for `key`, and whether it answers the prompts as they are now (`seq`).
    #[must_use]
    pub fn mask(&self, key: FrameKey, seq: u32) -> Option<(Arc<Rle>, bool)> {
        let (of, mask) = self.masks.get(&key)?;
        Some((Arc::clone(mask), *of == seq))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{FrameNumber, FramePrompts, ObjectId, VideoSide};

    fn key(frame: u32) -> FrameKey {
        FrameKey {
            object: ObjectId(1),
            side: VideoSide::One,
            frame: FrameNumber(frame),
        }
    }

    fn prompted(frame: u32, seq: u32) -> PromptedFrame {
        PromptedFrame {
            key: key(frame),
            prompts: FramePrompts {
                seq,
                ..FramePrompts::default()
            },
        }
    }

    fn answer(frame: u32, seq: u32) -> PreviewMask {
        PreviewMask {
            key: key(frame),
            seq,
            mask: Rle::encode(&[1], 1, 1),
            score: 1.0,
            iou: 0.9,
        }
    }

    #[test]
    fn every_state_is_asked_about_once() {
        let mut answers = Answers::default();
        let prompts = [prompted(3, 7), prompted(9, 2)];
        assert_eq!(answers.unasked(&prompts), [(key(3), 7), (key(9), 2)]);
        answers.ask(key(3), 7);
        assert_eq!(answers.unasked(&prompts), [(key(9), 2)]);
        assert!(answers.accept(answer(3, 7), Some(7)));
        assert_eq!(answers.unasked(&prompts), [(key(9), 2)]);
        assert_eq!(answers.unasked(&[prompted(3, 8)]), [(key(3), 8)]);
    }

    #[test]
    fn a_late_answer_to_an_older_state_is_dropped() {
        let mut answers = Answers::default();
        answers.ask(key(3), 7);
        answers.ask(key(3), 8);
        assert!(!answers.accept(answer(3, 7), Some(8)));
        assert!(
            answers.is_waiting(key(3)) && answers.waits(),
            "the newer question is under way"
        );
        assert!(answers.accept(answer(3, 8), Some(8)));
        assert!(!answers.is_waiting(key(3)));
        assert!(answers.mask(key(3), 8).is_some_and(|(_, fresh)| fresh));
    }

    #[test]
    fn an_answer_to_an_undone_click_is_dropped() {
        let mut answers = Answers::default();
        answers.ask(key(3), 8);
        assert!(!answers.accept(answer(3, 8), Some(7)));
        assert!(!answers.accept(answer(3, 8), None));
        assert_eq!(answers.mask(key(3), 8), None);
    }

    #[test]
    fn an_outdated_mask_is_known_as_such() {
        let mut answers = Answers::default();
        answers.accept(answer(3, 7), Some(7));
        assert!(answers.mask(key(3), 8).is_some_and(|(_, fresh)| !fresh));
    }

    #[test]
    fn a_refused_question_waits_for_a_change_or_a_retry() {
        let mut answers = Answers::default();
        answers.ask(key(3), 7);
        answers.refuse(key(3), 7);
        assert!(answers.unasked(&[prompted(3, 7)]).is_empty());
        assert_eq!(answers.unasked(&[prompted(3, 8)]).len(), 1);
        answers.retry();
        assert_eq!(answers.unasked(&[prompted(3, 7)]).len(), 1);
    }
}
