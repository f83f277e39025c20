//! The four figures on top, and the bar that they make up.

use super::Page;
use crate::components::chart::{ChartFrame, Segment, StackedBar, Tile};
use crate::components::format;
use domain::{Dashboard, DashboardTable, Figure, Heap, status_finding};
use leptos::prelude::*;

/// Done, in review, sent back, waiting: every session is one of them.
#[component]
pub(super) fn Overview(page: Page) -> impl IntoView {
    let sessions = page.part(Dashboard::sessions);
    let done = page.part(Dashboard::done);
    let time = page.time();
    let value = move |heap| Signal::derive(move || whole(sessions.get().get(heap)));
    let share = move |heap| {
        Signal::derive(move || {
            let sessions = sessions.get();
            let all = format::count(sessions.total() as usize, "session");
            format!("{:.0} % of {all}", sessions.percent(heap))
        })
    };
    let done_note = Signal::derive(move || {
        let percent = sessions.get().percent(Heap::Done);
        format!("{percent:.0} %; {} {}", whole(done.get()), time.get())
    });
    let segments = Signal::derive(move || {
        let sessions = sessions.get();
        Heap::ALL
            .iter()
            .map(|heap| Segment {
                label: heap.as_str().to_owned(),
                class: class(*heap),
                count: sessions.get(*heap),
            })
            .collect::<Vec<_>>()
    });
    view! {
        <section class="overview" aria-labelledby="overview-title">
            <h2 id="overview-title" class="visually-hidden">
                "Now"
            </h2>
            <dl class="tiles">
                <Tile figure=Figure::Done value=value(Heap::Done) note=done_note paint=class(Heap::Done) />
                <Tile figure=Figure::InReview value=value(Heap::InReview) note=share(Heap::InReview) paint=class(Heap::InReview) />
                <Tile figure=Figure::SentBack value=value(Heap::SentBack) note=share(Heap::SentBack) paint=class(Heap::SentBack) />
                <Tile figure=Figure::Waiting value=value(Heap::Waiting) note=share(Heap::Waiting) paint=class(Heap::Waiting) />
            </dl>
            <ChartFrame
                finding=Signal::derive(move || status_finding(sessions.get()))
                shown="Share of all sessions, in percent, now"
                table=Signal::derive(move || page.data.with(|data| DashboardTable::Status.of(data)))
                csv=page.csv(DashboardTable::Status)
            >
                <StackedBar segments />
            </ChartFrame>
        </section>
    }
}

/// A whole number as people read it.
pub(super) fn whole(number: u32) -> String {
    format::decimal(f64::from(number), 0)
}

fn class(heap: Heap) -> &'static str {
    match heap {
        Heap::Done => "heap-done",
        Heap::InReview => "heap-in-review",
        Heap::SentBack => "heap-sent-back",
        Heap::Waiting => "heap-waiting",
    }
}
