//! Whole propagations against the official video predictor, operation for operation, on the micro model.
//!
//! Tolerances are those of `FORMAT.md`: logits within 1e-3 with 32-bit memories and 2e-2 with bfloat16 ones (one flipped
//! last bit moves a logit by about 1e-3), at least 99.9 % of the mask's pixels, and every object score's sign.

#![expect(
    clippy::print_stdout,
    reason = "the figures, for those who ask with --nocapture"
)]

mod common;

use common::{B, Golden, Goldens, clip, fixture, folder, max_difference, model, values};
use domain::RgbFrame;
use sam2::{
    Direction, Features, FrameFeatures, FrameResult, MemoryPrecision, PredictorOptions, Sam2,
    VideoPredictor, preprocess,
};
use serde_json::Value;
use std::collections::HashMap;

struct Clip<'m> {
    model: &'m Sam2<B>,
    frames: Vec<RgbFrame>,
    encoded: HashMap<u32, Features<B>>,
}

impl FrameFeatures<B> for Clip<'_> {
    fn features(&mut self, frame: u32) -> Features<B> {
        let encode = || {
            let image = preprocess(
                &self.frames[frame as usize],
                self.model.config.image_size,
                self.model.device(),
            );
            self.model.image_encoder.forward(image)
        };
        self.encoded.entry(frame).or_insert_with(encode).clone()
    }
}

struct Check<'a> {
    scenario: &'a str,
    golden: Goldens,
    tolerance: f32,
    /// Whether objects were kept apart: where two are equally likely, rounding decides which of them loses the pixel.
    apart: bool,
    worst: f32,
}

impl Check<'_> {
    /// Compares logits; absent objects are exactly -1024 on both sides.
    fn logits(&mut self, what: &str, got: &[f32], want: &[f32]) {
        let lost = |logit: f32| self.apart && logit <= -10.0;
        let pairs = got.iter().zip(want);
        let (ties, same): (Vec<_>, Vec<_>) = pairs.partition(|(a, b)| lost(**a) != lost(**b));
        assert!(
            ties.len() * 5_000 <= got.len(),
            "{}, {what}: {} pixels went to the other object",
            self.scenario,
            ties.len()
        );
        let difference = same
            .iter()
            .map(|(a, b)| (*a - *b).abs())
            .fold(0.0, f32::max);
        let same_sign = got
            .iter()
            .zip(want)
            .filter(|(a, b)| (**a > 0.0) == (**b > 0.0))
            .count();
        let agreement = same_sign as f32 / got.len() as f32;
        self.worst = self.worst.max(difference);
        assert!(
            difference <= self.tolerance,
            "{}, {what}: logits differ by {difference}",
            self.scenario
        );
        assert!(
            agreement >= 0.999,
            "{}, {what}: {agreement} of the pixels agree",
            self.scenario
        );
    }

    fn result(&mut self, op: usize, row: Option<usize>, result: &FrameResult) {
        let Some(want) = self.golden.get(&format!("op{op}.masks")) else {
            return;
        };
        let want = match row {
            Some(row) => want.row(row).to_vec(),
            None => want.values.clone(),
        };
        self.logits(
            &format!("operation {op}, frame {}", result.frame),
            &result.masks.concat(),
            &want,
        );
    }

    fn take(&self, op: usize, part: &str) -> Golden {
        self.golden[&format!("op{op}.{part}")].clone()
    }
}

fn number(value: &Value) -> Option<u32> {
    value.as_u64().map(|n| n as u32)
}

