use crate::{Fixture, fields, session};
use domain::{ObjectFields, ObjectId, VideoSide};
use store::StoreError;

#[tokio::test]
async fn fields_come_back_as_they_were() {
    let f = Fixture::new().await;
    let sent = ObjectFields {
        multiplicity: 7,
        ..fields("tëa \"cup\"", true, false)
    };
    let object = f.store.objects().add(&f.id, &sent).await.unwrap();
    assert_eq!(object.fields, sent);
    let changed = ObjectFields {
        views: 5,
        ..fields("pot", false, true)
    };
    let updated = f
        .store
        .objects()
        .update(object.id, None, &changed)
        .await
        .unwrap();
    assert_eq!((updated.id, &updated.fields), (object.id, &changed));
    let f = f.reopen().await;
    assert_eq!(f.store.objects().get(object.id).await.unwrap(), updated);
    assert_eq!(f.store.objects().list(&f.id).await.unwrap(), [updated]);
}

#[tokio::test]
async fn positions_close_the_gap_and_ids_are_never_reused() {
    let f = Fixture::new().await;
    let other = session(&f.store, "other").await;
    let mut ids = Vec::new();
    for label in ["a", "b", "c", "d"] {
        ids.push(f.object(label, true, true).await);
        let elsewhere = fields(label, true, true);
        f.store.objects().add(&other, &elsewhere).await.unwrap();
    }
    f.store.objects().remove(ids[1]).await.unwrap();
    f.store.objects().remove(ids[3]).await.unwrap();
    let e = f.object("e", true, true).await;
    assert!(e > ids[3]);
    let objects = f.store.objects().list(&f.id).await.unwrap();
    let rows: Vec<(&str, u32)> = objects
        .iter()
        .map(|o| (o.fields.label.as_str(), o.position))
        .collect();
    assert_eq!(rows, [("a", 0), ("c", 1), ("e", 2)]);
    assert_eq!(f.store.objects().get(e).await.unwrap().position, 2);
    let count = f.store.sessions().get(&f.id).await.unwrap().object_count;
    assert_eq!(count, 3);
}

#[tokio::test]
async fn objects_change_their_order() {
    let f = Fixture::new().await;
    let mut ids = Vec::new();
    for label in ["a", "b", "c"] {
        ids.push(f.object(label, true, true).await);
    }
    f.store.objects().move_to(ids[2], 0).await.unwrap();
    f.store.objects().move_to(ids[0], 99).await.unwrap();
    f.object("d", true, true).await;
    let f = f.reopen().await;
    let rows: Vec<(String, u32)> = (f.store.objects().list(&f.id).await.unwrap().into_iter())
        .map(|o| (o.fields.label, o.position))
        .collect();
    let expected = ["c", "b", "a", "d"].map(String::from);
    assert_eq!(rows, expected.into_iter().zip(0..).collect::<Vec<_>>());
    let gone = f.store.objects().move_to(ObjectId(999), 0).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
}

#[tokio::test]
async fn an_object_goes_with_its_prompts_and_masks() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let pot = f.object("pot", true, true).await;
    f.click(cup, VideoSide::One, 1, 10.0).await;
    f.click(pot, VideoSide::One, 1, 20.0).await;
    f.click(cup, VideoSide::Two, 4, 30.0).await;
    let job = domain::JobId(1);
    crate::masks::commit(&f, VideoSide::One, job, cup, 0..4, b"a").await;
    crate::masks::commit(&f, VideoSide::One, job, pot, 0..4, b"b").await;
    f.store.objects().remove(cup).await.unwrap();
    assert_eq!(f.xs().await, [20.0]);
    let frames = f
        .store
        .masks()
        .frames(&f.id, VideoSide::One, 0..10)
        .await
        .unwrap();
    assert_eq!(frames.len(), 4);
    assert!(frames.iter().all(|frame| frame.masks.len() == 1));
    assert!(frames.iter().all(|frame| frame.masks[0].object == pot));
    // The tracker does not know that the object is gone; its masks are kept for the case that it comes back.
    crate::masks::commit(&f, VideoSide::One, job, cup, 4..8, b"c").await;
    crate::masks::commit(&f, VideoSide::One, job, pot, 4..8, b"d").await;
    assert_eq!(f.count("select count(*) from masks").await, 16);
    // The list of events goes on behind the removed ones.
    assert_eq!(f.click(pot, VideoSide::One, 2, 40.0).await, 7);
    let gone = f.store.objects().remove(cup).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
}

