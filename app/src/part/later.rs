//! Pieces of pages whose program is loaded when they are first shown.

use crate::components::erased::reactive_view;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

/// Makes a piece from its properties. Whoever has one has the program of the piece.
pub type Maker<P> = fn(P) -> AnyView;

/// What is being loaded, or why it did not come.
pub type Coming<T> = Pin<Box<dyn Future<Output = Result<T, SplitLoaderError>>>>;

/// A piece that is shown as soon as its part of the program is there: `later!(part, Component(ComponentProps { .. }))`.
///
/// The server shows nothing in its place, so it is for what people open, and for what comes up while they work. Pieces of
/// the same part are loaded together. The name of a part begins with the pages that have it: `workspace__search`,
/// `review_and_workspace__keys`, `any__queue`. What it shares with them is then loaded with the page.
#[macro_export]
macro_rules! later {
    ($part:ident, $component:ident($props:ident $fields:tt)) => {{
        #[::leptos::wasm_split::wasm_split($part, wasm_split_path = ::leptos::wasm_split, fallible)]
        fn load() -> Result<$crate::part::Maker<$props>, ::leptos::wasm_split::SplitLoaderError> {
            Ok(|props| ::leptos::prelude::IntoAny::into_any($component(props)))
        }
        $crate::part::later(|| Box::pin(load()), $props $fields)
    }};
}

/// What [`later!`](macro@crate::later) makes of a component and its properties.
pub fn later<P: Send + 'static>(load: fn() -> Coming<Maker<P>>, props: P) -> AnyView {
    let props = Arc::new(Mutex::new(Some(props)));
    show(Box::new(move || {
        let (coming, props) = (load(), Arc::clone(&props));
        Box::pin(async move {
            let make = coming.await?;
            let piece: Piece = Box::new(move || take(&props).map(make).into_any());
            Ok(piece)
        })
    }))
}

type Piece = Box<dyn FnOnce() -> AnyView + Send>;

#[derive(Clone, Copy)]
enum State {
    Coming,
    Here,
    Missing,
}

/// Compiled once for all pieces.
fn show(load: Box<dyn Fn() -> Coming<Piece> + Send + Sync>) -> AnyView {
    let state = RwSignal::new(State::Coming);
    let piece = Arc::new(Mutex::new(None));
    let arrived = Arc::clone(&piece);
    let fetch = StoredValue::new(move || {
        let (coming, arrived) = (load(), Arc::clone(&arrived));
        spawn_local(async move {
            let now = match coming.await {
                Ok(made) => {
                    if let Ok(mut arrived) = arrived.lock() {
                        *arrived = Some(made);
                    }
                    State::Here
                }
                Err(_) => State::Missing,
            };
            // Nobody waits any more when the piece was closed meanwhile.
            let _ = state.try_set(now);
        });
    });
    let fetch = move || fetch.with_value(|fetch| fetch());
    Effect::new(move |_| fetch());
    reactive_view(move || match state.get() {
        State::Coming => ().into_any(),
        State::Here => take(&piece).map(|make| make()).into_any(),
        State::Missing => missing(fetch),
    })
}

/// What stands in the place of a piece whose part did not come.
fn missing(again: impl Fn() + 'static) -> AnyView {
    view! {
        <div class="note bad piece-missing" role="alert">
            <p>
                "This part of the page could not be loaded: the server cannot be reached, or it was updated since this page was \
                 opened."
            </p>
            <p>
                <button type="button" class="button small" on:click:target=move |_| again()>
                    "Try again"
                </button>
                <a class="button small quiet" href="" rel="external">
                    "Reload the page"
                </a>
            </p>
        </div>
    }
    .into_any()
}

fn take<T>(once: &Mutex<Option<T>>) -> Option<T> {
    once.lock().ok()?.take()
}
