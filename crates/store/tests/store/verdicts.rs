//! A verdict is on the masks that there were: when an object gets others, it is taken back.

use crate::masks::row;
use crate::reviews::{GOOD, job, judge, propagated, verdicts};
use crate::{Fixture, fields, key, session};
use domain::{AskedViews, Change, FrameMasks, JobId, ObjectFields, ObjectId, Verdict, VideoSide};
use store::StoreError;

use VideoSide::{One, Two};

/// Finds every object good that there is.
async fn judge_all(f: &Fixture) {
    for object in f.store.objects().list(&f.id).await.unwrap() {
        judge(f, object.id, GOOD).await;
    }
}

async fn masks(f: &Fixture) -> Vec<FrameMasks> {
    let masks = f.store.masks();
    masks.frames(&f.id, One, 0..99).await.unwrap()
}

/// Does something to two objects, undoes and redoes it; each time, the verdicts that there are then must be `left`, and
/// `undone` after the undo.
async fn there_and_back(
    f: &Fixture,
    act: impl AsyncFn(&Fixture),
    left: &[Option<Verdict>],
    undone: &[Option<Verdict>],
) {
    judge_all(f).await;
    act(f).await;
    assert_eq!(verdicts(f).await, left);
    for _ in 0..2 {
        judge_all(f).await;
        f.store.prompts().undo(&f.id).await.unwrap().unwrap();
        assert_eq!(verdicts(f).await, undone);
        judge_all(f).await;
        f.store.prompts().redo(&f.id).await.unwrap().unwrap();
        assert_eq!(verdicts(f).await, left);
    }
    judge_all(f).await;
    f.store.prompts().undo(&f.id).await.unwrap().unwrap();
}

#[tokio::test]
async fn masks_that_change_hands_are_judged_anew() {
    let (f, cup, pot) = propagated().await;
    let jar = f.object("jar", true, true).await;
    job(&f, &[row(cup, 3), row(pot, 3), row(pot, 4), row(jar, 3)]).await;
    let swap = async |f: &Fixture| {
        let swapped = f.store.objects().swap(key(cup, One, 0), pot).await;
        swapped.unwrap();
    };
    let merge = async |f: &Fixture| f.store.objects().merge(pot, cup).await.unwrap();
    let split = async |f: &Fixture| {
        let second = ObjectFields {
            multiplicity: 2,
            ..fields("cup", true, false)
        };
        let made = f.store.objects().split(key(cup, One, 0), &second).await;
        made.unwrap();
    };
    // Cup, pot and jar; whatever happens to others, the jar stays good.
    there_and_back(&f, swap, &[None, None, GOOD], &[None, None, GOOD]).await;
    there_and_back(&f, merge, &[None, GOOD], &[None, None, GOOD]).await;
    let with_second = [None, None, GOOD, GOOD];
    there_and_back(&f, split, &with_second, &[None, GOOD, GOOD]).await;
    let history = f.store.history().list(&f.id, Some(cup), 2).await.unwrap();
    let taken_back = Change::Judged {
        title: "cup 1".into(),
        verdict: None,
    };
    assert_eq!(history[0].change, taken_back);
    assert!(matches!(history[1].change, Change::Edit { .. }));
}

#[tokio::test]
async fn where_no_mask_moves_a_verdict_stays() {
    let (f, cup, pot) = propagated().await;
    judge_all(&f).await;
    // Video 2 has clicks, but no masks.
    f.store.objects().swap(key(cup, Two, 0), pot).await.unwrap();
    f.store.prompts().undo(&f.id).await.unwrap();
    f.click(cup, One, 5, 1.0).await;
    f.store.objects().remove(cup).await.unwrap();
    f.store.prompts().undo(&f.id).await.unwrap();
    assert_eq!(verdicts(&f).await, [GOOD, GOOD]);
    // A removed object comes back without the masks that a job has left out meanwhile.
    f.store.objects().remove(cup).await.unwrap();
    job(&f, &[row(pot, 0)]).await;
    f.store.prompts().undo(&f.id).await.unwrap();
    assert_eq!(verdicts(&f).await, [None, GOOD]);
}

#[tokio::test]
async fn what_is_sent_back_stays_marked_whoever_has_the_masks() {
    let (f, cup, pot) = propagated().await;
    let asked = [AskedViews {
        object: cup,
        side: One,
        views: 1,
    }];
    judge_all(&f).await;
    f.store.reviews().send_back(&f.id, &asked).await.unwrap();
    f.store.objects().swap(key(cup, One, 0), pot).await.unwrap();
    let again = Some(Verdict::NeedsReannotation);
    assert_eq!(verdicts(&f).await, [again, None]);
    // Unless the reviewer has thought better of it.
    judge(&f, cup, GOOD).await;
    f.store.prompts().undo(&f.id).await.unwrap();
    assert_eq!(verdicts(&f).await, [None, None]);
}

#[tokio::test]
async fn masks_that_are_taken_back_are_judged_anew() {
    let (f, cup, pot) = propagated().await;
    job(&f, &[row(cup, 0), row(cup, 1), row(pot, 0)]).await;
    let masks = f.store.masks();
    for _ in 0..2 {
        judge_all(&f).await;
        assert_eq!(masks.swap_former(&f.id, One, cup).await.unwrap(), 1);
        assert_eq!(verdicts(&f).await, [None, GOOD]);
    }
    // The former masks are the same as those of now.
    judge_all(&f).await;
    assert_eq!(masks.swap_former(&f.id, One, pot).await.unwrap(), 0);
    assert_eq!(verdicts(&f).await, [GOOD, GOOD]);
}

#[tokio::test]
async fn objects_of_another_session_are_not_taken_back() {
    let (f, cup, pot) = propagated().await;
    job(&f, &[row(cup, 0), row(cup, 1), row(pot, 0)]).await;
    let before = masks(&f).await;
    let other = session(&f.store, "other").await;
    let objects = f.store.objects();
    let cup_of_other = objects.add(&other, &fields("cup", true, true)).await;
    let cup_of_other = cup_of_other.unwrap().id;
    let store = f.store.masks();
    for number in [91, 92] {
        let id = JobId(number);
        let begun = store.begin_run(&other, One, id, b"plan", &[]).await;
        begun.unwrap();
        store.finish_run(&other, One, id).await.unwrap();
    }
    for (session, object) in [(&f.id, cup_of_other), (&other, cup), (&f.id, ObjectId(999))] {
        let refused = store.swap_former(session, One, object).await;
        assert!(
            matches!(refused, Err(StoreError::NotFound(_))),
            "{refused:?}"
        );
    }
    assert_eq!(masks(&f).await, before);
    let history = f.store.history().list(&other, None, 99).await.unwrap();
    let is_swap = |change: &Change| matches!(change, Change::MasksSwapped { .. });
    assert!(!history.iter().any(|entry| is_swap(&entry.change)));
}
