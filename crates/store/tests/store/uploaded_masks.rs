use crate::{Fixture, fields, key, point};
use domain::{
    AskedViews, Change, FrameNumber, FrameRow, FrameTable, JobId, JobKind, JobState, Rle,
    SessionEvent, SessionStatus, UploadedMasks, VideoSide,
};
use std::collections::{BTreeMap, BTreeSet};
use store::{MaskRow, UploadedObject};

/// A rectangle in a picture of 32 x 24.
fn rectangle(x: std::ops::Range<usize>, y: std::ops::Range<usize>) -> Rle {
    Rle::from_runs(24, 32, x.map(|x| x * 24 + y.start..x * 24 + y.end))
}

fn uploaded() -> UploadedMasks {
    UploadedMasks {
        file_name: "theirs.pkl".into(),
        painted: true,
    }
}

fn change() -> Change {
    Change::MasksUploaded {
        file_name: "theirs.pkl".into(),
        objects: 2,
        masks: 3,
        empty: 1,
    }
}

fn object(label: &str, masks: [&[(u32, Rle)]; 2]) -> UploadedObject {
    let by_frame = |of: &[(u32, Rle)]| {
        of.iter()
            .map(|(frame, mask)| (FrameNumber(*frame), mask.clone()))
            .collect::<BTreeMap<_, _>>()
    };
    UploadedObject {
        fields: fields(label, !masks[0].is_empty(), !masks[1].is_empty()),
        masks: masks.map(by_frame),
    }
}

fn two_objects() -> [UploadedObject; 2] {
    let (a, b) = (rectangle(2..6, 3..8), rectangle(10..30, 2..20));
    [
        object("cup", [&[(0, a.clone()), (7, b.clone())], &[(2, a)]]),
        object("pot", [&[], &[(3, b)]]),
    ]
}

/// A fixture with the masks of [`two_objects`].
async fn reviewed() -> Fixture {
    let f = Fixture::new().await;
    let uploads = f.store.uploads();
    uploads.mark(&f.id, &uploaded(), &change()).await.unwrap();
    uploads
        .take_in(&f.id, JobId(5), &two_objects())
        .await
        .unwrap();
    f
}

#[tokio::test]
async fn masks_come_in_at_once_and_once() {
    let f = reviewed().await.reopen().await;
    let uploads = f.store.uploads();
    assert_eq!(uploads.get(&f.id).await.unwrap(), Some(uploaded()));
    // As after a kill.
    uploads
        .take_in(&f.id, JobId(5), &two_objects())
        .await
        .unwrap();
    let objects = f.store.objects().list(&f.id).await.unwrap();
    assert_eq!(objects.len(), 2);
    let masks = f.store.masks();
    let one = masks.frames(&f.id, VideoSide::One, 0..99).await.unwrap();
    let two = masks.frames(&f.id, VideoSide::Two, 0..99).await.unwrap();
    let frames = |of: &[domain::FrameMasks]| of.iter().map(|m| m.frame.0).collect::<Vec<_>>();
    assert_eq!((frames(&one), frames(&two)), (vec![0, 7], vec![2, 3]));
    assert_eq!(one[1].masks[0].mask, rectangle(10..30, 2..20));

    uploads.complete(&f.id).await.unwrap();
    uploads.complete(&f.id).await.unwrap();
    let session = f.store.sessions().get(&f.id).await.unwrap();
    assert_eq!(session.status, SessionStatus::NeedsReview);
    let history = f.store.history().list(&f.id, None, 99).await.unwrap();
    assert!(history.iter().any(|entry| entry.change == change()));
}

#[tokio::test]
async fn objects_made_meanwhile_keep_their_names() {
    let f = Fixture::new().await;
    let theirs = f.object("pot", true, true).await;
    let uploads = f.store.uploads();
    uploads.mark(&f.id, &uploaded(), &change()).await.unwrap();
    uploads
        .take_in(&f.id, JobId(5), &two_objects())
        .await
        .unwrap();
    let objects = f.store.objects().list(&f.id).await.unwrap();
    let titles: Vec<String> = objects.iter().map(|o| o.fields.title()).collect();
    assert_eq!(titles, ["pot 1", "cup 1", "pot 2"]);
    assert_eq!(objects[0].id, theirs);
}

#[tokio::test]
async fn a_review_outlives_a_second_end_of_the_upload() {
    let f = reviewed().await;
    let uploads = f.store.uploads();
    uploads.complete(&f.id).await.unwrap();
    let sessions = f.store.sessions();
    sessions.apply(&f.id, SessionEvent::Approved).await.unwrap();
    uploads.complete(&f.id).await.unwrap();
    let status = sessions.get(&f.id).await.unwrap().status;
    assert_eq!(status, SessionStatus::Reviewed);
}

#[tokio::test]
async fn after_a_cancelled_job_uploaded_masks_are_judged_as_before() {
    let f = reviewed().await;
    f.store.uploads().complete(&f.id).await.unwrap();
    let jobs = f.store.jobs();
    let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
    jobs.set_state(job.id, JobState::Cancelled, None)
        .await
        .unwrap();
    let status = f.store.sessions().get(&f.id).await.unwrap().status;
    assert_eq!(status, SessionStatus::NeedsReview);
}

