use crate::{Fixture, key, point, session};
use domain::{BoxPrompt, PromptAction, VideoSide};
use store::StoreError;

#[tokio::test]
async fn every_action_comes_back_bit_for_bit() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let bbox = BoxPrompt {
        x0: 0.1,
        y0: 1.0 / 3.0,
        x1: 1919.999,
        y1: 1080.0,
    };
    let mut sent = Vec::new();
    for action in [
        point(f32::MIN_POSITIVE),
        PromptAction::SetBox(bbox),
        PromptAction::Clear,
    ] {
        let key = key(cup, VideoSide::Two, 17);
        sent.push(f.store.prompts().append(&f.id, key, action).await.unwrap());
    }
    let f = f.reopen().await;
    assert_eq!(f.store.prompts().live_events(&f.id).await.unwrap(), sent);
    // That the object was added is the first event.
    let numbers: Vec<u32> = sent.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, [2, 3, 4]);
}

#[tokio::test]
async fn undo_and_redo_walk_the_list_and_survive_a_kill() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    for (frame, x) in [(0, 1.0), (1, 2.0), (2, 3.0)] {
        f.click(cup, VideoSide::One, frame, x).await;
    }
    let prompts = f.store.prompts();
    assert!(prompts.next_redo(&f.id).await.unwrap().is_none());
    assert_eq!(prompts.undo(&f.id).await.unwrap().map(|e| e.seq), Some(4));
    assert_eq!(prompts.undo(&f.id).await.unwrap().map(|e| e.seq), Some(3));
    let f = f.reopen().await;
    assert_eq!(f.xs().await, [1.0]);
    let prompts = f.store.prompts();
    assert_eq!(prompts.redo(&f.id).await.unwrap().map(|e| e.seq), Some(3));
    assert_eq!(f.xs().await, [1.0, 2.0]);
    assert_eq!(prompts.redo(&f.id).await.unwrap().map(|e| e.seq), Some(4));
    assert_eq!(prompts.redo(&f.id).await.unwrap(), None);
    // The object itself goes last.
    for _ in 0..4 {
        assert!(prompts.next_undo(&f.id).await.unwrap().is_some());
        prompts.undo(&f.id).await.unwrap();
    }
    assert_eq!(prompts.undo(&f.id).await.unwrap(), None);
    assert!(prompts.next_undo(&f.id).await.unwrap().is_none());
    assert!(prompts.next_redo(&f.id).await.unwrap().is_some());
    assert_eq!(f.xs().await, Vec::<f32>::new());
}

#[tokio::test]
async fn a_new_event_ends_redo_but_nothing_is_lost() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    for x in [1.0, 2.0, 3.0] {
        f.click(cup, VideoSide::One, 0, x).await;
    }
    f.store.prompts().undo(&f.id).await.unwrap();
    f.store.prompts().undo(&f.id).await.unwrap();
    let f = f.reopen().await;
    assert_eq!(f.click(cup, VideoSide::One, 0, 4.0).await, 5);
    let prompts = f.store.prompts();
    assert!(prompts.next_redo(&f.id).await.unwrap().is_none());
    assert_eq!(prompts.redo(&f.id).await.unwrap(), None);
    assert_eq!(f.xs().await, [1.0, 4.0]);
    // Undo steps over the discarded events, and redo comes back the same way.
    assert_eq!(prompts.undo(&f.id).await.unwrap().map(|e| e.seq), Some(5));
    assert_eq!(prompts.undo(&f.id).await.unwrap().map(|e| e.seq), Some(2));
    assert_eq!(prompts.redo(&f.id).await.unwrap().map(|e| e.seq), Some(2));
    assert_eq!(prompts.redo(&f.id).await.unwrap().map(|e| e.seq), Some(5));
    assert_eq!(f.xs().await, [1.0, 4.0]);
    assert_eq!(f.count("select count(*) from prompt_events").await, 5);
}

#[tokio::test]
async fn undoing_a_clear_brings_the_clicks_back() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    f.click(cup, VideoSide::One, 0, 1.0).await;
    f.click(cup, VideoSide::One, 0, 2.0).await;
    let prompts = f.store.prompts();
    let key = key(cup, VideoSide::One, 0);
    prompts
        .append(&f.id, key, PromptAction::Clear)
        .await
        .unwrap();
    assert_eq!(f.xs().await, Vec::<f32>::new());
    prompts.undo(&f.id).await.unwrap();
    assert_eq!(f.xs().await, [1.0, 2.0]);
}

#[tokio::test]
async fn a_click_needs_an_object_of_this_session() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let other = session(&f.store, "other").await;
    let key = key(cup, VideoSide::One, 0);
    let stray = f.store.prompts().append(&other, key, point(1.0)).await;
    assert!(matches!(stray, Err(StoreError::NotFound(_))));
    let events = "select count(*) from prompt_events where session = 'other'";
    assert_eq!(f.count(events).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn clicks_from_many_pages_are_numbered_without_gap_or_loss() {
    const PAGES: u32 = 16;
    const CLICKS: u32 = 25;
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    // A second process on the same file: it has a writer of its own.
    let second = crate::open(&f.dir).await;
    let mut pages = Vec::new();
    for page in 0..PAGES {
        let store = if page % 2 == 0 { &f.store } else { &second }.clone();
        let id = f.id.clone();
        pages.push(tokio::spawn(async move {
            let mut seqs = Vec::new();
            for click in 0..CLICKS {
                let x = (page * CLICKS + click) as f32;
                let key = key(cup, VideoSide::One, page);
                let event = store.prompts().append(&id, key, point(x)).await.unwrap();
                seqs.push(event.seq);
            }
            assert!(seqs.is_sorted(), "a page sees its own clicks in order");
            seqs
        }));
    }
    let mut seqs = Vec::new();
    for page in pages {
        seqs.extend(page.await.unwrap());
    }
    seqs.sort_unstable();
    assert_eq!(seqs, (2..=PAGES * CLICKS + 1).collect::<Vec<_>>());
    let events = f.store.prompts().live_events(&f.id).await.unwrap();
    assert_eq!(events.len(), (PAGES * CLICKS) as usize);
    let mut xs = f.xs().await;
    xs.sort_by(f32::total_cmp);
    let all: Vec<f32> = (0..PAGES * CLICKS).map(|n| n as f32).collect();
    assert_eq!(xs, all);
}
