//! Inbox: what others did that whoever looks should know of.

use crate::api;
use crate::components::badge::{Badge, Tone};
use crate::components::erased::Rows;
use crate::components::format;
use crate::components::inbox_indicator::{on_news, use_unread};
use crate::components::state::{EmptyState, ErrorState, sentence};
use domain::{Inbox, News, NewsKind};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;

/// The news, the newest first; opening the page marks them as read.
#[component]
pub fn InboxPage() -> impl IntoView {
    let loaded = api::load(|| (), |()| api::inbox::inbox());
    view! {
        <Title text="Inbox" />
        <div class="page inbox-page">
            <h1>"Inbox"</h1>
            <Transition fallback=|| view! { <p class="muted" role="status">"Looking up what is new."</p> }>
                {move || Suspend::new(async move {
                    match loaded.await {
                        Ok(inbox) => view! { <Listed inbox /> }.into_any(),
                        Err(error) => {
                            view! { <ErrorState title="The inbox cannot be shown" error /> }.into_any()
                        }
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Listed(inbox: Inbox) -> impl IntoView {
    let inbox = RwSignal::new(inbox);
    let number = use_unread();
    // What was new when the page was opened stays marked on it, although it counts as read from then on.
    let mark = move || {
        let newest = inbox.with_untracked(|inbox| inbox.news.first().map(|news| news.id));
        if let Some(up_to) = newest {
            spawn_local(async move {
                if api::inbox::mark_read(up_to).await.is_ok() {
                    number.set(0);
                }
            });
        }
    };
    Effect::new(move |_| {
        if inbox.with_untracked(Inbox::unread) > 0 {
            mark();
        }
    });
    on_news(move || {
        spawn_local(async move {
            if let Ok(fresh) = api::inbox::inbox().await {
                let is_new = fresh.unread() > 0;
                inbox.update(|inbox| inbox.news = fresh.news);
                if is_new {
                    mark();
                }
            }
        });
    });
    let is_empty = Memo::new(move |_| inbox.with(|inbox| inbox.news.is_empty()));
    view! {
        <Show
            when=move || !is_empty.get()
            fallback=|| {
                view! {
                    <EmptyState
                        title="Nothing yet"
                        text="Here you read which sessions were given to you, what was sent back to you, comments on your \
                              sessions, and which of their jobs failed."
                    >
                        <p>
                            <a class="button" href="/sessions">
                                "Review Sessions"
                            </a>
                        </p>
                    </EmptyState>
                }
            }
        >
            <ol class="news">
                <Rows
                    each=move || inbox.with(|inbox| inbox.news.clone())
                    key=|news| news.id
                    children=move |news| {
                        let is_new = inbox.with_untracked(|inbox| inbox.is_unread(&news));
                        view! { <Line news is_new /> }
                    }
                />
            </ol>
        </Show>
    }
}

#[component]
fn Line(news: News, is_new: bool) -> impl IntoView {
    let at = news.at.clone();
    view! {
        <li class:unread=is_new>
            <Badge text=news.kind.title() tone=tone(news.kind) />
            <div>
                <p>
                    <a href=news.path()>{news.session.to_string()}</a>
                    {is_new.then(|| view! { <span class="new-mark">"new"</span> })}
                </p>
                <p class="news-words">{sentence(&news.words)}</p>
            </div>
            <time class="muted" datetime=at.clone()>
                {format::minute(&at)}
                " UTC"
            </time>
        </li>
    }
}

fn tone(kind: NewsKind) -> Tone {
    match kind {
        NewsKind::JobFailed => Tone::Bad,
        NewsKind::SentBack => Tone::Warn,
        NewsKind::Comment => Tone::Quiet,
        NewsKind::Assigned | NewsKind::Changed => Tone::Active,
    }
}
