//! What an object costs, and how reviews go.

use super::Page;
use super::overview::whole;
use crate::components::chart::{Bars, ChartFrame, TableView, Tile};
use crate::components::format;
use domain::{DashboardTable, Figure, effort_finding};
use leptos::prelude::*;

/// What is shown where nothing can be said.
const NOTHING: &str = "\u{2013}";

/// Six figures, and the same by person.
#[component]
pub(super) fn EffortSection(page: Page) -> impl IntoView {
    let effort = page.part(|dashboard| dashboard.effort);
    let words = move |of: fn(&domain::Effort) -> String| Signal::derive(move || of(&effort.get()));
    let everybody = page.part(|dashboard| dashboard.everybody);
    let time = page.time();
    let shown = Signal::derive(move || {
        let whose = match (page.team, everybody.get()) {
            (false, _) => "What was done",
            (true, true) => "By person",
            (true, false) => "You and everybody together",
        };
        format!(
            "{whose}, {}; each column has a scale of its own, from zero",
            time.get()
        )
    });
    let table = Signal::derive(move || page.data.with(|data| DashboardTable::Effort.of(data)));
    let finding = words(effort_finding);
    view! {
        <section class="charts" aria-labelledby="effort-title">
            <h2 id="effort-title">"Effort"</h2>
            <dl class="tiles three">
                <Tile
                    figure=Figure::SecondsPerObject
                    value=words(|e| unit(e.work.seconds_per_object(), 0, "s"))
                    note=words(|e| format::count(e.work.objects as usize, "object"))
                />
                <Tile
                    figure=Figure::ClicksPerObject
                    value=words(|e| unit(e.work.clicks_per_object(), 1, ""))
                    note=words(|e| format!("{} clicks", whole(e.work.clicks)))
                />
                <Tile
                    figure=Figure::Corrections
                    value=words(|e| unit(e.corrections_per_1000_frames(), 1, ""))
                    note=words(|e| {
                        format!("{} corrections, {} frames", whole(e.corrections), whole(e.frames))
                    })
                />
                <Tile
                    figure=Figure::Turnaround
                    value=words(|e| unit(e.turnaround, 1, "h"))
                    note=words(|e| {
                        format::count((e.judged.good + e.judged.sent_back) as usize, "decision")
                    })
                />
                <Tile
                    figure=Figure::ShareSentBack
                    value=words(|e| unit(e.judged.percent_sent_back(), 0, "%"))
                    note=words(|e| {
                        format!("{} sent back, {} found good", whole(e.judged.sent_back), whole(e.judged.good))
                    })
                />
                <Tile
                    figure=Figure::ActiveTime
                    value=words(|e| format::seconds(e.work.active_seconds as f32))
                    note=words(|_| "of everybody together".to_owned())
                />
            </dl>
            <ChartFrame finding shown csv=page.csv(DashboardTable::Effort)>
                <TableView table bars=Bars::Each label=finding />
            </ChartFrame>
        </section>
    }
}

fn unit(value: Option<f64>, decimals: usize, unit: &str) -> String {
    match value {
        None => NOTHING.to_owned(),
        Some(value) if unit.is_empty() => format::decimal(value, decimals),
        Some(value) => format!("{} {unit}", format::decimal(value, decimals)),
    }
}
