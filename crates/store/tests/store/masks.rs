use crate::Fixture;
use domain::{FrameMasks, FrameNumber, JobId, JobKind, JobState, Look, ObjectId, Rle, VideoSide};
use std::ops::Range;
use store::{MaskRow, StoreError};

const SIDE: VideoSide = VideoSide::One;

/// A mask that is different for every frame: its first `frame + 1` pixels.
fn mask(frame: u32) -> Rle {
    let bitmap: Vec<u8> = (0..32 * 24).map(|i| u8::from(i <= frame)).collect();
    Rle::encode(&bitmap, 24, 32)
}

pub fn row(object: ObjectId, frame: u32) -> MaskRow {
    MaskRow {
        object,
        frame: FrameNumber(frame),
        mask: mask(frame),
        score: frame as f32 - 0.25,
        look: Look::First,
    }
}

/// Begins the run of `job` if need be and commits masks of one object.
pub async fn commit(
    f: &Fixture,
    side: VideoSide,
    job: JobId,
    object: ObjectId,
    frames: Range<u32>,
    state: &[u8],
) {
    let masks = f.store.masks();
    masks
        .begin_run(&f.id, side, job, b"plan", &[])
        .await
        .unwrap();
    let rows: Vec<MaskRow> = frames.map(|frame| row(object, frame)).collect();
    masks
        .commit_chunk(&f.id, side, job, &rows, state)
        .await
        .unwrap();
}

async fn frames(f: &Fixture, range: Range<u32>) -> Vec<FrameMasks> {
    f.store.masks().frames(&f.id, SIDE, range).await.unwrap()
}

fn numbers(frames: &[FrameMasks]) -> Vec<u32> {
    frames.iter().map(|frame| frame.frame.0).collect()
}

#[tokio::test]
async fn a_range_comes_back_in_order_whatever_the_order_of_the_chunks() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let pot = f.object("pot", true, true).await;
    let job = JobId(4);
    // Forward from frame 16, then backward, as a tracker does.
    commit(&f, SIDE, job, pot, 16..32, b"1").await;
    commit(&f, SIDE, job, cup, 16..32, b"2").await;
    commit(&f, SIDE, job, pot, 0..16, b"3").await;
    commit(&f, SIDE, job, cup, 0..16, b"4").await;
    let read = frames(&f, 10..20).await;
    assert_eq!(numbers(&read), (10..20).collect::<Vec<_>>());
    for frame in &read {
        let objects: Vec<ObjectId> = frame.masks.iter().map(|m| m.object).collect();
        assert_eq!(objects, [cup, pot]);
        for found in &frame.masks {
            assert_eq!(found.mask, mask(frame.frame.0));
            assert_eq!(found.score, frame.frame.0 as f32 - 0.25);
        }
    }
    assert_eq!(numbers(&frames(&f, 30..1000).await), [30, 31]);
    assert_eq!(frames(&f, 5..5).await, []);
    let other = f.store.masks().frames(&f.id, VideoSide::Two, 0..99).await;
    assert_eq!(other.unwrap(), []);
}

#[tokio::test]
async fn tracks_say_where_each_object_is_seen() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let pot = f.object("pot", true, true).await;
    commit(&f, SIDE, JobId(4), pot, 2..5, b"1").await;
    let unseen = MaskRow {
        mask: Rle::encode(&[0; 32 * 24], 24, 32),
        ..row(cup, 3)
    };
    let masks = f.store.masks();
    masks
        .commit_chunk(&f.id, SIDE, JobId(4), &[unseen], b"2")
        .await
        .unwrap();
    let tracks = masks.tracks(&f.id, SIDE).await.unwrap();
    assert_eq!(tracks.len(), 2);
    let [of_cup] = tracks[0].samples[..] else {
        panic!("{:?}", tracks[0])
    };
    assert_eq!((tracks[0].object, of_cup.frame.0, of_cup.area), (cup, 3, 0));
    let of_pot: Vec<_> = tracks[1]
        .samples
        .iter()
        .map(|s| (s.frame.0, s.area))
        .collect();
    assert_eq!(of_pot, [(2, 3), (3, 4), (4, 5)]);
    // The first three pixels of the first row.
    assert_eq!((tracks[1].samples[0].x, tracks[1].samples[0].y), (1.5, 0.5));
    let other = masks.tracks(&f.id, VideoSide::Two).await.unwrap();
    assert_eq!(other, []);
}

#[tokio::test]
async fn empty_masks_keep_their_score_but_are_not_shown() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let unseen = MaskRow {
        mask: Rle::encode(&[0; 12], 3, 4),
        score: -8.0,
        ..row(cup, 1)
    };
    let masks = f.store.masks();
    masks
        .begin_run(&f.id, SIDE, JobId(1), b"", &[])
        .await
        .unwrap();
    masks
        .commit_chunk(
            &f.id,
            SIDE,
            JobId(1),
            &[row(cup, 0), unseen, row(cup, 2)],
            b"",
        )
        .await
        .unwrap();
    assert_eq!(numbers(&frames(&f, 0..9).await), [0, 2]);
    let kept = "select count(*) from masks where frame = 1 and score = -8.0";
    assert_eq!(f.count(kept).await, 1);
}

