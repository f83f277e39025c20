use crate::Fixture;
use domain::{Looked, ObjectId, VideoSide};
use store::StoreError;

#[tokio::test]
async fn steps_called_done_are_remembered_and_go_with_their_object() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let pot = f.object("pot", true, true).await;
    let standing = f.store.standing();
    for (object, side) in [
        (pot, VideoSide::One),
        (cup, VideoSide::Two),
        (cup, VideoSide::Two),
    ] {
        assert_eq!(standing.set_done_early(object, side).await.unwrap(), f.id);
    }
    let f = f.reopen().await;
    let standing = f.store.standing();
    let done = standing.done_early(&f.id).await.unwrap();
    assert_eq!(done, [(cup, VideoSide::Two), (pot, VideoSide::One)]);
    f.store.objects().remove(cup).await.unwrap();
    let done = standing.done_early(&f.id).await.unwrap();
    assert_eq!(done, [(pot, VideoSide::One)]);

    let gone = standing.set_done_early(ObjectId(99), VideoSide::One).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
}

#[tokio::test]
async fn frames_looked_at_add_up() {
    let f = Fixture::new().await;
    let standing = f.store.standing();
    let looked = Looked::from_text;
    for text in ["0-10", "20-30", "9-21"] {
        let frames = looked(text);
        let added = standing.add_looked(&f.id, VideoSide::Two, &frames).await;
        added.unwrap();
    }
    let f = f.reopen().await;
    let all = f.store.standing().looked(&f.id).await.unwrap();
    assert_eq!(all, [Looked::default(), looked("0-30")]);
    let nowhere = "nowhere".parse().unwrap();
    let frames = looked("0-1");
    let standing = f.store.standing();
    let gone = standing.add_looked(&nowhere, VideoSide::One, &frames).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
}
