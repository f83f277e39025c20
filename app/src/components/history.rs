//! Who did what to a session, and when.

use super::format;
use super::state::sentence;
use crate::api::{self, ApiError};
use crate::live::use_live;
use domain::{HistoryLine, LiveEvent, Object, ObjectId, SessionId};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Lines that are shown before *Show all*.
const FIRST: usize = 12;

/// The history of a session, or of the object that is picked; it goes on while the page is open.
#[component]
pub fn History(
    /// The session.
    session: SessionId,
    /// Its objects.
    #[prop(into)]
    objects: Signal<Vec<Object>>,
    /// What the server says about the whole session.
    outcome: Result<Vec<HistoryLine>, ApiError>,
) -> impl IntoView {
    let outcome = RwSignal::new(outcome);
    let object = RwSignal::new(None::<ObjectId>);
    let all = RwSignal::new(false);
    let known = session.clone();
    let reload = Callback::new(move |()| {
        let (id, wanted) = (known.clone(), object.get_untracked());
        spawn_local(async move {
            let fresh = api::sessions::history(id, wanted).await;
            if object.try_get_untracked() == Some(wanted) {
                outcome.set(fresh);
            }
        });
    });
    use_live().on_event(move |event| {
        let concerned = match event {
            LiveEvent::Session(changed) => changed.id == session,
            LiveEvent::Comments { session: of } => *of == session,
            _ => false,
        };
        if concerned {
            reload.run(());
        }
    });
    let choose = move |event| {
        object.set(event_target_value(&event).parse().ok().map(ObjectId));
        reload.run(());
    };
    let lines = Memo::new(move |_| outcome.get().unwrap_or_default());
    view! {
        <section class="history" aria-labelledby="history-title">
        <header class="history-head">
            <h2 id="history-title">"History"</h2>
            <label class="filter">
                "Object"
                <select on:change=choose>
                    <option value="">"All"</option>
                    {move || {
                        objects
                            .get()
                            .into_iter()
                            .map(|object| {
                                view! { <option value=object.id.to_string()>{object.fields.title()}</option> }
                            })
                            .collect_view()
                    }}
                </select>
            </label>
        </header>
        {move || outcome.with(|outcome| {
            outcome.as_ref().err().map(|error| view! { <p class="muted">{sentence(&error.to_string())}</p> })
        })}
        <ol class="history-lines">
            {move || {
                let shown = if all.get() { usize::MAX } else { FIRST };
                lines
                    .get()
                    .into_iter()
                    .take(shown)
                    .map(|line| {
                        view! {
                            <li>
                                <time class="muted" datetime=line.at.clone()>{format::minute(&line.at)}</time>
                                <strong>{line.person.unwrap_or_else(|| "server".into())}</strong>
                                <span>{line.words}</span>
                            </li>
                        }
                    })
                    .collect_view()
            }}
        </ol>
        <Show when=move || !all.get() && lines.with(|lines| lines.len() > FIRST)>
            <button type="button" class="button small" on:click:target=move |_| all.set(true)>
                {move || format!("Show all {}", lines.with(Vec::len))}
            </button>
        </Show>
        </section>
    }
}
