//! Takes connections: no more than a process may hold, and none for long that asks for nothing.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, header};
use axum::serve::Listener;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Connections at the same time; others wait until one of them ends. A process may usually open 1024 files, and the decoder,
/// the databases and the frames need some.
const CONNECTIONS_MAX: u32 = 512;

/// How long whoever has connected may take to ask for something, also once more over the same connection, and to end what has
/// been answered already.
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
        let is_read = Arc::new(AtomicBool::new(request.body().is_end_stream()));
        let mut request = request.map(|body| Body::new(Watched(body, Arc::clone(&is_read))));
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = app.clone().oneshot(request);
        Box::pin(async move {
            let mut answer = answer.await;
            if let (Ok(answer), false) = (&mut answer, is_read.load(Ordering::Relaxed)) {
                // Nobody may ask once more where the rest of this question still arrives.
                let close = HeaderValue::from_static("close");
                answer.headers_mut().insert(header::CONNECTION, close);
            }
            answer
        })
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service);
    let ended = tokio::select! {
        ended = poll_fn(|context| connection.poll_without_shutdown(context)) => ended,
        () = stop.cancelled() => {
            Pin::new(&mut connection).graceful_shutdown();
            poll_fn(|context| connection.poll_without_shutdown(context)).await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection ended early");
        return;
    }
    let stream = connection.into_parts().io.into_inner();
    tokio::select! {
        () = linger(stream) => {}
        () = stop.cancelled() => {}
    }
}

/// What is sent with a request, and whether all of it was read.
struct Watched(Incoming, Arc<AtomicBool>);

impl hyper::body::Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.0).poll_frame(context);
        if self.0.is_end_stream() || matches!(frame, Poll::Ready(None)) {
            self.1.store(true, Ordering::Relaxed);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// Closes, but reads on what the other end still sends: whoever is refused in the middle of an upload would otherwise lose the
/// answer to a reset of the connection (nginx's `lingering_close`).
async fn linger(mut stream: TcpStream) {
    let mut rest = vec![0; 64 << 10];
    let until_closed = async {
        stream.shutdown().await?;
        while stream.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    // Whoever is gone, or does not come to an end, has been answered.
    let _ = timeout(PATIENCE, until_closed).await;
}
