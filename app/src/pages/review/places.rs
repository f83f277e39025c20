//! Going through the worst places of an object.

use super::watch::Watch;
use crate::components::format;
use canvas::{SuspectPlace, worst_first};
use domain::{Object, ObjectId, VideoSide};
use leptos::prelude::*;

/// Which place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shift {
    /// The next one, less bad.
    Next,
    /// The one before, worse.
    Previous,
}

/// The suspect places of an object in both videos, the worst first.
pub(super) fn of(watch: Watch, object: ObjectId) -> Vec<SuspectPlace> {
    let [one, two] = watch.tracks;
    let (one, two) = (one.read(), two.read());
    let both = (one.iter().map(|track| (VideoSide::One, track)))
        .chain(two.iter().map(|track| (VideoSide::Two, track)));
    worst_first(both, object)
}

/// Plays the next or the previous worst place of the selected object again and again; without one, that of the first object
/// that has any.
pub(super) fn go(watch: Watch, shift: Shift) {
    let Some(object) = watch.selected.get_untracked().or_else(|| first(watch)) else {
        return watch
            .says
            .set("Suspect places are known after the offline job.".into());
    };
    watch.selected.set(Some(object));
    let places = untrack(|| of(watch, object));
    let now = watch.place.get_untracked();
    let at = places.iter().position(|place| Some(*place) == now);
    let next = match (at, shift) {
        (None, _) => 0,
        (Some(at), Shift::Next) => at + 1,
        (Some(at), Shift::Previous) => at.saturating_sub(1),
    };
    let Some(place) = places.get(next).copied() else {
        let text = if places.is_empty() {
            watch.stop();
            watch.end_loop();
            "Nothing about this object is suspect."
        } else {
            "That was the last place of this object."
        };
        return watch.says.set(text.into());
    };
    watch.place.set(Some(place));
    watch.says.set(String::new());
    watch.play_around(place.side, place.suspect.frame);
}

/// The first object of the list that has a suspect place, else the first that the offline job found.
fn first(watch: Watch) -> Option<ObjectId> {
    untrack(|| {
        let [one, two] = watch.tracks;
        let (one, two) = (one.read(), two.read());
        let mut objects: Vec<ObjectId> = one.iter().chain(two.iter()).map(|t| t.object).collect();
        objects.sort_unstable();
        let with_places = |object: &&ObjectId| !of(watch, **object).is_empty();
        objects
            .iter()
            .find(with_places)
            .or(objects.first())
            .copied()
    })
}

/// What is looked at, in words: `cup 1: 2 of 5 suspect places - video 2, frame 93, the mask jumps`.
pub(super) fn words(watch: Watch, objects: &[Object]) -> String {
    let Some(id) = watch.selected.get() else {
        return "Choose an object, or go to the worst place.".into();
    };
    let object = objects.iter().find(|object| object.id == id);
    let title = object.map_or_else(String::new, |object| object.fields.title());
    let places = of(watch, id);
    let Some(now) = watch.place.get() else {
        let many = match places.len() {
            0 => "nothing suspect".to_owned(),
            n => format::count(n, "suspect place"),
        };
        return format!("{title}: {many}");
    };
    let at = places.iter().position(|place| *place == now).unwrap_or(0);
    format!(
        "{title}: {} of {} - {}, frame {}, {}",
        at + 1,
        format::count(places.len(), "suspect place"),
        now.side,
        now.suspect.frame,
        now.suspect.what.words()
    )
}
