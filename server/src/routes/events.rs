//! `GET /events`: server-sent events, one JSON `LiveEvent` each.

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt, future};
use service::Service;
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::sync::CancellationToken;

/// Streams what happens from now on, until the page or the server goes.
///
/// A page that fell too far behind is let go: it connects again and reads everything anew.
pub async fn get(
    State(service): State<Service>,
    State(stop): State<CancellationToken>,
) -> Sse<impl Stream<Item = Result<Event, axum::Error>>> {
    let events = BroadcastStream::new(service.events())
        .take_while(|event| future::ready(event.is_ok()))
        .filter_map(|event| future::ready(event.ok()))
        .map(|event| Event::default().json_data(event))
        .take_until(stop.cancelled_owned());
    Sse::new(events).keep_alive(KeepAlive::default())
}
