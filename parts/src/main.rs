//! Takes the browser's program apart, as the build script asks.
//!
//! `parts split WASM OUT FOLDER`: WASM is linked with `--emit-relocs`. `OUT/scenediff.wasm` becomes the frame, which
//! `wasm-bindgen` goes on with; what pages load on demand lies in `OUT/FOLDER`.
//!
//! `parts order WASM..` puts the functions of each file into the order in which they compress best.

mod homes;
mod link;
mod loader;
mod merge;
mod order;
mod renumber;

use anyhow::{Context, Result, anyhow, bail};
use homes::Piece;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The script that loads the parts, under the name that leptos has pages ask for.
const LOADER: &str = "__wasm_split.______________________.js";
/// Which files a part needs, where leptos looks for it.
const MANIFEST: &str = "__wasm_split_manifest.json";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["split", wasm, out, folder] => split(Path::new(wasm), Path::new(out), folder),
        ["order", ref files @ ..] => files.iter().try_for_each(|file| {
            let file = Path::new(file);
            write(file, &order::order(&take(file)?)?)
        }),
        _ => bail!("usage: parts split WASM OUT FOLDER, or parts order WASM.."),
    }
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

    let mut contents = Vec::new();
    for file in &split.split_modules {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        // Alone, too: what is merged has no names for debuggers and none of the room that the linker left.
        let module = merge::merge(&[take(file)?])?;
        let parts = split.prefetch_map.iter();
        let users = parts.filter(|(_, files)| files.iter().any(|of| *of == name));
        let piece = Piece {
            users: users.map(|(part, _)| part.clone()).collect(),
            name: name.into_owned(),
            bytes: module.len(),
        };
        contents.push((piece, module));
    }
    let homes = homes::homes(contents.iter().map(|(piece, _)| piece));
    let mut files: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for (piece, module) in contents {
        let file = homes[&piece.name].file(&piece.name);
        files.entry(file).or_default().push(module);
    }
    for (name, modules) in &files {
        let file = pieces.join(format!("{name}.wasm"));
        write(&file, &merge::merge(modules)?)?;
    }
    let script = String::from_utf8(take(&pieces.join(LOADER))?)?;
    write(
        &out.join(LOADER),
        loader::rewrite(&script, folder, &homes)?.as_bytes(),
    )?;
    let needs: BTreeMap<_, _> = split
        .prefetch_map
        .iter()
        .map(|(part, files)| (part, loader::addresses(files, folder, &homes)))
        .collect();
    write(&out.join(MANIFEST), &serde_json::to_vec_pretty(&needs)?)
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
