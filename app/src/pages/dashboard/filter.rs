//! What is counted: the time and the scene type, kept in the address so that a link reproduces the view.

use super::Page;
use domain::{DashboardQuery, DashboardTable, Period};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::location::Url;
use leptos_router::params::ParamsMap;

/// The query in the address: `?days=90&scene=kitchen`.
pub(super) fn query_of_address() -> Memo<DashboardQuery> {
    let map = use_query_map();
    Memo::new(move |_| map.with(read))
}

/// Reads an address; what does not exist is no filter.
fn read(map: &ParamsMap) -> DashboardQuery {
    let period = map.get("days").and_then(|word| word.parse().ok());
    DashboardQuery {
        period: period.unwrap_or(DashboardQuery::default().period),
        scene: map.get("scene").filter(|scene| !scene.is_empty()),
    }
}

/// The address of the page with this query.
fn address(query: &DashboardQuery) -> String {
    format!("/dashboard{}", parameters(query))
}

/// The address of a table's file.
pub(super) fn csv_address(table: DashboardTable, query: &DashboardQuery) -> String {
    format!("/dashboard/{table}.csv{}", parameters(query))
}

fn parameters(query: &DashboardQuery) -> String {
    let mut parts = Vec::new();
    if query.period != DashboardQuery::default().period {
        parts.push(format!("days={}", query.period));
    }
    if let Some(scene) = &query.scene {
        parts.push(format!("scene={}", Url::escape(scene)));
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!("?{}", parts.join("&"))
    }
}

/// The time that is counted over, as it stands behind a figure.
pub(super) fn time_words(period: Period) -> String {
    match period {
        Period::All => "since the beginning".into(),
        period => format!("in the last {}", period.title()),
    }
}

/// Chips for the time, a list of scene types.
#[component]
pub(super) fn FilterBar(page: Page) -> impl IntoView {
    let navigate = use_navigate();
    let choose = move |event| {
        let scene = Some(event_target_value(&event)).filter(|scene| !scene.is_empty());
        let query = DashboardQuery {
            scene,
            ..page.query.get_untracked()
        };
        let quietly = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        navigate(&address(&query), quietly);
    };
    let scenes = page.part(|dashboard| dashboard.all_scenes.clone());
    let scene = Memo::new(move |_| {
        page.query
            .with(|query| query.scene.clone().unwrap_or_default())
    });
    let to = move |period| {
        page.query.with(|query| {
            address(&DashboardQuery {
                period,
                ..query.clone()
            })
        })
    };
    let current = move |period| {
        page.query
            .with(|query| query.period == period)
            .then_some("true")
    };
    view! {
        <div class="filters">
            <nav class="chips" aria-label="Time that is counted">
                {Period::ALL
                    .iter()
                    .map(|period| {
                        let period = *period;
                        view! {
                            <a class="chip" href=move || to(period) aria-current=move || current(period)>
                                {period.title()}
                            </a>
                        }
                    })
                    .collect_view()}
            </nav>
            <form method="get" action="/dashboard" class="filter" aria-label="Scene type that is counted">
                <input type="hidden" name="days" value=move || page.query.with(|query| query.period.as_str()) />
                <label class="filter">
                    "Scene type"
                    <select name="scene" prop:value=move || scene.get() on:change=choose>
                        <option value="">"All"</option>
                        {move || {
                            scenes
                                .get()
                                .into_iter()
                                .map(|name| {
                                    let chosen = name == scene.get_untracked();
                                    view! { <option value=name.clone() selected=chosen>{name.clone()}</option> }
                                })
                                .collect_view()
                        }}
                    </select>
                </label>
                // With scripts the choice is followed at once.
                <button type="submit" class="button small without-scripts">
                    "Show"
                </button>
            </form>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_holds_the_query() {
        assert_eq!(address(&DashboardQuery::default()), "/dashboard");
        let query = DashboardQuery {
            period: Period::All,
            scene: Some("living room".into()),
        };
        assert_eq!(address(&query), "/dashboard?days=all&scene=living%20room");
        assert_eq!(
            csv_address(DashboardTable::Days, &query),
            "/dashboard/days.csv?days=all&scene=living%20room"
        );
        let mut map = ParamsMap::new();
        map.insert("days", "all".to_owned());
        map.insert("scene", "living room".to_owned());
        assert_eq!(read(&map), query);
    }

    #[test]
    fn nonsense_is_no_filter() {
        let mut map = ParamsMap::new();
        map.insert("days", "31".to_owned());
        map.insert("scene", String::new());
        assert_eq!(read(&map), DashboardQuery::default());
    }
}
