use crate::{Fixture, cup, key, point};
use domain::{LiveEvent, Looked, ObjectFields, PromptAction, Rle, VideoSide};
use service::{ObjectDatabase, ServiceError};

const ONE: VideoSide = VideoSide::One;
const TWO: VideoSide = VideoSide::Two;

fn mug() -> ObjectFields {
    ObjectFields {
        label: "mug".into(),
        ..cup(true, true)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_mixed_up_are_swapped_and_every_page_hears_of_it() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let a = f.object(&id, cup(true, true)).await;
    let b = f.object(&id, mug()).await;
    f.click(&id, key(&a, TWO, 3), 9.0, 9.0).await;
    let mut events = f.service.events();
    f.service.swap_objects(key(&a, TWO, 2), b.id).await.unwrap();
    assert!(matches!(events.recv().await, Ok(LiveEvent::Masks { session }) if session == id));
    let workspace = f.service.workspace(&id).await.unwrap();
    assert_eq!(workspace.prompts[0].key, key(&b, TWO, 3));
    let undo = workspace.undo.unwrap();
    assert_eq!(undo.words, "swap of cup 1 and mug 1, video 2, from frame 2");
    f.service.undo(&id).await.unwrap();
    let workspace = f.service.workspace(&id).await.unwrap();
    assert_eq!(workspace.prompts[0].key, key(&a, TWO, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_swapped_or_split_is_refused_with_the_reason() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let a = f.object(&id, cup(true, true)).await;
    let b = f
        .object(
            &id,
            ObjectFields {
                in_video2: false,
                ..mug()
            },
        )
        .await;
    let elsewhere = f.session().await;
    let c = f.object(&elsewhere, cup(true, true)).await;
    for (answer, word) in [
        (
            f.service.swap_objects(key(&a, TWO, 0), b.id).await,
            "not in video 2",
        ),
        (
            f.service.swap_objects(key(&a, ONE, 0), a.id).await,
            "another object",
        ),
        (f.service.merge_objects(a.id, c.id).await, "same session"),
        (
            f.service.split_object(key(&b, ONE, 0)).await.map(drop),
            "nothing would be left",
        ),
        (f.service.set_object_colour(a.id, 10).await, "0 to 9"),
    ] {
        let text = answer.unwrap_err().to_string();
        assert!(text.contains(word), "{text}");
    }
    let made = f.service.split_object(key(&b, ONE, 2)).await.unwrap();
    assert_eq!(made.fields.title(), "mug 2");
    assert_eq!(made.position, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn masks_do_not_change_hands_while_a_job_writes_them() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let a = f.object(&id, cup(true, false)).await;
    let b = f
        .object(
            &id,
            ObjectFields {
                in_video2: false,
                ..mug()
            },
        )
        .await;
    for object in [&a, &b] {
        f.click(&id, key(object, ONE, 0), 9.0, 9.0).await;
    }
    f.service.swap_objects(key(&a, ONE, 0), b.id).await.unwrap();
    let held = f.brake.lock().await;
    f.service.start_job(&id).await.unwrap();
    let conflict = |answer: Result<(), ServiceError>| {
        assert!(
            matches!(answer, Err(ServiceError::Conflict(text)) if text.contains("offline job"))
        );
    };
    conflict(f.service.swap_objects(key(&a, ONE, 0), b.id).await);
    conflict(f.service.merge_objects(a.id, b.id).await);
    conflict(f.service.undo(&id).await.map(drop));
    drop(held);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawn_mask_is_stored_and_answered_as_it_is() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let a = f.object(&id, cup(true, false)).await;
    let mask = Rle::from_runs(48, 64, std::iter::once(100..300));
    let draw = PromptAction::SetMask { mask: mask.clone() };
    f.click(&id, key(&a, ONE, 1), 9.0, 9.0).await;
    f.service
        .add_prompt(&id, key(&a, ONE, 1), draw)
        .await
        .unwrap();
    let workspace = f.service.workspace(&id).await.unwrap();
    assert_eq!(workspace.prompts[0].prompts.drawn(), Some(&mask));
    f.service.undo(&id).await.unwrap();
    let workspace = f.service.workspace(&id).await.unwrap();
    assert_eq!(workspace.prompts[0].prompts.points.len(), 1, "one step");
    let small = PromptAction::SetMask {
        mask: Rle::from_runs(4, 6, []),
    };
    let refused = f.service.add_prompt(&id, key(&a, ONE, 1), small).await;
    assert!(matches!(refused, Err(ServiceError::Invalid(text)) if text.contains("64 x 48")));
    f.service
        .add_prompt(&id, key(&a, ONE, 1), point(1.0, 1.0))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn how_far_people_are_belongs_to_the_session() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let a = f.object(&id, cup(true, true)).await;
    f.service.done_early(a.id, TWO).await.unwrap();
    let frames = Looked::from_text("0-3");
    f.service.add_looked(&id, ONE, &frames).await.unwrap();
    let workspace = f.service.workspace(&id).await.unwrap();
    assert_eq!(workspace.done_early, [(a.id, TWO)]);
    assert_eq!(workspace.looked, [frames, Looked::default()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_object_database_fills_in_what_is_not_there_yet() {
    let mut f = Fixture::new().await;
    let id = f.session().await;
    let none = f.service.fill_from_database(&id, false).await;
    assert!(
        matches!(none, Err(ServiceError::Conflict(text)) if text.contains("--object-database"))
    );

    let file = f.data("objects.csv");
    let place = file.display().to_string();
    f.service = f
        .service
        .clone()
        .with_object_database(Some(ObjectDatabase::new(&place)));
    let fill = async |again| f.service.fill_from_database(&id, again).await;
    let missing = fill(false).await.unwrap_err().to_string();
    assert!(
        missing.contains(&place) && missing.contains("cannot be read"),
        "{missing}"
    );

    let header = "Video 1,Video 2,Removed,Added,Changed\n";
    std::fs::write(&file, format!("{header}x.mp4,y.mp4,,,\n")).unwrap();
    let unmatched = fill(false).await.unwrap_err().to_string();
    assert!(unmatched.contains("neither is in any"), "{unmatched}");
    std::fs::write(&file, format!("{header}a.mp4,b.mov,\"[cup, cup_2]\",,\n")).unwrap();
    assert!(
        fill(false).await.is_err(),
        "what was read last still counts"
    );
    f.object(&id, cup(true, false)).await;
    let filled = fill(true).await.unwrap();
    assert_eq!(
        filled,
        "Added from the database: cup 2. 1 more were in the list already."
    );
    assert_eq!(f.store.objects().list(&id).await.unwrap().len(), 2);
    assert!(fill(false).await.unwrap().starts_with("Every object"));
}
