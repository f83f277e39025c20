//! *Upload for Review*, with the decoder's stand-in: films of 64 x 48 pixels and five frames.

use crate::{Fixture, files_below, key, next_end};
use domain::{
    FrameNumber, JobState, LiveEvent, Object, ObjectFields, ObjectId, Rle, Role, SessionStatus,
    VideoSide,
};
use export::{MasksByFrame, SessionExport, VideoExport, benchmark, documented, pickle};
use service::{CheckedSegments, ReviewUpload, ServiceError, UploadedFile};
use std::collections::BTreeMap;

/// A rectangle in a picture of 64 x 48.
fn rectangle(x: std::ops::Range<usize>, y: std::ops::Range<usize>) -> Rle {
    Rle::from_runs(48, 64, x.map(|x| x * 48 + y.start..x * 48 + y.end))
}

fn masks(frames: std::ops::Range<u32>, shift: usize) -> MasksByFrame {
    frames
        .map(|frame| {
            let x = shift + frame as usize;
            (FrameNumber(frame), rectangle(x..x + 9, 10..20))
        })
        .collect()
}

/// What another tool wrote: a cup that was moved, a plate that is gone.
fn theirs() -> SessionExport {
    let object = |id, label: &str, in_video2| Object {
        id: ObjectId(id),
        position: id as u32,
        colour: id as u8,
        fields: ObjectFields {
            label: label.into(),
            ..crate::cup(true, in_video2)
        },
    };
    let table = domain::FrameTable {
        width: 64,
        height: 48,
        time_base: (1, 30),
        rows: (0..5)
            .map(|row| domain::FrameRow {
                source_frame: row,
                pts: i64::from(row),
            })
            .collect(),
    };
    let mut one = VideoExport::new("a.mp4".into(), table.clone());
    one.masks.insert(ObjectId(0), masks(0..5, 3));
    one.masks.insert(ObjectId(1), masks(2..4, 20));
    let mut two = VideoExport::new("b.mp4".into(), table);
    two.masks.insert(ObjectId(0), masks(1..5, 30));
    SessionExport {
        id: "theirs".parse().unwrap(),
        scene_type: "Küche".into(),
        comments: BTreeMap::new(),
        model: None,
        objects: vec![object(0, "cup", true), object(1, "plate", false)],
        prompts: BTreeMap::new(),
        videos: [one, two],
    }
}

fn bytes(value: &pickle::Value) -> Vec<u8> {
    let mut out = Vec::new();
    pickle::write(&mut out, value).unwrap();
    out
}

async fn checked(f: &Fixture, bytes: &[u8]) -> Result<CheckedSegments, ServiceError> {
    let path = f.data("staging/segments.pkl");
    std::fs::write(&path, bytes).unwrap();
    let name = "theirs.pkl".into();
    f.service.check_segments(UploadedFile { path, name }).await
}

