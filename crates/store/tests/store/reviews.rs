//! Verdicts, comments, sending back, and what the next job makes of them.

use crate::masks::row;
use crate::{Fixture, session};
use domain::{
    AskedViews, Change, JobId, JobKind, JobState, ObjectId, Review, Role, SentBack, SessionStatus,
    Verdict, VideoSide,
};
use store::{MaskRow, StoreError};

use VideoSide::{One, Two};

pub const GOOD: Option<Verdict> = Some(Verdict::Good);
const AGAIN: Option<Verdict> = Some(Verdict::NeedsReannotation);

/// A cup and a pot in both videos, clicked, propagated, and waiting for a review.
pub async fn propagated() -> (Fixture, ObjectId, ObjectId) {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let pot = f.object("pot", true, true).await;
    for object in [cup, pot] {
        f.click(object, One, 3, 1.0).await;
        f.click(object, Two, 3, 1.0).await;
    }
    job(&f, &[row(cup, 0), row(pot, 0)]).await;
    assert_eq!(status(&f).await, SessionStatus::NeedsReview);
    (f, cup, pot)
}

/// An offline job that makes these masks in video 1.
pub async fn job(f: &Fixture, masks: &[MaskRow]) {
    let id = begin(f).await;
    let store = f.store.masks();
    store.begin_run(&f.id, One, id, b"plan", &[]).await.unwrap();
    store
        .commit_chunk(&f.id, One, id, masks, b"")
        .await
        .unwrap();
    store.finish_run(&f.id, One, id).await.unwrap();
    let done = f.store.jobs().set_state(id, JobState::Done, None).await;
    done.unwrap();
}

async fn begin(f: &Fixture) -> JobId {
    let jobs = f.store.jobs();
    let id = jobs.create(&f.id, JobKind::Propagate).await.unwrap().id;
    jobs.set_state(id, JobState::Running, None).await.unwrap();
    id
}

async fn status(f: &Fixture) -> SessionStatus {
    f.store.sessions().get(&f.id).await.unwrap().status
}

pub async fn review(f: &Fixture) -> Review {
    f.store.reviews().get(&f.id).await.unwrap()
}

pub async fn verdicts(f: &Fixture) -> Vec<Option<Verdict>> {
    let objects = review(f).await.objects;
    objects.iter().map(|said| said.verdict).collect()
}

pub async fn judge(f: &Fixture, object: ObjectId, verdict: Option<Verdict>) {
    let judged = f.store.reviews().set_verdict(object, verdict).await;
    assert_eq!(judged.unwrap(), f.id);
}

fn views(object: ObjectId, side: VideoSide, views: u8) -> AskedViews {
    AskedViews {
        object,
        side,
        views,
    }
}

async fn sent_back(f: &Fixture) -> SentBack {
    f.store.reviews().sent_back(&f.id).await.unwrap().unwrap()
}

/// What reviewers did, the oldest first.
async fn history(f: &Fixture) -> Vec<(Option<String>, Change)> {
    let entries = f.store.history().list(&f.id, None, 1000).await.unwrap();
    let is_review = |change: &Change| {
        matches!(
            change,
            Change::Judged { .. } | Change::SentBack { .. } | Change::Commented { .. }
        )
    };
    let entries = entries.into_iter().rev();
    let entries = entries.filter(|entry| is_review(&entry.change));
    entries.map(|entry| (entry.person, entry.change)).collect()
}

