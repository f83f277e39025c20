//! `GET /events`: server-sent events, one JSON `LiveEvent` each.

use crate::router::guard::By;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt, future};
use service::{Accounts, Service};
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::sync::CancellationToken;

/// Streams what happens from now on, until the page or the server goes.
///
/// A page that fell too far behind is let go: it connects again and reads everything anew. So is one whose person signed
/// out somewhere or has other rights now: connecting again tells whether they may still listen.
pub async fn get(
    State(service): State<Service>,
    State(accounts): State<Accounts>,
    By(person): By,
    State(stop): State<CancellationToken>,
) -> Sse<impl Stream<Item = Result<Event, axum::Error>>> {
    let ended = BroadcastStream::new(accounts.ended()).filter(move |ended| {
        // One that was missed may have been theirs.
        future::ready(!matches!(ended, Ok(other) if *other != person.id))
    });
    let events = BroadcastStream::new(service.events())
        .take_while(|event| future::ready(event.is_ok()))
        .filter_map(|event| future::ready(event.ok()))
        .map(|event| Event::default().json_data(event))
        .take_until(stop.cancelled_owned())
        .take_until(ended.into_future());
    Sse::new(events).keep_alive(KeepAlive::default())
}
