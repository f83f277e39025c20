//! The official code on the same work, by `bench/reference.py`.

use crate::clip::Clip;
use crate::model::{Device, ModelFiles, in_project};
use crate::stages::Stage;
use crate::timing::Timing;
use anyhow::{Context, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

/// The answer of `reference.py`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Missing { missing: String },
    Measured(Reference),
}

/// What the official code needs for the same work.
#[derive(Deserialize)]
pub struct Reference {
    /// Package to version.
    pub versions: BTreeMap<String, String>,
    /// `eager`, and `compiled` on a GPU.
    pub modes: BTreeMap<String, Mode>,
}

/// One way of running the official code.
#[derive(Deserialize)]
pub struct Mode {
    stages: BTreeMap<String, Timing>,
    fps: BTreeMap<String, f64>,
}

impl Mode {
    /// Milliseconds of a stage, where it has it.
    pub fn stage(&self, stage: Stage) -> Option<Timing> {
        self.stages.get(stage.key()).copied()
    }

    /// Frames per second with so many objects.
    pub fn fps(&self, objects: u32) -> Option<f64> {
        self.fps.get(&objects.to_string()).copied()
    }
}

/// What both sides have to agree on.
pub struct Setting<'a> {
    /// The Python program.
    pub python: &'a Path,
    /// Numbers of objects to track.
    pub objects: &'a [u32],
    /// What runs the model.
    pub device: Device,
    /// `f32`, `bf16` or `f16`.
    pub precision: &'a str,
    /// Threads of the CPU.
    pub threads: usize,
    /// Whole films per number of objects.
    pub runs: u32,
}

/// Measures the official code; the reason when it is not there.
///
/// # Errors
/// When it is there but fails.
pub fn measure(
    setting: &Setting,
    files: &ModelFiles,
    clip: &Clip,
) -> anyhow::Result<Result<Reference, String>> {
    let clicks: BTreeMap<u32, _> = setting
        .objects
        .iter()
        .map(|&objects| (objects, clip.clicks(objects)))
        .collect();
    let command = Command::new(setting.python)
        .arg(in_project("bench/reference.py"))
        .arg("--config")
        .arg(&files.config)
        .arg("--checkpoint")
        .arg(&files.checkpoint)
        .arg("--frames")
        .arg(clip.folder())
        .args(["--clicks", &serde_json::to_string(&clicks)?])
        .args(["--device", setting.device.name()])
        .args(["--precision", setting.precision])
        .args(["--threads", &setting.threads.to_string()])
        .args(["--runs", &setting.runs.to_string()])
        .stderr(Stdio::piped())
        .output();
    let output = match command {
        Ok(output) => output,
        Err(error) => {
            return Ok(Err(format!("{}: {error}", setting.python.display())));
        }
    };
    if !output.status.success() {
        bail!(
            "the official code failed ({}):\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let answer = serde_json::from_slice(&output.stdout)
        .context("bench/reference.py answers something else than measurements")?;
    Ok(match answer {
        Answer::Missing { missing } => Err(missing),
        Answer::Measured(reference) => Ok(reference),
    })
}
