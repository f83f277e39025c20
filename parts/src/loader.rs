//! The script that loads the parts: where they are, and which pieces have become one.

use crate::homes::Home;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::ops::Range;

/// The script with our addresses. What pages share is loaded once, and what is in the file of a page is there with the page.
pub fn rewrite(script: &str, folder: &str, homes: &BTreeMap<String, Home>) -> Result<String> {
    let mut script = script.to_owned();
    let mut files = BTreeMap::new();
    for (piece, home) in homes {
        let file = home.file(piece);
        if *home == Home::Own {
            continue;
        }
        let (name, statement) = loading(&script, piece)?;
        let by = match home {
            Home::Page(_) => "async () => {}".to_owned(),
            _ => format!("__{file}"),
        };
        if matches!(home, Home::Shared(_)) {
            let load = script[statement.clone()].replace(&name, &by);
            files
                .entry(file.clone())
                .or_insert(load.replace(piece.as_str(), &file));
        }
        script.replace_range(statement, &format!("const {name} = {by};"));
    }
    // All others refer to them.
    let first = script.find("const __chunk_").unwrap_or_default();
    script.insert_str(first, &files.into_values().collect::<String>());
    Ok(script.replace("new URL(\"./", &format!("new URL(\"./{folder}/")))
}

/// The name under which a piece is loaded, and the statement that makes it.
fn loading(script: &str, piece: &str) -> Result<(String, Range<usize>)> {
    let name = format!("__{piece}");
    let start = script
        .find(&format!("const {name} = "))
        .with_context(|| format!("the loader does not load {piece}"))?;
    let length = script[start..]
        .find(", []);")
        .with_context(|| format!("the loader loads {piece} in a way of its own"))?;
    Ok((name, start..start + length + ", []);".len()))
}

/// What has to be there for a part that is made of `files`, without the ending.
pub fn addresses(files: &[String], folder: &str, homes: &BTreeMap<String, Home>) -> Vec<String> {
    let mut addresses = Vec::new();
    for piece in files {
        let file = match homes.get(piece) {
            // Its page is one of the files, or there already.
            Some(Home::Page(_)) => continue,
            Some(home) => home.file(piece),
            None => piece.clone(),
        };
        let address = format!("{folder}/{file}");
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = r#"
const __chunk_13 = makeLoad(() => {
    const src = fetch(new URL("./chunk_13.wasm", import.meta.url));
}
, []);
const __chunk_3 = makeLoad(() => {
    const src = fetch(new URL("./chunk_3.wasm", import.meta.url));
}
, []);
const __chunk_4 = makeLoad(() => {
    const src = fetch(new URL("./chunk_4.wasm", import.meta.url));
}
, []);
export const __wasm_split_load_people = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_people.wasm", import.meta.url));
}
, [__chunk_13, __chunk_3, __chunk_4]));
"#;

    fn homes() -> BTreeMap<String, Home> {
        let homes = [
            ("chunk_13", Home::Shared("shared".into())),
            ("chunk_3", Home::Shared("shared".into())),
            ("chunk_4", Home::Page("people".into())),
            ("chunk_5", Home::Own),
            ("split_people", Home::Own),
        ];
        homes.map(|(piece, home)| (piece.to_owned(), home)).into()
    }

    #[test]
    fn what_is_shared_is_loaded_as_one_and_what_is_with_a_page_is_not_loaded_alone() {
        let script = rewrite(SCRIPT, "parts/1", &homes()).unwrap();
        assert_eq!(
            script
                .matches(r#"fetch(new URL("./parts/1/shared.wasm""#)
                .count(),
            1
        );
        let made = script.find("const __shared = makeLoad").unwrap();
        assert!(made < script.find("const __chunk_13 = __shared;").unwrap());
        assert!(script.contains("const __chunk_3 = __shared;"));
        assert!(script.contains("const __chunk_4 = async () => {};"));
        assert!(script.contains(r#"fetch(new URL("./parts/1/split_people.wasm""#));
        assert!(!script.contains("chunk_4.wasm"));
        let files = ["chunk_13", "chunk_3", "chunk_4", "chunk_5", "split_people"];
        assert_eq!(
            addresses(&files.map(str::to_owned), "parts/1", &homes()),
            ["parts/1/shared", "parts/1/chunk_5", "parts/1/split_people"]
        );
    }

    #[test]
    fn a_script_of_another_shape_is_refused() {
        assert!(rewrite("", "parts/1", &homes()).is_err());
    }
}
