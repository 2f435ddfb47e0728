//! The least work of a durable hub: TLS in, a row on disk in a group commit, 202, TLS out, the row marked done.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum_server::tls_rustls::RustlsConfig;
use rusqlite::Connection;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::sync::{Semaphore, mpsc, oneshot};
use uuid::Uuid;

/// Options of the skeleton.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Address to listen on.
    #[arg(long)]
    listen: std::net::SocketAddr,
    /// Certificate of the skeleton.
    #[arg(long)]
    cert: PathBuf,
    /// Private key of the certificate.
    #[arg(long)]
    key: PathBuf,
    /// Authority of the receiver's certificate.
    #[arg(long)]
    ca: PathBuf,
    /// Address of the receiver.
    #[arg(long)]
    to: String,
    /// Database file.
    #[arg(long)]
    database: PathBuf,
}

enum Command {
    Insert(Uuid, Bytes, oneshot::Sender<()>),
    Done(Uuid, oneshot::Sender<()>),
}

struct Shared {
    writer: mpsc::Sender<Command>,
    client: reqwest::Client,
    to: String,
    places: Arc<Semaphore>,
}

pub(crate) async fn run(options: Options) {
    let (writer, commands) = mpsc::channel(1024);
    let database = options.database.clone();
    std::thread::spawn(move || write(&database, commands));
    let client = bindeledd_simulators::http_client(Some(&options.ca)).unwrap();
    let shared = Arc::new(Shared {
        writer,
        client,
        to: options.to.clone(),
        places: Arc::new(Semaphore::new(64)),
    });
    let router = Router::new()
        .route("/readyz", get(|| async { "ok" }))
        .fallback(post(take))
        .with_state(shared);
    let certificates = CertificateDer::pem_file_iter(&options.cert)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let key = PrivateKeyDer::from_pem_file(&options.key).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .unwrap();
    let tls = RustlsConfig::from_config(Arc::new(config));
    axum_server::bind_rustls(options.listen, tls)
        .serve(router.into_make_service())
        .await
        .unwrap();
}

/// Runs the only writer, which commits queued commands in one transaction.
fn write(path: &std::path::Path, mut commands: mpsc::Receiver<Command>) {
    let db = Connection::open(path).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE message (id BLOB PRIMARY KEY, body BLOB NOT NULL, done INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;",
    )
    .unwrap();
    let mut queue = Vec::new();
    while commands.blocking_recv_many(&mut queue, 256) > 0 {
        let mut answers = Vec::with_capacity(queue.len());
        db.execute_batch("BEGIN IMMEDIATE").unwrap();
        for command in queue.drain(..) {
            match command {
                Command::Insert(id, body, answer) => {
                    let mut insert = db
                        .prepare_cached("INSERT INTO message (id, body) VALUES (?1, ?2)")
                        .unwrap();
                    insert.execute((id.as_bytes().as_slice(), body.as_ref())).unwrap();
                    answers.push(answer);
                }
                Command::Done(id, answer) => {
                    let mut done = db.prepare_cached("UPDATE message SET done = 1 WHERE id = ?1").unwrap();
                    done.execute((id.as_bytes().as_slice(),)).unwrap();
                    answers.push(answer);
                }
            }
        }
        db.execute_batch("COMMIT").unwrap();
        for answer in answers {
            // The caller may have left.
            let _ = answer.send(());
        }
    }
}

async fn take(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let id = Uuid::from_u64_pair(0, NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    let (done, committed) = oneshot::channel();
    shared
        .writer
        .send(Command::Insert(id, body.clone(), done))
        .await
        .unwrap();
    committed.await.unwrap();
    let sender = Arc::clone(&shared);
    tokio::spawn(async move {
        let _place = sender.places.acquire().await.unwrap();
        let request = sender.client.post(format!("{}/bindeledd/meldinger", sender.to));
        let request = request
            .header("content-type", "application/json")
            .header("x-bindeledd-melding", id.to_string());
        request.body(body).send().await.unwrap().bytes().await.unwrap();
        let (done, committed) = oneshot::channel();
        sender.writer.send(Command::Done(id, done)).await.unwrap();
        committed.await.unwrap();
    });
    let answer = serde_json::json!({"messages": [{"id": id.to_string(), "deliveries": []}]});
    (StatusCode::ACCEPTED, axum::Json(answer)).into_response()
}
