//! The pages of the list.

use super::List;
use super::filter::address;
use crate::components::format;
use domain::SessionQuery;
use leptos::prelude::*;

/// How many sessions there are, and the way to the pages before and after.
#[component]
pub(super) fn Pager(list: List) -> impl IntoView {
    let found = Memo::new(move |_| list.page.with(|page| page.found));
    let pages = Memo::new(move |_| list.page.with(|page| page.pages()));
    let at = Memo::new(move |_| list.query.with(|query| query.page));
    let to = move |page: u32| {
        list.query.with(|query| {
            address(&SessionQuery {
                page,
                ..query.clone()
            })
        })
    };
    view! {
        <nav class="pager" aria-label="Pages of the list">
            <span class="muted number">
                {move || {
                    let sessions = format::count(found.get() as usize, "session");
                    if pages.get() > 1 {
                        format!("{sessions}, page {} of {}", at.get() + 1, pages.get())
                    } else {
                        sessions
                    }
                }}
            </span>
            <Show when=move || { at.get() > 0 }>
                <a class="button small" href=move || to(at.get().saturating_sub(1))>
                    "Previous"
                </a>
            </Show>
            <Show when=move || { at.get() + 1 < pages.get() }>
                <a class="button small" href=move || to(at.get() + 1)>
                    "Next"
                </a>
            </Show>
        </nav>
    }
}
