//! Every stage of the model against the official code, on the micro model.

mod common;

use burn::tensor::{Int, Tensor};
use common::{B, Goldens, assert_close, clip, fixture, max_difference, model, values};
use sam2::{Features, MaskChoice, Memory, MemoryPrecision, ModelPoint, preprocess};

const PROMPTS: [&str; 5] = ["none", "click1", "click2p1n", "box", "box_click"];

fn image() -> Tensor<B, 4> {
    preprocess(&clip()[0], model().config.image_size, &Default::default())
}

fn features() -> Features<B> {
    let golden = fixture("forward_image.safetensors");
    Features {
        s0: golden["s0"].tensor(),
        s1: golden["s1"].tensor(),
        coarse: golden["feat"].tensor(),
    }
}

fn points(golden: &Goldens, prompt: &str) -> Vec<ModelPoint> {
    let coords = &golden[&format!("{prompt}.coords")].values;
    let labels = &golden[&format!("{prompt}.labels")].values;
    coords
        .chunks(2)
        .zip(labels)
        .map(|(c, &l)| ModelPoint {
            x: c[0],
            y: c[1],
            label: l as i32,
        })
        .collect()
}

#[test]
fn pictures_are_resized_and_normalised() {
    let golden = fixture("preprocess.safetensors");
    let size = golden["normalised"].shape[2];
    let frames = clip();
    for (i, &frame) in golden["frame_index"].values.iter().enumerate() {
        let tensor = preprocess::<B>(&frames[frame as usize], size, &Default::default());
        let difference = max_difference(&values(tensor), golden["normalised"].row(i));
        // One step of an 8-bit value is 0.017 here: every pixel agrees.
        assert!(difference < 1e-5, "frame {frame} differs by {difference}");
    }
    let big = &golden["big_u8"];
    let frame = domain::RgbFrame::new(big.shape[1] as u32, big.shape[0] as u32, big.bytes());
    let tensor = preprocess::<B>(&frame, size, &Default::default());
    let resized = &golden["big_resized_u8"].values;
    let (mean, std) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
    let want: Vec<f32> = (0..3)
        .flat_map(|c| (0..size * size).map(move |i| (i, c)))
        .map(|(i, c)| (resized[i * 3 + c] / 255.0 - mean[c]) / std[c])
        .collect();
    let difference = max_difference(&values(tensor), &want);
    assert!(
        difference < 1e-5,
        "the shrunk picture differs by {difference}"
    );
}

#[test]
fn the_trunk_agrees() {
    let golden = fixture("image_encoder_trunk.safetensors");
    let model = model();
    let (patches, pos_embed) = model.image_encoder.patches(image());
    // The fixture keeps the patches before the position embedding.
    assert_close("patch_embed", patches, &golden["patch_embed"]);
    assert_close("pos_embed_full", pos_embed, &golden["pos_embed_full"]);
    for (i, stage) in model.image_encoder.stages(image()).into_iter().enumerate() {
        assert_close(&format!("stage{i}"), stage, &golden[&format!("stage{i}")]);
    }
}

#[test]
fn the_neck_agrees() {
    let golden = fixture("image_encoder_neck.safetensors");
    let model = model();
    for (i, level) in model.image_encoder.levels(image()).into_iter().enumerate() {
        if let Some(want) = golden.get(&format!("neck{i}")) {
            assert_close(&format!("neck{i}"), level, want);
        }
    }
    let golden = fixture("forward_image.safetensors");
    let features = model.image_encoder.forward(image());
    assert_close("s0", features.s0, &golden["s0"]);
    assert_close("s1", features.s1, &golden["s1"]);
    assert_close("feat", features.coarse, &golden["feat"]);
}

#[test]
fn prompts_are_embedded_alike() {
    let golden = fixture("prompt_encoder.safetensors");
    let model = model();
    let encoder = &model.prompt_encoder;
    assert_close("dense_pe", encoder.dense_pe(), &golden["dense_pe"]);
    assert_close(
        "image_embedding",
        model.without_memory(&features()),
        &golden["image_embedding"],
    );
    for prompt in PROMPTS {
        let sparse = encoder.sparse(&points(&golden, prompt));
        assert_close(
            &format!("{prompt}.sparse"),
            sparse,
            &golden[&format!("{prompt}.sparse")],
        );
        let dense: Tensor<B, 1> = encoder.dense(None).flatten(0, 3);
        assert_close(
            &format!("{prompt}.dense"),
            dense,
            &golden[&format!("{prompt}.dense_channel")],
        );
    }
    let dense = encoder.dense(Some(golden["mask.input"].tensor()));
    assert_close("mask.dense", dense, &golden["mask.dense"]);
}

