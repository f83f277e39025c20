//! The parts of the browser's program: what a page needs beyond the frame around it is loaded when somebody goes there.

mod later;

pub use later::{Coming, Maker, later};

use crate::components::icon::{Icon, Shape};
use crate::pause::pause;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::ChooseView;
use std::time::Duration;

/// The wait before a part is asked for again.
const NEXT_TRY: Duration = Duration::from_secs(2);

/// A page and the part of the program that it is in; [`part!`](macro@crate::part) makes it.
#[derive(Clone, Copy)]
pub struct Part {
    name: &'static str,
    page: fn() -> Coming<AnyView>,
}

impl Part {
    /// The page that `page` brings, in the part `name`.
    #[must_use]
    pub const fn new(name: &'static str, page: fn() -> Coming<AnyView>) -> Self {
        Self { name, page }
    }
}

/// The view of a route whose program is loaded on demand: `part!(name, Page)`.
///
/// Pages with the same name are loaded together. What several parts use, and the frame does not, is loaded with the first
/// of them.
#[macro_export]
macro_rules! part {
    ($part:ident, $page:ident) => {{
        #[::leptos::wasm_split::wasm_split($part, wasm_split_path = ::leptos::wasm_split, fallible)]
        fn $part() -> Result<::leptos::prelude::AnyView, ::leptos::wasm_split::SplitLoaderError> {
            use ::leptos::prelude::*;
            Ok(view! { <$page /> }.into_any())
        }
        $crate::part::Part::new(stringify!($part), || Box::pin($part()))
    }};
}

impl ChooseView for Part {
    async fn choose(self) -> AnyView {
        let is_waking =
            Owner::current_shared_context().is_some_and(|shared| shared.during_hydration());
        loop {
            match (self.page)().await {
                Ok(view) => return view,
                // The server's page is complete; it only does not react yet.
                Err(_) if is_waking => pause(NEXT_TRY).await,
                Err(_) => return view! { <PartMissing name=self.name /> }.into_any(),
            }
        }
    }

    async fn preload(&self) {}
}

/// What stands in the place of a page whose part did not come.
#[component]
fn PartMissing(name: &'static str) -> impl IntoView {
    // Outside the router, so that the whole program is loaded anew.
    view! {
        <Title text="Not loaded" />
        <div class="page">
            <h1 class="visually-hidden">"Not loaded"</h1>
            <section class="state bad" role="alert">
                <h2>
                    <Icon shape=Shape::Warning />
                    "This page could not be loaded"
                </h2>
                <p>
                    "The server cannot be reached, or it was updated since this window was opened. Check that scenediff is \
                     running, then reload the page."
                </p>
                <details>
                    <summary>"Detail"</summary>
                    <p>{format!("The part \"{name}\" of the program did not arrive.")}</p>
                </details>
                <p>
                    <a class="button" href="" rel="external">
                        "Reload the page"
                    </a>
                </p>
            </section>
        </div>
    }
}
