//! Takes connections: no more than a process may hold, and none for long that asks for nothing.

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Connections at the same time; others wait until one of them ends. A process may usually open 1024 files, and the decoder,
/// the databases and the frames need some.
const CONNECTIONS_MAX: u32 = 512;

/// How long whoever has connected may take to ask for something, also once more over the same connection.
const PATIENCE: Duration = Duration::from_secs(20);

/// Answers until it is asked to stop, then lets what is under way come to its end.
pub async fn serve(mut listener: TcpListener, app: Router, stop: CancellationToken) {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX as usize));
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, Listener::accept(&mut listener).await)
        };
        let (place, (stream, peer)) = tokio::select! {
            () = stop.cancelled() => break,
            next = next => next,
        };
        // The semaphore is never closed.
        let Ok(place) = place else { break };
        tokio::spawn(answer(stream, peer, app.clone(), stop.clone(), place));
    }
    drop(listener);
    // Every place is free again when the last connection has ended.
    drop(room.acquire_many(CONNECTIONS_MAX).await);
}

async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    stop: CancellationToken,
    _place: OwnedSemaphorePermit,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        app.clone().oneshot(request)
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE)
            .serve_connection(TokioIo::new(stream), service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
}
