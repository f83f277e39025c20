//! Reading checkpoints and configurations: what is wrong is named.

mod common;

use burn_flex::Flex;
use common::{config, folder, weights};
use safetensors::tensor::{Dtype, TensorView};
use sam2::{Config, LoadError, LoadOptions, Sam2, Weights, WeightsError};
use std::collections::BTreeMap;

/// The micro model's tensors as little-endian floats.
fn tensors() -> BTreeMap<String, (Vec<usize>, Vec<u8>)> {
    // The loader hands out every tensor by name: taking them through a safetensors copy keeps this independent of it.
    let reader =
        burn_store::pytorch::PytorchReader::with_top_level_key(folder().join("micro.pt"), "model")
            .unwrap();
    let tensors = reader.into_tensors().into_iter();
    tensors
        .map(|(name, snapshot)| {
            let data = snapshot.to_data().unwrap();
            let bytes = data.iter::<f32>().flat_map(f32::to_le_bytes).collect();
            (name, (data.shape.to_vec(), bytes))
        })
        .collect()
}

fn safetensors_bytes(tensors: &BTreeMap<String, (Vec<usize>, Vec<u8>)>) -> Vec<u8> {
    let views = tensors.iter().map(|(name, (shape, bytes))| {
        (
            name.as_str(),
            TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap(),
        )
    });
    safetensors::serialize(views, None).unwrap()
}

fn load(tensors: &BTreeMap<String, (Vec<usize>, Vec<u8>)>) -> Result<Sam2<Flex>, WeightsError> {
    Sam2::load(
        config(),
        Weights::from_safetensors(&safetensors_bytes(tensors))?,
        &Default::default(),
    )
}

#[test]
fn both_file_formats_load() {
    assert!(Sam2::<Flex>::load(config(), weights(), &Default::default()).is_ok());
    assert!(load(&tensors()).is_ok());
}

#[test]
fn a_wrong_tensor_is_named() {
    let name = "memory_attention.layers.1.norm2.weight".to_owned();
    let mut missing = tensors();
    missing.remove(&name);
    assert!(matches!(load(&missing), Err(WeightsError::Missing(n)) if n == name));

    let mut unexpected = tensors();
    unexpected.insert(
        "memory_attention.layers.9.norm1.weight".into(),
        (vec![1], vec![0; 4]),
    );
    assert!(
        matches!(load(&unexpected), Err(WeightsError::Unexpected { count: 1, first }) if first.contains("layers.9"))
    );

    let mut misshapen = tensors();
    misshapen.insert(name.clone(), (vec![2], vec![0; 8]));
    assert!(
        matches!(load(&misshapen), Err(WeightsError::Shape { name: n, found, .. }) if n == name && found == [2])
    );
}

#[test]
fn what_is_no_checkpoint_is_refused() {
    assert!(matches!(
        Weights::from_safetensors(b"no tensors here"),
        Err(WeightsError::Format(_))
    ));
    let path = std::path::Path::new("/nowhere/model.pt");
    assert!(matches!(
        Weights::read(path),
        Err(WeightsError::Read { .. })
    ));
    let options = LoadOptions {
        config: Some(path.into()),
        ..Default::default()
    };
    assert!(matches!(sam2::load(&options), Err(LoadError::ConfigAlone)));
    // `micro.json` lies beside the checkpoint and is not of the official form.
    let options = LoadOptions {
        checkpoint: Some(folder().join("micro.pt")),
        ..Default::default()
    };
    assert!(matches!(sam2::load(&options), Err(LoadError::Config(_))));
}

#[test]
fn a_configuration_that_would_give_other_masks_is_refused() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/configs/sam2.1_hiera_l.yaml"
    ))
    .unwrap();
    assert_eq!(Config::parse(&text).unwrap().hidden_dim(), 256);
    let changed = text.replace("fixed_no_obj_ptr: true", "fixed_no_obj_ptr: false");
    assert!(
        Config::parse(&changed)
            .unwrap_err()
            .to_string()
            .contains("fixed_no_obj_ptr")
    );
    assert!(Config::parse("model: 3").is_err());
}

#[test]
fn every_official_configuration_is_read() {
    for (size, blocks) in [("t", 12), ("s", 16), ("b+", 24), ("l", 48)] {
        let path = format!(
            "{}/configs/sam2.1_hiera_{size}.yaml",
            env!("CARGO_MANIFEST_DIR")
        );
        let config = Config::read(path.as_ref()).unwrap();
        assert_eq!(
            config.image_encoder.trunk.stages.iter().sum::<usize>(),
            blocks
        );
        assert_eq!((config.feature_size(), config.mem_dim()), (64, 64));
    }
}
