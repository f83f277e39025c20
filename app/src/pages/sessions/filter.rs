//! What the list shows: search, filters, order and page, all kept in the address so that a link reproduces the view.

use super::List;
use crate::components::erased::Rows;
use crate::components::icon::{Icon, Shape};
use domain::{PersonFilter, SessionOrder, SessionQuery, SessionStatus};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::location::Url;
use leptos_router::params::ParamsMap;

/// The query in the address: `?q=kitchen&status=needs_review`.
pub(super) fn query_of_address() -> Memo<SessionQuery> {
    let map = use_query_map();
    Memo::new(move |_| map.with(read))
}

/// Reads an address; what does not exist is no filter.
fn read(map: &ParamsMap) -> SessionQuery {
    let text = |key: &str| map.get(key).filter(|value| !value.is_empty());
    let day = |key: &str| text(key).filter(|day| is_day(day));
    SessionQuery {
        text: text("q").unwrap_or_default(),
        status: text("status").and_then(|word| word.parse().ok()),
        person: text("person").and_then(|word| word.parse().ok()),
        scene: text("scene"),
        from: day("from"),
        to: day("to"),
        order: text("sort").and_then(|word| word.parse().ok()),
        page: text("page")
            .and_then(|number| number.parse::<u32>().ok())
            .map_or(0, |number| number.saturating_sub(1)),
        deleted: text("deleted").is_some(),
    }
}

/// Whether a text is a day like `2026-01-31`.
fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// The address of the list with this query.
pub(super) fn address(query: &SessionQuery) -> String {
    let page = (query.page > 0).then(|| (query.page + 1).to_string());
    // Only what people type needs escaping.
    let typed = |text: &str| Some(Url::escape(text)).filter(|text| !text.is_empty());
    let parts = [
        ("q", typed(&query.text)),
        ("status", query.status.map(|status| status.to_string())),
        ("person", query.person.map(|person| person.to_string())),
        ("scene", query.scene.as_deref().and_then(typed)),
        ("from", query.from.clone()),
        ("to", query.to.clone()),
        ("sort", query.order.map(|order| order.to_string())),
        ("deleted", query.deleted.then(|| "1".to_owned())),
        ("page", page),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter_map(|(key, value)| Some(format!("{key}={}", value?)))
        .collect();
    if parts.is_empty() {
        "/sessions".to_owned()
    } else {
        format!("/sessions?{}", parts.join("&"))
    }
}

/// Search, one chip per status that occurs, and what else narrows the list.
#[component]
pub(super) fn FilterBar(list: List) -> impl IntoView {
    let navigate = use_navigate();
    let go = Callback::new(move |change: Change| {
        let mut query = list.query.get_untracked();
        change.apply(&mut query);
        query.page = 0;
        let quietly = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        navigate(&address(&query), quietly);
    });
    let people = list.people;
    let query = list.query;
    let person =
        Memo::new(move |_| query.with(|q| q.person.map(|p| p.to_string()).unwrap_or_default()));
    let scene = Memo::new(move |_| query.with(|q| q.scene.clone().unwrap_or_default()));
    let order = Memo::new(move |_| query.with(|q| q.order.unwrap_or(SessionOrder::Updated)));
    let scenes = Memo::new(move |_| list.page.with(|page| page.scenes.clone()));
    view! {
        // Without scripts, Enter sends the same address.
        <form
            method="get"
            action="/sessions"
            role="search"
            class="filters"
            aria-label="Filter sessions"
            on:submit=|event| event.prevent_default()
        >
            <label class="search">
                <span class="visually-hidden">"Search sessions"</span>
                <Icon shape=Shape::Search />
                <input
                    type="search"
                    name="q"
                    placeholder="Search"
                    value=query.with_untracked(|q| q.text.clone())
                    prop:value=move || query.with(|q| q.text.clone())
                    on:input:target=move |event| go.run(Change::Text(event.target().value()))
                />
            </label>
            <Show when=move || !people.with(Vec::is_empty)>
                <label class="filter">
                    "Person"
                    <select
                        name="person"
                        prop:value=move || person.get()
                        on:change:target=move |event| go.run(Change::Person(event.target().value()))
                    >
                        <option value="">"Everybody"</option>
                        <option value="nobody" selected=move || person.get() == "nobody">
                            "Nobody yet"
                        </option>
                        {people
                            .get()
                            .into_iter()
                            .map(|somebody| {
                                let id = somebody.id.to_string();
                                let chosen = id == person.get_untracked();
                                view! { <option value=id selected=chosen>{somebody.name}</option> }
                            })
                            .collect_view()}
                    </select>
                </label>
            </Show>
            <label class="filter">
                "Scene type"
                <select
                    name="scene"
                    prop:value=move || scene.get()
                    on:change:target=move |event| go.run(Change::Scene(event.target().value()))
                >
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
            <label class="filter">
                "Changed from"
                <input
                    type="date"
                    name="from"
                    value=query.with_untracked(|q| q.from.clone())
                    prop:value=move || query.with(|q| q.from.clone()).unwrap_or_default()
                    on:change:target=move |event| go.run(Change::From(event.target().value()))
                />
            </label>
            <label class="filter">
                "to"
                <input
                    type="date"
                    name="to"
                    value=query.with_untracked(|q| q.to.clone())
                    prop:value=move || query.with(|q| q.to.clone()).unwrap_or_default()
                    on:change:target=move |event| go.run(Change::To(event.target().value()))
                />
            </label>
            <label class="filter">
                "Order"
                <select
                    name="sort"
                    prop:value=move || order.get().as_str()
                    on:change:target=move |event| go.run(Change::Order(event.target().value()))
                >
                    {SessionOrder::ALL
                        .iter()
                        .map(|known| {
                            let chosen = *known == order.get_untracked();
                            view! { <option value=known.as_str() selected=chosen>{order_words(*known)}</option> }
                        })
                        .collect_view()}
                </select>
            </label>
        </form>
        <StatusChips list />
    }
}

/// A change of one part of the query; an empty text takes the filter away.
enum Change {
    Text(String),
    Person(String),
    Scene(String),
    From(String),
    To(String),
    Order(String),
}

impl Change {
    fn apply(self, query: &mut SessionQuery) {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        match self {
            Self::Text(text) => query.text = text,
            Self::Person(word) => query.person = word.parse::<PersonFilter>().ok(),
            Self::Scene(scene) => query.scene = some(scene),
            Self::From(day) => query.from = some(day),
            Self::To(day) => query.to = some(day),
            Self::Order(word) => {
                query.order = word.parse().ok().filter(|o| *o != SessionOrder::Updated);
            }
        }
    }
}

fn order_words(order: SessionOrder) -> &'static str {
    match order {
        SessionOrder::Updated => "Changed last",
        SessionOrder::Created => "Newest",
        SessionOrder::Name => "Name",
        SessionOrder::Scene => "Scene type",
        SessionOrder::Status => "Status",
    }
}

