//! What runs, what waits in which order, and what failed.

mod failures;
mod row;

use super::Page;
use crate::components::chart::{ChartFrame, Tile};
use crate::components::erased::Rows;
use crate::components::format;
use domain::{DashboardTable, Figure, JobId, JobKind, JobState, Queue, queue_finding};
use failures::Failures;
use leptos::prelude::*;
use row::JobRow;

/// Four figures, the jobs in their order, and the failures.
#[component]
pub(super) fn QueueSection(page: Page) -> impl IntoView {
    let queue = page.part(|dashboard| dashboard.queue.clone());
    let words = move |of: fn(&Queue) -> String| Signal::derive(move || queue.with(of));
    let none = || Signal::stored(String::new());
    let ids = Memo::new(move |_| {
        queue.with(|queue| queue.jobs.iter().map(|job| job.id).collect::<Vec<JobId>>())
    });
    view! {
        <section class="charts" aria-labelledby="queue-title">
            <h2 id="queue-title">"Queue"</h2>
            <dl class="tiles">
                <Tile figure=Figure::JobsRunning value=words(|q| q.count(JobState::Running).to_string()) note=none() />
                <Tile figure=Figure::JobsWaiting value=words(|q| q.count(JobState::Queued).to_string()) note=none() />
                <Tile figure=Figure::Speed value=words(speed) note=none() />
                <Tile
                    figure=Figure::TimeLeft
                    value=words(|q| left(q.seconds_left()))
                    note=words(|q| match q.mean_seconds {
                        Some(mean) => format!("an offline job takes {}", format::seconds(mean as f32)),
                        None => String::new(),
                    })
                />
            </dl>
            <ChartFrame
                finding=words(queue_finding)
                shown="Jobs in the order in which they run"
                csv=page.csv(DashboardTable::Queue)
            >
                <Show when=move || !ids.with(Vec::is_empty)>
                    <div class="figures-scroll">
                        <table class="figures job-table">
                            <caption class="visually-hidden">"Jobs in the order in which they run"</caption>
                            <thead>
                                <tr>
                                    <th scope="col">"Session"</th>
                                    <th scope="col">"Job"</th>
                                    <th scope="col">"State"</th>
                                    <th scope="col">"Progress"</th>
                                    <th scope="col">
                                        <span class="visually-hidden">"Actions"</span>
                                    </th>
                                </tr>
                            </thead>
                            <tbody>
                                <Rows each=move || ids.get() key=|id| *id let:id>
                                    <JobRow page queue id />
                                </Rows>
                            </tbody>
                        </table>
                    </div>
                </Show>
            </ChartFrame>
            <Failures page queue />
        </section>
    }
}

/// The speed of the offline job that runs.
fn speed(queue: &Queue) -> String {
    let mut jobs = queue.jobs.iter();
    let running = jobs.find(|job| job.state == JobState::Running && job.kind == JobKind::Propagate);
    match running.map(|job| job.progress.fps) {
        Some(fps) if fps > 0.0 => format!("{fps:.1}"),
        _ => "\u{2013}".to_owned(),
    }
}

fn left(seconds: Option<f64>) -> String {
    seconds.map_or_else(
        || "\u{2013}".to_owned(),
        |seconds| format::seconds(seconds as f32),
    )
}
