//! Sessions that do not move: how many of each reason, and the oldest of them.

use super::Page;
use super::overview::whole;
use crate::components::chart::ChartFrame;
use crate::components::format;
use crate::components::state::sentence;
use domain::{DashboardTable, Day, StuckSession, stuck_finding};
use leptos::prelude::*;

/// The reasons as bars, the sessions as a list.
#[component]
pub(super) fn StuckSection(page: Page) -> impl IntoView {
    let counts = page.part(|dashboard| dashboard.stuck_counts.clone());
    let shown = page.part(|dashboard| dashboard.stuck.clone());
    let today = page.part(|dashboard| dashboard.today);
    let finding = Signal::derive(move || page.data.with(stuck_finding));
    let is_cut = Memo::new(move |_| {
        let all: u32 = counts.with(|counts| counts.iter().map(|(_, n)| n).sum());
        all as usize > shown.with(Vec::len)
    });
    view! {
        <section class="charts" aria-labelledby="stuck-title">
            <h2 id="stuck-title">"Stuck"</h2>
            <ChartFrame finding shown="Sessions by reason, now" csv=page.csv(DashboardTable::Stuck)>
                <div class="bar-list">
                    {move || {
                        let counts = counts.get();
                        let most = counts.iter().map(|(_, n)| *n).max().unwrap_or(1);
                        counts
                            .into_iter()
                            .map(|(reason, count)| {
                                let share = format!("--share: {:.4}", f64::from(count) / f64::from(most));
                                view! {
                                    <div class="bar-row">
                                        <span class="bar-label">{reason.title()}</span>
                                        <span class="bar-track" style=share>
                                            <span class="bar-value">{whole(count)}</span>
                                        </span>
                                    </div>
                                }
                            })
                            .collect_view()
                    }}
                </div>
                <Show when=move || !shown.with(Vec::is_empty)>
                    <div class="figures-scroll">
                        <table class="figures stuck-table">
                            <caption class="visually-hidden">"Sessions that are stuck, the oldest of each reason first"</caption>
                            <thead>
                                <tr>
                                    <th scope="col">"Session"</th>
                                    <th scope="col">"Why"</th>
                                    <th scope="col">"Whose"</th>
                                    <th scope="col" class="number">
                                        "For"
                                    </th>
                                </tr>
                            </thead>
                            <tbody>
                                {move || {
                                    let today = today.get();
                                    shown.get().into_iter().map(|stuck| row(stuck, today)).collect_view()
                                }}
                            </tbody>
                        </table>
                    </div>
                </Show>
                <Show when=move || is_cut.get()>
                    <p class="muted">"The oldest of each reason; the file has all of them."</p>
                </Show>
            </ChartFrame>
        </section>
    }
}

fn row(stuck: StuckSession, today: Day) -> AnyView {
    let href = format!("/sessions/{}", stuck.session);
    view! {
        <tr>
            <th scope="row">
                <a href=href>{stuck.session.to_string()}</a>
                {stuck.detail.map(|detail| view! { <div class="muted">{sentence(&detail)}</div> })}
            </th>
            <td>{stuck.reason.title()}</td>
            <td>{stuck.person.unwrap_or_else(|| "Nobody".into())}</td>
            <td class="number">
                <time datetime=stuck.since.clone()>{age(&stuck.since, today)}</time>
            </td>
        </tr>
    }
    .into_any()
}

/// How long ago that was, in days.
fn age(since: &str, today: Day) -> String {
    match since.parse::<Day>() {
        Ok(day) => match today.0 - day.0 {
            ..=0 => "today".into(),
            days => format::count(days as usize, "day"),
        },
        Err(_) => format::minute(since),
    }
}