#[tokio::test]
async fn verdicts_and_comments_carry_who_and_when() {
    let (mut f, cup, pot) = propagated().await;
    assert_eq!(review(&f).await.changed_at, None);
    let before = f.store.sessions().get(&f.id).await.unwrap().updated_at;
    let server = f.store.clone();
    let people = server.people();
    let rea = people.add("Rea", Role::Reviewer).await.unwrap();
    let bob = people.add("Bob", Role::Reviewer).await.unwrap();
    f.store = server.acting_as(rea.id);
    judge(&f, cup, AGAIN).await;
    judge(&f, cup, AGAIN).await;
    let reviews = f.store.reviews();
    reviews.comment_on_object(cup, "leaks").await.unwrap();
    reviews.comment_on_object(cup, "leaks").await.unwrap();
    reviews.comment_on_session(&f.id, "dark").await.unwrap();
    assert_eq!(review(&f).await.reviewer, "Rea");
    // Whoever comes next is told apart from the first.
    f.store = server.acting_as(bob.id);
    judge(&f, pot, GOOD).await;
    judge(&f, pot, None).await;

    let f = f.reopen().await;
    let review = review(&f).await;
    let by = |at: usize| review.objects[at].signed.clone().unwrap().by;
    assert_eq!(
        (review.objects[0].verdict, by(0)),
        (AGAIN, Some("Rea".into()))
    );
    assert_eq!(
        (review.objects[1].verdict, by(1)),
        (None, Some("Bob".into()))
    );
    assert_eq!(review.objects[0].comment, "leaks");
    assert_eq!(review.comment, "dark");
    assert_eq!(review.signed.unwrap().by.as_deref(), Some("Rea"));
    assert_eq!(review.reviewer, "Bob");
    assert!(f.store.sessions().get(&f.id).await.unwrap().updated_at >= before);
    let title = |title: &str| title.to_owned();
    let judged = |of: &str, verdict| Change::Judged {
        title: title(of),
        verdict,
    };
    let commented = |of: Option<&str>, text: &str| Change::Commented {
        title: of.map(title),
        text: text.into(),
    };
    let expected = [
        ("Rea", judged("cup 1", AGAIN)),
        ("Rea", commented(Some("cup 1"), "leaks")),
        ("Rea", commented(None, "dark")),
        ("Bob", judged("pot 1", GOOD)),
        ("Bob", judged("pot 1", None)),
    ];
    let expected = expected.map(|(who, change)| (Some(who.to_owned()), change));
    assert_eq!(history(&f).await, expected);
}

#[tokio::test]
async fn the_name_that_somebody_used_last_is_used_again() {
    let (mut f, cup, _) = propagated().await;
    let server = f.store.clone();
    let rea = server.people().add("Rea", Role::Reviewer).await.unwrap();
    f.store = server.acting_as(rea.id);
    let reviews = f.store.reviews();
    assert_eq!(reviews.usual_name().await.unwrap(), "Rea");
    reviews.set_reviewer(&f.id, "Rea Miller").await.unwrap();
    judge(&f, cup, GOOD).await;
    assert_eq!(review(&f).await.reviewer, "Rea Miller");
    let other = session(&f.store, "other").await;
    assert_eq!(reviews.usual_name().await.unwrap(), "Rea Miller");
    reviews.comment_on_session(&other, "bright").await.unwrap();
    let named = reviews.get(&other).await.unwrap().reviewer;
    assert_eq!(named, "Rea Miller");
    // Where nobody signs in, nobody has a name before one was typed.
    let local = server.acting_as(domain::PersonId::LOCAL);
    assert_eq!(local.reviews().usual_name().await.unwrap(), "");
}

#[tokio::test]
async fn a_good_session_has_good_objects_only() {
    let (f, cup, pot) = propagated().await;
    judge(&f, cup, AGAIN).await;
    let refused = f.store.reviews().approve(&f.id).await;
    assert!(matches!(refused, Err(StoreError::Conflict(text)) if text.contains("cup 1")));
    assert_eq!(verdicts(&f).await, [AGAIN, None]);
    judge(&f, cup, None).await;
    f.store.reviews().approve(&f.id).await.unwrap();
    assert_eq!(verdicts(&f).await, [GOOD, GOOD]);
    assert_eq!(status(&f).await, SessionStatus::Reviewed);
    // Nothing changed, so the next job takes no verdict away.
    job(&f, &[row(cup, 0), row(pot, 0)]).await;
    assert_eq!(status(&f).await, SessionStatus::NeedsReview);
    assert_eq!(verdicts(&f).await, [GOOD, GOOD]);
    // A verdict on masks that are gone is none.
    job(&f, &[row(cup, 0), row(pot, 0), row(pot, 1)]).await;
    assert_eq!(verdicts(&f).await, [GOOD, None]);
    job(&f, &[row(pot, 0), row(pot, 1)]).await;
    assert_eq!(verdicts(&f).await, [None, None]);
}

