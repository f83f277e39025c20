//! A tracker's state as bytes: safetensors with a small JSON header, memories in bfloat16 (which loses nothing).
//!
//! About 0.5 MB per object and remembered frame for the official sizes, at most 6 such frames per pass and one per prompt.

use super::{FilmTracker, FrameMask};
use crate::kernels::Kernels;
use crate::mask_decoder::floats;
use crate::memory_bank::Entry;
use crate::model::MemoryPrecision;
use crate::segmenter::EngineError;
use burn::tensor::{Tensor, TensorData};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

const VERSION: u32 = 2;
/// Key of the JSON header in the metadata.
const HEADER: &str = "tracker";

#[derive(Serialize, Deserialize)]
struct Header {
    version: u32,
    model: String,
    plan: String,
    steps_done: u32,
    objects: Vec<ObjectHeader>,
}

#[derive(Serialize, Deserialize)]
struct ObjectHeader {
    /// Frame and object score, in the order of the bank.
    prompted: Vec<(u32, f32)>,
    /// Frame and whether its spatial memory is still there.
    tracked: Vec<(u32, bool)>,
    forward_scores: Vec<(u32, f32)>,
}

fn fingerprint<B: Kernels>(tracker: &FilmTracker<B>) -> String {
    let what = (&tracker.plan, tracker.engine.masks);
    let digest = Sha256::digest(format!("{what:?}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn save<B: Kernels>(tracker: &FilmTracker<B>) -> Result<Vec<u8>, EngineError> {
    let mut blobs: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::new();
    let mut objects = Vec::new();
    for (i, object) in tracker.objects.iter().enumerate() {
        let mut put = |name: &str, frame: u32, entry: &Entry<B>| {
            if let Some(memory) = &entry.memory {
                let shape = memory.dims().to_vec();
                let values = floats(memory.clone());
                let (dtype, bytes) = match tracker.engine.model.memory_precision {
                    MemoryPrecision::Bf16 => (
                        Dtype::BF16,
                        values
                            .iter()
                            .flat_map(|v| half::bf16::from_f32(*v).to_le_bytes())
                            .collect(),
                    ),
                    MemoryPrecision::F32 => (Dtype::F32, le_bytes(&values)),
                };
                blobs.push((format!("{i}.{name}.{frame}.memory"), dtype, shape, bytes));
            }
            let pointer = floats(entry.pointer.clone());
            blobs.push((
                format!("{i}.{name}.{frame}.pointer"),
                Dtype::F32,
                vec![pointer.len()],
                le_bytes(&pointer),
            ));
        };
        let mut header = ObjectHeader {
            prompted: Vec::new(),
            tracked: Vec::new(),
            forward_scores: object
                .forward_scores
                .iter()
                .map(|(f, s)| (*f, *s))
                .collect(),
        };
        for (frame, entry) in &object.bank.prompted {
            put("prompted", *frame, entry);
            header.prompted.push((
                *frame,
                object.prompted.get(frame).map_or(0.0, |mask| mask.score),
            ));
        }
        for (frame, entry) in &object.bank.tracked {
            put("tracked", *frame, entry);
            header.tracked.push((*frame, entry.memory.is_some()));
        }
        for (frame, mask) in &object.prompted {
            let shape = vec![mask.logits.len()];
            blobs.push((
                format!("{i}.prompted.{frame}.mask"),
                Dtype::F32,
                shape,
                le_bytes(&mask.logits),
            ));
        }
        objects.push(header);
    }
    let header = Header {
        version: VERSION,
        model: tracker.engine.identity.clone(),
        plan: fingerprint(tracker),
        steps_done: tracker.steps_done,
        objects,
    };
    let error = |e: &dyn std::fmt::Display| EngineError::State(e.to_string());
    let header = serde_json::to_string(&header).map_err(|e| error(&e))?;
    let views = blobs
        .iter()
        .map(|(name, dtype, shape, bytes)| {
            Ok((
                name,
                TensorView::new(*dtype, shape.clone(), bytes).map_err(|e| error(&e))?,
            ))
        })
        .collect::<Result<Vec<_>, EngineError>>()?;
    safetensors::serialize(views, Some(HashMap::from([(HEADER.to_owned(), header)])))
        .map_err(|e| error(&e))
}

pub(super) fn restore<B: Kernels>(
    tracker: &mut FilmTracker<B>,
    saved: &[u8],
) -> Result<(), EngineError> {
    let error = |e: &dyn std::fmt::Display| EngineError::State(e.to_string());
    let (_, metadata) = SafeTensors::read_metadata(saved).map_err(|e| error(&e))?;
    let text = metadata
        .metadata()
        .as_ref()
        .and_then(|m| m.get(HEADER))
        .ok_or_else(|| error(&"it has no header"))?;
    let header: Header = serde_json::from_str(text).map_err(|e| error(&e))?;
    if header.version != VERSION {
        return Err(error(&format!(
            "it is of version {}, this engine writes {VERSION}",
            header.version
        )));
    }
    if header.model != tracker.engine.identity {
        return Err(error(&format!(
            "it was saved by the model {}, not by {}",
            header.model, tracker.engine.identity
        )));
    }
    if header.plan != fingerprint(tracker) || header.objects.len() != tracker.objects.len() {
        return Err(error(&"the prompts or the film have changed since"));
    }
    let file = SafeTensors::deserialize(saved).map_err(|e| error(&e))?;
    let numbers = |name: String| -> Result<(Vec<f32>, Vec<usize>), EngineError> {
        let view = file
            .tensor(&name)
            .map_err(|e| error(&format!("{name}: {e}")))?;
        let values =
            crate::weights::floats(view.dtype(), view.data()).ok_or_else(|| error(&name))?;
        Ok((values, view.shape().to_vec()))
    };
    let device = tracker.engine.model.device().clone();
    let entry =
        |i: usize, name: &str, frame: u32, has_memory: bool| -> Result<Entry<B>, EngineError> {
            let memory = has_memory
                .then(|| {
                    let (values, shape) = numbers(format!("{i}.{name}.{frame}.memory"))?;
                    let shape: [usize; 3] = shape
                        .try_into()
                        .map_err(|_| error(&"a memory has another form"))?;
                    Ok(Tensor::from_data(TensorData::new(values, shape), &device))
                })
                .transpose()?;
            let (pointer, _) = numbers(format!("{i}.{name}.{frame}.pointer"))?;
            let shape = [1, pointer.len()];
            Ok(Entry {
                memory,
                pointer: Tensor::from_data(TensorData::new(pointer, shape), &device),
            })
        };
    for (i, (object, header)) in tracker.objects.iter_mut().zip(&header.objects).enumerate() {
        object.forward_scores = header.forward_scores.iter().copied().collect();
        for &(frame, score) in &header.prompted {
            object
                .bank
                .prompted
                .push((frame, entry(i, "prompted", frame, true)?));
            let (logits, _) = numbers(format!("{i}.prompted.{frame}.mask"))?;
            object.prompted.insert(frame, FrameMask { logits, score });
        }
        for &(frame, has_memory) in &header.tracked {
            object
                .bank
                .tracked
                .insert(frame, entry(i, "tracked", frame, has_memory)?);
        }
    }
    tracker.steps_done = header.steps_done;
    Ok(())
}

fn le_bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}
