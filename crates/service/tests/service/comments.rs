//! Who may write about a session, and what.

use crate::team::{forbidden, person};
use crate::{Fixture, cup};
use domain::{
    COMMENT_MAX, Duty, FrameNumber, LiveEvent, Pin, Role, SessionId, ThreadId, VideoSide,
};
use service::{Service, ServiceError};

const HERE: Pin = Pin {
    object: None,
    side: VideoSide::One,
    frame: FrameNumber(0),
    point: None,
};

async fn say(
    service: &Service,
    session: &SessionId,
    pin: Pin,
    text: &str,
) -> Result<ThreadId, ServiceError> {
    service.add_comment(session, pin, text).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_annotator_and_the_reviewer_talk_and_everybody_reads() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let (ann, anns) = person(&f, "Ann", Role::Annotator).await;
    let (_, bobs) = person(&f, "Bob", Role::Annotator).await;
    let (rea, reas) = person(&f, "Rea", Role::Reviewer).await;
    let (_, rons) = person(&f, "Ron", Role::Reviewer).await;
    let (_, leas) = person(&f, "Lea", Role::Lead).await;
    let ids = [id.clone()];
    leas.assign(&ids, Duty::Annotate, Some(ann.id))
        .await
        .unwrap();
    // As long as nobody reviews it, every reviewer may say something.
    let thread = say(&rons, &id, HERE, "too dark?").await.unwrap();
    forbidden(say(&bobs, &id, HERE, "me too").await, "Ann");
    leas.assign(&ids, Duty::Review, Some(rea.id)).await.unwrap();
    forbidden(rons.reply(thread, "well?").await, "Ann");
    forbidden(bobs.set_resolved(thread, true).await, "Ann");
    for service in [&anns, &reas, &leas] {
        service.reply(thread, "a little").await.unwrap();
    }
    anns.set_resolved(thread, true).await.unwrap();
    let read = bobs.threads(&id).await.unwrap();
    let people: Vec<&str> = (read[0].comments.iter())
        .map(|comment| comment.person.as_str())
        .collect();
    assert_eq!(people, ["Ron", "Ann", "Rea", "Lea"]);
    assert!(!read[0].is_open());
}

#[tokio::test(flavor = "multi_thread")]
async fn open_pages_hear_of_every_comment() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let mut events = f.service.events();
    let told = LiveEvent::Comments {
        session: id.clone(),
    };
    let thread = say(&f.service, &id, HERE, "look").await.unwrap();
    assert_eq!(events.recv().await.unwrap(), told);
    f.service.reply(thread, "where?").await.unwrap();
    assert_eq!(events.recv().await.unwrap(), told);
    f.service.set_resolved(thread, true).await.unwrap();
    assert_eq!(events.recv().await.unwrap(), told);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let cup = f.object(&id, cup(true, false)).await;
    let long = "x".repeat(COMMENT_MAX + 1);
    for text in ["", " \n ", &long] {
        let refused = say(&f.service, &id, HERE, text).await;
        assert!(matches!(refused, Err(ServiceError::Invalid(_))), "{text}");
    }
    for pin in [
        Pin {
            frame: FrameNumber(10_000),
            ..HERE
        },
        Pin {
            point: Some((64.5, 1.0)),
            ..HERE
        },
    ] {
        let refused = say(&f.service, &id, pin, "here").await;
        assert!(matches!(refused, Err(ServiceError::Invalid(_))), "{pin:?}");
    }
    // An object may be missed in a video that it is not declared to be in.
    let missed = Pin {
        object: Some(cup.id),
        side: VideoSide::Two,
        ..HERE
    };
    let thread = say(&f.service, &id, missed, "it is here, too").await;
    let thread = thread.unwrap();
    let refused = f.service.reply(thread, "").await;
    assert!(matches!(refused, Err(ServiceError::Invalid(_))));
    let gone = f.service.reply(ThreadId(99), "?").await;
    assert!(matches!(gone, Err(ServiceError::NotFound(_))));
    let nowhere: SessionId = "nowhere".parse().unwrap();
    let gone = f.service.threads(&nowhere).await;
    assert!(matches!(gone, Err(ServiceError::NotFound(_))));
}
