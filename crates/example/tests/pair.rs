//! The pair as others use it: sizes, contents, clicks, and the same bytes every time.

use domain::{ChangeType, Rle, VideoSide};
use example::{Clip, Example, Truth};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

fn contains(mask: &Rle, x: i64, y: i64) -> bool {
    let inside =
        (0..i64::from(mask.width())).contains(&x) && (0..i64::from(mask.height())).contains(&y);
    inside && mask.decode()[(y * i64::from(mask.width()) + x) as usize] == 1
}

fn mask_of(clip: &Clip, frame: u32, object: usize) -> Option<Rle> {
    let masks = clip.masks(frame);
    masks
        .into_iter()
        .find(|(o, _)| *o == object)
        .map(|(_, mask)| mask)
}

#[test]
fn both_clips_suit_a_video_encoder_and_differ_in_length() {
    let example = Example::new();
    let [one, two] = VideoSide::BOTH.map(|side| example.clip(side));
    for clip in [one, two] {
        assert_eq!(clip.fps(), 30);
        assert_eq!((clip.width() % 2, clip.height() % 2), (0, 0));
        let frame = clip.frame(0);
        assert_eq!(
            (frame.width(), frame.height()),
            (clip.width(), clip.height())
        );
    }
    assert_ne!(one.frames(), two.frames());
}

#[test]
fn one_object_is_removed_one_added_and_one_moved() {
    let example = Example::new();
    let types: Vec<ChangeType> = example.objects().iter().map(|o| o.change_type).collect();
    assert_eq!(
        types,
        [ChangeType::Removed, ChangeType::Added, ChangeType::Moved]
    );
    for fields in example.objects() {
        assert_eq!(fields.clone().checked().as_ref(), Ok(fields));
    }
}

#[test]
fn every_object_is_well_visible_on_every_frame_of_its_videos_and_on_no_other() {
    let example = Example::new();
    for side in VideoSide::BOTH {
        let clip = example.clip(side);
        for frame in 0..clip.frames() {
            let masks: BTreeMap<usize, Rle> = clip.masks(frame).into_iter().collect();
            for (object, fields) in example.objects().iter().enumerate() {
                let mask = masks.get(&object);
                assert_eq!(
                    mask.is_some(),
                    fields.is_in(side),
                    "{side}, frame {frame}, {object}"
                );
                if let Some(mask) = mask {
                    let share = mask.area() as f64 / f64::from(mask.width() * mask.height());
                    assert!(
                        (0.02..0.10).contains(&share),
                        "{side}, frame {frame}, {object}: {share}"
                    );
                }
            }
        }
    }
}

#[test]
fn objects_do_not_touch_and_the_moved_one_is_elsewhere() {
    let example = Example::new();
    let [one, two] = VideoSide::BOTH.map(|side| example.clip(side).masks(0));
    for masks in [&one, &two] {
        assert_eq!(masks[0].1.iou(&masks[1].1), 0.0);
    }
    assert_eq!(one[1].0, two[1].0);
    assert_eq!(one[1].1.iou(&two[1].1), 0.0);
}

#[test]
fn every_click_lies_well_inside_its_object() {
    let example = Example::new();
    let clicks = example.clicks();
    for (object, fields) in example.objects().iter().enumerate() {
        for side in VideoSide::BOTH {
            let mine: Vec<_> = clicks
                .iter()
                .filter(|c| c.object == object && c.side == side)
                .collect();
            assert_eq!(mine.len(), usize::from(fields.is_in(side)));
            for click in mine {
                let mask = mask_of(example.clip(side), click.frame, object).unwrap();
                let (x, y) = (click.x as i64, click.y as i64);
                for (dx, dy) in [(0, 0), (-16, 0), (16, 0), (0, -16), (0, 16)] {
                    assert!(contains(&mask, x + dx, y + dy), "{click:?}");
                }
            }
        }
    }
}

#[test]
fn the_same_bytes_come_out_every_time() {
    let fingerprint = || {
        let example = Example::new();
        let mut hasher = DefaultHasher::new();
        for side in VideoSide::BOTH {
            let clip = example.clip(side);
            for frame in [0, 20, clip.frames() - 1] {
                clip.frame(frame).pixels().hash(&mut hasher);
            }
        }
        hasher.finish()
    };
    assert_eq!(fingerprint(), fingerprint());
}

#[test]
fn the_truth_survives_its_file() {
    let example = Example::new();
    let truth = example.truth();
    let text = serde_json::to_string(&truth).unwrap();
    assert_eq!(serde_json::from_str::<Truth>(&text).unwrap(), truth);
    for (clip, side) in truth.clips.iter().zip(VideoSide::BOTH) {
        assert_eq!(clip.frames.len(), example.clip(side).frames() as usize);
        assert!(clip.frames.iter().all(|masks| masks.len() == 2));
    }
}
