//! Jobs that failed, with their reasons.

use super::super::Page;
use super::row::kind_words;
use crate::api;
use crate::components::chart::ChartFrame;
use crate::components::erased::Rows;
use crate::components::format;
use crate::components::icon::{Icon, Shape};
use crate::components::state::sentence;
use domain::{DashboardTable, JobFailure, JobKind, Queue};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The failures in the time that is counted over; what can be tried again can be tried here.
#[component]
pub(super) fn Failures(page: Page, queue: Memo<Queue>) -> impl IntoView {
    let failures = Memo::new(move |_| queue.with(|queue| queue.failures.clone()));
    let time = page.time();
    let finding = Signal::derive(move || match failures.with(Vec::len) {
        0 => "No job failed".to_owned(),
        n => format!("{} failed", format::count(n, "job")),
    });
    view! {
        <ChartFrame
            finding
            shown=Signal::derive(move || format!("Failures and their reasons, {}", time.get()))
            csv=page.csv(DashboardTable::Failures)
        >
            <Show when=move || !failures.with(Vec::is_empty)>
                <div class="figures-scroll">
                    <table class="figures job-table">
                        <caption class="visually-hidden">"Jobs that failed, the newest first"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Session"</th>
                                <th scope="col">"Job"</th>
                                <th scope="col">"Failed (UTC)"</th>
                                <th scope="col">"Reason"</th>
                                <th scope="col">
                                    <span class="visually-hidden">"Actions"</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            <Rows
                                each=move || failures.get()
                                key=|failure| (failure.job.id, failure.is_last)
                                children=move |failure| row(page, failure)
                            />
                        </tbody>
                    </table>
                </div>
            </Show>
        </ChartFrame>
    }
}

fn row(page: Page, failure: JobFailure) -> AnyView {
    let JobFailure { job, at, is_last } = failure;
    let id = job.id;
    let session = job.session.to_string();
    let name = if job.kind == JobKind::Ingest {
        // Its session was removed.
        session.clone().into_any()
    } else {
        view! { <a href=format!("/sessions/{session}")>{session.clone()}</a> }.into_any()
    };
    let retry = move |_| {
        spawn_local(async move { page.done(api::jobs::retry_job(id).await.map(drop)) });
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{kind_words(job.kind)}</td>
            <td class="when">{format::minute(&at)}</td>
            <td class="job-reason">{job.error.as_deref().map(sentence)}</td>
            <td class="row-tools">
                {is_last
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button small"
                                aria-label=format!("Retry the job of {session}")
                                on:click=retry
                            >
                                <Icon shape=Shape::Play />
                                "Retry"
                            </button>
                        }
                    })}
            </td>
        </tr>
    }
    .into_any()
}
