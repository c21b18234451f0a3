//! Connections that send slowly, take nothing, or are too many: each is given up, and the others are served.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use handoff_server::http::connections::Limits;
use handoff_server::http::files::Files;
use handoff_server::http::flow::Flow;
use handoff_server::http::serving::serve;
use handoff_server::http::{Settings, Site};
use handoff_server::live::Live;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::browser::{Served, settings};
use crate::database::on_both_engines;
use crate::disk;

/// Longer than anything takes here.
const LONG: Duration = Duration::from_secs(20);

/// A flow for which a test does not wait long.
fn flow() -> Flow {
    Flow {
        bytes: 1_000,
        within: Duration::from_millis(300),
        refused_bytes: 10_000,
        refused_for: Duration::from_millis(300),
    }
}

/// A real server, until the task is aborted, and where it is.
async fn real(served: &Served) -> (JoinHandle<()>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (tokio::spawn(serve(listener, served.site.clone(), std::future::pending())), address)
}

fn upload(length: usize, cookie: &str) -> String {
    format!(
        "POST /api/imports/upload?campaign=1&name=a.csv HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\n\
         content-type: application/octet-stream\r\ncontent-length: {length}\r\n\r\n"
    )
}

/// Sends the head and a byte, then nothing, and reads all that is answered until the connection ends.
async fn trickle(address: &str, head: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    read_all(&mut stream).await
}

async fn read_all(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // Closed with what was not read, a connection may end in an error: what came before it counts.
    let _ = tokio::time::timeout(LONG, stream.read_to_end(&mut answer)).await.expect("it ends");
    String::from_utf8_lossy(&answer).into_owned()
}

