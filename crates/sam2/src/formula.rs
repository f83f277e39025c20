//! Weights computed from a formula, so that two programs can compare real architectures without sharing a checkpoint.
//!
//! A value depends on the seed, the tensor's official name and its place in the tensor alone: the CRC-32 of
//! `seed/name` and the index are mixed by SplitMix64 (Steele et al., 2014) to a number in `-1..1`, which the kind of tensor
//! scales so that activations keep their size through all layers. `tests/fixtures/micro/FORMAT.md` has the rules.

use crate::config::Config;
use crate::model::Sam2;
use crate::weights::{Weights, WeightsError};
use burn_flex::Flex;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Tensors that are looked up rather than multiplied with.
const EMBEDDINGS: [&str; 6] = [
    "point_embeddings.",
    "not_a_point_embed.",
    "no_mask_embed.",
    "iou_token.",
    "mask_tokens.",
    "obj_score_token.",
];

/// One set of weights, for any size of the model.
#[derive(Clone, Debug)]
pub struct Formula {
    /// Other seeds give other weights.
    pub seed: String,
    /// Tensors that are filled with one number instead.
    pub overrides: BTreeMap<String, f32>,
}

impl Default for Formula {
    /// The weights of the parity fixtures; their object score lies around 0 without the override.
    fn default() -> Self {
        let bias = "sam_mask_decoder.pred_obj_score_head.layers.2.bias";
        Self {
            seed: "formula-A".into(),
            overrides: BTreeMap::from([(bias.into(), 0.0)]),
        }
    }
}

impl Formula {
    /// The weights, for [`Sam2::load`] with any configuration.
    #[must_use]
    pub fn weights(&self) -> Weights {
        let formula = self.clone();
        Weights::made(move |name, shape| formula.values(name, shape))
    }

    /// The values of a tensor with its official name and shape, row-major.
    #[must_use]
    pub fn values(&self, name: &str, shape: &[usize]) -> Vec<f32> {
        let count = shape.iter().product();
        if let Some(&value) = self.overrides.get(name) {
            return vec![value; count];
        }
        let (offset, scale) = range(name, shape);
        let base = u64::from(crc32fast::hash(format!("{}/{name}", self.seed).as_bytes())) << 32;
        (0..count as u64)
            .into_par_iter()
            .map(|i| {
                // The upper 24 bits, which a float holds exactly.
                let bits = (split_mix_64(base | i) >> 40) as f32;
                offset + scale * (bits * 2f32.powi(-23) - 1.0)
            })
            .collect()
    }

    /// Names and shapes of all tensors in a checkpoint of this configuration.
    ///
    /// # Errors
    /// When the configuration asks for a model that cannot be built.
    pub fn tensors(config: &Config) -> Result<Vec<(String, Vec<usize>)>, WeightsError> {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let list = Arc::clone(&seen);
        let weights = Weights::made(move |name, shape| {
            let mut list = list.lock().unwrap_or_else(PoisonError::into_inner);
            list.push((name.to_owned(), shape.to_vec()));
            vec![0.0; shape.iter().product()]
        });
        Sam2::<Flex>::load(config.clone(), weights, &Default::default())?;
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::take(&mut *seen))
    }
}

/// Middle and half width of a tensor's values.
fn range(name: &str, shape: &[usize]) -> (f32, f32) {
    let is_weight = name.ends_with(".weight");
    if name.ends_with("positional_encoding_gaussian_matrix") {
        (0.0, 3f64.sqrt() as f32)
    } else if name.ends_with(".gamma") {
        (0.5, 0.25)
    } else if is_weight && shape.len() == 1 {
        (1.0, 0.2)
    } else if name.ends_with(".bias") {
        (0.0, 0.1)
    } else if EMBEDDINGS.iter().any(|part| name.contains(part)) {
        (0.0, 1.0)
    } else if is_weight {
        // Transposed convolutions have their inputs first.
        let inputs: usize = if name.contains("output_upscaling.") {
            shape.iter().take(1).product()
        } else {
            shape.iter().skip(1).product()
        };
        (0.0, (gain(name) * (3.0 / inputs as f64).sqrt()) as f32)
    } else {
        (0.0, 0.5)
    }
}

/// The last layers of the decoder's heads are stronger, so that masks and scores are decided.
fn gain(name: &str) -> f64 {
    let is = |head: &str| name.contains(head) && name.ends_with("layers.2.weight");
    if is("output_hypernetworks_mlps.") {
        5.0
    } else if is("pred_obj_score_head.") {
        8.0
    } else if is("iou_prediction_head.") {
        4.0
    } else {
        1.0
    }
}

fn split_mix_64(state: u64) -> u64 {
    let z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
