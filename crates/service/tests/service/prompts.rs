use crate::fake_model::square;
use crate::{Fixture, cup, key, point};
use domain::{
    BoxPrompt, FramePrompts, Label, LiveEvent, ObjectFields, Point, PromptAction, SessionQuery,
    VideoSide,
};
use service::ServiceError;

const ONE: VideoSide = VideoSide::One;

#[tokio::test(flavor = "multi_thread")]
async fn a_click_is_stored_answered_and_told_to_every_page() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let cup = f.object(&id, cup(true, false)).await;
    let key = key(&cup, ONE, 2);
    assert_eq!(f.service.preview_mask(&id, key).await, Ok(None));

    let mut events = f.service.events();
    let event = f.service.add_prompt(&id, key, point(20.0, 30.0)).await;
    let event = event.unwrap();
    assert_eq!(
        f.store.prompts().live_events(&id).await.unwrap(),
        std::slice::from_ref(&event)
    );
    let told = events.recv().await.unwrap();
    let session = id.clone();
    assert_eq!(told, LiveEvent::Prompts { session, side: ONE });
    assert!(matches!(events.recv().await.unwrap(), LiveEvent::Session(s) if s.id == id));

    let preview = f.service.preview_mask(&id, key).await.unwrap().unwrap();
    let prompts = FramePrompts {
        points: vec![Point {
            x: 20.0,
            y: 30.0,
            label: Label::Positive,
        }],
        bbox: None,
        mask: None,
        seq: event.seq,
    };
    assert_eq!(preview.mask, square(&prompts, 64, 48));
    assert_eq!((preview.seq, preview.key), (event.seq, key));
    let workspace = f.service.workspace(&id).await.unwrap();
    assert_eq!(workspace.prompts.len(), 1);
    assert_eq!(workspace.prompts[0].prompts, prompts);
    assert!(workspace.undo.is_some() && workspace.redo.is_none());
    f.service.prepare_frame(&id, ONE, key.frame).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_and_redo_are_told_and_know_their_ends() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let cup = f.object(&id, cup(true, true)).await;
    // The object itself can be undone, too.
    let added = f.service.undo(&id).await.unwrap();
    assert_eq!(f.service.undo(&id).await, Ok(None));
    assert_eq!(f.service.redo(&id).await, Ok(added));
    f.click(&id, key(&cup, ONE, 0), 5.0, 5.0).await;
    let mut events = f.service.events();
    let undone = f.service.undo(&id).await.unwrap().unwrap();
    assert!(matches!(
        events.recv().await.unwrap(),
        LiveEvent::Prompts { side: ONE, .. }
    ));
    assert_eq!(f.service.preview_mask(&id, undone.key).await, Ok(None));
    assert_eq!(f.service.redo(&id).await, Ok(Some(undone)));
    assert_eq!(f.service.redo(&id).await, Ok(None));
    let nowhere = "nowhere".parse().unwrap();
    assert!(matches!(
        f.service.undo(&nowhere).await,
        Err(ServiceError::NotFound(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_and_not_stored() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let other = f.session().await;
    let cup = f.object(&id, cup(true, false)).await;
    let flat = PromptAction::SetBox(BoxPrompt {
        x0: 9.0,
        y0: 9.0,
        x1: 9.0,
        y1: 12.0,
    });
    for (session, key, action, word) in [
        (&id, key(&cup, ONE, 5), point(1.0, 1.0), "frames 0 to 4"),
        (&id, key(&cup, ONE, 0), point(64.5, 1.0), "outside"),
        (&id, key(&cup, ONE, 0), point(f32::NAN, 1.0), "outside"),
        (&id, key(&cup, ONE, 0), flat, "box is empty"),
        (
            &id,
            key(&cup, VideoSide::Two, 0),
            point(1.0, 1.0),
            "not in video 2",
        ),
        (&other, key(&cup, ONE, 0), point(1.0, 1.0), "no object"),
    ] {
        let error = f.service.add_prompt(session, key, action).await;
        let text = error.unwrap_err().to_string();
        assert!(text.contains(word), "{text}");
    }
    assert_eq!(f.store.prompts().live_events(&id).await.unwrap(), []);
    assert_eq!(f.store.prompts().live_events(&other).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn object_fields_are_checked() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let nowhere = f.service.add_object(&id, cup(false, false)).await;
    assert!(matches!(nowhere, Err(ServiceError::Invalid(_))));
    let first = f.object(&id, cup(true, false)).await;
    let twin = f.service.add_object(&id, cup(true, true)).await;
    assert!(matches!(twin, Err(ServiceError::Conflict(text)) if text.contains("cup 1")));
    let mut events = f.service.events();
    f.service.remove_object(first.id).await.unwrap();
    assert!(matches!(
        events.recv().await.unwrap(),
        LiveEvent::Masks { .. }
    ));
    assert!(matches!(events.recv().await.unwrap(), LiveEvent::Session(s) if s.object_count == 0));
    let gone = f
        .service
        .update_object(first.id, None, cup(true, true))
        .await;
    assert!(matches!(gone, Err(ServiceError::NotFound(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_where_no_frame_is() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let one = f.object(&id, cup(true, true)).await;
    let two = ObjectFields {
        multiplicity: 2,
        ..cup(true, true)
    };
    let two = f.object(&id, two).await;
    let behind = key(&one, ONE, u32::MAX);
    for refused in [
        f.service.swap_objects(behind, two.id).await,
        f.service.split_object(behind).await.map(drop),
    ] {
        assert!(
            matches!(refused, Err(ServiceError::Invalid(text)) if text.contains("frames 0 to 4"))
        );
    }
    let PromptAction::AddPoint(inside) = point(1.0, 1.0) else {
        unreachable!("it is a point")
    };
    let outside = Point {
        x: f32::INFINITY,
        ..inside
    };
    for action in [
        PromptAction::RemovePoint(outside),
        PromptAction::MovePoint {
            from: outside,
            to: inside,
        },
    ] {
        let refused = f.service.add_prompt(&id, key(&one, ONE, 0), action).await;
        assert!(matches!(refused, Err(ServiceError::Invalid(_))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_session_shows_nothing() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let object = f.object(&id, cup(true, true)).await;
    f.click(&id, key(&object, ONE, 0), 5.0, 5.0).await;
    let shows = async || {
        let key = key(&object, ONE, 0);
        [
            f.service.preview_mask(&id, key).await.map(drop),
            f.service.prepare_frame(&id, ONE, key.frame).await,
            f.service.frame_path(&id, ONE, key.frame).await.map(drop),
        ]
    };
    assert!(shows().await.iter().all(Result::is_ok));
    f.service.delete_session(&id).await.unwrap();
    for refused in shows().await {
        assert!(
            matches!(refused, Err(ServiceError::NotFound(_))),
            "{refused:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_words_are_looked_for_than_anybody_types() {
    let f = Fixture::new().await;
    let query = |words: usize| SessionQuery {
        text: "kitchen ".repeat(words),
        ..SessionQuery::default()
    };
    f.service.session_page(&query(50)).await.unwrap();
    let refused = f.service.session_page(&query(20_000)).await;
    assert!(matches!(refused, Err(ServiceError::Invalid(text)) if text.contains("50 words")));
}