#[tokio::test]
async fn a_killed_run_goes_on_behind_its_last_chunk() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let job = JobId(1);
    commit(&f, SIDE, job, cup, 0..16, b"after 16").await;
    commit(&f, SIDE, job, cup, 16..32, b"after 32").await;
    let f = f.reopen().await;
    let masks = f.store.masks();
    let run = masks
        .begin_run(&f.id, SIDE, job, b"another plan", &[])
        .await
        .unwrap();
    assert_eq!(run.plan, b"plan");
    assert_eq!(run.tracker_state.as_deref(), Some(&b"after 32"[..]));
    assert!(!run.finished);
    commit(&f, SIDE, job, cup, 32..40, b"after 40").await;
    masks.finish_run(&f.id, SIDE, job).await.unwrap();
    assert_eq!(frames(&f, 0..100).await.len(), 40);
    let run = masks.begin_run(&f.id, SIDE, job, b"", &[]).await.unwrap();
    assert!(run.finished);
    assert_eq!(masks.tracker_state(&f.id, SIDE, job).await.unwrap(), None);
}

#[tokio::test]
async fn a_chunk_is_there_as_a_whole_or_not_at_all() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let job = JobId(1);
    commit(&f, SIDE, job, cup, 0..4, b"first").await;
    // A trigger of the test stands for a disk that runs full in the middle of a chunk.
    let path = format!("sqlite://{}", f.dir.path().join("test.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&path).await.unwrap();
    sqlx::query(
        "create trigger full before insert on masks when new.frame = 6
         begin select raise(abort, 'disk full'); end",
    )
    .execute(&pool)
    .await
    .unwrap();
    let rows: Vec<MaskRow> = (4..8).map(|frame| row(cup, frame)).collect();
    let masks = f.store.masks();
    let failed = masks.commit_chunk(&f.id, SIDE, job, &rows, b"second").await;
    assert!(matches!(failed, Err(StoreError::Database(_))));
    assert_eq!(numbers(&frames(&f, 0..9).await), [0, 1, 2, 3]);
    let state = masks.tracker_state(&f.id, SIDE, job).await.unwrap();
    assert_eq!(state.as_deref(), Some(&b"first"[..]));
}

#[tokio::test]
async fn finished_masks_stay_until_the_next_run_finishes() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let masks = f.store.masks();
    let (first, second, third) = (JobId(1), JobId(2), JobId(3));
    commit(&f, SIDE, first, cup, 0..2, b"").await;
    assert_eq!(numbers(&frames(&f, 0..99).await), [0, 1]);
    masks.finish_run(&f.id, SIDE, first).await.unwrap();
    commit(&f, SIDE, second, cup, 10..12, b"").await;
    assert_eq!(numbers(&frames(&f, 0..99).await), [0, 1]);
    // The second is cancelled; the third finishes, and only the first is kept beside it.
    commit(&f, SIDE, third, cup, 20..22, b"").await;
    assert_eq!(numbers(&frames(&f, 0..99).await), [0, 1]);
    let stale = masks.commit_chunk(&f.id, SIDE, second, &[], b"").await;
    assert!(matches!(stale, Err(StoreError::NotFound(_))));
    masks.finish_run(&f.id, SIDE, third).await.unwrap();
    assert_eq!(numbers(&frames(&f, 0..99).await), [20, 21]);
    assert_eq!(f.count("select count(*) from masks").await, 4);
    assert_eq!(f.count("select count(*) from mask_runs").await, 2);
    masks.clear(&f.id, SIDE).await.unwrap();
    assert_eq!(f.count("select count(*) from masks").await, 0);
}

#[tokio::test]
async fn the_next_job_takes_over_what_a_failed_one_has_done() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let (jobs, masks) = (f.store.jobs(), f.store.masks());
    let run_of = async |end: Option<JobState>| {
        let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap().id;
        let run = masks
            .begin_run(&f.id, SIDE, job, b"plan", &[])
            .await
            .unwrap();
        if let Some(end) = end {
            jobs.set_state(job, end, None).await.unwrap();
        }
        (job, run)
    };
    let (first, run) = run_of(None).await;
    assert_eq!(run.tracker_state, None);
    commit(&f, SIDE, first, cup, 0..16, b"after 16").await;
    jobs.set_state(first, JobState::Failed, Some("no memory"))
        .await
        .unwrap();
    let (second, run) = run_of(Some(JobState::Cancelled)).await;
    assert_eq!(run.tracker_state.as_deref(), Some(&b"after 16"[..]));
    // With other clicks there is nothing to take over; what was cut off is removed.
    let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap().id;
    let other = masks.begin_run(&f.id, SIDE, job, b"other plan", &[]).await;
    assert_eq!(other.unwrap().tracker_state, None);
    assert_eq!(
        masks.tracker_state(&f.id, SIDE, second).await.unwrap(),
        None
    );
    assert_eq!(f.count("select count(*) from masks").await, 0);
    // A run that finished is done anew when its job ended well.
    masks.finish_run(&f.id, SIDE, job).await.unwrap();
    for state in [JobState::Running, JobState::Done] {
        jobs.set_state(job, state, None).await.unwrap();
    }
    let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap().id;
    let again = masks.begin_run(&f.id, SIDE, job, b"other plan", &[]).await;
    assert!(!again.unwrap().finished);
}

#[tokio::test]
async fn reading_a_range_is_a_search_in_the_index() {
    let f = Fixture::new().await;
    let path = format!("sqlite://{}", f.dir.path().join("test.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&path).await.unwrap();
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(
        "explain query plan select frame, object from masks
         where run = 1 and frame >= 0 and frame < 9 order by frame, object",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let plan: Vec<&str> = plan.iter().map(|step| step.3.as_str()).collect();
    assert_eq!(plan.len(), 1, "no sorting: {plan:?}");
    assert!(plan[0].starts_with("SEARCH masks USING"), "{plan:?}");
}