#[tokio::test]
async fn a_failed_job_is_forgotten_with_the_clicks_that_it_was_for() {
    let f = reviewed().await;
    f.store.uploads().complete(&f.id).await.unwrap();
    let cup = f.store.objects().list(&f.id).await.unwrap()[0].id;
    let status = async || f.store.sessions().get(&f.id).await.unwrap().status;
    let (jobs, prompts) = (f.store.jobs(), f.store.prompts());
    let run_out = async || {
        let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
        let failed = jobs.set_state(job.id, JobState::Failed, Some("out of memory"));
        failed.await.unwrap();
    };
    for frame in [3, 4] {
        f.click(cup, VideoSide::One, frame, 1.0).await;
    }
    run_out().await;
    prompts.undo(&f.id).await.unwrap();
    assert_eq!(
        status().await,
        SessionStatus::Failed,
        "a click is left to try again with"
    );
    prompts.undo(&f.id).await.unwrap();
    assert_eq!(status().await, SessionStatus::NeedsReview);
    prompts.redo(&f.id).await.unwrap();
    assert_eq!(status().await, SessionStatus::NeedsReview);

    // What was sent back is still sent back; and the click may be undone before the job fails.
    let asked = [AskedViews {
        object: cup,
        side: VideoSide::One,
        views: 1,
    }];
    f.store.reviews().send_back(&f.id, &asked).await.unwrap();
    let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
    prompts.undo(&f.id).await.unwrap();
    let failed = jobs.set_state(job.id, JobState::Failed, Some("out of memory"));
    failed.await.unwrap();
    assert_eq!(status().await, SessionStatus::NeedsReannotation);
    // Where every mask comes from clicks, a failed job is there to be tried again.
    let f = Fixture::new().await;
    let pot = f.object("pot", true, false).await;
    f.click(pot, VideoSide::One, 3, 1.0).await;
    let jobs = f.store.jobs();
    let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
    let failed = jobs.set_state(job.id, JobState::Failed, Some("out of memory"));
    failed.await.unwrap();
    f.store.prompts().undo(&f.id).await.unwrap();
    let session = f.store.sessions().get(&f.id).await.unwrap();
    assert_eq!(session.status, SessionStatus::Failed);
}

#[tokio::test]
async fn what_is_covered_needs_no_click() {
    let f = reviewed().await;
    let objects = f.store.objects().list(&f.id).await.unwrap();
    let (cup, pot) = (objects[0].id, objects[1].id);
    let covered = f.store.uploads().covered(&f.id).await.unwrap();
    let expected = BTreeSet::from([
        (cup, VideoSide::One),
        (cup, VideoSide::Two),
        (pot, VideoSide::Two),
    ]);
    assert_eq!(covered, expected);
    // A click, and everything else is covered: ready for the offline job.
    let prompts = f.store.prompts();
    let click = key(cup, VideoSide::One, 3);
    prompts.append(&f.id, click, point(4.0)).await.unwrap();
    let status = async || f.store.sessions().get(&f.id).await.unwrap().status;
    assert_eq!(status().await, SessionStatus::Ready);
    f.object("new", true, false).await;
    assert_eq!(status().await, SessionStatus::Draft);
    // Without the mark, the same masks are somebody's clicks.
    let other = Fixture::new().await;
    let uploads = other.store.uploads();
    uploads
        .take_in(&other.id, JobId(5), &two_objects())
        .await
        .unwrap();
    assert!(uploads.covered(&other.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_best_view_is_large_sure_and_whole() {
    let f = Fixture::new().await;
    let table = FrameTable {
        width: 32,
        height: 24,
        time_base: (1, 30),
        rows: (0..400)
            .map(|row| FrameRow {
                source_frame: row,
                pts: i64::from(row),
            })
            .collect(),
    };
    let videos = f.store.videos();
    videos
        .set_frame_table(&f.id, VideoSide::One, &table)
        .await
        .unwrap();
    let cup = f.object("cup", true, false).await;
    let pot = f.object("pot", true, false).await;
    let row = |object, frame, mask, score| MaskRow {
        object,
        frame: FrameNumber(frame),
        mask,
        score,
        look: domain::Look::First,
    };
    let mut rows: Vec<MaskRow> = (0..400)
        .map(|frame| row(cup, frame, rectangle(4..8, 4..8), 5.0))
        .collect();
    // Larger, but not believed in; larger, but cut off; larger and good; nothing at all.
    rows[100] = row(cup, 100, rectangle(2..30, 2..22), -9.0);
    rows[150] = row(cup, 150, rectangle(0..14, 4..14), 5.0);
    rows[203] = row(cup, 203, rectangle(4..16, 4..14), 5.0);
    rows[399] = row(cup, 399, rectangle(0..0, 0..0), -9.0);
    rows.extend((0..3).map(|frame| row(pot, frame, rectangle(0..0, 0..1), -4.0)));
    let masks = f.store.masks();
    let job = JobId(7);
    masks
        .begin_run(&f.id, VideoSide::One, job, b"plan", &[])
        .await
        .unwrap();
    masks
        .commit_chunk(&f.id, VideoSide::One, job, &rows, b"state")
        .await
        .unwrap();
    let session = f.store.sessions().get(&f.id).await.unwrap();
    let best = masks.best_views(&f.id, &session.videos[0]).await.unwrap();
    assert_eq!(best.len(), 1, "the pot is seen nowhere");
    assert_eq!((best[0].object, best[0].frame), (cup, FrameNumber(203)));
    assert_eq!(best[0].mask, rectangle(4..16, 4..14));
    let seen = (best[0].first.0, best[0].last.0, best[0].frames);
    assert_eq!(seen, (0, 398, 399));
    f.store.objects().remove(cup).await.unwrap();
    let best = masks.best_views(&f.id, &session.videos[0]).await.unwrap();
    assert!(best.is_empty());
}
