//! How many news there are, in the bar on every page.

use super::icon::{Icon, Shape};
use crate::api::{self, ApiError};
use crate::live::use_live;
use domain::{JobRecord, LiveEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// The wait after an event before the news are counted again: events come in bursts.
const REST: Duration = Duration::from_secs(1);

/// How many news were not read yet.
#[derive(Clone, Copy)]
pub struct Unread(RwSignal<usize>);

/// Provides [`use_unread`] as a context.
pub fn provide_unread() {
    provide_context(Unread(RwSignal::new(0)));
}

/// How many news were not read yet.
///
/// # Panics
/// Outside [`App`](crate::App), which provides it.
#[must_use]
pub fn use_unread() -> RwSignal<usize> {
    expect_context::<Unread>().0
}

/// Whether there can be news after an event.
#[must_use]
pub fn may_be_news(event: &LiveEvent) -> bool {
    match event {
        LiveEvent::Job(JobRecord { state, .. }) => !state.is_active(),
        LiveEvent::Prompts { .. } | LiveEvent::SamePlace { .. } => false,
        _ => true,
    }
}

/// Calls `reload` a moment after events that can be news, and when the server can be heard again.
pub fn on_news(reload: impl Fn() + Copy + Send + Sync + 'static) {
    let live = use_live();
    let waiting = StoredValue::new(false);
    live.on_event(move |event| {
        if may_be_news(event) && !waiting.get_value() {
            waiting.set_value(true);
            set_timeout(
                move || {
                    if waiting.try_set_value(false).is_none() {
                        reload();
                    }
                },
                REST,
            );
        }
    });
    Effect::new(move |before: Option<()>| {
        live.reconnects().track();
        if before.is_some() {
            reload();
        }
    });
}

/// The way to the inbox, with the number of news.
#[component]
pub fn InboxIndicator(
    /// What the server said when the page was made.
    unread: Result<usize, ApiError>,
) -> impl IntoView {
    let number = use_unread();
    number.set(unread.unwrap_or(0));
    on_news(move || {
        spawn_local(async move {
            // The bar says when the server is gone; the old number stays meanwhile.
            if let Ok(unread) = api::inbox::unread().await {
                number.set(unread);
            }
        });
    });
    let label = move || match number.get() {
        0 => "Inbox, nothing new".to_owned(),
        n => format!("Inbox, {n} new"),
    };
    view! {
        <a class="button quiet inbox-indicator" href="/inbox" aria-label=label title=label>
            <Icon shape=Shape::Inbox />
            <Show when=move || { number.get() > 0 }>
                <span class="inbox-number">{number}</span>
            </Show>
        </a>
    }
}