#[tokio::test]
async fn what_is_sent_back_is_asked_for_until_the_next_job_is_done() {
    let (f, cup, pot) = propagated().await;
    let reviews = f.store.reviews();
    judge(&f, pot, GOOD).await;
    reviews.comment_on_object(cup, "leaks").await.unwrap();
    f.store.standing().set_done_early(cup, One).await.unwrap();
    assert_eq!(reviews.sent_back(&f.id).await.unwrap(), None);
    let asked = [views(cup, One, 2), views(cup, Two, 1)];
    reviews.send_back(&f.id, &asked).await.unwrap();
    assert_eq!(status(&f).await, SessionStatus::NeedsReannotation);
    assert_eq!(verdicts(&f).await, [AGAIN, GOOD]);
    assert_eq!(review(&f).await.asked, asked);
    let sent = sent_back(&f).await;
    assert_eq!(sent.asked[0].comment, "leaks");
    assert_eq!(
        sent.asked[0].since, 6,
        "the clicks that there are do not count"
    );
    // Whoever called it done did not know that it comes back.
    assert_eq!(f.store.standing().done_early(&f.id).await.unwrap(), []);

    // Asked for again, what was annotated since goes on counting; the rest is not asked for any more.
    f.click(cup, One, 9, 1.0).await;
    let asked = [views(cup, One, 3), views(pot, Two, 1)];
    reviews.send_back(&f.id, &asked).await.unwrap();
    let sent = sent_back(&f).await;
    let read: Vec<_> = sent.asked.iter().map(|a| (a.views, a.since)).collect();
    assert_eq!(read, [(asked[0], 6), (asked[1], 7)]);

    // A job that is stopped finishes nothing.
    let id = begin(&f).await;
    let stopped = f
        .store
        .jobs()
        .set_state(id, JobState::Cancelled, None)
        .await;
    stopped.unwrap();
    assert_eq!(status(&f).await, SessionStatus::NeedsReannotation);
    assert_eq!(sent_back(&f).await.asked.len(), 2);
    let f = f.reopen().await;
    let reviews = f.store.reviews();
    job(&f, &[row(cup, 0), row(pot, 0)]).await;
    assert_eq!(status(&f).await, SessionStatus::FinishedReannotation);
    assert_eq!(reviews.sent_back(&f.id).await.unwrap(), None);
    let said = review(&f).await;
    assert_eq!(said.asked, []);
    assert_eq!(said.objects[0].comment, "leaks", "the old comment stays");
    assert_eq!(verdicts(&f).await, [None, None]);
    assert!(said.objects.iter().all(|said| said.annotated_again));

    judge(&f, cup, GOOD).await;
    let said = review(&f).await.objects;
    assert_eq!(
        [said[0].annotated_again, said[1].annotated_again],
        [false, true]
    );
    reviews.approve(&f.id).await.unwrap();
    assert_eq!(status(&f).await, SessionStatus::Reviewed);
    assert_eq!(f.count("select count(*) from reannotations").await, 0);
}

#[tokio::test]
async fn a_reviewer_can_think_better_of_it() {
    let (f, cup, _) = propagated().await;
    let reviews = f.store.reviews();
    let early = reviews.withdraw(&f.id).await;
    assert!(matches!(early, Err(StoreError::Transition(_))));
    let asked = [views(cup, One, 1)];
    reviews.send_back(&f.id, &asked).await.unwrap();
    reviews.withdraw(&f.id).await.unwrap();
    assert_eq!(status(&f).await, SessionStatus::NeedsReview);
    assert_eq!(reviews.sent_back(&f.id).await.unwrap(), None);
    assert_eq!(verdicts(&f).await, [AGAIN, None]);
    job(&f, &[row(cup, 0)]).await;
    assert_eq!(status(&f).await, SessionStatus::NeedsReview);
}

#[tokio::test]
async fn nothing_is_sent_back_by_halves() {
    let (f, cup, _) = propagated().await;
    let reviews = f.store.reviews();
    let other = session(&f.store, "other").await;
    let wrong = reviews.send_back(&other, &[views(cup, One, 1)]).await;
    assert!(matches!(wrong, Err(StoreError::NotFound(_))));
    let asked = [views(cup, One, 1), views(ObjectId(99), One, 1)];
    let gone = reviews.send_back(&f.id, &asked).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
    begin(&f).await;
    let early = reviews.send_back(&f.id, &asked[..1]).await;
    assert!(matches!(early, Err(StoreError::Transition(_))));
    let early = reviews.approve(&f.id).await;
    assert!(matches!(early, Err(StoreError::Transition(_))));
    assert_eq!(reviews.sent_back(&f.id).await.unwrap(), None);
    assert_eq!(verdicts(&f).await, [None, None]);
    // What was sent back goes with its object.
    f.store.sessions().remove(&f.id).await.unwrap();
    assert_eq!(f.count("select count(*) from object_reviews").await, 0);
}