#[test]
fn the_mask_decoder_agrees() {
    let prompts = fixture("prompt_encoder.safetensors");
    let golden = fixture("mask_decoder.safetensors");
    let model = model();
    let image = model.without_memory(&features());
    for prompt in PROMPTS {
        let points = points(&prompts, prompt);
        let name = |part: &str| format!("{prompt}.{part}");
        let output = model.mask_decoder.forward(
            image.clone(),
            model.prompt_encoder.dense_pe(),
            model.prompt_encoder.sparse(&points),
            model.prompt_encoder.dense(None),
            &features(),
        );
        assert_close(
            &name("tokens"),
            output.transformer_tokens,
            &golden[&name("transformer_tokens")],
        );
        if let Some(want) = golden.get(&name("transformer_src")) {
            assert_close(&name("src"), output.transformer_image, want);
        }
        assert_close(&name("masks"), output.masks, &golden[&name("all4.masks")]);
        assert_close(&name("ious"), output.ious, &golden[&name("all4.ious")]);
        for (way, choice) in [
            ("multi", MaskChoice::Multiple),
            ("single", MaskChoice::Single),
        ] {
            let heads = model.heads(image.clone(), &features(), &points, None, choice);
            let name = |part: &str| format!("{prompt}.{way}.{part}");
            assert_close(
                &name("low_res"),
                heads.low_res.clone(),
                &golden[&name("heads.low_res_masks")],
            );
            assert_close(
                &name("obj_ptr"),
                heads.pointer,
                &golden[&name("heads.obj_ptr")],
            );
            let score = golden[&name("object_score_logits")].values[0];
            assert!(
                (heads.score - score).abs() < 1e-4 * score.abs().max(1.0),
                "{prompt}: score"
            );
            if let Some(want) = golden.get(&name("heads.high_res_masks")) {
                assert_close(&name("high_res"), model.high_res(heads.low_res), want);
            }
        }
    }
}

#[test]
fn a_mask_prompt_refines_clicks_alike() {
    let prompts = fixture("prompt_encoder.safetensors");
    let golden = fixture("mask_decoder.safetensors");
    let model = model();
    let mask = prompts["mask.input"].tensor();
    let image = model.without_memory(&features());
    let points = points(&prompts, "click2p1n");
    let heads = model.heads(image, &features(), &points, Some(mask), MaskChoice::Single);
    assert_close(
        "low_res",
        heads.low_res,
        &golden["click2p1n_mask.single.low_res_masks"],
    );
    assert_close(
        "obj_ptr",
        heads.pointer,
        &golden["click2p1n_mask.single.obj_ptr"],
    );
}

#[test]
fn the_memory_encoder_agrees() {
    let golden = fixture("memory_encoder.safetensors");
    let mut model = model();
    model.memory_precision = MemoryPrecision::F32;
    let features = Features {
        coarse: golden["pix_feat"].tensor(),
        ..features()
    };
    let mask: Tensor<B, 4> = golden["mask_high_res_logits"].tensor();
    let score = golden["object_score_logits"].values[0];
    let scaled = burn::tensor::activation::sigmoid(mask.clone()) * 20.0 - 10.0;
    let downsampled = model.memory_encoder.downsample_mask(scaled);
    assert_close(
        "mask_downsampler",
        downsampled,
        &golden["mask_downsampler_out.tracked"],
    );
    for (name, from_prompt, score) in [
        ("tracked", false, score),
        ("from_pts", true, score),
        ("no_object", false, -3.0),
    ] {
        let want = &golden[&format!("{name}.features")];
        let shape: [usize; 4] = want.shape.clone().try_into().unwrap();
        let memory = model.encode_memory(&features, mask.clone(), &[score], from_prompt);
        assert_close(name, memory.swap_dims(1, 2).reshape(shape), want);
    }
}

#[test]
fn memory_attention_agrees() {
    let golden = fixture("memory_attention.safetensors");
    let model = model();
    // The official tensors have the tokens first and the batch second.
    let batch_first = |name: &str| golden[name].tensor::<3>().swap_dims(0, 1);
    let pointer_tokens = golden["num_obj_ptr_tokens"].values[0] as usize;
    let memory = Memory {
        tokens: batch_first("memory"),
        positions: batch_first("memory_pos"),
        pointer_tokens,
    };
    let (curr, position) = (batch_first("curr"), batch_first("curr_pos"));

    let attention = &model.memory_attention;
    let [after_self, after_cross] = attention.first_layer(curr.clone(), position.clone(), &memory);
    assert_close(
        "after_self_attn",
        after_self,
        &golden["layer0.after_self_attn"],
    );
    assert_close(
        "after_cross_attn",
        after_cross,
        &golden["layer0.after_cross_attn"],
    );
    let out = attention
        .forward(curr.clone(), position.clone(), &memory)
        .swap_dims(0, 1);
    assert_close("out", out, &golden["out"]);

    let spatial = memory.tokens.dims()[1] - pointer_tokens;
    let keep = |t: Tensor<B, 3>| {
        t.select(
            1,
            Tensor::<B, 1, Int>::arange(0..spatial as i64, &Default::default()),
        )
    };
    let memory = Memory {
        tokens: keep(memory.tokens),
        positions: keep(memory.positions),
        pointer_tokens: 0,
    };
    let out = attention.forward(curr, position, &memory).swap_dims(0, 1);
    assert_close("out_no_ptr", out, &golden["out_no_ptr"]);
}
