//! What the list shows: a search and a status, both kept in the address so that a link reproduces the view.

use crate::components::icon::{Icon, Shape};
use domain::{Session, SessionStatus};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{query_signal_with_options, use_query_map};
use leptos_router::location::Url;

/// The filter in the address: `?q=kitchen&status=needs_review`.
#[derive(Clone, Copy)]
pub(super) struct Filter {
    query: Memo<String>,
    status: Memo<Option<SessionStatus>>,
}

impl Filter {
    /// Reads the address; a status that does not exist is no filter.
    pub(super) fn from_url() -> Self {
        let map = use_query_map();
        Self {
            query: Memo::new(move |_| map.with(|map| map.get("q").unwrap_or_default())),
            status: Memo::new(move |_| {
                map.with(|map| map.get("status").and_then(|word| word.parse().ok()))
            }),
        }
    }

    /// Whether `session` is shown.
    pub(super) fn matches(self, session: &Session) -> bool {
        let right_status = self
            .status
            .get()
            .is_none_or(|status| status == session.status);
        right_status && self.query.with(|query| contains(session, query))
    }
}

/// Whether every word of `query` is found in the session's name, scene type or file names.
fn contains(session: &Session, query: &str) -> bool {
    let text = format!(
        "{} {} {} {}",
        session.id, session.scene_type, session.videos[0].file_name, session.videos[1].file_name
    )
    .to_lowercase();
    query
        .to_lowercase()
        .split_whitespace()
        .all(|word| text.contains(word))
}

/// The address of the list with this filter.
fn href(query: &str, status: Option<SessionStatus>) -> String {
    let mut parts = Vec::new();
    if !query.is_empty() {
        parts.push(format!("q={}", Url::escape(query)));
    }
    // The words of a status need no escaping.
    if let Some(status) = status {
        parts.push(format!("status={status}"));
    }
    if parts.is_empty() {
        "/sessions".to_owned()
    } else {
        format!("/sessions?{}", parts.join("&"))
    }
}

/// The search box and one chip per status that occurs.
#[component]
pub(super) fn FilterBar(filter: Filter, sessions: RwSignal<Vec<Session>>) -> impl IntoView {
    let quietly = NavigateOptions {
        replace: true,
        scroll: false,
        ..Default::default()
    };
    let (query, set_query) = query_signal_with_options::<String>("q", quietly);
    let statuses = Memo::new(move |_| {
        let chosen = filter.status.get();
        sessions.with(|all| {
            SessionStatus::ALL
                .iter()
                .map(|status| (*status, all.iter().filter(|s| s.status == *status).count()))
                .filter(|(status, number)| *number > 0 || chosen == Some(*status))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div class="filters">
            // Without scripts, Enter sends the same address.
            <form method="get" action="/sessions" role="search" on:submit=|event| event.prevent_default()>
                <label class="search">
                    <span class="visually-hidden">"Search sessions"</span>
                    <Icon shape=Shape::Search />
                    <input
                        type="search"
                        name="q"
                        placeholder="Search"
                        value=query.get_untracked()
                        prop:value=move || query.get().unwrap_or_default()
                        on:input=move |event| {
                            let text = event_target_value(&event);
                            set_query.set((!text.is_empty()).then_some(text));
                        }
                    />
                </label>
            </form>
            <nav class="chips" aria-label="Filter by status">
                <Chip filter status=None number=Signal::derive(move || sessions.with(Vec::len)) />
                <For
                    each=move || statuses.get()
                    key=|entry| *entry
                    children=move |(status, number)| {
                        view! { <Chip filter status=Some(status) number=Signal::stored(number) /> }
                    }
                />
            </nav>
        </div>
    }
}

#[component]
fn Chip(filter: Filter, status: Option<SessionStatus>, number: Signal<usize>) -> impl IntoView {
    view! {
        <a
            class="chip"
            href=move || filter.query.with(|query| href(query, status))
            aria-current=move || (filter.status.get() == status).then_some("true")
        >
            {status.map_or("All", SessionStatus::title)}
            " "
            <span class="number">{number}</span>
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{IngestState, SessionVideo, VideoSide};

    fn session() -> Session {
        let video = |side, file_name: &str| SessionVideo {
            side,
            file_name: file_name.into(),
            ingest: IngestState::Ready,
            width: 2,
            height: 2,
            frames: 1,
        };
        Session {
            id: "a_b_2026-01-31_18-05-09".parse().unwrap(),
            scene_type: "Kitchen".into(),
            status: SessionStatus::Draft,
            created_at: String::new(),
            updated_at: String::new(),
            object_count: 0,
            videos: [
                video(VideoSide::One, "a.mp4"),
                video(VideoSide::Two, "b (2).mov"),
            ],
        }
    }

    #[test]
    fn every_word_must_be_found_somewhere() {
        assert!(contains(&session(), ""));
        assert!(contains(&session(), "kitchen 2026 (2)"));
        assert!(!contains(&session(), "kitchen cup"));
    }

    #[test]
    fn the_address_holds_the_filter() {
        assert_eq!(href("", None), "/sessions");
        assert_eq!(
            href("a b&c", Some(SessionStatus::NeedsReview)),
            "/sessions?q=a%20b%26c&status=needs_review"
        );
    }
}