#[tokio::test]
async fn prompts_in_a_video_that_the_object_left_do_not_count() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    f.click(cup, VideoSide::One, 1, 10.0).await;
    f.click(cup, VideoSide::Two, 1, 20.0).await;
    let objects = f.store.objects();
    objects
        .update(cup, None, &fields("cup", true, false))
        .await
        .unwrap();
    assert_eq!(f.xs().await, [10.0]);
    objects
        .update(cup, None, &fields("cup", true, true))
        .await
        .unwrap();
    assert_eq!(f.xs().await, [10.0, 20.0]);
}

#[tokio::test]
async fn what_does_not_exist_is_said() {
    let f = Fixture::new().await;
    let objects = f.store.objects();
    let nowhere = "nowhere".parse().unwrap();
    assert!(matches!(
        objects.add(&nowhere, &fields("cup", true, true)).await,
        Err(StoreError::NotFound(text)) if text.contains("nowhere")
    ));
    let missing = ObjectId(99);
    assert!(matches!(
        objects.get(missing).await,
        Err(StoreError::NotFound(_))
    ));
    assert!(matches!(
        objects
            .update(missing, None, &fields("cup", true, true))
            .await,
        Err(StoreError::NotFound(_))
    ));
}

#[tokio::test]
async fn label_and_index_tell_objects_apart() {
    let f = Fixture::new().await;
    f.object("cup", true, true).await;
    let objects = f.store.objects();
    let again = fields("cup", true, true);
    let error = objects.add(&f.id, &again).await.unwrap_err();
    assert!(matches!(&error, StoreError::Conflict(text) if text.contains("cup 1")));
    let second = ObjectFields {
        multiplicity: 2,
        ..again.clone()
    };
    let second = objects.add(&f.id, &second).await.unwrap();
    let renamed = objects.update(second.id, None, &again).await;
    assert!(matches!(renamed, Err(StoreError::Conflict(_))));
    assert_eq!(objects.get(second.id).await.unwrap(), second);
}

#[tokio::test]
async fn what_two_people_change_at_once_is_kept_or_refused() {
    let f = Fixture::new().await;
    let ann = f
        .store
        .people()
        .add("Ann", domain::Role::Lead)
        .await
        .unwrap();
    let anns = f.store.acting_as(ann.id);
    let cup = f.object("cup", true, true).await;
    let saw = fields("cup", true, true);
    let renamed = ObjectFields {
        label: "mug".into(),
        ..saw.clone()
    };
    anns.objects()
        .update(cup, Some(&saw), &renamed)
        .await
        .unwrap();
    // Somebody whose page still says "cup".
    let wished = ObjectFields {
        views: 4,
        ..saw.clone()
    };
    let object = f
        .store
        .objects()
        .update(cup, Some(&saw), &wished)
        .await
        .unwrap();
    assert_eq!(
        (object.fields.label.as_str(), object.fields.views),
        ("mug", 4)
    );
    let other = ObjectFields {
        label: "glass".into(),
        ..saw.clone()
    };
    let refused = f.store.objects().update(cup, Some(&saw), &other).await;
    let reason = refused.unwrap_err().to_string();
    assert!(reason.contains("changed to \"mug\" by Ann"), "{reason}");
    // Each leaves a video, and none would be left.
    let nowhere = |in_video1, in_video2| ObjectFields {
        in_video1,
        in_video2,
        ..saw.clone()
    };
    anns.objects()
        .update(cup, Some(&saw), &nowhere(true, false))
        .await
        .unwrap();
    let refused = f
        .store
        .objects()
        .update(cup, Some(&saw), &nowhere(false, true))
        .await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
}
