//! Reading the parity fixtures: tensors computed by the official code (`fixtures/micro/FORMAT.md`).
//!
//! `SAM2_FIXTURES` names another folder of the same form. The committed one leaves out what follows from what it keeps
//! (logits at film size where the low-resolution ones are there, some pyramid levels).

#![allow(dead_code, reason = "every test file uses its own part")]
#![allow(
    clippy::print_stdout,
    reason = "the figures, for those who ask with --nocapture"
)]

use burn::tensor::{Tensor, TensorData, backend::Backend};
use burn_flex::Flex;
use safetensors::{Dtype, SafeTensors};
use sam2::{Config, Sam2, Weights};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub type B = Flex;

/// A tensor of a fixture file; integers are kept as floats, which is exact for all that occur.
#[derive(Clone)]
pub struct Golden {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

impl Golden {
    pub fn tensor<const D: usize>(&self) -> Tensor<B, D> {
        let shape: [usize; D] = self.shape.clone().try_into().unwrap();
        Tensor::from_data(
            TensorData::new(self.values.clone(), shape),
            &Default::default(),
        )
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.values.iter().map(|&v| v as u8).collect()
    }

    /// Row `i` of the first dimension.
    pub fn row(&self, i: usize) -> &[f32] {
        let size = self.values.len() / self.shape[0];
        &self.values[i * size..(i + 1) * size]
    }
}

pub type Goldens = BTreeMap<String, Golden>;

pub fn folder() -> PathBuf {
    match std::env::var_os("SAM2_FIXTURES") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/micro"),
    }
}

pub fn read(path: &Path) -> Goldens {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let file = SafeTensors::deserialize(&bytes).unwrap();
    file.iter()
        .map(|(name, view)| {
            let data = view.data();
            let values = match view.dtype() {
                Dtype::F32 => data
                    .as_chunks()
                    .0
                    .iter()
                    .map(|b| f32::from_le_bytes(*b))
                    .collect(),
                Dtype::F16 => data
                    .as_chunks()
                    .0
                    .iter()
                    .map(|b| half::f16::from_le_bytes(*b).to_f32())
                    .collect(),
                Dtype::F64 => data
                    .as_chunks()
                    .0
                    .iter()
                    .map(|b| f64::from_le_bytes(*b) as f32)
                    .collect(),
                Dtype::I32 => data
                    .as_chunks()
                    .0
                    .iter()
                    .map(|b| i32::from_le_bytes(*b) as f32)
                    .collect(),
                Dtype::I64 => data
                    .as_chunks()
                    .0
                    .iter()
                    .map(|b| i64::from_le_bytes(*b) as f32)
                    .collect(),
                Dtype::U8 => data.iter().map(|&b| f32::from(b)).collect(),
                other => panic!("{name} holds {other:?}"),
            };
            (
                name.to_owned(),
                Golden {
                    shape: view.shape().to_vec(),
                    values,
                },
            )
        })
        .collect()
}

pub fn fixture(name: &str) -> Goldens {
    read(&folder().join(name))
}

/// The clip's frames.
pub fn clip() -> Vec<domain::RgbFrame> {
    let clip = &fixture("clip.safetensors")["frames_u8"];
    let (height, width) = (clip.shape[1] as u32, clip.shape[2] as u32);
    (0..clip.shape[0])
        .map(|i| {
            domain::RgbFrame::new(
                width,
                height,
                clip.row(i).iter().map(|&v| v as u8).collect(),
            )
        })
        .collect()
}