on_both_engines! {
    async fn an_upload_that_trickles_is_given_up(database: Database) {
        let served = Served::with(&database, Settings { flow: flow(), ..settings() });
        let admin = served.organization("ada@example.org").await;
        disk::campaign(&database, admin).await;
        let cookie = served.sign_in("ada@example.org").await;
        let (serving, address) = real(&served).await;
        // Nobody: refused before a byte is read.
        let refused = trickle(&address, &(upload(1_000_000, "") + "x")).await;
        assert!(refused.starts_with("HTTP/1.1 401") && refused.contains("connection: close"), "{refused}");
        // A member: taken, as long as it comes.
        let slow = trickle(&address, &(upload(1_000_000, &cookie) + "x")).await;
        assert!(slow.starts_with("HTTP/1.1 408") && slow.contains("connection: close"), "{slow}");
        assert!(slow.contains("came too slowly"), "{slow}");
        // What came well at first has to go on coming.
        let stalled = trickle(&address, &(upload(1_000_000, &cookie) + &"x".repeat(2_500))).await;
        assert!(stalled.starts_with("HTTP/1.1 408") && stalled.contains("came too slowly"), "{stalled}");
        // The arguments of a server function, of nobody.
        let head = "POST /api/session/sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
            content-length: 1000\r\n\r\n{";
        let slow = trickle(&address, head).await;
        assert!(slow.starts_with("HTTP/1.1 408") && slow.contains("connection: close"), "{slow}");
        serving.abort();
    }
}

on_both_engines! {
    async fn of_what_is_refused_so_much_is_taken_and_then_the_connection_ends(database: Database) {
        let served = Served::with(&database, Settings { flow: flow(), ..settings() });
        served.organization("ada@example.org").await;
        let (serving, address) = real(&served).await;
        let mut stream = TcpStream::connect(&address).await.unwrap();
        // A small one is taken, and the connection goes on.
        for path in ["/api/imports/upload?campaign=1&name=a.csv", "/api/nothing", "/campaigns"] {
            let small = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n12345");
            stream.write_all(small.as_bytes()).await.unwrap();
            let mut answer = String::new();
            while !answer.contains('}') {
                let mut buffer = [0; 4_096];
                let read = tokio::time::timeout(LONG, stream.read(&mut buffer)).await.unwrap().unwrap();
                assert!(read > 0, "it goes on: {answer}");
                answer.push_str(&String::from_utf8_lossy(&buffer[..read]));
            }
            assert!(answer.starts_with("HTTP/1.1 4") && !answer.contains("connection: close"), "{answer}");
        }
        // Of a large one, a part.
        stream.write_all(upload(50_000_000, "").as_bytes()).await.unwrap();
        stream.write_all(&vec![b'x'; 20_000]).await.unwrap();
        let answer = read_all(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("connection: close"), "{answer}");
        serving.abort();
    }
}

on_both_engines! {
    async fn bodies_at_a_good_pace_are_taken_whole(database: Database) {
        let served = Served::with(&database, Settings { flow: flow(), ..settings() });
        let admin = served.organization("ada@example.org").await;
        disk::campaign(&database, admin).await;
        let cookie = served.sign_in("ada@example.org").await;
        let file = format!("Phone\n{}", "2125550101\n".repeat(10_000));
        let parts: Vec<Result<Bytes, std::io::Error>> =
            file.as_bytes().chunks(700).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
        let request = Request::post("/api/imports/upload?campaign=1&name=a.csv")
            .header("content-type", "application/octet-stream")
            .header("cookie", &cookie)
            .body(Body::from_stream(futures::stream::iter(parts)))
            .unwrap();
        let answer = served.ask(request).await;
        assert_eq!((answer.status, answer.header("connection")), (StatusCode::OK, ""), "{answer:?}");
        let import = served.call("/api/imports/get", &cookie, json!({"import": answer.json()})).await;
        assert_eq!(import.json()["rows"], json!(10_000));
    }
}

on_both_engines! {
    async fn one_network_leaves_room_for_the_others(database: Database) {
        let connections = Limits { all: 4, of_one: Some(2) };
        let served = Served::with(&database, Settings { connections, ..settings() });
        let (serving, address) = real(&served).await;
        let ask = async |stream: &mut TcpStream| {
            stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").await?;
            let mut buffer = [0; 4_096];
            let read = stream.read(&mut buffer).await?;
            std::io::Result::Ok(String::from_utf8_lossy(&buffer[..read]).into_owned())
        };
        let mut open = Vec::new();
        for _ in 0..2 {
            let mut stream = TcpStream::connect(&address).await.unwrap();
            assert!(ask(&mut stream).await.unwrap().starts_with("HTTP/1.1 200"));
            open.push(stream);
        }
        let mut third = TcpStream::connect(&address).await.unwrap();
        let refused = read_all(&mut third).await;
        assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("connection: close"), "{refused}");
        assert!(refused.ends_with("There are too many connections. Try again soon"), "{refused}");
        // Whoever comes from elsewhere is served. All of 127.0.0.0/8 is this machine.
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        let mut other = socket.connect(address.parse().unwrap()).await.unwrap();
        assert!(ask(&mut other).await.unwrap().starts_with("HTTP/1.1 200"));
        // And when one goes, the next may come.
        drop(open);
        let served_again = async {
            loop {
                let mut stream = TcpStream::connect(&address).await.unwrap();
                if ask(&mut stream).await.is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")) {
                    return;
                }
            }
        };
        tokio::time::timeout(LONG, served_again).await.expect("there is room again");
        serving.abort();
    }
}

on_both_engines! {
    async fn whoever_takes_nothing_of_an_answer_is_given_up(database: Database) {
        let connections = Limits { all: 1, of_one: None };
        let settings = Settings { connections, standstill: Duration::from_millis(100), ..settings() };
        // More than all buffers in between hold.
        let files = [("large.bin".to_owned(), Bytes::from(vec![b'x'; 64_000_000]))];
        let site = Site::new(database.store.clone(), Live::default(), settings, Files::of(files));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(serve(listener, site, std::future::pending()));
        let mut taking = TcpStream::connect(address).await.unwrap();
        taking.write_all(b"GET /large.bin HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        assert!(read_all(&mut taking).await.len() > 64_000_000, "whoever takes it gets all of it");
        let mut stuck = TcpStream::connect(address).await.unwrap();
        stuck.write_all(b"GET /large.bin HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut first = [0; 1];
        stuck.read_exact(&mut first).await.unwrap();
        let served = async {
            loop {
                let mut next = TcpStream::connect(address).await.unwrap();
                if next.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.is_ok()
                    && read_all(&mut next).await.starts_with("HTTP/1.1 200")
                {
                    return;
                }
            }
        };
        tokio::time::timeout(LONG, served).await.expect("the place is free again");
        serving.abort();
    }
}
