//! What was done day by day, and where the sessions of each scene type and person stand.

use super::Page;
use crate::components::chart::{Bars, ChartFrame, ColumnBar, ColumnChart, TableView};
use domain::{
    Column, ColumnStep, Dashboard, DashboardTable, days_finding, people_finding, scenes_finding,
};
use leptos::prelude::*;

/// Three charts.
#[component]
pub(super) fn ProgressSection(page: Page) -> impl IntoView {
    view! {
        <section class="charts" aria-labelledby="progress-title">
            <h2 id="progress-title">"Progress"</h2>
            <div class="chart-pair">
                <Days page />
                <Scenes page />
            </div>
            {page.team.then(|| view! { <People page /> })}
        </section>
    }
}

#[component]
fn Days(page: Page) -> impl IntoView {
    let columns = page.part(Dashboard::columns);
    let bars = Signal::derive(move || {
        let (step, columns) = columns.get();
        columns
            .iter()
            .map(|column| bar(step, column))
            .collect::<Vec<_>>()
    });
    let finding =
        Signal::derive(move || columns.with(|(step, columns)| days_finding(*step, columns)));
    let word = move || columns.with(|(step, _)| step.word());
    let time = page.time();
    view! {
        <ChartFrame
            finding
            shown=Signal::derive(move || format!("Sessions done a {}, {}", word(), time.get()))
            table=Signal::derive(move || page.data.with(|data| DashboardTable::Days.of(data)))
            csv=page.csv(DashboardTable::Days)
        >
            <ColumnChart
                bars
                unit=Signal::derive(move || format!("sessions a {}", word()))
                time=Signal::derive(move || time_axis(columns.with(|(step, _)| *step)).to_owned())
            />
        </ChartFrame>
    }
}

fn bar(step: ColumnStep, column: &Column) -> ColumnBar {
    let (label, title) = match step {
        ColumnStep::Day => (column.first.words(), column.first.words()),
        ColumnStep::Week => (
            column.last.words(),
            format!("{} to {}", column.first.words(), column.last.words()),
        ),
        ColumnStep::Month => (column.first.month_words(), column.first.month_words()),
    };
    ColumnBar {
        label,
        title,
        count: column.count,
    }
}

fn time_axis(step: ColumnStep) -> &'static str {
    match step {
        ColumnStep::Day => "day (UTC)",
        ColumnStep::Week => "last day of the week (UTC)",
        ColumnStep::Month => "month (UTC)",
    }
}

#[component]
fn Scenes(page: Page) -> impl IntoView {
    let scenes = page.part(|dashboard| dashboard.scenes.clone());
    let finding = Signal::derive(move || scenes.with(|scenes| scenes_finding(scenes)));
    let table = Signal::derive(move || page.data.with(|data| DashboardTable::Scenes.of(data)));
    view! {
        <ChartFrame finding shown="Sessions by scene type, now" csv=page.csv(DashboardTable::Scenes)>
            <TableView table bars=Bars::Common label=finding />
        </ChartFrame>
    }
}

#[component]
fn People(page: Page) -> impl IntoView {
    let people = page.part(|dashboard| dashboard.people.clone());
    let finding = Signal::derive(move || people.with(|people| people_finding(people)));
    let table = Signal::derive(move || page.data.with(|data| DashboardTable::People.of(data)));
    let everybody = page.part(|dashboard| dashboard.everybody);
    let shown = Signal::derive(move || {
        if everybody.get() {
            "Sessions by the person who annotates them, now".to_owned()
        } else {
            "Your sessions, now; leads see everybody's".to_owned()
        }
    });
    view! {
        <ChartFrame finding shown csv=page.csv(DashboardTable::People)>
            <TableView table bars=Bars::Common label=finding />
        </ChartFrame>
    }
}
