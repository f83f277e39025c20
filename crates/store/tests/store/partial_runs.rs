//! Runs that do only a part anew, and masks that people approved.

use crate::Fixture;
use crate::masks::row;
use domain::{
    FrameKey, FrameMasks, FrameNumber, FrameSpan, JobId, Look, ObjectId, Rle, VideoSide,
    frame_spans,
};
use std::ops::Range;
use store::{Carried, MaskRow, StoreError};

const SIDE: VideoSide = VideoSide::One;

/// A mask that no frame has by itself.
fn other(object: ObjectId, frame: u32) -> MaskRow {
    MaskRow {
        mask: Rle::encode(&[1; 32 * 24], 24, 32),
        ..row(object, frame)
    }
}

async fn run(f: &Fixture, job: i64, carried: &[Carried], rows: &[MaskRow]) {
    let (masks, job) = (f.store.masks(), JobId(job));
    let begun = masks.begin_run(&f.id, SIDE, job, b"plan", carried).await;
    begun.unwrap();
    let committed = masks.commit_chunk(&f.id, SIDE, job, rows, b"").await;
    committed.unwrap();
    masks.finish_run(&f.id, SIDE, job).await.unwrap();
}

fn rows(object: ObjectId, frames: Range<u32>) -> Vec<MaskRow> {
    frames.map(|frame| row(object, frame)).collect()
}

async fn now(f: &Fixture) -> Vec<FrameMasks> {
    f.store.masks().frames(&f.id, SIDE, 0..99).await.unwrap()
}

/// Frame and area of every mask.
fn areas(frames: &[FrameMasks]) -> Vec<(u32, u64)> {
    let one = |of: &FrameMasks| (of.frame.0, of.masks[0].mask.area());
    frames.iter().map(one).collect()
}

#[tokio::test]
async fn what_is_carried_over_stays_and_what_changed_can_be_taken_back() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let former = async || {
        let masks = f.store.masks();
        masks.former_frames(&f.id, SIDE, 0..99).await.unwrap()
    };
    run(&f, 1, &[], &rows(cup, 0..6)).await;
    assert_eq!(former().await, [], "there was nothing before");
    let before = now(&f).await;
    let carried = Carried {
        object: cup,
        rows: vec![0..2, 4..6],
    };
    run(&f, 2, &[carried], &[other(cup, 2), other(cup, 3)]).await;
    let after = now(&f).await;
    assert_eq!(
        areas(&after),
        [(0, 1), (1, 2), (2, 768), (3, 768), (4, 5), (5, 6)]
    );
    assert_eq!(areas(&former().await), [(2, 3), (3, 4)]);

    let masks = f.store.masks();
    assert_eq!(masks.swap_former(&f.id, SIDE, cup).await.unwrap(), 2);
    assert_eq!(now(&f).await, before);
    assert_eq!(areas(&former().await), [(2, 768), (3, 768)]);
    assert_eq!(masks.swap_former(&f.id, SIDE, cup).await.unwrap(), 2);
    assert_eq!(now(&f).await, after);

    // The third run replaces the first.
    run(&f, 3, &[], &rows(cup, 0..6)).await;
    assert_eq!(areas(&former().await), [(2, 768), (3, 768)]);
}

#[tokio::test]
async fn a_first_run_cannot_be_taken_back() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    run(&f, 1, &[], &rows(cup, 0..2)).await;
    let refused = f.store.masks().swap_former(&f.id, SIDE, cup).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
}

#[tokio::test]
async fn carried_masks_are_there_after_a_restart_and_only_once() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    run(&f, 1, &[], &rows(cup, 0..4)).await;
    let job = JobId(2);
    let carried = [Carried {
        object: cup,
        rows: std::iter::once(1..4).collect(),
    }];
    for _ in 0..2 {
        let masks = f.store.masks();
        let begun = masks.begin_run(&f.id, SIDE, job, b"b", &carried).await;
        assert!(!begun.unwrap().finished);
    }
    f.store.masks().finish_run(&f.id, SIDE, job).await.unwrap();
    assert_eq!(areas(&now(&f).await), [(1, 2), (2, 3), (3, 4)]);
}

#[tokio::test]
async fn of_two_looks_one_is_kept_and_their_agreement_noted() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let second = |frame, wins| MaskRow {
        look: Look::Second { wins },
        score: 9.0,
        ..other(cup, frame)
    };
    let looks = [second(1, true), second(2, false)];
    run(&f, 1, &[], &[rows(cup, 0..3), looks.to_vec()].concat()).await;
    let tracks = f.store.masks().tracks(&f.id, SIDE).await.unwrap();
    let samples = &tracks[0].samples;
    let figures: Vec<_> = samples
        .iter()
        .map(|s| (s.area, s.score, s.agreement))
        .collect();
    let expected = [
        (1, -0.25, None),
        (768, 9.0, Some(2.0 / 768.0)),
        (3, 1.75, Some(3.0 / 768.0)),
    ];
    assert_eq!(figures, expected);
}