/// `micro.json` describes the model as built; this says the same with the official keys.
pub fn config() -> Config {
    let text = std::fs::read_to_string(folder().join("micro.json")).unwrap();
    let d: Value = serde_json::from_str(&text).unwrap();
    let flags = &d["flags"];
    let ends: Vec<i64> = d["trunk"]["stage_ends"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_i64().unwrap())
        .collect();
    let stages: Vec<i64> = ends
        .iter()
        .scan(-1, |last, end| Some(end - std::mem::replace(last, *end)))
        .collect();
    let attention = |extra: Value| {
        let mut value = json!({ "rope_theta": d["memory_attention"]["rope_theta"], "num_heads": d["memory_attention"]["heads"] });
        value
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        value
    };
    let mut model = json!({
        "image_encoder": {
            "scalp": d["neck"]["scalp"],
            "trunk": {
                "embed_dim": d["trunk"]["embed_dim"],
                "num_heads": d["trunk"]["blocks"][0]["heads"],
                "stages": stages,
                "q_pool": d["trunk"]["q_pool_blocks"].as_array().unwrap().len(),
                "global_att_blocks": d["trunk"]["global_att_blocks"],
                "window_spec": d["trunk"]["window_spec"],
                "window_pos_embed_bkg_spatial_size": d["trunk"]["pos_embed_bkg"],
            },
            "neck": {
                "d_model": d["neck"]["d_model"],
                "backbone_channel_list": d["neck"]["backbone_channel_list"],
                "fpn_top_down_levels": d["neck"]["fpn_top_down_levels"],
                "fpn_interp_model": d["neck"]["interp"],
            },
        },
        "memory_attention": {
            "d_model": d["memory_attention"]["d_model"],
            "num_layers": d["memory_attention"]["num_layers"],
            "pos_enc_at_input": d["memory_attention"]["pos_enc_at_input"],
            "layer": {
                "dim_feedforward": d["memory_attention"]["ff"],
                "activation": d["memory_attention"]["act"],
                "pos_enc_at_attn": d["memory_attention"]["pos_enc_at_attn"],
                "pos_enc_at_cross_attn_keys": d["memory_attention"]["pos_enc_at_cross_attn_keys"],
                "pos_enc_at_cross_attn_queries": d["memory_attention"]["pos_enc_at_cross_attn_queries"],
                "self_attention": attention(json!({})),
                "cross_attention": attention(json!({})),
            },
        },
        "memory_encoder": {
            "out_dim": d["memory_encoder"]["out_dim"],
            "fuser": { "num_layers": d["memory_encoder"]["fuser_layers"] },
        },
        "image_size": d["image_size"],
        "backbone_stride": d["backbone_stride"],
        "iou_prediction_use_sigmoid": d["mask_decoder"]["iou_prediction_use_sigmoid"],
        "use_high_res_features_in_sam": d["mask_decoder"]["use_high_res_features"],
        "use_multimask_token_for_obj_ptr": d["mask_decoder"]["use_multimask_token_for_obj_ptr"],
        "pred_obj_scores_mlp": d["mask_decoder"]["pred_obj_scores_mlp"],
    });
    model
        .as_object_mut()
        .unwrap()
        .extend(flags.as_object().unwrap().clone());
    Config::parse(&json!({ "model": model }).to_string()).unwrap()
}

pub fn weights() -> Weights {
    Weights::read(&folder().join("micro.pt")).unwrap()
}

pub fn model() -> Sam2<B> {
    Sam2::load(config(), weights(), &Default::default()).unwrap()
}

pub fn values<Bk: Backend, const D: usize>(tensor: Tensor<Bk, D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

pub fn max_difference(got: &[f32], want: &[f32]) -> f32 {
    assert_eq!(got.len(), want.len(), "number of values");
    got.iter()
        .zip(want)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max)
}

/// The components' tolerance of `FORMAT.md`: 1e-4 of the largest value, or 1e-4.
#[track_caller]
pub fn assert_close<const D: usize>(name: &str, got: Tensor<B, D>, want: &Golden) {
    assert_eq!(got.dims().to_vec(), want.shape, "shape of {name}");
    let largest = want.values.iter().fold(1.0f32, |m, v| m.max(v.abs()));
    let difference = max_difference(&values(got), &want.values);
    println!("{name}: differs by {difference:.1e} at most, values up to {largest:.1}");
    assert!(
        difference <= 1e-4 * largest,
        "{name} differs by {difference}, values up to {largest}"
    );
}
