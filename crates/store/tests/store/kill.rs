//! What was acknowledged is there after `kill -9`.

use crate::{Fixture, fields, key, open, point, session};
use domain::{JobId, VideoSide};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use store::Store;

/// Where the process that is to be killed finds the database.
const DATABASE: &str = "STORE_TEST_DATABASE";

/// Clicks and chunks to wait for before the kill.
const ACKNOWLEDGED: u32 = 40;

#[tokio::test]
#[ignore = "never ends; run in a process of its own by the next test"]
async fn write_until_killed() {
    let path = std::env::var(DATABASE).unwrap();
    let store = Store::open(Path::new(&path)).await.unwrap();
    let id = "one".parse().unwrap();
    let cup = store.objects().list(&id).await.unwrap()[0].id;
    let (prompts, masks) = (store.prompts(), store.masks());
    let (side, job) = (VideoSide::One, JobId(1));
    masks.begin_run(&id, side, job, b"plan", &[]).await.unwrap();
    for frame in 0.. {
        let action = point(frame as f32);
        let event = prompts.append(&id, key(cup, side, frame), action).await;
        let chunk: Vec<_> = (0..16)
            .map(|n| crate::masks::row(cup, frame * 16 + n))
            .collect();
        let state = (frame + 1).to_le_bytes();
        masks
            .commit_chunk(&id, side, job, &chunk, &state)
            .await
            .unwrap();
        writeln!(std::io::stdout(), "acknowledged {}", event.unwrap().seq).unwrap();
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9() {
    let f = Fixture::new().await;
    f.store
        .objects()
        .add(&f.id, &fields("cup", true, false))
        .await
        .unwrap();
    let Fixture { store, id, dir } = f;
    store.close().await;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "--nocapture",
            "kill::write_until_killed",
        ])
        .env(DATABASE, dir.path().join("test.sqlite"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let last = lines
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok())
        .find(|seq: &u32| *seq >= ACKNOWLEDGED)
        .expect("the writer gets that far");
    child.kill().unwrap();
    child.wait().unwrap();

    let store = open(&dir).await;
    let events = store.prompts().live_events(&id).await.unwrap();
    let seqs: Vec<u32> = events.iter().map(|event| event.seq).collect();
    // That the object was added is the first event.
    let clicks = seqs.len() as u32;
    assert!(clicks + 1 >= last);
    assert_eq!(seqs, (2..=clicks + 1).collect::<Vec<_>>());
    // The state of the tracker and the masks are those of the same chunk.
    let (masks, side) = (store.masks(), VideoSide::One);
    let state = masks.tracker_state(&id, side, JobId(1)).await.unwrap();
    let chunks = u32::from_le_bytes(state.unwrap().try_into().unwrap());
    assert!(chunks + 1 >= last && chunks <= clicks);
    let frames = masks.frames(&id, side, 0..u32::MAX).await.unwrap();
    assert_eq!(frames.len() as u32, chunks * 16);
    session(&store, "after_the_kill").await;
}
