use crate::{Fixture, session};
use domain::{Change, FrameNumber, ObjectId, Pin, Role, ThreadId, VideoSide};
use store::StoreError;

fn pin(object: Option<ObjectId>, frame: u32, point: Option<(f32, f32)>) -> Pin {
    Pin {
        object,
        side: VideoSide::Two,
        frame: FrameNumber(frame),
        point,
    }
}

#[tokio::test]
async fn a_conversation_is_kept_with_its_place_and_its_people() {
    let mut f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let store = f.store.clone();
    let ann = store.people().add("Ann", Role::Annotator).await.unwrap();
    let rea = store.people().add("Rea", Role::Reviewer).await.unwrap();
    let (anns, reas) = (store.acting_as(ann.id), store.acting_as(rea.id));

    let here = pin(Some(cup), 7, Some((3.5, 4.0)));
    let first = reas.comments().begin(&f.id, &here, "too small").await;
    let first = first.unwrap();
    let whole = pin(None, 0, None);
    reas.comments().begin(&f.id, &whole, "dark").await.unwrap();
    anns.comments().reply(first, "larger now").await.unwrap();
    anns.comments().set_resolved(first, true).await.unwrap();
    // Saying the same again changes nothing.
    reas.comments().set_resolved(first, true).await.unwrap();

    f = f.reopen().await;
    let threads = f.store.comments().threads(&f.id).await.unwrap();
    let said = |index: usize| -> Vec<(&str, &str)> {
        let comments = threads[index].comments.iter();
        comments
            .map(|c| (c.person.as_str(), c.text.as_str()))
            .collect()
    };
    assert_eq!(threads[0].pin, here);
    assert_eq!(said(0), [("Rea", "too small"), ("Ann", "larger now")]);
    let resolved = threads[0].resolved.as_ref().unwrap();
    assert_eq!(resolved.person, "Ann");
    assert_eq!(threads[1].pin, whole);
    assert_eq!(said(1), [("Rea", "dark")]);
    assert!(threads[1].is_open());

    // An answer opens it again.
    f.store
        .comments()
        .reply(first, "not quite <b>")
        .await
        .unwrap();
    let threads = f.store.comments().threads(&f.id).await.unwrap();
    assert!(threads[0].is_open());
    let last = threads[0].comments.last().unwrap();
    assert_eq!(
        (last.person.as_str(), last.text.as_str()),
        ("local", "not quite <b>")
    );
}

#[tokio::test]
async fn the_history_holds_what_was_said() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let comments = f.store.comments();
    let id = comments
        .begin(&f.id, &pin(Some(cup), 7, None), "too small")
        .await
        .unwrap();
    comments.set_resolved(id, true).await.unwrap();
    comments.reply(id, "still").await.unwrap();
    let history = f.store.history().list(&f.id, Some(cup), 4).await.unwrap();
    let changes: Vec<Change> = history
        .into_iter()
        .rev()
        .map(|entry| entry.change)
        .collect();
    let title = Some("cup 1".to_owned());
    let commented = |text: &str| Change::Commented {
        title: title.clone(),
        text: text.into(),
    };
    let resolved = |resolved| Change::Resolved {
        title: title.clone(),
        text: "too small".into(),
        resolved,
    };
    assert_eq!(
        changes,
        [
            commented("too small"),
            resolved(true),
            commented("still"),
            resolved(false)
        ]
    );
}

#[tokio::test]
async fn what_is_gone_is_not_talked_about() {
    let f = Fixture::new().await;
    let other = session(&f.store, "two").await;
    let cup = f.object("cup", true, true).await;
    let comments = f.store.comments();
    let elsewhere = comments
        .begin(&other, &pin(Some(cup), 1, None), "mine?")
        .await;
    assert!(matches!(elsewhere, Err(StoreError::NotFound(_))));
    let nowhere = comments
        .begin(&"nowhere".parse().unwrap(), &pin(None, 1, None), "?")
        .await;
    assert!(matches!(nowhere, Err(StoreError::NotFound(_))));
    for gone in [
        comments.reply(ThreadId(9), "?").await,
        comments.set_resolved(ThreadId(9), true).await,
        comments.session_of(ThreadId(9)).await.map(drop),
    ] {
        assert!(matches!(gone, Err(StoreError::NotFound(_))));
    }
    assert_eq!(f.count("select count(*) from threads").await, 0);

    // A removed object keeps what was said about it; undo brings it back.
    let id = comments
        .begin(&f.id, &pin(Some(cup), 1, None), "why two?")
        .await
        .unwrap();
    f.store.objects().remove(cup).await.unwrap();
    comments.reply(id, "one is a bowl").await.unwrap();
    let threads = comments.threads(&f.id).await.unwrap();
    assert_eq!(threads[0].comments.len(), 2);
    assert_eq!(threads[0].pin.object, Some(cup));
}
