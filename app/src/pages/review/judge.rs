//! Judging objects one after the other.

use super::Shown;
use crate::api;
use domain::{ObjectId, Verdict};
use leptos::prelude::*;

impl Shown {
    /// Why objects cannot be judged now; none when they can.
    pub(super) fn why_not_judged(self) -> Option<&'static str> {
        self.session.with(|session| session.status.why_not_judged())
    }

    /// Gives an object a verdict, or takes it back; shown at once, and stored.
    pub(super) fn judge(self, object: ObjectId, verdict: Option<Verdict>) {
        self.review.update(|review| {
            let said = review.objects.iter_mut().find(|said| said.object == object);
            if let Some(said) = said {
                said.verdict = verdict;
                said.annotated_again = false;
            }
        });
        self.store(api::reviews::judge(object, verdict));
    }

    /// The same with a key: once more takes it back; after a good one the next object that nobody has judged is chosen.
    pub(super) fn judge_selected(self, verdict: Verdict) {
        let Some(object) = self.selected.get_untracked() else {
            return self.select_next(true);
        };
        if !self.may_judge.get_untracked() {
            return;
        }
        if let Some(why) = untrack(|| self.why_not_judged()) {
            return self.problem.set(Some(why.into()));
        }
        let before = self.review.with_untracked(|review| review.verdict(object));
        let is_same = before == Some(verdict);
        self.judge(object, (!is_same).then_some(verdict));
        if verdict == Verdict::Good && !is_same {
            self.select_unjudged();
        }
    }

    /// Chooses the next object of the table, or the one before.
    pub(super) fn select_next(self, forward: bool) {
        let ids = self.ids();
        let at = self.place(&ids);
        let last = ids.len().saturating_sub(1);
        let to = match (at, forward) {
            (Some(at), true) => (at + 1).min(last),
            (Some(at), false) => at.saturating_sub(1),
            (None, true) => 0,
            (None, false) => last,
        };
        self.selected.set(ids.get(to).copied());
    }

    /// Chooses the next object without a verdict, going round; when there is none, the choice stays.
    fn select_unjudged(self) {
        let ids = self.ids();
        let start = self.place(&ids).map_or(0, |at| at + 1);
        let next = self.review.with_untracked(|review| {
            let (before, behind) = ids.split_at(start);
            let mut rest = behind.iter().chain(before);
            rest.find(|id| review.verdict(**id).is_none()).copied()
        });
        if next.is_some() {
            self.selected.set(next);
        }
    }

    fn ids(self) -> Vec<ObjectId> {
        self.objects
            .with_untracked(|objects| objects.iter().map(|object| object.id).collect())
    }

    fn place(self, ids: &[ObjectId]) -> Option<usize> {
        let selected = self.selected.get_untracked()?;
        ids.iter().position(|id| *id == selected)
    }
}
