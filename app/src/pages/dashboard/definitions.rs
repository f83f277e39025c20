//! What every figure means, for those who cannot rest a pointer on it.

use domain::Figure;
use leptos::prelude::*;

/// A list that can be opened.
#[component]
pub(super) fn Definitions() -> impl IntoView {
    view! {
        <details class="definitions">
            <summary>"What the figures mean"</summary>
            <dl>
                {Figure::ALL
                    .into_iter()
                    .map(|figure| {
                        view! {
                            <div>
                                <dt>{figure.title()}</dt>
                                <dd>{figure.definition()}</dd>
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
        </details>
    }
}
