//! Dashboard: how the whole set is doing, who did how much, what is stuck and why.

mod definitions;
mod effort;
mod filter;
mod fresh;
mod overview;
mod progress;
mod queue;
mod stuck;

use crate::api;
use crate::components::state::{EmptyState, ErrorState, InlineError};
use crate::me::use_me;
use definitions::Definitions;
use domain::{Dashboard, DashboardQuery, DashboardTable, Me, Permission};
use effort::EffortSection;
use filter::{FilterBar, csv_address, query_of_address};
use leptos::prelude::*;
use leptos_meta::Title;
use overview::Overview;
use progress::ProgressSection;
use queue::QueueSection;
use stuck::StuckSection;

/// The figures, of the time and the scene type in the address.
#[component]
pub fn DashboardPage() -> impl IntoView {
    let query = query_of_address();
    let loaded = api::load(
        // Later changes of the address are followed by the page itself, which keeps its place meanwhile.
        move || query.get_untracked(),
        api::dashboard::dashboard,
    );
    let me = use_me();
    view! {
        <Title text="Dashboard" />
        <div class="page dashboard">
            <Transition fallback=Skeleton>
                {move || Suspend::new(async move {
                    match (loaded.await, me.await) {
                        (Ok(dashboard), Ok(me)) => view! { <Figures dashboard query me /> }.into_any(),
                        (Err(error), _) | (_, Err(error)) => {
                            view! {
                                <h1>"Dashboard"</h1>
                                <ErrorState title="The figures cannot be shown" error />
                            }
                                .into_any()
                        }
                    }
                })}
            </Transition>
        </div>
    }
}

/// The page's own outline, while it loads.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <h1>"Dashboard"</h1>
        <div class="skeleton" aria-hidden="true">
            {(0..4).map(|_| view! { <div></div> }).collect_view()}
        </div>
        <p class="visually-hidden" role="status">
            "The figures are being counted."
        </p>
    }
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Page {
    query: Memo<DashboardQuery>,
    data: RwSignal<Dashboard>,
    error: RwSignal<Option<String>>,
    /// Whether whoever looks may change the order of jobs.
    may_order: bool,
    /// Whether people sign in here.
    team: bool,
    /// The number of the last question; answers to earlier ones are dropped.
    asked: StoredValue<u32>,
}

impl Page {
    /// A part of the figures, which changes only when its own value does.
    fn part<T: PartialEq + Send + Sync + 'static>(self, of: fn(&Dashboard) -> T) -> Memo<T> {
        Memo::new(move |_| self.data.with(of))
    }

    /// The address of a file.
    fn csv(self, table: DashboardTable) -> Signal<String> {
        Signal::derive(move || csv_address(table, &self.query.get()))
    }

    /// The time that is counted over, as it stands behind a figure: `in 30 days`.
    fn time(self) -> Signal<String> {
        Signal::derive(move || filter::time_words(self.query.with(|query| query.period)))
    }
}

#[component]
fn Figures(dashboard: Dashboard, query: Memo<DashboardQuery>, me: Me) -> impl IntoView {
    let page = Page {
        query,
        data: RwSignal::new(dashboard),
        error: RwSignal::new(None),
        may_order: me.person.may(Permission::Assign),
        team: me.team,
        asked: StoredValue::new(0),
    };
    fresh::keep_fresh(page);
    let is_empty = page.part(|dashboard| {
        dashboard.all_scenes.is_empty()
            && dashboard.queue.jobs.is_empty()
            && dashboard.queue.failures.is_empty()
    });
    view! {
        <div class="page-head">
            <h1>"Dashboard"</h1>
            <Show when=move || !is_empty.get()>
                <FilterBar page />
            </Show>
        </div>
        <InlineError message=page.error />
        <Show
            when=move || !is_empty.get()
            fallback=|| {
                view! {
                    <EmptyState
                        title="Nothing to count yet"
                        text="When there are sessions, this page shows how many are done, who works on which, what an \
                              object costs, what is stuck and why, and what the queue does."
                    >
                        <p>
                            <a class="button primary" href="/">
                                "New Annotation"
                            </a>
                        </p>
                    </EmptyState>
                }
            }
        >
            <Overview page />
            <ProgressSection page />
            <StuckSection page />
            <EffortSection page />
            <QueueSection page />
            <Definitions />
        </Show>
    }
}