async fn upload(f: &Fixture, bytes: &[u8], scene_type: &str) -> ReviewUpload {
    ReviewUpload {
        videos: [f.staged("a.mp4", ""), f.staged("b.mp4", "")],
        segments: checked(f, bytes).await.unwrap(),
        scene_type: scene_type.into(),
        painted: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn either_layout_becomes_a_session_that_needs_review() {
    let f = Fixture::new().await;
    for (file, scene_type, expected) in [
        (bytes(&documented::layout(&theirs())), "  ", "Küche"),
        (bytes(&benchmark::layout(&theirs())), "kitchen", "kitchen"),
    ] {
        let mut events = f.service.events();
        let upload = upload(&f, &file, scene_type).await;
        let session = f.service.create_for_review(upload).await.unwrap();
        assert_eq!(session.scene_type, expected);
        assert_eq!(next_end(&mut events).await, JobState::Done);
        let workspace = f.service.workspace(&session.id).await.unwrap();
        assert_eq!(workspace.session.status, SessionStatus::NeedsReview);
        assert!(workspace.uploaded.is_some_and(|uploaded| uploaded.painted));
        let titles: Vec<String> = workspace
            .objects
            .iter()
            .map(|object| format!("{} {}", object.fields.title(), object.fields.change_type))
            .collect();
        assert_eq!(titles, ["cup 1 moved", "plate 1 removed"]);

        // What comes out is what went in.
        for path in ["segments.pkl", "benchmark/segments.pkl"] {
            let path = f.service.result_path(&session.id, path).await.unwrap();
            let written = export::read_segments(&std::fs::read(path).unwrap()).unwrap();
            assert_eq!(written.scene_type, expected);
            let theirs = theirs();
            for (object, id) in written.objects.iter().zip([ObjectId(0), ObjectId(1)]) {
                for (side, masks) in VideoSide::BOTH.into_iter().zip(&object.masks) {
                    let sent = theirs.video(side).masks.get(&id).cloned();
                    assert_eq!(*masks, sent.unwrap_or_default());
                }
            }
        }
        assert!(files_below(&f.data("staging")).is_empty());
        let history = f.service.history(&session.id, None).await.unwrap();
        let lines = domain::history_lines(&history);
        let words = "uploaded theirs.pkl with 11 masks of 2 objects";
        assert!(lines.iter().any(|line| line.words == words), "{lines:?}");
    }
}

/// Masks of any form, the same for the same `seed`; some of them empty.
fn scattered(seed: u64) -> MasksByFrame {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = move || {
        // Xorshift: enough to scatter pixels.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..5)
        .map(|frame| {
            let density = next() % 4;
            let bitmap: Vec<u8> = (0..64 * 48)
                .map(|_| u8::from(next() % 4 < density))
                .collect();
            (FrameNumber(frame), Rle::encode(&bitmap, 48, 64))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_masks_come_in_come_out_again() {
    let f = Fixture::new().await;
    for seed in 1..6 {
        let mut events = f.service.events();
        let mut sent = theirs();
        sent.videos[0].masks = [0, 1]
            .map(|id| (ObjectId(id), scattered(seed * 10 + id as u64)))
            .into();
        sent.videos[1].masks = BTreeMap::from([(ObjectId(0), scattered(seed * 10 + 7))]);
        let upload = upload(&f, &bytes(&documented::layout(&sent)), "").await;
        let id = f.service.create_for_review(upload).await.unwrap().id;
        assert_eq!(next_end(&mut events).await, JobState::Done);
        let path = f.service.result_path(&id, "segments.pkl").await.unwrap();
        let written = export::read_segments(&std::fs::read(path).unwrap()).unwrap();
        for (place, object) in written.objects.iter().enumerate() {
            for (side, masks) in VideoSide::BOTH.into_iter().zip(&object.masks) {
                let of_side = &sent.video(side).masks;
                let mut expected = of_side
                    .get(&ObjectId(place as i64))
                    .cloned()
                    .unwrap_or_default();
                expected.retain(|_, mask| !mask.is_empty());
                assert_eq!(*masks, expected, "seed {seed}, object {place}, {side}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_of_no_use_is_named_with_its_reason() {
    let f = Fixture::new().await;
    let mut no_key = theirs();
    no_key.objects.clear();
    let mut no_masks = theirs();
    for video in &mut no_masks.videos {
        video.masks.clear();
    }
    let cases: [(Vec<u8>, &str); 5] = [
        (b"not a pickle".to_vec(), "not a Python pickle"),
        (
            b"\x80\x02cposix\nsystem\nq\x00X\x02\x00\x00\x00lsq\x01\x85q\x02Rq\x03.".to_vec(),
            "posix.system",
        ),
        (
            bytes(&pickle::Value::dict([("scenetype", "hall".into())])),
            "the key 'objects' is missing",
        ),
        (bytes(&documented::layout(&no_masks)), "hold no mask"),
        // Masks of objects that the list does not name are not written, so nothing is left.
        (bytes(&documented::layout(&no_key)), "'objects' is empty"),
    ];
    for (bytes, words) in cases {
        let error = checked(&f, &bytes).await.unwrap_err();
        assert!(matches!(error, ServiceError::Invalid(_)));
        let text = error.to_string();
        assert!(
            text.starts_with("\"theirs.pkl\": ") && text.contains(words),
            "{text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn masks_of_another_size_are_refused_before_anything_is_made() {
    let f = Fixture::new().await;
    let mut large = theirs();
    let other = Rle::from_runs(100, 200, std::iter::once(0..50));
    for masks in large.videos[1].masks.values_mut() {
        masks.values_mut().for_each(|mask| *mask = other.clone());
    }
    let upload = upload(&f, &bytes(&documented::layout(&large)), "hall").await;
    let videos = upload.videos.clone();
    let error = f.service.create_for_review(upload).await.unwrap_err();
    let text = error.to_string();
    for words in ["video 2 are 200 x 100", "the video is 64 x 48"] {
        assert!(text.contains(words), "{text}");
    }
    assert_eq!(f.listed().await, 0);
    assert!(files_below(&f.data("uploads")).is_empty());
    assert!(videos.iter().all(|video| video.path.is_file()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_behind_the_end_is_found_by_the_ingest_which_leaves_nothing() {
    let f = Fixture::new().await;
    let mut events = f.service.events();
    let mut long = theirs();
    long.videos[0].masks.insert(ObjectId(1), masks(3..8, 20));
    let upload = upload(&f, &bytes(&documented::layout(&long)), "hall").await;
    let session = f.service.create_for_review(upload).await.unwrap();
    assert_eq!(next_end(&mut events).await, JobState::Failed);
    let gone = LiveEvent::SessionRemoved {
        session: session.id.clone(),
    };
    while events.recv().await.unwrap() != gone {}
    let text = f.service.workspace(&session.id).await.unwrap_err();
    let text = text.to_string();
    for words in [
        "theirs.pkl",
        "\"plate 1\" has a mask on frame 7 of video 1",
        "frames 0 to 4",
    ] {
        assert!(text.contains(words), "{text}");
    }
    assert!(files_below(&f.data("uploads")).is_empty());
    assert_eq!(f.listed().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offline_job_needs_a_click_and_then_changes_that_object_only() {
    let f = Fixture::new().await;
    let mut events = f.service.events();
    let upload = upload(&f, &bytes(&documented::layout(&theirs())), "").await;
    let id = f.service.create_for_review(upload).await.unwrap().id;
    assert_eq!(next_end(&mut events).await, JobState::Done);
    let refused = f.service.start_job(&id).await.unwrap_err().to_string();
    assert!(
        refused.contains("uploaded masks stay as they are"),
        "{refused}"
    );

    let objects = f.service.workspace(&id).await.unwrap().objects;
    let all = async |side| {
        let end = FrameNumber(99);
        f.service
            .masks(&id, side, FrameNumber(0), end)
            .await
            .unwrap()
    };
    let before = [all(VideoSide::One).await, all(VideoSide::Two).await];
    f.click(&id, key(&objects[0], VideoSide::Two, 2), 40.0, 30.0)
        .await;
    let mut events = f.service.events();
    f.service.start_job(&id).await.unwrap();
    assert_eq!(next_end(&mut events).await, JobState::Done);
    assert_eq!(all(VideoSide::One).await, before[0]);
    assert_ne!(all(VideoSide::Two).await, before[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_show_every_object_where_it_is_seen_best() {
    let f = Fixture::new().await;
    let mut events = f.service.events();
    let upload = upload(&f, &bytes(&documented::layout(&theirs())), "").await;
    let id = f.service.create_for_review(upload).await.unwrap().id;
    assert_eq!(next_end(&mut events).await, JobState::Done);
    let cards = f.service.change_cards(&id).await.unwrap().cards;
    assert_eq!(cards.len(), 2);
    let frames = |card: &domain::ChangeCard| {
        let of = |side: &domain::CardSide| side.view.as_ref().map(|view| view.frames);
        [of(&card.sides[0]), of(&card.sides[1])]
    };
    assert_eq!(frames(&cards[0]), [Some(5), Some(4)]);
    assert_eq!(frames(&cards[1]), [Some(2), None]);
    let view = cards[1].sides[0].view.as_ref().unwrap();
    assert_eq!((view.first, view.last), (FrameNumber(2), FrameNumber(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_annotator_uploads_is_theirs() {
    let f = Fixture::new().await;
    let ann = f.store.people().add("Ann", Role::Annotator).await.unwrap();
    let upload = upload(&f, &bytes(&documented::layout(&theirs())), "").await;
    let service = f.service.acting_as(ann.clone());
    let session = service.create_for_review(upload).await.unwrap();
    let annotator = session.assigned.annotator.map(|person| person.id);
    assert_eq!(annotator, Some(ann.id));
}
