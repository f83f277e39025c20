//! Fails where a crate imports another against the arrows of `ARCHITECTURE.md`.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Who may import whom.
const ARROWS: [(&str, &[&str]); 14] = [
    ("domain", &[]),
    ("canvas", &["domain"]),
    ("example", &["domain"]),
    ("export", &["domain"]),
    ("sam2", &["domain"]),
    ("store", &["domain"]),
    ("video", &["domain"]),
    (
        "jobs",
        &["domain", "example", "export", "sam2", "store", "video"],
    ),
    ("service", &["domain", "jobs", "store"]),
    ("app", &["canvas", "domain", "service"]),
    ("frontend", &["app"]),
    (
        "server",
        &[
            "app", "domain", "example", "jobs", "sam2", "service", "store", "video",
        ],
    ),
    ("bench", &["domain", "example", "sam2", "store", "video"]),
    ("parts", &[]),
];

/// Libraries that belong to some crates alone: the start of their names, and who may import them.
const PRESERVES: [(&str, &[&str]); 6] = [
    ("burn", &["bench", "sam2"]),
    ("ffmpeg", &["video"]),
    ("sqlx", &["store", "jobs"]),
    ("apalis", &["jobs"]),
    ("axum", &["app", "server"]),
    ("leptos", &["app", "frontend", "server"]),
];

/// What every crate of ours imports outside its tests, by name.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version=1",
            "--no-deps",
            "--offline",
            "--manifest-path",
        ])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = |value: &Value| value.as_array().unwrap().clone();
    list(&metadata["packages"])
        .iter()
        .map(|package| {
            let imports = list(&package["dependencies"]);
            let imports = imports
                .iter()
                .filter(|import| import["kind"] != "dev")
                .map(|import| text(&import["name"]));
            (text(&package["name"]), imports.collect())
        })
        .collect()
}

#[test]
fn no_arrow_runs_the_other_way() {
    let allowed: BTreeMap<_, _> = ARROWS.into_iter().collect();
    let imports = imports();
    let ours: BTreeSet<&str> = imports.keys().map(String::as_str).collect();
    assert_eq!(
        ours,
        allowed.keys().copied().collect(),
        "every crate has its line in ARROWS"
    );
    let wrong: Vec<String> = imports
        .iter()
        .flat_map(|(name, imports)| {
            let allowed = allowed[name.as_str()];
            let ours = &ours;
            imports
                .iter()
                .filter(move |import| {
                    ours.contains(import.as_str()) && !allowed.contains(&import.as_str())
                })
                .map(move |import| format!("{name} -> {import}"))
        })
        .collect();
    assert!(wrong.is_empty(), "against ARCHITECTURE.md: {wrong:?}");
}

#[test]
fn every_library_stays_where_it_belongs() {
    let imports = imports();
    for (library, homes) in PRESERVES {
        let users: BTreeSet<&str> = imports
            .iter()
            .filter(|(_, imports)| imports.iter().any(|import| import.starts_with(library)))
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(users, homes.iter().copied().collect(), "users of {library}");
    }
}