fn run(name: &str, scenario: &Value, model: &mut Sam2<B>) {
    let flag = |key: &str| &scenario["flags"][key];
    let f32_memory = flag("mem_dtype").as_str() == Some("f32");
    model.memory_precision = if f32_memory {
        MemoryPrecision::F32
    } else {
        MemoryPrecision::Bf16
    };
    model.config.max_cond_frames_in_attn = flag("max_cond_frames_in_attn").as_i64().unwrap_or(-1);
    let options = PredictorOptions {
        fill_hole_area: flag("fill_hole_area").as_u64().unwrap_or(0) as usize,
        non_overlap_masks: flag("non_overlap_masks").as_bool().unwrap_or(false),
        add_all_frames_to_correct_as_cond: flag("add_all_frames_to_correct_as_cond")
            .as_bool()
            .unwrap_or(false),
    };
    let frames = clip();
    let (count, height, width) = (
        frames.len() as u32,
        frames[0].height() as usize,
        frames[0].width() as usize,
    );
    let source = Clip {
        model,
        frames,
        encoded: HashMap::new(),
    };
    let mut predictor = VideoPredictor::new(&*model, options, source, count, [height, width]);
    let mut check = Check {
        scenario: name,
        golden: fixture(&format!("scenarios/{name}.safetensors")),
        tolerance: if f32_memory { 1e-3 } else { 2e-2 },
        apart: options.non_overlap_masks,
        worst: 0.0,
    };

    for (i, op) in scenario["ops"].as_array().unwrap().iter().enumerate() {
        let frame = number(&op["frame"]).unwrap_or_default();
        let object = number(&op["obj"]).unwrap_or_default();
        match op["op"].as_str().unwrap() {
            "points" => {
                let floats = |v: &Value| -> Vec<f32> {
                    v.as_array()
                        .into_iter()
                        .flatten()
                        .map(|n| n.as_f64().unwrap() as f32)
                        .collect()
                };
                let labels = floats(&op["labels"]);
                let points = op["points"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(floats)
                    .zip(labels);
                let points: Vec<_> = points
                    .map(|(p, label)| (p[0], p[1], label as i32))
                    .collect();
                let bbox = floats(&op["box"]).try_into().ok();
                let clear = op["clear_old_points"].as_bool().unwrap_or(true);
                let result = predictor.add_points(frame, object, bbox, &points, clear);
                check.result(i, None, &result);
            }
            "mask" => {
                let mask = check.take(i, "input_mask").bytes();
                let result = predictor.add_mask(frame, object, &mask);
                check.result(i, None, &result);
            }
            "propagate" => {
                let backward = op["reverse"].as_bool().unwrap();
                let direction = if backward {
                    Direction::Backward
                } else {
                    Direction::Forward
                };
                let results =
                    predictor.propagate(number(&op["start"]), direction, number(&op["max_frames"]));
                let ids = predictor.object_ids();
                let golden_frames: Vec<u32> = check
                    .take(i, "frames")
                    .values
                    .iter()
                    .map(|&f| f as u32)
                    .collect();
                assert_eq!(
                    results.iter().map(|r| r.frame).collect::<Vec<_>>(),
                    golden_frames,
                    "{name}: frames"
                );
                let golden_ids: Vec<u32> = check
                    .take(i, "obj_ids")
                    .values
                    .iter()
                    .map(|&f| f as u32)
                    .collect();
                assert_eq!(ids, golden_ids, "{name}: objects");
                let (low_res, pointers, scores) = (
                    check.take(i, "low_res"),
                    check.take(i, "obj_ptr"),
                    check.take(i, "obj_scores"),
                );
                for (row, result) in results.iter().enumerate() {
                    check.result(i, Some(row), result);
                    for (column, &id) in ids.iter().enumerate() {
                        let output = predictor.output(id, result.frame).unwrap();
                        let part = |golden: &Golden| {
                            let row = golden.row(row);
                            let size = row.len() / ids.len();
                            row[column * size..(column + 1) * size].to_vec()
                        };
                        let what = format!("operation {i}, frame {}, object {id}", result.frame);
                        check.logits(&what, &values(output.low_res.clone()), &part(&low_res));
                        let difference =
                            max_difference(&values(output.pointer.clone()), &part(&pointers));
                        assert!(
                            difference <= check.tolerance,
                            "{name}, {what}: pointers differ by {difference}"
                        );
                        let score = part(&scores)[0];
                        assert_eq!(
                            output.score > 0.0,
                            score > 0.0,
                            "{name}, {what}: object score {} or {score}",
                            output.score
                        );
                    }
                }
            }
            "remove_object" => predictor.remove_object(object),
            "clear_prompts" => predictor.clear_prompts(frame, object),
            other => panic!("{name} has an unknown operation {other}"),
        }
    }
    println!("{name}: logits differ by {:.1e} at most", check.worst);
}

#[test]
fn every_scenario_agrees() {
    let text = std::fs::read_to_string(folder().join("scenarios.json")).unwrap();
    let scenarios: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
    assert!(!scenarios.is_empty());
    let mut model = model();
    for (name, scenario) in &scenarios {
        run(name, scenario, &mut model);
    }
}
