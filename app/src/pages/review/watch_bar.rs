//! The line below the videos: what is looked at, and how both play.

use super::Shown;
use super::keyboard::run;
use super::places;
use crate::components::badge::{Badge, Tone};
use crate::components::object_table::Swatch;
use crate::components::player::FrameLockChoice;
use canvas::{SPEEDS, WATCH_KEYS, WatchCommand, key_in};
use domain::Verdict;
use leptos::prelude::*;

/// What is looked at, and the controls that both videos share.
#[component]
pub(super) fn WatchBar(shown: Shown) -> impl IntoView {
    let watch = shown.watch;
    let object = move || {
        shown.objects.with(|objects| {
            let id = shown.selected.get()?;
            objects.iter().find(|object| object.id == id).cloned()
        })
    };
    let words = move || {
        let says = watch.says.get();
        if says.is_empty() {
            shown.objects.with(|objects| places::words(watch, objects))
        } else {
            says
        }
    };
    // What keys say about the object is seen here: its row may be off the screen.
    let verdict = move || {
        let said = shown
            .review
            .with(|review| review.verdict(shown.selected.get()?))?;
        Some(match said {
            Verdict::Good => view! { <Badge text="Reviewed" tone=Tone::Ok /> },
            Verdict::NeedsReannotation => {
                view! { <Badge text="Needs re-annotation" tone=Tone::Warn /> }
            }
        })
    };
    view! {
        <div class="watch-bar">
            <div class="watch-object">
                {move || object().map(|object| view! { <Swatch colour=object.rgb() /> })}
                <span role="status" class="watch-words" data-testid="watching" title=words>{words}</span>
                {verdict}
            </div>
            <div class="watch-tools" role="group" aria-label="Worst places">
                <Press shown command=WatchCommand::PreviousPlace name="Previous place" />
                <Press shown command=WatchCommand::NextPlace name="Next worst place" />
                <Press
                    shown
                    command=WatchCommand::Repeat
                    on=Signal::derive(move || watch.again.get().is_some())
                    name="Loop"
                />
            </div>
            <div class="watch-tools" role="group" aria-label="Play">
                <select
                    class="small"
                    aria-label="Speed"
                    title="Speed (< and >)"
                    prop:value=move || watch.speed.get().to_string()
                    on:change:target=move |event| {
                        let chosen = usize::try_from(event.target().selected_index());
                        if let Some(speed) = chosen.ok().and_then(|at| SPEEDS.get(at)) {
                            watch.speed.set(*speed);
                        }
                    }
                >
                    {SPEEDS
                        .iter()
                        .map(|speed| {
                            let chosen = watch.speed.get_untracked() == *speed;
                            view! { <option value=speed.to_string() selected=chosen>{format!("Speed: {speed}")}</option> }
                        })
                        .collect_view()}
                </select>
                <FrameLockChoice time=watch.time side=watch.side />
            </div>
            <div class="watch-tools" role="group" aria-label="View">
                <Press shown command=WatchCommand::Masks on=watch.masks.into() name="Masks" />
                <Press shown command=WatchCommand::Alone on=watch.alone.into() name="Alone" />
                <Press shown command=WatchCommand::Comment name="Comment" />
                <Press shown command=WatchCommand::Help on=watch.help.into() name="Keys" />
            </div>
        </div>
    }
}

/// A button for a command; pressed while `on`.
#[component]
fn Press(
    shown: Shown,
    command: WatchCommand,
    /// Whether it is switched on; none for what only happens once.
    #[prop(optional)]
    on: Option<Signal<bool>>,
    name: &'static str,
) -> impl IntoView {
    let mut all = WATCH_KEYS.iter().flat_map(|(_, bindings)| *bindings);
    let words = all
        .find(|binding| binding.command == command)
        .map_or("", |binding| binding.words);
    let title = match key_in(WATCH_KEYS, command) {
        Some(key) => format!("{words} ({key})"),
        None => words.to_owned(),
    };
    view! {
        <button
            type="button"
            class="button small"
            title=title
            aria-pressed=move || on.map(|on| on.get().to_string())
            // The focus stays where it is, so that the space bar plays.
            on:mousedown=|event| event.prevent_default()
            on:click:target=move |_| run(shown, command)
        >
            {name}
        </button>
    }
}