#[component]
fn StatusChips(list: List) -> impl IntoView {
    let chips = Memo::new(move |_| {
        let chosen = list.query.with(|query| query.status);
        list.page.with(|page| {
            let count = |status| {
                let found = page.statuses.iter().find(|(known, _)| *known == status);
                found.map_or(0, |(_, count)| *count)
            };
            SessionStatus::ALL
                .iter()
                .map(|status| (*status, count(*status)))
                .filter(|(status, count)| *count > 0 || chosen == Some(*status))
                .collect::<Vec<_>>()
        })
    });
    let all = move || {
        list.page
            .with(|page| page.statuses.iter().map(|(_, n)| n).sum::<u32>())
    };
    let deleted = move || list.page.with(|page| page.deleted);
    let is_deleted = Memo::new(move |_| list.query.with(|query| query.deleted));
    let with_status = move |status| {
        list.query.with(|query| {
            address(&SessionQuery {
                status,
                page: 0,
                ..query.clone()
            })
        })
    };
    let current = move |status| list.query.with(|q| q.status == status).then_some("true");
    view! {
        <nav class="chips" aria-label="Filter by status">
            <a class="chip" href=move || with_status(None) aria-current=move || current(None)>
                "All " <span class="number">{all}</span>
            </a>
            <Rows
                each=move || chips.get()
                key=|chip| *chip
                children=move |(status, count)| {
                    view! {
                        <a
                            class="chip"
                            href=move || with_status(Some(status))
                            aria-current=move || current(Some(status))
                        >
                            {status.title()} " " <span class="number">{count}</span>
                        </a>
                    }
                }
            />
            <Show when=move || (deleted() > 0 && list.may_delete) || is_deleted.get()>
                <a
                    class="chip deleted-chip"
                    href=move || if is_deleted.get() { "/sessions" } else { "/sessions?deleted=1" }
                    aria-current=move || is_deleted.get().then_some("true")
                >
                    "Deleted " <span class="number">{deleted}</span>
                </a>
            </Show>
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::PersonId;

    #[test]
    fn the_address_holds_the_query() {
        assert_eq!(address(&SessionQuery::default()), "/sessions");
        let query = SessionQuery {
            text: "a b&c".into(),
            status: Some(SessionStatus::NeedsReview),
            person: Some(PersonFilter::Of(PersonId(3))),
            scene: Some("living room".into()),
            from: Some("2026-01-31".into()),
            to: None,
            order: Some(SessionOrder::Name),
            page: 2,
            deleted: true,
        };
        let address = address(&query);
        assert_eq!(
            address,
            "/sessions?q=a%20b%26c&status=needs_review&person=3&scene=living%20room&from=2026-01-31&sort=name\
             &deleted=1&page=3"
        );
        let mut map = ParamsMap::new();
        for part in address.split_once('?').unwrap().1.split('&') {
            let (key, value) = part.split_once('=').unwrap();
            map.insert(
                key.to_owned(),
                value.replace("%20", " ").replace("%26", "&"),
            );
        }
        assert_eq!(read(&map), query);
    }

    #[test]
    fn nonsense_is_no_filter() {
        let mut map = ParamsMap::new();
        for (key, value) in [
            ("status", "lost"),
            ("person", "ann"),
            ("from", "2026-1-31"),
            ("sort", "up"),
            ("page", "-1"),
            ("q", ""),
        ] {
            map.insert(key, value.to_owned());
        }
        assert_eq!(read(&map), SessionQuery::default());
    }
}
