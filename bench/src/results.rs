//! The file of results: one section per measurement, the newest in the place of the one before.

use crate::quiet;
use anyhow::{Context, ensure};
use std::io::Write;
use std::path::Path;

const HEAD: &str = "# Measured

Written by `make bench` (see `bench --help`); measuring again replaces a section. Times are milliseconds: the best run, and the one in the
middle. A ratio above 1 means that this engine is faster than the official code, which runs on the same pictures, weights, device and
number of threads.
";

/// Prints a section (without its heading). It takes its place in the file under `title` when the machine was quiet:
/// `others` is the share of the CPU that other processes took.
///
/// # Errors
/// When the machine was busy, or the file cannot be read or written.
pub fn keep(file: &Path, title: &str, body: &str, others: Option<f64>) -> anyhow::Result<()> {
    let section = format!("## {title}\n\n{}\n", body.trim());
    writeln!(std::io::stdout(), "{section}")?;
    ensure!(
        quiet::is_quiet(others),
        "these figures are not kept: {}; measure again on an idle machine",
        quiet::describe(others)
    );
    let old = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    };
    std::fs::write(file, with_section(&old, title, &section))
        .with_context(|| format!("cannot write {}", file.display()))
}

/// The file's text with one section replaced, or added at the end.
fn with_section(old: &str, title: &str, section: &str) -> String {
    let mut sections: Vec<String> = old
        .split("\n## ")
        .skip(1)
        .map(|text| format!("## {}\n", text.trim_end()))
        .collect();
    let heading = format!("## {title}\n");
    match sections.iter_mut().find(|text| text.starts_with(&heading)) {
        Some(place) => *place = section.to_owned(),
        None => sections.push(section.to_owned()),
    }
    format!("{HEAD}\n{}", sections.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_takes_the_place_of_the_one_before() {
        let first = with_section("", "tiny, cpu", "## tiny, cpu\n\nold\n");
        let both = with_section(&first, "large, cuda", "## large, cuda\n\nfast\n");
        let again = with_section(&both, "tiny, cpu", "## tiny, cpu\n\nnew\n");
        assert_eq!(again, both.replace("old", "new"));
        assert_eq!(again.matches("## ").count(), 2);
        assert!(again.starts_with(HEAD));
    }
}
