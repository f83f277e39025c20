//! Comparing the places that both videos show.

use super::fake::{Call, FakeModel};
use super::world::{ROWS, World};
use domain::{LiveEvent, VideoSide};

#[tokio::test]
async fn places_are_compared_once_and_every_row_has_a_counterpart() {
    let dir = tempfile::tempdir().unwrap();
    let model = FakeModel::new();
    let mut world = World::with_disk(dir.path(), "a", model.clone(), 1 << 20).await;
    // Asked twice before it is known, found out once.
    assert!(world.jobs.same_place(&world.session).is_none());
    assert!(world.jobs.same_place(&world.session).is_none());
    loop {
        let event = world.events.recv().await.unwrap();
        if matches!(event, LiveEvent::SamePlace { .. }) {
            break;
        }
    }
    let known = world.jobs.same_place(&world.session).unwrap();
    let encoded = model.calls();
    let encoded = encoded
        .iter()
        .filter(|call| matches!(call, Call::Encode(_)));
    assert_eq!(encoded.count(), 36 + 30, "every frame that is shown, once");
    for (side, rows, others) in [
        (VideoSide::One, ROWS[0], ROWS[1]),
        (VideoSide::Two, ROWS[1], ROWS[0]),
    ] {
        let of = &known.sides[usize::from(side.number()) - 1];
        assert_eq!(of.path.len() as u32, rows);
        assert!(of.path.is_sorted() && of.path.iter().all(|&row| row < others));
        assert!(of.free.iter().all(|&row| row < others));
    }
    // The fake model sees source frames: row 10 of video 1 shows frame 8, row 4 of video 2 too.
    let (frame, sure) = known
        .counterpart(VideoSide::One, domain::FrameNumber(10), false)
        .unwrap();
    assert_eq!(frame.0, 4);
    assert!(sure > 30, "{sure}");
}
