//! The browser's end of `/events`.

use super::Live;
use crate::api;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// The wait before a connection that the browser gave up is tried again.
const RETRY: Duration = Duration::from_secs(2);

/// Opens the connection and keeps it for as long as the page lives.
///
/// The browser repeats lost connections by itself; one that it gave up (the server answered with an error) is opened anew.
pub(super) fn connect(live: Live) {
    let Ok(source) = EventSource::new("/events") else {
        live.connected.set(false);
        return;
    };
    let on_open = Closure::<dyn Fn()>::new(move || {
        live.connected.set(true);
        live.reconnects.update(|n| *n += 1);
    });
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
        let text = message.data().as_string().unwrap_or_default();
        match api::read(&text) {
            Ok(event) => live.event.set(Some(event)),
            Err(error) => leptos::logging::warn!("an event of the server is unknown here: {error}"),
        }
    });
    let given_up = source.clone();
    let on_error = Closure::<dyn Fn()>::new(move || {
        live.connected.set(false);
        if given_up.ready_state() == EventSource::CLOSED {
            leptos::task::spawn_local(async move {
                live.ask_why_deaf().await;
                if !live.signed_out.get_untracked() {
                    set_timeout(move || connect(live), RETRY);
                }
            });
        }
    });
    source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    // They live as long as the page does.
    on_open.forget();
    on_message.forget();
    on_error.forget();
}
