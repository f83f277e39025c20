//! The script that loads the parts: where they are, and which pieces have become one.

use crate::SHARED;
use anyhow::{Context, Result};
use std::fmt::Write;

/// The script with our addresses; all pieces in `small` are loaded as the one that they have become.
pub fn rewrite(script: &str, folder: &str, small: &[String]) -> Result<String> {
    let mut script = script.to_owned();
    let mut first: Option<String> = None;
    for name in small {
        let number = name.trim_start_matches("chunk_");
        let start = format!("const __chunk_{number} = ");
        let at = script
            .find(&start)
            .with_context(|| format!("the loader does not load {name}"))?;
        let end = script[at..]
            .find(", []);")
            .with_context(|| format!("the loader loads {name} in a way of its own"))?;
        let statement = at..at + end + ", []);".len();
        let by = match &first {
            None => script[statement.clone()]
                .replace(&format!("./{name}.wasm"), &format!("./{SHARED}.wasm")),
            Some(first) => format!("{start}{first};"),
        };
        script.replace_range(statement, &by);
        first.get_or_insert_with(|| format!("__chunk_{number}"));
    }
    Ok(script.replace("new URL(\"./", &format!("new URL(\"./{folder}/")))
}

/// What has to be there for a part that is made of `files`, without the ending.
pub fn addresses(files: &[String], folder: &str, small: &[String]) -> Vec<String> {
    let mut addresses: Vec<String> = Vec::new();
    for file in files {
        let name = if small.contains(file) { SHARED } else { file };
        let mut address = folder.to_owned();
        let _ = write!(address, "/{name}");
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
, [__chunk_3, __chunk_4]));
"#;

    #[test]
    fn small_pieces_are_loaded_as_one() {
        let small = ["chunk_3".to_owned(), "chunk_4".to_owned()];
        let script = rewrite(SCRIPT, "parts/1", &small).unwrap();
        assert!(script.contains(r#"const src = fetch(new URL("./parts/1/shared.wasm""#));
        assert!(script.contains("const __chunk_4 = __chunk_3;"));
        assert!(script.contains(r#"fetch(new URL("./parts/1/split_people.wasm""#));
        assert!(!script.contains("chunk_4.wasm"));
        let files = ["chunk_3", "chunk_4", "chunk_5", "split_people"].map(str::to_owned);
        assert_eq!(
            addresses(&files, "parts/1", &small),
            ["parts/1/shared", "parts/1/chunk_5", "parts/1/split_people"]
        );
    }

    #[test]
    fn a_script_of_another_shape_is_refused() {
        assert!(rewrite("", "parts/1", &["chunk_3".to_owned()]).is_err());
    }
}
