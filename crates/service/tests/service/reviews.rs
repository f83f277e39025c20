//! Judging, sending back, annotating again, approving: what reviewers and annotators may do, and the file that tells it.

use crate::{Fixture, cup, key, next_end, point};
use domain::{
    AskedViews, FrameMasks, FrameNumber, JobState, LiveEvent, Object, Person, PromptAction, Role,
    SessionId, SessionStatus, Verdict, VideoSide,
};
use service::{Service, ServiceError};
use std::time::Duration;

const GOOD: Option<Verdict> = Some(Verdict::Good);

async fn person(f: &Fixture, name: &str, role: Role) -> (Person, Service) {
    let person = f.store.people().add(name, role).await.unwrap();
    let service = f.service.acting_as(person.clone());
    (person, service)
}

/// Two cups in video 1, clicked on the first frame.
async fn clicked(f: &Fixture) -> (SessionId, [Object; 2]) {
    let id = f.session().await;
    let mut second = cup(true, false);
    second.multiplicity = 2;
    let cups = [
        f.object(&id, cup(true, false)).await,
        f.object(&id, second).await,
    ];
    for cup in &cups {
        f.click(&id, key(cup, VideoSide::One, 0), 20.0, 20.0).await;
    }
    (id, cups)
}

/// Runs the offline job to its end.
async fn propagate(f: &Fixture, id: &SessionId) {
    let mut events = f.service.events();
    f.service.start_job(id).await.unwrap();
    assert_eq!(next_end(&mut events).await, JobState::Done);
}

async fn status(f: &Fixture, id: &SessionId) -> SessionStatus {
    f.service.workspace(id).await.unwrap().session.status
}

async fn masks(f: &Fixture, id: &SessionId) -> Vec<FrameMasks> {
    let range = (FrameNumber(0), FrameNumber(99));
    let masks = f.service.masks(id, VideoSide::One, range.0, range.1);
    masks.await.unwrap()
}

fn views(object: &Object) -> AskedViews {
    AskedViews {
        object: object.id,
        side: VideoSide::One,
        views: 1,
    }
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, ServiceError>, words: &str) {
    match outcome {
        Err(
            ServiceError::Conflict(text)
            | ServiceError::Invalid(text)
            | ServiceError::Forbidden(text),
        ) => assert!(text.contains(words), "{text}"),
        other => panic!("{other:?}"),
    }
}

fn file(f: &Fixture, id: &SessionId) -> String {
    let path = f.data(&format!("results/{id}/review_meta.json"));
    std::fs::read_to_string(path).unwrap()
}

