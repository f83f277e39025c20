//! What a click reads of everything else: neither the masks that others drew, nor every object for every other.

use crate::{Fixture, fields, key, point};
use domain::{PromptAction, Rle, SessionStatus, VideoSide};
use std::time::{Duration, Instant};

const ONE: VideoSide = VideoSide::One;

/// A mask of 80 x 80 pixels; every second row of `dense` ones is in it, which makes thousands of runs.
fn drawn(dense: bool) -> PromptAction {
    let bitmap: Vec<u8> = (0..6400)
        .map(|at| u8::from(!dense || at / 80 % 2 == 0))
        .collect();
    let mask = Rle::encode(&bitmap, 80, 80);
    PromptAction::SetMask { mask }
}

#[tokio::test]
async fn a_click_reads_no_mask_that_was_drawn_elsewhere() {
    let f = Fixture::new().await;
    let [cup, pot] = [
        f.object("cup", true, false).await,
        f.object("pot", true, false).await,
    ];
    let prompts = f.store.prompts();
    let draw = async |object, frame, dense| {
        let key = key(object, ONE, frame);
        prompts.append(&f.id, key, drawn(dense)).await.unwrap();
    };
    draw(cup, 1, true).await;
    draw(pot, 1, true).await;
    // Whoever reads it fails.
    let damage =
        "update prompt_events set action = replace(action, 'counts', 'count') where object = 2";
    f.execute(damage).await;
    f.click(cup, ONE, 2, 5.0).await;
    let session = f.store.sessions().get(&f.id).await.unwrap();
    assert_eq!(session.status, SessionStatus::Ready);
    let clicked = prompts.clicked(&f.id).await.unwrap();
    assert_eq!(
        clicked.into_iter().collect::<Vec<_>>(),
        [(cup, ONE), (pot, ONE)]
    );
    let on_frame_2 = prompts.of(&f.id, key(cup, ONE, 2)).await.unwrap().unwrap();
    assert_eq!(on_frame_2.points.len(), 1);
    assert!(prompts.of(&f.id, key(pot, ONE, 1)).await.is_err());
}

#[tokio::test]
async fn the_prompts_of_one_frame_are_those_among_all() {
    let f = Fixture::new().await;
    let [cup, pot] = [
        f.object("cup", true, false).await,
        f.object("pot", true, false).await,
    ];
    let prompts = f.store.prompts();
    for (object, frame, action) in [
        (cup, 1, point(1.0)),
        (cup, 1, drawn(true)),
        (cup, 1, point(2.0)),
        (cup, 2, drawn(false)),
        (pot, 1, drawn(true)),
        (pot, 1, PromptAction::Clear),
        (pot, 3, point(3.0)),
    ] {
        let key = key(object, ONE, frame);
        prompts.append(&f.id, key, action).await.unwrap();
    }
    for swapped in [false, true] {
        if swapped {
            f.store.objects().swap(key(cup, ONE, 0), pot).await.unwrap();
        }
        let all = prompts.current(&f.id).await.unwrap();
        for object in [cup, pot] {
            for frame in 1..4 {
                let key = key(object, ONE, frame);
                let of = prompts.of(&f.id, key).await.unwrap();
                assert_eq!(of.as_ref(), all.get(&key), "{key:?}");
            }
        }
    }
    f.store.objects().remove(pot).await.unwrap();
    assert_eq!(prompts.of(&f.id, key(pot, ONE, 1)).await.unwrap(), None);
}

#[tokio::test]
async fn ten_thousand_objects_hold_nobody_up() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, false).await;
    f.execute(
        "with recursive n(i) as (select 2 union all select i + 1 from n where i < 10000)
         insert into objects (session, label, multiplicity, in_video1, in_video2, views, deformability, change_type, place)
         select 'one', 'cup', i, 1, 0, 1, 'rigid', 'removed', i from n",
    )
    .await;
    let start = Instant::now();
    f.click(cup, ONE, 1, 5.0).await;
    let objects = f.store.objects().list(&f.id).await.unwrap();
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    let positions = objects.iter().map(|object| object.position);
    assert!(positions.eq(0..10_000));
    let more = f
        .store
        .objects()
        .add(&f.id, &fields("pot", true, false))
        .await;
    let refused = more.unwrap_err().to_string();
    assert!(refused.contains("at most 1000 objects"), "{refused}");
}