#[tokio::test]
async fn a_part_that_is_written_again_changes_nothing() {
    let f = Fixture::new().await;
    let (cup, masks) = (f.object("cup", true, true).await, f.store.masks());
    let second = |frame, wins| MaskRow {
        look: Look::Second { wins },
        score: 9.0,
        ..other(cup, frame)
    };
    run(&f, 1, &[], &rows(cup, 0..2)).await;
    let begun = masks.begin_run(&f.id, SIDE, JobId(2), b"plan", &[]).await;
    begun.unwrap();
    let chunk = [rows(cup, 1..2), vec![second(0, true), second(1, false)]].concat();
    let first = rows(cup, 0..1);
    let committed = masks.commit_chunk(&f.id, SIDE, JobId(2), &first, b"1");
    committed.await.unwrap();
    // Cut off before the state came, and made again from the state before.
    for _ in 0..2 {
        let part = masks.add_part(&f.id, SIDE, JobId(2), &chunk).await;
        part.unwrap();
        let state = masks.tracker_state(&f.id, SIDE, JobId(2)).await.unwrap();
        assert_eq!(state.as_deref(), Some(&b"1"[..]));
    }
    masks.finish_run(&f.id, SIDE, JobId(2)).await.unwrap();
    let tracks = masks.tracks(&f.id, SIDE).await.unwrap();
    let figures: Vec<_> = tracks[0]
        .samples
        .iter()
        .map(|s| (s.area, s.score, s.agreement))
        .collect();
    let expected = [(768, 9.0, Some(1.0 / 768.0)), (2, 0.75, Some(2.0 / 768.0))];
    assert_eq!(figures, expected);
    let nowhere = masks.add_part(&f.id, SIDE, JobId(9), &[]).await;
    assert!(matches!(nowhere, Err(StoreError::NotFound(_))));
}

#[tokio::test]
async fn approvals_keep_the_mask_of_their_time() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let key = |frame| FrameKey {
        object: cup,
        side: SIDE,
        frame: FrameNumber(frame),
    };
    let approvals = f.store.approvals();
    let early = approvals.set(&f.id, key(1), true).await;
    assert!(matches!(early, Err(StoreError::NotFound(_))));
    run(&f, 1, &[], &rows(cup, 0..3)).await;
    approvals.set(&f.id, key(1), true).await.unwrap();
    run(&f, 2, &[], &[other(cup, 1)]).await;
    let listed = approvals.list(&f.id, SIDE).await.unwrap();
    assert_eq!((listed[0].key, listed[0].mask.area()), (key(1), 2));
    // Approving again takes the mask of now.
    approvals.set(&f.id, key(1), true).await.unwrap();
    assert_eq!(
        approvals.list(&f.id, SIDE).await.unwrap()[0].mask.area(),
        768
    );
    assert_eq!(approvals.list(&f.id, VideoSide::Two).await.unwrap(), []);
    approvals.set(&f.id, key(1), false).await.unwrap();
    assert_eq!(approvals.list(&f.id, SIDE).await.unwrap(), []);
}

