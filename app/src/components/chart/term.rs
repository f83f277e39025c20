//! A figure with its definition.

use domain::Figure;
use leptos::prelude::*;

/// The name of a figure; its definition shows when the pointer rests on it.
#[component]
pub fn Term(
    /// The figure.
    figure: Figure,
    /// Another name than its own.
    #[prop(optional)]
    title: Option<&'static str>,
) -> impl IntoView {
    view! { <abbr title=figure.definition()>{title.unwrap_or_else(|| figure.title())}</abbr> }
}

/// One figure, large; a part of a `<dl class="tiles">`.
#[component]
pub fn Tile(
    /// The figure.
    figure: Figure,
    /// Its value with its unit.
    #[prop(into)]
    value: Signal<String>,
    /// What helps to judge it.
    #[prop(into)]
    note: Signal<String>,
    /// How it is painted in the chart below: a class of the style sheet.
    #[prop(optional)]
    paint: Option<&'static str>,
) -> impl IntoView {
    view! {
        <div class="tile">
            <dt>
                {paint.map(|paint| view! { <span class=format!("tile-paint {paint}") aria-hidden="true"></span> })}
                <Term figure />
            </dt>
            <dd class="tile-value">{value}</dd>
            <dd class="muted">{note}</dd>
        </div>
    }
}
