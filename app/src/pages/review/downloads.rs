//! The result files.

use super::Shown;
use super::checks::ExportChecks;
use crate::components::erased::Rows;
use crate::components::format;
use crate::components::icon::{Icon, Shape};
use domain::{ResultFile, SessionId};
use leptos::prelude::*;

/// One link per file that the offline job wrote.
#[component]
pub(super) fn Downloads(shown: Shown) -> impl IntoView {
    let id = shown.session.with_untracked(|session| session.id.clone());
    view! {
        <section aria-labelledby="downloads-title">
            <h2 id="downloads-title">"Downloads"</h2>
            <ExportChecks shown />
            {move || {
                shown
                    .files
                    .with(Vec::is_empty)
                    .then(|| {
                        view! {
                            <p class="muted">
                                "No files yet. The offline job writes them: open Annotate, click every object and press \
                                 Start Offline Job."
                            </p>
                        }
                    })
            }}
            <ul class="downloads">
                <Rows
                    each=move || shown.files.get()
                    key=|file| (file.path.clone(), file.bytes)
                    children=move |file| view! { <Download id=id.clone() file /> }
                />
            </ul>
        </section>
    }
}

#[component]
fn Download(id: SessionId, file: ResultFile) -> impl IntoView {
    let href = format!("/sessions/{id}/results/{}", file.path);
    let name = file.path.rsplit('/').next().unwrap_or_default().to_owned();
    // A file that nobody described bears its path as title.
    let title = (file.title != file.path).then_some(file.title);
    view! {
        <li>
            <a href=href download=name>
                <Icon shape=Shape::Download />
                <code>{file.path.clone()}</code>
            </a>
            <span class="muted">{title}</span>
            <span class="number">{format::bytes(file.bytes)}</span>
        </li>
    }
}
