//! New Annotation: two videos of a place, or the example.

mod example;
mod form;
mod reading;
mod send;

use crate::api;
use crate::components::model_badge::EmbeddedNote;
use domain::SessionId;
use example::ExampleButton;
use form::UploadForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use reading::Reading;

/// How far the new session has come.
#[derive(Clone, Debug, PartialEq)]
enum Phase {
    /// The person chooses files.
    Choosing,
    /// The files are on their way; bytes sent, and bytes in all.
    Sending {
        /// Bytes sent.
        sent: f64,
        /// Bytes in all; 0 until known.
        total: f64,
    },
    /// The server makes the example.
    Drawing,
    /// The server decodes the videos of the session.
    Reading(SessionId),
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Start {
    phase: RwSignal<Phase>,
    error: RwSignal<Option<String>>,
}

impl Start {
    /// Back to the form, with the reason.
    fn fail(self, reason: String) {
        self.error.set(Some(reason));
        self.phase.set(Phase::Choosing);
    }

    /// On to reading the videos.
    fn read(self, session: SessionId) {
        self.error.set(None);
        self.phase.set(Phase::Reading(session));
    }
}

/// The page that starts a session.
#[component]
pub fn StartPage() -> impl IntoView {
    // Where a page without scripts is sent when its upload was refused.
    let problem = use_query_map().with_untracked(|query| query.get("problem"));
    let start = Start {
        phase: RwSignal::new(Phase::Choosing),
        error: RwSignal::new(problem),
    };
    let reading = Memo::new(move |_| match start.phase.get() {
        Phase::Reading(session) => Some(session),
        _ => None,
    });
    let model = Resource::new(|| (), |()| api::jobs::model());
    view! {
        <Title text="New Annotation" />
        <div class="page narrow-page">
            <h1>"New Annotation"</h1>
            <p class="lead">
                "Two videos of the same place, before and after a change. Name what changed, click it, and let the model \
                 carry the masks through both videos."
            </p>
            <div hidden=move || reading.get().is_some()>
                <UploadForm start />
            </div>
            {move || reading.get().map(|session| view! { <Reading start session /> })}
            <div hidden=move || start.phase.get() != Phase::Choosing>
                <ExampleButton start />
            </div>
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move {
                    model.await.is_ok_and(|model| model.embedded).then(|| view! { <EmbeddedNote /> })
                })}
            </Suspense>
        </div>
    }
}
