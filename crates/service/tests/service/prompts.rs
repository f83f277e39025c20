use crate::fake_model::square;
use crate::{Fixture, cup, key, point};
use domain::{BoxPrompt, FramePrompts, Label, LiveEvent, Point, PromptAction, VideoSide};
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
    assert_eq!(f.service.undo(&id).await, Ok(None));
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
    let gone = f.service.update_object(first.id, cup(true, true)).await;
    assert!(matches!(gone, Err(ServiceError::NotFound(_))));
}
