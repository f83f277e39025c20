//! Where the GPU's kernels are kept between starts.
//!
//! CubeCL compiles kernels at run time and measures which variant is the fastest; both are kept in files when its global
//! configuration says where. That configuration can be set once, before any device is used.

use burn::cubecl::config::cache::CacheConfig;
use burn::cubecl::config::{CubeClRuntimeConfig, RuntimeConfig};
use std::path::Path;
use std::sync::Arc;

/// Keeps compiled kernels and their measured speeds below `folder`, for the whole process. Nothing changes when a device
/// was used or a folder was named before.
pub(crate) fn keep_in(folder: &Path) {
    let mut config = CubeClRuntimeConfig::default().override_from_env();
    config.compilation.cache = Some(CacheConfig::File(folder.to_owned()));
    config.autotune.cache = CacheConfig::File(folder.to_owned());
    let mut global = CubeClRuntimeConfig::storage().lock();
    if global.is_none() {
        *global = Some(Arc::new(config));
    }
}
