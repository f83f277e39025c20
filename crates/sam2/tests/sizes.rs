//! The real architectures at full size against the official code, with weights that both sides compute from a formula.
//!
//! `fixtures/formula` holds checksums of the weights and every 997th number of the official answers
//! (`fixtures/micro/FORMAT.md`). Sizes that a folder named by `SAM2_FIXTURES` lacks are left out.

#![allow(
    clippy::print_stdout,
    reason = "the figures, for those who ask with --nocapture"
)]

mod common;

use burn::tensor::{DType, Tensor};
use common::{B, Golden, Goldens, clip, max_difference, read, values};
use sam2::{
    Config, Formula, MaskChoice, MemoryPrecision, ModelPoint, Sam2, Selection, preprocess, sine_2d,
};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Every so many numbers of a tensor are kept.
const STRIDE: usize = 997;
/// Largest difference, in standard deviations.
const TOLERANCE: f32 = 1e-3;
/// The same behind memories in half precision, where the last bit of one number moves many by about 1e-3.
const TOLERANCE_BEHIND_MEMORY: f32 = 5e-3;

#[test]
fn tiny_agrees() {
    Size::open("tiny").iter().for_each(Size::agrees);
}

#[test]
fn the_encoder_of_large_agrees() {
    if let Some(size) = Size::open("large") {
        size.weights_agree();
        size.encoder_agrees(&size.model());
    }
}

#[test]
#[ignore = "minutes of CPU"]
fn small_agrees() {
    Size::open("small").iter().for_each(Size::agrees);
}

#[test]
#[ignore = "minutes of CPU"]
fn base_plus_agrees() {
    Size::open("base_plus").iter().for_each(Size::agrees);
}

#[test]
#[ignore = "minutes of CPU"]
fn large_agrees() {
    Size::open("large").iter().for_each(Size::agrees);
}

/// One of the official sizes.
struct Size {
    formula: Formula,
    config: Config,
    /// Name, shape and CRC-32 of the little-endian bytes of every tensor.
    checksums: Vec<(String, Vec<usize>, u32)>,
    golden: Goldens,
}

impl Size {
    fn open(name: &str) -> Option<Self> {
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = match std::env::var_os("SAM2_FIXTURES") {
            Some(folder) => PathBuf::from(folder),
            None => crate_folder.join("tests/fixtures/formula"),
        };
        let goldens = folder.join(format!("formula_{name}.safetensors"));
        if !goldens.exists() && std::env::var_os("SAM2_FIXTURES").is_some() {
            println!("{} is not there", goldens.display());
            return None;
        }
        let text = std::fs::read_to_string(folder.join(format!("formula_{name}_weights.json")));
        let described: Value = serde_json::from_str(&text.unwrap()).unwrap();
        let numbers =
            |value: &Value| -> Vec<usize> { serde_json::from_value(value.clone()).unwrap() };
        let checksums = described["crc32_of_f32_le_bytes"].as_object().unwrap();
        let config = Path::new(described["config"].as_str().unwrap())
            .file_name()
            .unwrap();
        Some(Self {
            formula: Formula {
                seed: described["seed"].as_str().unwrap().into(),
                overrides: serde_json::from_value(described["overrides"].clone()).unwrap(),
            },
            config: Config::read(&crate_folder.join("configs").join(config)).unwrap(),
            checksums: checksums
                .iter()
                .map(|(name, sum)| {
                    (
                        name.clone(),
                        numbers(&described["shapes"][name]),
                        sum.as_u64().unwrap() as u32,
                    )
                })
                .collect(),
            golden: read(&goldens),
        })
    }

    fn agrees(&self) {
        self.weights_agree();
        let model = self.model();
        self.encoder_agrees(&model);
        if self.golden.contains_key("click.coords") {
            self.predictor_agrees(&model);
        }
    }

    fn model(&self) -> Sam2<B> {
        let mut model = Sam2::load(
            self.config.clone(),
            self.formula.weights(),
            &Default::default(),
        )
        .unwrap();
        model.memory_precision = MemoryPrecision::F32;
        model
    }

    fn weights_agree(&self) {
        for (name, shape, want) in &self.checksums {
            let mut sum = crc32fast::Hasher::new();
            for value in self.formula.values(name, shape) {
                sum.update(&value.to_le_bytes());
            }
            assert_eq!(sum.finalize(), *want, "checksum of {name}");
        }
        let mut listed = Formula::tensors(&self.config).unwrap();
        listed.sort();
        let shapes = self
            .checksums
            .iter()
            .map(|(name, shape, _)| (name.clone(), shape.clone()));
        let mut official: Vec<_> = shapes.collect();
        official.sort();
        assert_eq!(listed, official, "names and shapes");
    }

    fn picture(&self, frame: usize) -> Tensor<B, 4> {
        preprocess(&clip()[frame], self.config.image_size, &Default::default())
    }

