//! Files from elsewhere that can, and cannot, become a session.

use crate::round_trip::truth;
use crate::samples::{any_session, kitchen, rectangle};
use domain::{ChangeType, FrameNumber, VideoSide};
use export::{Segments, Summary, Unusable};
use proptest::prelude::*;

fn segments() -> Segments {
    truth(&kitchen())
}

/// What the kitchen's file is refused for after `change`.
fn refused(change: impl FnOnce(&mut Segments)) -> String {
    let mut segments = segments();
    change(&mut segments);
    segments.summary().unwrap_err().to_string()
}

#[test]
fn a_good_file_is_counted() {
    let summary = segments().summary().unwrap();
    let expected = Summary {
        scene_type: "Küche".into(),
        objects: 3,
        masks: 10 + 4 + 4,
        empty: 0,
        sizes: [Some((37, 23)), Some((64, 48))],
    };
    assert_eq!(summary, expected);
    assert_eq!(summary.fits([(37, 23), (64, 48)]), Ok(()));
    assert_eq!(segments().check_frames(VideoSide::One, 10), Ok(()));
}

#[test]
fn another_size_than_that_of_the_video_is_named_with_both() {
    let summary = segments().summary().unwrap();
    let text = summary
        .fits([(37, 23), (640, 480)])
        .unwrap_err()
        .to_string();
    assert!(text.contains("masks of video 2 are 64 x 48"), "{text}");
    assert!(text.contains("the video is 640 x 480"), "{text}");
    assert!(text.contains("choose the video"), "{text}");
    let text = summary.fits([(64, 48), (37, 23)]).unwrap_err().to_string();
    assert!(text.contains("seem to be exchanged"), "{text}");
}

#[test]
fn a_frame_behind_the_end_is_named() {
    let error = segments().check_frames(VideoSide::One, 9).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("\"cup 1\" has a mask on frame 9 of video 1") && text.contains("0 to 8"),
        "{text}"
    );
}

#[test]
fn masks_of_several_sizes_are_refused() {
    let text = refused(|segments| {
        let odd = rectangle(30, 20, [1, 5], [1, 5]);
        segments.objects[0].masks[0].insert(FrameNumber(3), odd);
    });
    assert!(
        text.contains("\"cup 1\" on frame 3 is 30 x 20") && text.contains("others are 37 x 23"),
        "{text}"
    );
}

#[test]
fn what_is_said_about_objects_is_checked() {
    let text = refused(|segments| segments.objects[1].in_video1 = false);
    assert!(
        text.starts_with("video1_objects: \"tea towel 2\" has masks there"),
        "{text}"
    );
    assert!(text.contains("'in_video1' is False"), "{text}");
    let text = refused(|segments| segments.objects[2].in_video2 = false);
    assert!(
        text.contains("\"Löffel\" at place 2") && text.contains("are both False"),
        "{text}"
    );
    let text = refused(|segments| segments.objects[0].label = "x".repeat(101));
    assert!(text.contains("longer than 100 characters"), "{text}");
    let text = refused(|segments| segments.objects[0].label = " ".into());
    assert!(text.contains("place 0"), "{text}");
}

#[test]
fn a_file_without_a_mask_is_refused() {
    let clear = |segments: &mut Segments| {
        for object in &mut segments.objects {
            object.masks = Default::default();
        }
    };
    assert!(refused(clear).contains("hold no mask"));
    let text = refused(|segments| {
        clear(segments);
        segments.empty_masks = 7;
    });
    assert!(text.contains("all 7 masks in the file are empty"), "{text}");
    assert!(refused(|segments| segments.objects.clear()).contains("'objects' is empty"));
}

#[test]
fn the_change_follows_from_the_videos_and_indices_are_made_free() {
    let mut segments = segments();
    for object in &mut segments.objects {
        object.label = "cup".into();
        object.multiplicity = 1;
        object.change_type = None;
    }
    let fields = segments.fields().unwrap();
    let read: Vec<(u32, ChangeType)> = fields
        .iter()
        .map(|of| (of.multiplicity, of.change_type))
        .collect();
    let expected = [
        (1, ChangeType::Removed),
        (2, ChangeType::Moved),
        (3, ChangeType::Added),
    ];
    assert_eq!(read, expected);
}

proptest! {
    #[test]
    fn whatever_is_exported_can_be_uploaded(session in any_session()) {
        let segments = truth(&session);
        let any = segments.objects.iter().any(|object| object.masks.iter().any(|of| !of.is_empty()));
        match segments.summary() {
            Ok(summary) => {
                prop_assert!(any);
                let sizes = VideoSide::BOTH.map(|side| {
                    let table = &session.video(side).table;
                    (table.width, table.height)
                });
                prop_assert_eq!(summary.fits(sizes), Ok(()));
                for side in VideoSide::BOTH {
                    prop_assert_eq!(segments.check_frames(side, session.video(side).table.len()), Ok(()));
                }
            }
            Err(Unusable::NoObject | Unusable::NoMask { .. }) => prop_assert!(!any),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}

#[test]
fn thousands_of_equal_labels_get_an_index_each() {
    let mut segments = segments();
    let cup = segments.objects[0].clone();
    segments.objects = vec![cup; 10_000];
    let indices: Vec<u32> = segments
        .fields()
        .unwrap()
        .iter()
        .map(|of| of.multiplicity)
        .collect();
    let expected: Vec<u32> = (indices[0]..).take(10_000).collect();
    assert_eq!(indices, expected);
    // Also where each wants an index of its own that others have taken.
    for (object, wanted) in segments.objects.iter_mut().zip((1..=5_000).rev().cycle()) {
        object.multiplicity = wanted;
    }
    let mut indices: Vec<u32> = segments
        .fields()
        .unwrap()
        .iter()
        .map(|of| of.multiplicity)
        .collect();
    assert_eq!(indices[5_000..5_003], [5_001, 5_002, 5_003]);
    indices.sort_unstable();
    assert_eq!(indices, (1..=10_000).collect::<Vec<u32>>());
    segments.objects[1].multiplicity = domain::INDEX_MAX;
    segments.objects[2].multiplicity = domain::INDEX_MAX;
    let refused = segments.fields().unwrap_err().to_string();
    assert!(refused.contains("no index is free"), "{refused}");
}