#[tokio::test]
async fn approvals_are_undone_and_redone_with_the_masks_of_their_time() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    run(&f, 1, &[], &rows(cup, 0..6)).await;
    let span = |from, to| FrameSpan {
        object: cup,
        side: SIDE,
        from: FrameNumber(from),
        to: FrameNumber(to),
    };
    let (approvals, prompts) = (f.store.approvals(), f.store.prompts());
    let listed = async || {
        let all = approvals.list(&f.id, SIDE).await.unwrap().into_iter();
        let areas = all.map(|of| (of.key.frame.0, of.mask.area()));
        areas.collect::<Vec<_>>()
    };
    let status = async || f.store.sessions().get(&f.id).await.unwrap().status;
    let first_status = status().await;
    approvals.set(&f.id, span(1, 2), true).await.unwrap();
    let first = listed().await;
    // A later run has other masks; approving again takes them, on more frames.
    run(&f, 2, &[], &[other(cup, 2), other(cup, 3)]).await;
    approvals.set(&f.id, span(2, 3), true).await.unwrap();
    let second = listed().await;
    assert_eq!((first[1].0, second[1], second[2].0), (2, (2, 768), 3));
    assert_eq!(second[0], first[0]);
    approvals.set(&f.id, span(0, 9), false).await.unwrap();
    assert_eq!(listed().await, []);

    let undo = async || prompts.undo(&f.id).await.unwrap().unwrap();
    let redo = async || prompts.redo(&f.id).await.unwrap().unwrap();
    let objects = f.store.objects().list(&f.id).await.unwrap();
    let words = |edit: domain::Edit| edit.note(&objects).words;
    assert_eq!(
        words(undo().await),
        "end of approval of cup 1, video 1, frames 0 to 9"
    );
    assert_eq!(listed().await, second);
    assert_eq!(
        words(undo().await),
        "approval of cup 1, video 1, frames 2 to 3"
    );
    assert_eq!(listed().await, first);
    undo().await;
    assert_eq!(listed().await, []);
    // What is redone is what was approved then, whatever jobs have made since.
    run(&f, 3, &[], &[other(cup, 1)]).await;
    redo().await;
    assert_eq!(listed().await, first);
    redo().await;
    assert_eq!(listed().await, second);
    redo().await;
    assert_eq!(listed().await, []);
    assert_eq!(prompts.redo(&f.id).await.unwrap(), None);
    // Nothing was clicked.
    assert_eq!(status().await, first_status);
    assert_eq!(prompts.live_events(&f.id).await.unwrap(), []);
    // Nothing to take back is nothing to undo.
    let last = prompts.next_undo(&f.id).await.unwrap();
    assert_eq!(approvals.set(&f.id, span(0, 9), false).await.unwrap(), 0);
    assert_eq!(prompts.next_undo(&f.id).await.unwrap(), last);
    // Neither is approving what is approved.
    approvals.set(&f.id, span(1, 1), true).await.unwrap();
    let last = prompts.next_undo(&f.id).await.unwrap();
    assert_eq!(approvals.set(&f.id, span(1, 1), true).await.unwrap(), 1);
    assert_eq!(prompts.next_undo(&f.id).await.unwrap(), last);
    undo().await;
    let history = f.store.history().list(&f.id, Some(cup), 3).await.unwrap();
    let lines = domain::history_lines(&history).into_iter();
    assert_eq!(
        lines.map(|line| line.words).collect::<Vec<_>>(),
        [
            "no longer approves cup 1 in video 1 on frame 1",
            "approved cup 1 in video 1 on frame 1",
            "no longer approves cup 1 in video 1 on frames 0 to 9",
        ]
    );
}

#[tokio::test]
async fn a_span_is_approved_and_withdrawn_in_one_step() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let pot = f.object("pot", true, true).await;
    run(&f, 1, &[], &[rows(cup, 2..9), rows(pot, 2..9)].concat()).await;
    let span = |object, from, to| FrameSpan {
        object,
        side: SIDE,
        from: FrameNumber(from),
        to: FrameNumber(to),
    };
    let approved = async || {
        let all = f.store.approvals().list(&f.id, SIDE).await.unwrap();
        let frames = all.iter().map(|of| of.key.frame);
        frame_spans(&frames.collect::<Vec<_>>())
            .iter()
            .map(|(from, to)| (from.0, to.0))
            .collect::<Vec<_>>()
    };
    let approvals = f.store.approvals();
    // Only frames with a mask count.
    assert_eq!(
        approvals.set(&f.id, span(cup, 0, 4), true).await.unwrap(),
        3
    );
    assert_eq!(
        approvals.set(&f.id, span(cup, 7, 7), true).await.unwrap(),
        1
    );
    assert_eq!(approved().await, [(2, 4), (7, 7)]);
    assert_eq!(
        approvals.set(&f.id, span(cup, 3, 7), false).await.unwrap(),
        3
    );
    assert_eq!(approved().await, [(2, 2)]);
    assert_eq!(
        approvals.set(&f.id, span(cup, 3, 7), false).await.unwrap(),
        0
    );
    let nowhere = approvals.set(&f.id, span(cup, 20, 30), true).await;
    assert!(matches!(nowhere, Err(StoreError::NotFound(text)) if text.contains("frames 20 to 30")));
    // Written down once per step that did something.
    let history = f.store.history().list(&f.id, Some(cup), 9).await.unwrap();
    let lines: Vec<String> = domain::history_lines(&history)
        .into_iter()
        .map(|line| line.words)
        .collect();
    assert_eq!(
        lines[..3],
        [
            "no longer approves cup 1 in video 1 on frames 3 to 7",
            "approved cup 1 in video 1 on frame 7",
            "approved cup 1 in video 1 on frames 0 to 4",
        ]
    );
    assert_eq!(lines.len(), 4, "{lines:?}");

    // Swapped objects take their approvals along, and undo brings them back.
    approvals.set(&f.id, span(cup, 5, 8), true).await.unwrap();
    let from_6 = FrameKey {
        object: cup,
        side: SIDE,
        frame: FrameNumber(6),
    };
    let of_pot = async || {
        let all = f.store.approvals().list(&f.id, SIDE).await.unwrap();
        all.iter().filter(|of| of.key.object == pot).count()
    };
    f.store.objects().swap(from_6, pot).await.unwrap();
    assert_eq!(of_pot().await, 3);
    f.store.prompts().undo(&f.id).await.unwrap();
    assert_eq!(of_pot().await, 0);
    assert_eq!(approved().await, [(2, 2), (5, 8)]);
}