    fn encoder_agrees(&self, model: &Sam2<B>) {
        let picture = self.picture(0);
        self.close("input", picture.clone());
        for (i, stage) in model
            .image_encoder
            .stages(picture.clone())
            .into_iter()
            .enumerate()
        {
            self.close(&format!("stage{i}"), stage);
        }
        let levels = model.image_encoder.levels(picture);
        for (i, level) in levels.into_iter().take(3).enumerate() {
            let [_, dim, side, _] = level.dims();
            self.close(&format!("neck{i}"), level);
            self.close(
                &format!("neck_pos{i}"),
                sine_2d::<B>(dim, side, &Default::default()),
            );
        }
    }

    /// A click on frame 0, its memory, and frame 1 tracked with it.
    fn predictor_agrees(&self, model: &Sam2<B>) {
        let features = model.image_encoder.forward(self.picture(0));
        self.close("s0", features.s0.clone());
        self.close("s1", features.s1.clone());

        let coords = &self.golden["click.coords"].values;
        let click = [ModelPoint {
            x: coords[0],
            y: coords[1],
            label: 1,
        }];
        let image = model.without_memory(&features);
        let decoded = model.mask_decoder.forward(
            image.clone(),
            model.prompt_encoder.dense_pe(),
            model.prompt_encoder.sparse(&click),
            model.prompt_encoder.dense(None),
            &features,
        );
        self.close("click.multimasks_low_res", decoded.masks.narrow(1, 1, 3));
        self.close("click.ious", decoded.ious.narrow(1, 1, 3));
        self.close("click.object_score_logits", decoded.object_score);
        let answer = model.heads(image, &features, &click, None, MaskChoice::Multiple);
        self.close("click.obj_ptr", answer.pointer.clone());

        let high_res = model.high_res(answer.low_res);
        let memory = model.encode_memory(&features, high_res, answer.score, true);
        let [_, cells, dim] = memory.dims();
        let side = self.config.feature_size();
        assert_eq!(cells, side * side);
        let map = memory.clone().swap_dims(1, 2).reshape([1, dim, side, side]);
        self.close("memenc.features", map);
        self.close("memenc.pos", sine_2d::<B>(dim, side, &Default::default()));

        // The official code keeps memories in half precision.
        let memory = memory.cast(DType::BF16).cast(DType::F32);
        let selection = Selection {
            memories: vec![(0, &memory)],
            pointers: vec![(1.0, &answer.pointer)],
        };
        let features = model.image_encoder.forward(self.picture(1));
        let image = model.with_memory(&features, &selection);
        self.close(
            "memattn.out",
            image.clone().flatten::<3>(2, 3).permute([2, 0, 1]),
        );
        let tracked = model.heads(image, &features, &[], None, MaskChoice::Multiple);
        self.close("track1.low_res_mask", tracked.low_res);
        self.close("track1.obj_ptr", tracked.pointer);
        let best = self.golden["track1.ious"]
            .values
            .iter()
            .copied()
            .fold(0.0, f32::max);
        assert!(
            (tracked.iou - best).abs() < 1e-3,
            "IoU {} for {best}",
            tracked.iou
        );
        let score = self.golden["track1.object_score_logits"].values[0];
        assert!(
            (tracked.score - score).abs() < 1e-3 * score.abs().max(1.0),
            "score {} for {score}",
            tracked.score
        );
    }

    /// Compares a tensor with its golden, which is whole or thinned out: within the tolerance, in standard deviations.
    #[track_caller]
    fn close<const D: usize>(&self, name: &str, got: Tensor<B, D>) {
        let of = |part: &str| self.golden.get(&format!("{name}.{part}"));
        let shape = got.dims();
        let got = values(got);
        if let (Some(thinned), Some(whole_shape), Some(stats)) =
            (of("stride997"), of("shape"), of("stats"))
        {
            let want: Vec<usize> = whole_shape.values.iter().map(|&n| n as usize).collect();
            assert_eq!(shape.to_vec(), want, "shape of {name}");
            let [mean, deviation] = [stats.values[0], stats.values[1]];
            let kept: Vec<f32> = got.iter().step_by(STRIDE).copied().collect();
            within(name, &kept, &thinned.values, deviation);
            let sum: f64 = got.iter().map(|&v| f64::from(v)).sum();
            let off = (sum / got.len() as f64 - f64::from(mean)).abs();
            assert!(
                off <= f64::from(TOLERANCE * deviation),
                "the mean of {name} is off by {off:.1e}"
            );
        } else {
            let want: &Golden = &self.golden[name];
            assert_eq!(shape.to_vec(), want.shape, "shape of {name}");
            let count = want.values.len() as f32;
            let mean = want.values.iter().sum::<f32>() / count;
            let variance = want.values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / count;
            within(name, &got, &want.values, variance.sqrt().max(1.0));
        }
    }
}

#[track_caller]
fn within(name: &str, got: &[f32], want: &[f32], deviation: f32) {
    let behind_memory = name.starts_with("memattn.") || name.starts_with("track1.");
    let tolerance = if behind_memory {
        TOLERANCE_BEHIND_MEMORY
    } else {
        TOLERANCE
    };
    let difference = max_difference(got, want);
    println!(
        "{name}: differs by {:.1e} of its deviation {deviation:.2}",
        difference / deviation
    );
    assert!(
        difference <= tolerance * deviation,
        "{name} differs by {difference}, deviation {deviation}"
    );
}
