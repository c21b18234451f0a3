//! Connections: taken, hurried along when they say or take nothing, and ended when the server is stopped.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use axum::{BoxError, Router};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tower::{ServiceExt, service_fn};

use super::connections::Connections;
use super::{Site, router};

/// How long to wait before taking connections again when there are too many: one must end first.
const PAUSE: Duration = Duration::from_millis(200);

/// What a connection is told that is one too many.
const TOO_MANY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\nretry-after: 10\r\n\
connection: close\r\ncontent-length: 46\r\n\r\nThere are too many connections. Try again soon";

/// Serves until told to stop, then lets requests under way finish, for a while.
pub async fn serve(listener: TcpListener, site: Site, stop: impl Future<Output = ()> + Send + 'static) {
    let router = router(site.clone());
    // HTTP/2 needs https, which a proxy speaks. Looking out for it would wait for the first bytes without end.
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(site.settings.silence);
    let connections = GracefulShutdown::new();
    let open = Connections::new(site.settings.connections);
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener) => accepted,
        };
        let Some(entered) = open.enter(peer.ip()) else {
            refuse(&stream);
            continue;
        };
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(site.settings.standstill));
        let router = router.clone();
        let service = service_fn(move |request| answer(router.clone(), peer, request));
        let connection = builder.serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(service));
        let connection = connections.watch(connection.into_owned());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection was lost");
            }
            drop(entered);
        });
    }
    drop(listener);
    tracing::info!("stopping");
    site.close();
    if tokio::time::timeout(site.settings.farewell, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

/// Says that there are too many connections, as far as that can be said at once, and closes this one.
fn refuse(stream: &TcpStream) {
    tracing::debug!("too many connections");
    // A new connection has room for a line. Where it has not, it is closed without one.
    let _ = stream.try_write(TOO_MANY);
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Live events are small and are wanted at once. Where it cannot be set they come a little later.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "small answers may be held back");
                }
                return (stream, peer);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn answer<B>(router: Router, peer: SocketAddr, request: Request<B>) -> Result<Response, Infallible>
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}