/// Waits until the file holds some words: it follows the end of a job, which pages hear of a little earlier or later.
async fn file_with(f: &Fixture, id: &SessionId, words: &str) -> String {
    for _ in 0..500 {
        let path = f.data(&format!("results/{id}/review_meta.json"));
        let text = std::fs::read_to_string(path).unwrap_or_default();
        if text.contains(words) {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{words} is not in {}", file(f, id));
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_back_annotated_again_and_found_good() {
    let f = Fixture::new().await;
    let (id, [one, two]) = clicked(&f).await;
    let (_, reas) = person(&f, "Rea", Role::Reviewer).await;
    let (_, anns) = person(&f, "Ann", Role::Annotator).await;
    propagate(&f, &id).await;
    let files = || f.service.result_files(&id);
    let has_file = async || {
        let files = files().await.unwrap();
        files.iter().any(|file| file.path == "review_meta.json")
    };
    assert!(!has_file().await, "nobody has said anything");
    let before = masks(&f, &id).await;

    reas.set_verdict(two.id, GOOD).await.unwrap();
    reas.comment_on_object(one.id, " it leaks ").await.unwrap();
    assert!(has_file().await);
    reas.send_back(&id, &[views(&one)]).await.unwrap();
    assert_eq!(status(&f, &id).await, SessionStatus::NeedsReannotation);
    let text = file(&f, &id);
    for words in [
        "\"reviewerName\": \"Rea\"",
        "\"comment\": \"it leaks\"",
        "\"needsReannotation\": true",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("status"), "{text}");

    // Whoever annotates sees what came back, and works on it.
    let sent = anns.workspace(&id).await.unwrap().sent_back.unwrap();
    assert_eq!(sent.signed.by.as_deref(), Some("Rea"));
    assert_eq!(sent.asked[0].comment, "it leaks");
    // The stand-in for a model looks at the first click alone.
    let click = key(&one, VideoSide::One, 0);
    for action in [PromptAction::Clear, point(50.0, 40.0)] {
        let event = anns.add_prompt(&id, click, action).await;
        assert!(event.unwrap().seq > sent.asked[0].since);
    }
    propagate(&f, &id).await;
    assert_eq!(status(&f, &id).await, SessionStatus::FinishedReannotation);
    let text = file_with(&f, &id, "finish_reannotation").await;
    assert!(text.contains("\"needsReannotation\": true"), "{text}");
    assert_eq!(anns.workspace(&id).await.unwrap().sent_back, None);

    // Only what was sent back has other masks, and those before can still be seen.
    let after = masks(&f, &id).await;
    let of = |frames: &[FrameMasks], object: &Object| {
        let masks = frames.iter().flat_map(|frame| frame.masks.clone());
        let masks = masks.filter(|mask| mask.object == object.id);
        masks.map(|mask| mask.mask).collect::<Vec<_>>()
    };
    assert_eq!(of(&before, &two), of(&after, &two));
    assert_ne!(of(&before, &one), of(&after, &one));
    let range = (FrameNumber(0), FrameNumber(99));
    let former = f
        .service
        .former_masks(&id, VideoSide::One, range.0, range.1);
    let former = former.await.unwrap();
    assert!(former.iter().all(|frame| frame.masks[0].object == one.id));
    assert!(!former.is_empty());
    let review = reas.review(&id).await.unwrap();
    assert_eq!(review.verdict(one.id), None);
    assert_eq!(review.verdict(two.id), GOOD);
    assert_eq!(review.objects[0].comment, "it leaks");

    reas.approve_session(&id).await.unwrap();
    assert_eq!(status(&f, &id).await, SessionStatus::Reviewed);
    let text = file(&f, &id);
    assert!(!text.contains("\"needsReannotation\": true"), "{text}");
    assert!(!text.contains("finish_reannotation"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_says_which_verdicts_were_taken_back_with_their_masks() {
    let f = Fixture::new().await;
    let (id, [one, two]) = clicked(&f).await;
    propagate(&f, &id).await;
    // The stand-in for a model looks at the first click alone.
    let key = key(&one, VideoSide::One, 0);
    for action in [PromptAction::Clear, point(50.0, 40.0)] {
        f.service.add_prompt(&id, key, action).await.unwrap();
    }
    propagate(&f, &id).await;
    let (good, service) = ("\"reviewed\": true", &f.service);
    let mut events = service.events();
    let changed = async |object: &Object| {
        service.set_verdict(object.id, GOOD).await.unwrap();
        assert!(file(&f, &id).contains(good));
    };
    changed(&one).await;
    service.swap_objects(key, two.id).await.unwrap();
    assert!(!file(&f, &id).contains(good));
    changed(&two).await;
    service.undo(&id).await.unwrap();
    assert!(!file(&f, &id).contains(good));
    changed(&one).await;
    while events.try_recv().is_ok() {}
    let taken_back = service.take_back(&id, VideoSide::One, one.id).await;
    assert_ne!(taken_back.unwrap(), 0);
    assert!(!file(&f, &id).contains(good));
    // Open pages hear that the review changed, not only the masks.
    let mut heard = Vec::new();
    while let Ok(event) = events.try_recv() {
        heard.push(event);
    }
    let is_session = |event: &LiveEvent| matches!(event, LiveEvent::Session(_));
    assert!(heard.iter().any(is_session), "{heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_judged_says_why() {
    let f = Fixture::new().await;
    let (id, [one, two]) = clicked(&f).await;
    let (rea, reas) = person(&f, "Rea", Role::Reviewer).await;
    refused(reas.set_verdict(one.id, GOOD).await, "no masks to judge");
    refused(reas.approve_session(&id).await, "no masks to judge");
    propagate(&f, &id).await;
    refused(reas.send_back(&id, &[]).await, "nothing is chosen");
    let many = AskedViews {
        views: 6,
        ..views(&one)
    };
    refused(reas.send_back(&id, &[many]).await, "1 to 5 views");
    let elsewhere = AskedViews {
        side: VideoSide::Two,
        ..views(&one)
    };
    refused(reas.send_back(&id, &[elsewhere]).await, "not in video 2");
    let long = "x".repeat(2001);
    refused(reas.comment_on_object(one.id, &long).await, "shorten it");
    reas.send_back(&id, &[views(&one)]).await.unwrap();
    refused(reas.approve_session(&id).await, "sent back");
    reas.withdraw(&id).await.unwrap();
    refused(reas.withdraw(&id).await, "nothing is sent back");
    assert_eq!(status(&f, &id).await, SessionStatus::NeedsReview);

    // Judging is for reviewers, and a session that is given to one is not for the others.
    let (_, anns) = person(&f, "Ann", Role::Annotator).await;
    let (_, bobs) = person(&f, "Bob", Role::Reviewer).await;
    refused(anns.set_verdict(two.id, GOOD).await, "for a reviewer");
    refused(anns.comment_on_session(&id, "dark").await, "for a reviewer");
    refused(anns.send_back(&id, &[views(&one)]).await, "for a reviewer");
    refused(anns.withdraw(&id).await, "for a reviewer");
    bobs.set_verdict(two.id, GOOD).await.unwrap();
    let ids = [id.clone()];
    let duty = domain::Duty::Review;
    f.service.assign(&ids, duty, Some(rea.id)).await.unwrap();
    refused(bobs.set_verdict(two.id, None).await, "Rea");
    refused(bobs.set_reviewer(&id, "Bob").await, "Rea");
    refused(bobs.comment_on_object(one.id, "dark").await, "Rea");
    refused(bobs.approve_session(&id).await, "Rea");
    // Reading is for everybody.
    assert_eq!(anns.review(&id).await.unwrap().verdict(two.id), GOOD);
}
