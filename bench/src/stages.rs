//! The parts of the way from a JPEG file to masks, one by one.

use crate::clip::{Clip, decode, prompts};
use crate::model::ModelFiles;
use crate::timing::{Timing, measure};
use anyhow::{Context, anyhow};

use sam2::{Config, Kernels, MaskChoice, Sam2, Segmenter, Selection, Weights, preprocess, to_mask};

/// A part that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// JPEG bytes to pixels.
    Decode,
    /// Pixels to the model's input.
    Preprocess,
    /// Image encoder.
    Encode,
    /// Memory attention on the second frame of a film: one memory, one pointer.
    AttentionToOne,
    /// Memory attention later on: 7 memories, 16 pointers.
    AttentionToSeven,
    /// Prompt encoder and mask decoder without a prompt, and the mask at the size of the model's input.
    Decoder,
    /// A mask to a memory.
    MemoryEncoder,
    /// Mask logits to a mask at the size of the film; ours also as RLE.
    Mask,
    /// A click on an encoded frame, to a mask at the size of the film.
    Click,
    /// A chunk of masks into the database, with the state of the tracker.
    Store,
}

impl Stage {
    /// All, in the order of a frame's way.
    pub const ALL: [Self; 10] = [
        Self::Decode,
        Self::Preprocess,
        Self::Encode,
        Self::AttentionToOne,
        Self::AttentionToSeven,
        Self::Decoder,
        Self::MemoryEncoder,
        Self::Mask,
        Self::Click,
        Self::Store,
    ];

    /// Its key in the answer of `reference.py`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Preprocess => "preprocess",
            Self::Encode => "encode",
            Self::AttentionToOne => "attention_1",
            Self::AttentionToSeven => "attention_7",
            Self::Decoder => "decoder",
            Self::MemoryEncoder => "memory_encoder",
            Self::Mask => "mask",
            Self::Click => "click",
            Self::Store => "store",
        }
    }

    /// Its name in the table.
    pub fn title(self) -> &'static str {
        match self {
            Self::Decode => "decode a JPEG",
            Self::Preprocess => "resize and normalise",
            Self::Encode => "image encoder",
            Self::AttentionToOne => "memory attention, 1 memory + 1 pointer",
            Self::AttentionToSeven => "memory attention, 7 memories + 16 pointers",
            Self::Decoder => "mask decoder",
            Self::MemoryEncoder => "memory encoder",
            Self::Mask => "mask at film size, RLE",
            Self::Click => "click on a prepared frame",
            Self::Store => "store a chunk (16 frames, 4 objects)",
        }
    }
}

/// What was measured, in order.
pub type Timings = Vec<(Stage, Timing)>;

/// Times the stages that need no more than the model's parts, on the first picture of a clip.
///
/// # Errors
/// When the model or a picture cannot be read, or the device fails.
pub fn of_model<B: Kernels>(
    files: &ModelFiles,
    clip: &Clip,
    device: &B::Device,
) -> anyhow::Result<Timings> {
    let config = Config::read(&files.config)?;
    let model = Sam2::<B>::load(config, Weights::read(&files.checkpoint)?, device)?;
    let config = &model.config;
    let jpeg = std::fs::read(clip.path(0)).context("cannot read the first picture")?;
    let picture = decode(&jpeg)?;
    let input = preprocess::<B>(&picture, config.image_size, device);
    let features = model.image_encoder.forward(input.clone());
    let image = model.without_memory(&features);
    let answer = model.heads(image.clone(), &features, &[], None, MaskChoice::Multiple);
    let high_res = model.high_res(answer.low_res.clone());
    let memory = model.encode_memory(&features, high_res.clone(), answer.score, true);
    let bank = |memories: usize, pointers: usize| Selection {
        memories: (0..memories).map(|place| (place, &memory)).collect(),
        pointers: (0..pointers)
            .map(|i| (i as f32 / 15.0, &answer.pointer))
            .collect(),
    };
    let side = config.feature_size() * 4;
    let logits: Vec<f32> = answer.low_res.clone().into_data().iter::<f32>().collect();

    let most = (config.num_maskmem, config.max_obj_ptrs_in_encoder);
    Ok(vec![
        (Stage::Decode, measure(|| decode(&jpeg))?),
        (
            Stage::Preprocess,
            timed::<B, _>(device, || {
                preprocess::<B>(&picture, config.image_size, device)
            })?,
        ),
        (
            Stage::Encode,
            timed::<B, _>(device, || model.image_encoder.forward(input.clone()))?,
        ),
        (
            Stage::AttentionToOne,
            timed::<B, _>(device, || model.with_memory(&features, &bank(1, 1)))?,
        ),
        (
            Stage::AttentionToSeven,
            timed::<B, _>(device, || {
                model.with_memory(&features, &bank(most.0, most.1))
            })?,
        ),
        (
            Stage::Decoder,
            timed::<B, _>(device, || {
                let output = model.heads(image.clone(), &features, &[], None, MaskChoice::Multiple);
                model.high_res(output.low_res)
            })?,
        ),
        (
            Stage::MemoryEncoder,
            timed::<B, _>(device, || {
                model.encode_memory(&features, high_res.clone(), 1.0, false)
            })?,
        ),
        (
            Stage::Mask,
            measure(|| Ok(to_mask(&logits, side, clip.height, clip.width)))?,
        ),
    ])
}

/// Times a click on an encoded frame, through the interface of the server.
///
/// # Errors
/// When a picture cannot be read or the device fails.
pub fn click(segmenter: &dyn Segmenter, clip: &Clip) -> anyhow::Result<Timing> {
    let features = segmenter.encode(&clip.read(0)?)?;
    let prompts = prompts(clip.clicks(1)[0]);
    measure(|| Ok(segmenter.predict(&features, &prompts)?))
}

/// Times work on a device, which has to end within the time.
fn timed<B: Kernels, T>(device: &B::Device, work: impl Fn() -> T) -> anyhow::Result<Timing> {
    measure(|| {
        let result = work();
        B::sync(device).map_err(|error| anyhow!("the device failed: {error:?}"))?;
        Ok(result)
    })
}
