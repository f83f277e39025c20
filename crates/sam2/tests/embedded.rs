//! The committed checkpoint end to end, through the interface that the rest of the project uses.

#![expect(
    clippy::print_stdout,
    reason = "the figures, for those who ask with --nocapture"
)]

mod common;

use common::{B, max_difference, read};
use domain::{FramePrompts, Label, Point, RgbFrame};
use sam2::{
    Config, DeviceChoice, EngineError, LoadOptions, Pass, Sam2, Segmenter, TrackObject, TrackPlan,
    TrackedMask, Tracker, Weights, preprocess,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn checkpoint(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../checkpoints")
        .join(file)
}

fn embedded() -> Arc<dyn Segmenter> {
    sam2::load(&LoadOptions {
        device: DeviceChoice::Cpu,
        ..Default::default()
    })
    .unwrap()
}

/// The drawn clip of the goldens, with the clicks of its two objects on frame 0.
fn clip() -> (Vec<RgbFrame>, BTreeMap<u32, FramePrompts>) {
    let goldens = read(&checkpoint("goldens.safetensors"));
    let frames = &goldens["frames"];
    let (height, width) = (frames.shape[1] as u32, frames.shape[2] as u32);
    let pictures = (0..frames.shape[0])
        .map(|i| {
            RgbFrame::new(
                width,
                height,
                frames.row(i).iter().map(|&v| v as u8).collect(),
            )
        })
        .collect();
    let prompts = [1, 2].map(|id| {
        let points = goldens[&format!("obj{id}_points")]
            .values
            .chunks(2)
            .map(<[f32]>::to_vec);
        let labels = &goldens[&format!("obj{id}_labels")].values;
        let points = points
            .zip(labels)
            .map(|(p, &label)| Point {
                x: p[0],
                y: p[1],
                label: if label > 0.0 {
                    Label::Positive
                } else {
                    Label::Negative
                },
            })
            .collect();
        (
            id,
            FramePrompts {
                points,
                bbox: None,
                seq: 1,
            },
        )
    });
    (pictures, prompts.into())
}

fn plan(
    frames: &[RgbFrame],
    prompts: impl IntoIterator<Item = (u32, u32, FramePrompts)>,
) -> TrackPlan {
    let mut objects: BTreeMap<u32, TrackObject> = BTreeMap::new();
    for (id, frame, prompts) in prompts {
        objects
            .entry(id)
            .or_insert(TrackObject {
                id,
                prompts: BTreeMap::new(),
            })
            .prompts
            .insert(frame, prompts);
    }
    TrackPlan {
        frames: frames.len() as u32,
        width: frames[0].width(),
        height: frames[0].height(),
        objects: objects.into_values().collect(),
    }
}

fn step(tracker: &mut dyn Tracker, frames: &[RgbFrame]) -> Vec<TrackedMask> {
    let frame = tracker.next_frame().unwrap();
    tracker.step(&frames[frame as usize]).unwrap()
}

fn run(tracker: &mut dyn Tracker, frames: &[RgbFrame]) -> Vec<TrackedMask> {
    let mut masks = Vec::new();
    while tracker.next_frame().is_some() {
        masks.extend(step(tracker, frames));
    }
    assert_eq!(tracker.steps_done(), tracker.total_steps());
    masks
}

#[test]
fn the_committed_checkpoint_gives_its_goldens() {
    let goldens = read(&checkpoint("goldens.safetensors"));
    let (frames, prompts) = clip();

    let config = Config::read(&checkpoint("nano.json")).unwrap();
    let size = config.image_size;
    let model = Sam2::<B>::load(
        config,
        Weights::read(&checkpoint("nano.safetensors")).unwrap(),
        &Default::default(),
    )
    .unwrap();
    let image = preprocess::<B>(&frames[0], size, &Default::default());
    let input = max_difference(
        &common::values(image.clone()),
        &goldens["input_frame0"].values,
    );
    assert!(input < 1e-5, "the input differs by {input}");
    let features = model.image_encoder.forward(image);
    for (i, map) in [features.s0, features.s1, features.coarse]
        .into_iter()
        .enumerate()
    {
        // The goldens are rounded to 16 bits: 2^-11 of values up to about 10.
        let difference = max_difference(
            &common::values(map),
            &goldens[&format!("frame0_fpn{i}_f16")].values,
        );
        assert!(difference < 1e-2, "level {i} differs by {difference}");
    }

    let segmenter = embedded();
    let plan = plan(&frames, prompts.into_iter().map(|(id, p)| (id, 0, p)));
    let masks = run(segmenter.tracker(plan).unwrap().as_mut(), &frames);
    assert_eq!(masks.len(), frames.len() * 2);
    let (logits, scores) = (&goldens["mask_logits"], &goldens["object_score_logits"]);
    let mut different = 0;
    for mask in masks {
        let (frame, object) = (mask.frame as usize, mask.object as usize - 1);
        let row = logits.row(frame);
        let want = &row[object * row.len() / 2..(object + 1) * row.len() / 2];
        let got = mask.mask.decode();
        different += got
            .iter()
            .zip(want)
            .filter(|(got, want)| (**got == 1) != (**want > 0.0))
            .count();
        let score = scores.row(frame)[object];
        assert!(
            (mask.score - score).abs() < 2e-2,
            "frame {frame}: score {} or {score}",
            mask.score
        );
    }
    println!("{different} of {} pixels differ", logits.values.len());
    // Weights are rounded to 16 bits on both sides and memories to bfloat16: at most 1 pixel in 10,000 on the border.
    assert!(
        different * 10_000 <= logits.values.len(),
        "{different} of {} pixels differ",
        logits.values.len()
    );
}

#[test]
fn a_saved_state_goes_on_as_if_nothing_had_happened() {
    let (frames, prompts) = clip();
    let frames = &frames[..6];
    let segmenter = embedded();
    // One object before, one after the middle, one frame corrected: all three passes have work.
    let plan = plan(
        frames,
        [
            (1, 1, prompts[&1].clone()),
            (2, 3, prompts[&2].clone()),
            (1, 4, prompts[&1].clone()),
        ],
    );
    let whole = run(segmenter.tracker(plan.clone()).unwrap().as_mut(), frames);
    assert_eq!(
        whole.len(),
        frames.len() * 2,
        "every object on every frame, once"
    );

    for stop in [1, 3, 5, 8, 10] {
        let mut tracker = segmenter.tracker(plan.clone()).unwrap();
        let mut masks = Vec::new();
        for _ in 0..stop {
            masks.extend(step(tracker.as_mut(), frames));
        }
        let state = tracker.save().unwrap();
        drop(tracker);
        let mut tracker = segmenter.resume(plan.clone(), &state).unwrap();
        assert_eq!(tracker.steps_done(), stop);
        masks.extend(run(tracker.as_mut(), frames));
        let same = masks.iter().zip(&whole).all(|(a, b)| {
            (a.object, a.frame, &a.mask, a.score.to_bits())
                == (b.object, b.frame, &b.mask, b.score.to_bits())
        });
        assert!(
            same && masks.len() == whole.len(),
            "stopped after {stop} steps"
        );
    }
}

#[test]
fn passes_run_outwards_from_the_prompts() {
    let (frames, prompts) = clip();
    let segmenter = embedded();
    let plan = plan(&frames[..4], [(7, 2, prompts[&1].clone())]);
    let mut tracker = segmenter.tracker(plan).unwrap();
    let mut order = Vec::new();
    while let Some(frame) = tracker.next_frame() {
        order.push((tracker.pass(), frame));
        tracker.step(&frames[frame as usize]).unwrap();
    }
    let expected = [
        (Pass::Prompts, 2),
        (Pass::Forward, 2),
        (Pass::Forward, 3),
        (Pass::Backward, 1),
        (Pass::Backward, 0),
    ];
    assert_eq!(order, expected);
}

#[test]
fn a_prompted_frame_answers_like_the_click_itself() {
    let (frames, prompts) = clip();
    let segmenter = embedded();
    let features = segmenter.encode(&frames[0]).unwrap();
    let clicked = segmenter.predict(&features, &prompts[&1]).unwrap();
    let plan = plan(&frames[..2], [(1, 0, prompts[&1].clone())]);
    let masks = run(segmenter.tracker(plan).unwrap().as_mut(), &frames);
    assert_eq!((masks[0].frame, &masks[0].mask), (0, &clicked.mask));
    assert!(!clicked.mask.is_empty() && clicked.score > 0.0);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (frames, prompts) = clip();
    let segmenter = embedded();
    let refused = |plan: TrackPlan| match segmenter.tracker(plan) {
        Err(EngineError::Request(text)) => text,
        _ => panic!("the plan was taken"),
    };
    assert!(refused(plan(&frames, [])).contains("no object"));
    assert!(refused(plan(&frames, [(4, 0, FramePrompts::default())])).contains("object 4"));
    assert!(refused(plan(&frames, [(4, 99, prompts[&1].clone())])).contains("frame 99"));

    let good = plan(&frames, [(1, 0, prompts[&1].clone())]);
    let mut tracker = segmenter.tracker(good.clone()).unwrap();
    let small = RgbFrame::new(2, 2, vec![0; 12]);
    assert!(matches!(tracker.step(&small), Err(EngineError::Request(_))));
    assert_eq!(tracker.steps_done(), 0);
    let state = tracker.save().unwrap();
    let other = plan(&frames, [(1, 1, prompts[&1].clone())]);
    assert!(matches!(
        segmenter.resume(other, &state),
        Err(EngineError::State(_))
    ));
    assert!(matches!(
        segmenter.resume(good, &state[..state.len() / 2]),
        Err(EngineError::State(_))
    ));
}

#[test]
fn objects_tracked_together_get_the_masks_they_get_alone() {
    let (frames, prompts) = clip();
    let frames = &frames[..6];
    let segmenter = embedded();
    // Both are prompted at the start, so that they share a batch; the third comes later and has another layout.
    let late = prompts[&2].clone();
    let all = [
        (1, 0, prompts[&1].clone()),
        (2, 0, prompts[&2].clone()),
        (3, 2, late),
    ];
    let masks = |prompts: &[(u32, u32, FramePrompts)]| {
        let plan = plan(frames, prompts.iter().cloned());
        let mut tracker = segmenter.tracker(plan).unwrap();
        run(tracker.as_mut(), frames)
    };
    let together = masks(&all);
    for one in &all {
        let alone = masks(std::slice::from_ref(one));
        let same: Vec<_> = together
            .iter()
            .filter(|mask| mask.object == one.0)
            .collect();
        assert_eq!(alone.len(), same.len());
        for (a, b) in alone.iter().zip(same) {
            assert_eq!((a.frame, &a.mask), (b.frame, &b.mask), "object {}", one.0);
            assert!((a.score - b.score).abs() < 1e-3);
        }
    }
}
