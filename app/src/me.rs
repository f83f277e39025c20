//! Whoever looks at the page.

use crate::api::{self, ApiError, Loaded};
use domain::{Me, Permission};
use leptos::prelude::*;

/// Asks once per page load; signing in and out load the page anew.
#[derive(Clone, Copy)]
struct Asked(Loaded<Result<Me, ApiError>>);

/// Provides [`use_me`] as a context.
pub fn provide_me() {
    provide_context(Asked(api::load(|| (), |()| api::people::me())));
}

/// Whoever looks at the page; an error when nobody is signed in. To be awaited below a `Suspense`.
///
/// # Panics
/// Outside [`App`](crate::App), which provides it.
#[must_use]
pub fn use_me() -> Loaded<Result<Me, ApiError>> {
    expect_context::<Asked>().0
}

/// Whether whoever looks has a permission; not, until that is known.
#[must_use]
pub fn i_may(permission: Permission) -> Signal<bool> {
    let me = use_me();
    Signal::derive(move || matches!(me.get(), Some(Ok(me)) if me.person.may(permission)))
}
