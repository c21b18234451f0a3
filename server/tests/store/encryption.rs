//! The connection to PostgreSQL over TLS: what each `sslmode` asks for, and what it refuses.
//!
//! A front stands before the PostgreSQL of the tests. It speaks TLS as PostgreSQL does, with a certificate that is made
//! here, and hands everything on.

use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use handoff_server::clock::FixedClock;
use handoff_server::store::Store;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::database::{START, fresh};
use handoff_server::store::engine::Engine;

/// What a client sends first if it wants TLS, after its own length of eight bytes.
const WANTS_TLS: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// A PostgreSQL that speaks TLS, or that does not.
struct Front {
    address: SocketAddr,
    /// Connections that came to speak with the database behind it.
    encrypted: Arc<AtomicU32>,
    plain: Arc<AtomicU32>,
    /// Its certificate, as a file.
    certificate: tempfile::NamedTempFile,
}

impl Front {
    /// Stands before the database at an address. Its certificate is for `localhost` alone.
    async fn before(database: &str, speaks_tls: bool) -> Self {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(certificate.path(), cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let acceptor = speaks_tls.then(|| TlsAcceptor::from(Arc::new(config)));
        let options = PgConnectOptions::from_str(database).unwrap();
        let behind = format!("{}:{}", options.get_host(), options.get_port());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let front = Self { address, encrypted: Arc::default(), plain: Arc::default(), certificate };
        let (encrypted, plain) = (front.encrypted.clone(), front.plain.clone());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, behind) = (acceptor.clone(), behind.clone());
                tokio::spawn(hand_on(stream, acceptor, behind, encrypted.clone(), plain.clone()));
            }
        });
        front
    }

    fn seen(&self) -> (u32, u32) {
        (self.encrypted.swap(0, Ordering::SeqCst), self.plain.swap(0, Ordering::SeqCst))
    }

    /// The address of the database through this front.
    fn through(&self, database: &str, host: &str, parameters: &str) -> String {
        let options = PgConnectOptions::from_str(database).unwrap();
        let (user, name) = (options.get_username(), options.get_database().unwrap());
        format!("postgres://{user}@{host}:{}/{name}?{parameters}", self.address.port())
    }
}

async fn hand_on(
    mut stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    behind: String,
    encrypted: Arc<AtomicU32>,
    plain: Arc<AtomicU32>,
) {
    let mut first = [0; 8];
    if stream.read_exact(&mut first).await.is_err() {
        return;
    }
    if first == WANTS_TLS {
        let Some(acceptor) = acceptor else {
            stream.write_all(b"N").await.unwrap();
            // Then plain, or not at all.
            if stream.read_exact(&mut first).await.is_ok() {
                plain.fetch_add(1, Ordering::SeqCst);
                pass(stream, &first, &behind).await;
            }
            return;
        };
        stream.write_all(b"S").await.unwrap();
        // Refused by the client, where the certificate does not do.
        let Ok(mut stream) = acceptor.accept(stream).await else { return };
        if stream.read_exact(&mut first).await.is_ok() {
            encrypted.fetch_add(1, Ordering::SeqCst);
            pass(stream, &first, &behind).await;
        }
    } else {
        plain.fetch_add(1, Ordering::SeqCst);
        pass(stream, &first, &behind).await;
    }
}

async fn pass(mut stream: impl AsyncRead + AsyncWrite + Unpin, first: &[u8], behind: &str) {
    let mut server = TcpStream::connect(behind).await.unwrap();
    server.write_all(first).await.unwrap();
    // It ends when one of them does.
    drop(copy_bidirectional(&mut stream, &mut server).await);
}

async fn open(address: &str) -> Result<Store, String> {
    let clock = Arc::new(FixedClock::at(START));
    Store::open(address, clock).await.map_err(|error| error.to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_each_mode_asks_for_and_refuses() {
    let database = fresh(Engine::Postgres).await;
    let front = Front::before(&database.address, true).await;
    let root = format!("&sslrootcert={}", front.certificate.path().display());
    let modes = [
        ("localhost", "sslmode=disable".to_owned(), Ok(false)),
        ("localhost", "sslmode=allow".to_owned(), Ok(false)),
        ("localhost", String::new(), Ok(true)),
        ("localhost", "sslmode=prefer".to_owned(), Ok(true)),
        ("localhost", "sslmode=require".to_owned(), Ok(true)),
        ("127.0.0.1", "sslmode=require".to_owned(), Ok(true)),
        // Nobody vouches for this certificate but a file that is named.
        ("localhost", "sslmode=verify-ca".to_owned(), Err("certificate")),
        ("localhost", "sslmode=verify-full".to_owned(), Err("certificate")),
        ("localhost", format!("sslmode=verify-full{root}"), Ok(true)),
        // It is for another name.
        ("127.0.0.1", format!("sslmode=verify-full{root}"), Err("certificate")),
        ("127.0.0.1", format!("sslmode=verify-ca{root}"), Ok(true)),
        // What would be compared with nothing is refused before anything is sent.
        ("localhost", format!("sslmode=require{root}"), Err("sslrootcert")),
    ];
    for (host, parameters, expected) in modes {
        let opened = open(&front.through(&database.address, host, &parameters)).await;
        let (encrypted, plain) = front.seen();
        match expected {
            Ok(true) => {
                assert!(opened.is_ok() && encrypted > 0 && plain == 0, "{host} {parameters}: {:?}", opened.err());
            }
            Ok(false) => {
                assert!(opened.is_ok() && encrypted == 0 && plain > 0, "{host} {parameters}: {:?}", opened.err());
            }
            Err(reason) => {
                let error = opened.err().expect("refused").to_lowercase();
                assert!(error.contains(reason), "{host} {parameters}: {error}");
                assert_eq!((encrypted, plain), (0, 0), "{host} {parameters}: nothing was said");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_tls_is_used_plainly_or_refused() {
    let database = fresh(Engine::Postgres).await;
    let front = Front::before(&database.address, false).await;
    assert!(open(&front.through(&database.address, "localhost", "sslmode=prefer")).await.is_ok());
    let (encrypted, plain) = front.seen();
    assert!(encrypted == 0 && plain > 0);
    for mode in ["require", "verify-ca", "verify-full"] {
        let refused = open(&front.through(&database.address, "localhost", &format!("sslmode={mode}"))).await;
        assert!(refused.err().expect("refused").contains("does not support TLS"), "{mode}");
        assert_eq!(front.seen(), (0, 0), "{mode}");
    }
}
