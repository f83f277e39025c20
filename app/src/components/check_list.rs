//! What is still missing or looks wrong, each with a way there.

use super::icon::{Icon, Shape};
use crate::components::erased::Rows;
use canvas::Check;
use leptos::prelude::*;

/// The list; `line` makes of each check what leads to its place.
#[component]
pub fn CheckList(
    /// What was found.
    #[prop(into)]
    found: Signal<Vec<Check>>,
    /// The button or link of a check.
    #[prop(into)]
    line: Callback<Check, AnyView>,
) -> impl IntoView {
    let title = move || match found.with(Vec::len) {
        0 => "Nothing is missing".to_owned(),
        1 => "1 thing to look at".to_owned(),
        n => format!("{n} things to look at"),
    };
    view! {
        <section class="checks" aria-label="Checks">
            <h2>
                {move || {
                    let shape = if found.with(Vec::is_empty) { Shape::Check } else { Shape::Warning };
                    view! { <Icon shape /> }
                }}
                {title}
            </h2>
            <ul>
                <Rows
                    each=move || found.get()
                    key=|check| check.words.clone()
                    children=move |check| {
                        let blocks = check.blocks;
                        view! { <li class:blocks=blocks>{line.run(check)}</li> }
                    }
                />
            </ul>
        </section>
    }
}
