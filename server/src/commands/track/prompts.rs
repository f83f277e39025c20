//! The prompts file.

use super::frames::Frames;
use anyhow::{Context, bail, ensure};
use domain::{BoxPrompt, FramePrompts, Label, Point, PromptAction, Rle};
use sam2::TrackObject;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromptFile {
    objects: Vec<PromptedObject>,
}

/// The prompts of one object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PromptedObject {
    id: u32,
    prompts: Vec<Prompts>,
}

/// The prompts of one object on one frame, in pixels.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Prompts {
    frame: u32,
    #[serde(default)]
    points: Vec<[f32; 2]>,
    #[serde(default)]
    labels: Vec<u8>,
    #[serde(default, rename = "box")]
    bbox: Option<[f32; 4]>,
    #[serde(default)]
    mask: Option<Rle>,
}

/// Reads the file.
pub fn read(path: &Path) -> anyhow::Result<PromptFile> {
    let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text)
        .with_context(|| format!("{} is not a prompts file", path.display()))
}

impl PromptFile {
    /// The objects to track in `frames`.
    pub fn plan(&self, frames: &Frames) -> anyhow::Result<Vec<TrackObject>> {
        ensure!(!self.objects.is_empty(), "there is no object in it");
        let mut ids = BTreeSet::new();
        let plan_one = |object: &PromptedObject| {
            ensure!(
                ids.insert(object.id),
                "object {}: the id is used twice",
                object.id
            );
            object.plan(frames)
        };
        self.objects.iter().map(plan_one).collect()
    }
}

impl PromptedObject {
    fn plan(&self, frames: &Frames) -> anyhow::Result<TrackObject> {
        let id = self.id;
        ensure!(!self.prompts.is_empty(), "object {id}: it has no prompts");
        let mut prompts: BTreeMap<u32, FramePrompts> = BTreeMap::new();
        for given in &self.prompts {
            let place = || format!("object {id}, frame {}", given.frame);
            let actions = given.actions().with_context(place)?;
            let number = frames.number_of_row(given.frame).with_context(place)?;
            // Two rows may show the same frame: their prompts belong together.
            let here = prompts.entry(number).or_default();
            for action in actions {
                action
                    .check(frames.width(), frames.height())
                    .with_context(place)?;
                here.apply(&action);
            }
        }
        Ok(TrackObject::everywhere(id, prompts))
    }
}

impl Prompts {
    /// The same as actions of a person.
    fn actions(&self) -> anyhow::Result<Vec<PromptAction>> {
        ensure!(
            self.points.len() == self.labels.len(),
            "{} points but {} labels: give one label per point",
            self.points.len(),
            self.labels.len()
        );
        ensure!(
            !self.points.is_empty() || self.bbox.is_some() || self.mask.is_some(),
            "neither a point nor a box nor a mask"
        );
        // First, as it takes the place of what is there.
        let mask = self.mask.clone();
        let mut actions: Vec<PromptAction> =
            (mask.into_iter().map(|mask| PromptAction::SetMask { mask })).collect();
        for (&[x, y], &label) in self.points.iter().zip(&self.labels) {
            let label = match label {
                1 => Label::Positive,
                0 => Label::Negative,
                other => bail!("the label {other}: use 1 for on the object and 0 for beside it"),
            };
            actions.push(PromptAction::AddPoint(Point { x, y, label }));
        }
        if let Some([x0, y0, x1, y1]) = self.bbox {
            actions.push(PromptAction::SetBox(BoxPrompt { x0, y0, x1, y1 }));
        }
        Ok(actions)
    }
}
