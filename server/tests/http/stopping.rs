//! Stopping: live connections end, requests under way finish, and nothing waits for ever.

use std::time::Duration;

use axum::http::StatusCode;
use handoff_server::http::Settings;
use handoff_server::http::serving::serve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::browser::{Served, settings};
use crate::database::on_both_engines;

const LONG: Duration = Duration::from_secs(30);

async fn connect(listener: &TcpListener) -> TcpStream {
    TcpStream::connect(listener.local_addr().unwrap()).await.unwrap()
}

/// Reads until this text has come, or the connection ends.
async fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    while !text.contains(wanted) {
        let read = tokio::time::timeout(LONG, stream.read(&mut buffer)).await.expect("in time").unwrap();
        if read == 0 {
            break;
        }
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    text
}

on_both_engines! {
    async fn live_connections_end_and_the_server_stops(database: Database) {
        let served = Served::new(&database);
        served.organization("ada@example.org").await;
        let cookie = served.sign_in("ada@example.org").await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut stream = connect(&listener).await;
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(serve(listener, served.site.clone(), async { stopped.await.unwrap() }));
        let request = format!("GET /api/live HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let begun = read_until(&mut stream, "event: hello").await;
        assert!(begun.starts_with(&format!("HTTP/1.1 {}", StatusCode::OK)), "{begun}");
        stop.send(()).unwrap();
        let rest = read_until(&mut stream, "\r\n0\r\n\r\n").await;
        assert!(rest.ends_with("0\r\n\r\n"), "the stream ends properly: {rest}");
        tokio::time::timeout(LONG, serving).await.expect("it stops").unwrap();
    }
}

on_both_engines! {
    async fn a_request_that_never_ends_does_not_keep_the_server(database: Database) {
        let served = Served::with(&database, Settings { farewell: Duration::from_millis(50), ..settings() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut stream = connect(&listener).await;
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(serve(listener, served.site.clone(), async { stopped.await.unwrap() }));
        // Half a body: the server answers that it goes on, and then waits.
        let request = "POST /api/session/me HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
            content-length: 100\r\nexpect: 100-continue\r\n\r\n{";
        stream.write_all(request.as_bytes()).await.unwrap();
        assert!(read_until(&mut stream, "100 Continue").await.contains("100 Continue"));
        stop.send(()).unwrap();
        tokio::time::timeout(LONG, serving).await.expect("it stops").unwrap();
    }
}

on_both_engines! {
    async fn a_connection_that_says_nothing_is_ended(database: Database) {
        let served = Served::with(&database, Settings { silence: Duration::from_millis(50), ..settings() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (mut silent, mut slow) = (connect(&listener).await, connect(&listener).await);
        let serving = tokio::spawn(serve(listener, served.site.clone(), std::future::pending()));
        slow.write_all(b"GET /health/live HTTP/1.1\r\nhost:").await.unwrap();
        for stream in [&mut silent, &mut slow] {
            // What is answered, if anything, is up to hyper: that it ends is what counts.
            let said = read_until(stream, "never said").await;
            assert!(!said.contains("200 OK"), "{said}");
        }
        serving.abort();
    }
}
