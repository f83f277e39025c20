//! Objects from the object database.

use super::Table;
use crate::api;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Adds what the database names for these videos, and says what came of it.
#[component]
pub(super) fn FillFromDatabase(table: Table) -> impl IntoView {
    let busy = RwSignal::new(false);
    let answer = RwSignal::new(None::<Result<String, String>>);
    let fill = move |again: bool| {
        busy.set(true);
        let session = table.session.get_value();
        spawn_local(async move {
            let filled = api::objects::fill_from_database(session, again).await;
            busy.try_set(false);
            answer.try_set(Some(filled.unwrap_or_else(|error| Err(error.to_string()))));
            table.signals.on_changed.try_run(());
        });
    };
    view! {
        <div class="object-database">
            <div class="object-tools">
                <button
                    type="button"
                    class="button small"
                    title="Add the objects that the object database names for these videos"
                    disabled=busy
                    on:click:target=move |_| fill(false)
                >
                    "From database"
                </button>
                {move || {
                    answer
                        .with(Option::is_some)
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button small quiet"
                                    title="Read the object database once more"
                                    disabled=busy
                                    on:click:target=move |_| fill(true)
                                >
                                    "Refresh"
                                </button>
                            }
                        })
                }}
            </div>
            <p role="status" class:bad=move || answer.with(|a| matches!(a, Some(Err(_)))) class="muted">
                {move || answer.get().map(|answer| crate::components::state::sentence(&answer.unwrap_or_else(|e| e)))}
            </p>
        </div>
    }
}
