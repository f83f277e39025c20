//! Pieces of pages that have one type whatever is in them.
//!
//! The reactive library is generic over closures: every list and every closure that makes a view is compiled once more, a few
//! kilobytes of program each. What goes through here is compiled once.

use leptos::prelude::*;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
use std::sync::{Arc, Mutex};

/// A view that is made again whenever a signal that `view` reads changes.
pub fn reactive_view<V: IntoView + 'static>(
    mut view: impl FnMut() -> V + Send + 'static,
) -> AnyView {
    let shared: Arc<Mutex<dyn FnMut() -> AnyView + Send>> =
        Arc::new(Mutex::new(move || view().into_any()));
    shared.into_any()
}

/// One item of a list, not yet made.
struct Row {
    key: u64,
    make: Box<dyn FnOnce() -> AnyView + Send>,
}

/// A list of which only the rows whose keys are new are made: [`For`], compiled once for all lists.
#[component]
pub fn Rows<T, K, V>(
    /// The items; follows the signals that it reads.
    each: impl Fn() -> Vec<T> + Send + Sync + 'static,
    /// What tells the items apart, and changes where a row has to be made anew.
    key: impl Fn(&T) -> K + Send + Sync + 'static,
    /// One row.
    children: impl Fn(T) -> V + Send + Sync + 'static,
) -> AnyView
where
    T: Send + 'static,
    K: Hash + 'static,
    V: IntoView + 'static,
{
    let children = Arc::new(children);
    // The same on both sides of the wire is not needed: keys are compared within one page only.
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    list(Box::new(move || {
        let row = |item: T| {
            let children = Arc::clone(&children);
            Row {
                key: hasher.hash_one(key(&item)),
                make: Box::new(move || children(item).into_any()),
            }
        };
        each().into_iter().map(row).collect()
    }))
}

fn list(rows: Box<dyn Fn() -> Vec<Row> + Send + Sync>) -> AnyView {
    view! { <For each=rows key=|row| row.key children=|row| (row.make)() /> }.into_any()
}
