//! Starting every offline job that waits for it.

use super::List;
use crate::api;
use crate::components::format;
use crate::components::icon::{Icon, Shape};
use crate::components::state::InlineError;
use crate::live::use_live;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Queues the offline job of every session that is ready.
#[component]
pub(super) fn StartAll(list: List) -> impl IntoView {
    let live = use_live();
    let ready = Memo::new(move |_| list.page.with(|page| page.ready as usize));
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None);
    let queued = RwSignal::new(None::<usize>);
    let start = move |_| {
        busy.set(true);
        spawn_local(async move {
            match api::jobs::start_all_ready().await {
                Ok(jobs) => {
                    error.set(None);
                    queued.set(Some(jobs.len()));
                    list.reload();
                }
                Err(e) => error.set(Some(e.to_string())),
            }
            busy.set(false);
            live.reload_jobs().await;
        });
    };
    view! {
        <div class="page-tools">
            <InlineError message=error />
            <p class="muted" role="status">
                {move || match (queued.get(), ready.get()) {
                    (Some(n), 0) => format!("{} queued", format::count(n, "session")),
                    (_, 0) => "No session is ready".to_owned(),
                    (_, n) => format!("{} ready", format::count(n, "session")),
                }}
            </p>
            <button
                type="button"
                class="button primary"
                disabled=move || busy.get() || ready.get() == 0
                on:click=start
            >
                <Icon shape=Shape::Play />
                "Start Offline Job"
            </button>
        </div>
    }
}
