//! Takes the browser's program apart, as the build script asks: `parts WASM OUT FOLDER`.
//!
//! WASM is linked with `--emit-relocs`. `OUT/scenediff.wasm` becomes the frame, which `wasm-bindgen` goes on with; what
//! pages load on demand lies in `OUT/FOLDER`.

mod loader;
mod merge;

use anyhow::{Context, Result, anyhow, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The script that loads the parts, under the name that leptos has pages ask for.
const LOADER: &str = "__wasm_split.______________________.js";
/// Which files a part needs, where leptos looks for it.
const MANIFEST: &str = "__wasm_split_manifest.json";
/// Pieces of fewer bytes that several parts need become one: there are dozens, and a request costs more than they do.
const SMALL: u64 = 36_000;
/// The name of what they become.
const SHARED: &str = "shared";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [wasm, out, folder] = arguments.as_slice() else {
        bail!("usage: parts WASM OUT FOLDER");
    };
    split(Path::new(wasm), Path::new(out), folder)
}

fn split(wasm: &Path, out: &Path, folder: &str) -> Result<()> {
    let program = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let pieces = out.join(folder);
    let frame = out.join("scenediff.wasm");
    let link_name = format!("./{LOADER}");
    let mut options = wasm_split_cli_support::Options::new(&program);
    options.output_dir = &pieces;
    options.main_out_path = &frame;
    options.main_module = "./scenediff.js";
    options.link_name = &link_name;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("the program cannot be split: {error:?}"))?;

    let (small, large) = by_size(&split.split_modules)?;
    let sources: Vec<Vec<u8>> = small
        .iter()
        .map(|name| take(&piece(&pieces, name)))
        .collect::<Result<_>>()?;
    if !sources.is_empty() {
        write(&piece(&pieces, SHARED), &merge::merge(&sources)?)?;
    }
    // Alone, too: what is merged has no names for debuggers and none of the room that the linker left.
    for name in large {
        let file = piece(&pieces, &name);
        write(&file, &merge::merge(&[take(&file)?])?)?;
    }
    let script = String::from_utf8(take(&pieces.join(LOADER))?)?;
    write(
        &out.join(LOADER),
        loader::rewrite(&script, folder, &small)?.as_bytes(),
    )?;
    let needs: BTreeMap<_, _> = split
        .prefetch_map
        .iter()
        .map(|(part, files)| (part, loader::addresses(files, folder, &small)))
        .collect();
    write(&out.join(MANIFEST), &serde_json::to_vec_pretty(&needs)?)
}

/// The names of the shared pieces that are not worth a request of their own, and of all others.
fn by_size(files: &[PathBuf]) -> Result<(Vec<String>, Vec<String>)> {
    let (mut small, mut large) = (Vec::new(), Vec::new());
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let is_small = name.starts_with("chunk_") && fs::metadata(file)?.len() < SMALL;
        if is_small { &mut small } else { &mut large }.push(name.into_owned());
    }
    Ok((small, large))
}

fn piece(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.wasm"))
}

/// Reads a file that is needed no longer.
fn take(file: &Path) -> Result<Vec<u8>> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    fs::remove_file(file)?;
    Ok(bytes)
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}
