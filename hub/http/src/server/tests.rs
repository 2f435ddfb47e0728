use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use rustls::RootCertStore;

use super::*;
use testing::{client, identity};

mod testing;

fn router() -> Router {
    let slow = || async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        "done"
    };
    Router::new()
        .route("/", get(|| async { "here" }))
        .route("/slow", get(slow))
}

fn local(tls: Option<TlsFiles>) -> ServerOptions {
    ServerOptions::new("127.0.0.1:0".parse().unwrap(), tls)
}

#[tokio::test]
async fn plain_http_is_for_this_machine_alone() {
    let open = ServerOptions::new("0.0.0.0:0".parse().unwrap(), None);
    assert!(matches!(Server::start(router(), &open), Err(ServerError::PlainHttp(_))));
    Server::start(router(), &local(None)).unwrap();
}

#[tokio::test]
async fn a_certificate_that_can_not_be_used_is_told_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (identity(), identity());
    let files = one.write(folder.path());
    std::fs::write(&files.key, &other.key).unwrap();
    assert!(matches!(
        Server::start(router(), &local(Some(files.clone()))),
        Err(ServerError::Tls(_))
    ));
    std::fs::write(&files.certificate, "no pem").unwrap();
    let error = Server::start(router(), &local(Some(files.clone()))).unwrap_err();
    assert!(
        error.to_string().contains("certificate.pem is not a PEM certificate"),
        "{error}"
    );
    std::fs::remove_file(&files.certificate).unwrap();
    assert!(matches!(
        Server::start(router(), &local(Some(files))),
        Err(ServerError::File(..))
    ));
}

#[tokio::test]
async fn a_changed_certificate_is_taken_into_use_without_a_stop() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (identity(), identity());
    let mut options = local(Some(old.write(folder.path())));
    options.reload_every = Duration::from_millis(20);
    let server = Server::start(router(), &options).unwrap();
    let url = format!("https://localhost:{}/", server.address.port());
    let old_client = client(&old.certificate);
    assert_eq!(
        old_client.get(&url).send().await.unwrap().version(),
        axum::http::Version::HTTP_2
    );
    std::fs::write(folder.path().join("certificate.pem"), "half wri").unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(
        client(&old.certificate).get(&url).send().await.is_ok(),
        "half a file changes nothing"
    );
    new.write(folder.path());
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while client(&new.certificate).get(&url).send().await.is_err() {
        assert!(
            tokio::time::Instant::now() < deadline,
            "the new certificate came into use"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(
        old_client.get(&url).send().await.is_ok(),
        "a connection that was there goes on"
    );
}

#[tokio::test]
async fn a_stop_lets_requests_end_and_takes_no_new_ones() {
    let server = Server::start(router(), &local(None)).unwrap();
    let url = format!("http://{}", server.address);
    let http = reqwest::Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(no_tls())
        .build()
        .unwrap();
    let slow = tokio::spawn(http.get(format!("{url}/slow")).send());
    tokio::time::sleep(Duration::from_millis(150)).await;
    server.stop(Duration::from_secs(5)).await;
    assert_eq!(slow.await.unwrap().unwrap().status(), 200);
    assert!(http.get(&url).send().await.is_err());
}

#[tokio::test]
async fn a_stop_ends_at_its_deadline() {
    let server = Server::start(router(), &local(None)).unwrap();
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let stopped = tokio::time::timeout(Duration::from_secs(5), server.stop(Duration::from_millis(200))).await;
    stopped.unwrap();
}

fn no_tls() -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
}

async fn ask(stream: &mut TcpStream) -> Option<[u8; 15]> {
    let mut answer = [0; 15];
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.ok()?;
    stream.read_exact(&mut answer).await.ok()?;
    Some(answer)
}

#[tokio::test]
async fn one_connection_too_many_takes_the_place_of_the_oldest_that_showed_nobody() {
    let mut options = local(None);
    options.max_connections = 1;
    let server = Server::start(router(), &options).unwrap();
    let mut first = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(ask(&mut first).await.as_ref(), Some(b"HTTP/1.1 200 OK"));
    let mut second = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(ask(&mut second).await.as_ref(), Some(b"HTTP/1.1 200 OK"));
    let mut nothing = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(5), first.read_to_end(&mut nothing)).await;
    closed.expect("the first one is closed").ok();
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    let big = || async { vec![7u8; 64 * 1024 * 1024] };
    let router = Router::new().route("/big", get(big));
    let mut options = local(None);
    options.answer_timeout = Duration::from_millis(200);
    let server = Server::start(router, &options).unwrap();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET /big HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    // The client reads nothing until the hub has given up. Then it reads the bytes already sent, and no more come.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut taken = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut taken)).await;
    ended.expect("it is closed").ok();
    assert!(taken.len() < 64 * 1024 * 1024, "{}", taken.len());
}

#[tokio::test]
async fn a_socket_file_serves_and_is_gone_after_a_stop() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("operator.sock");
    let server = Server::start_on_socket_file(router(), &path, &local(None)).unwrap();
    let mut stream = tokio::net::UnixStream::connect(&path).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    drop(stream);
    server.stop(Duration::from_secs(5)).await;
    assert!(!path.exists());
}

/// An HTTP/2 frame.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Sends the bytes of `every` until the peer closes the connection. Returns the elapsed time.
async fn until_closed(mut stream: TcpStream, every: Option<Vec<u8>>) -> Duration {
    let began = tokio::time::Instant::now();
    let mut buffer = vec![0; 64 * 1024];
    let closed = async {
        loop {
            tokio::select! {
                read = stream.read(&mut buffer) => if read.is_err() || read.is_ok_and(|n| n == 0) { return },
                () = tokio::time::sleep(Duration::from_millis(20)), if every.is_some() => {
                    if stream.write_all(every.as_deref().unwrap_or_default()).await.is_err() {
                        return;
                    }
                }
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), closed)
        .await
        .expect("it is closed");
    began.elapsed()
}

#[tokio::test]
async fn an_http2_connection_without_a_request_is_closed_whatever_else_it_sends() {
    let mut options = local(None);
    options.first_request = Duration::from_millis(300);
    let server = Server::start(router(), &options).unwrap();
    for every in [None, Some(frame(6, 0, 0, &[7; 8])), Some(frame(4, 0, 0, &[]))] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream
            .write_all(&[PREFACE, &frame(4, 0, 0, &[])].concat())
            .await
            .unwrap();
        until_closed(stream, every).await;
    }
}

#[tokio::test]
async fn an_http2_peer_that_opens_no_window_is_given_up() {
    let big = || async { vec![7u8; 8 * 1024] };
    let router = Router::new().route("/big", get(big));
    let mut options = local(None);
    options.answer_timeout = Duration::from_millis(300);
    let server = Server::start(router, &options).unwrap();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    // SETTINGS_INITIAL_WINDOW_SIZE = 0; then GET /big a hundred times.
    let mut sent = [PREFACE, &frame(4, 0, 0, &[0, 4, 0, 0, 0, 0])].concat();
    for n in 0..100 {
        let head = [&[0x82, 0x86, 0x04, 4][..], b"/big", &[0x01, 1], b"x"].concat();
        sent.extend(frame(1, 5, 2 * n + 1, &head));
    }
    stream.write_all(&sent).await.unwrap();
    let took = until_closed(stream, Some(frame(6, 0, 0, &[7; 8]))).await;
    assert!(took < options.idle_timeout, "{took:?}");
}

#[tokio::test]
async fn a_connection_that_lies_still_is_closed() {
    let mut options = local(None);
    options.first_request = Duration::from_millis(100);
    let server = Server::start(router(), &options).unwrap();
    let mut still = TcpStream::connect(server.address).await.unwrap();
    let mut nothing = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(5), still.read_to_end(&mut nothing)).await;
    closed.expect("it is closed").ok();
}

#[tokio::test]
async fn a_handshake_that_never_comes_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = local(Some(identity().write(folder.path())));
    options.handshake_timeout = Duration::from_millis(100);
    let server = Server::start(router(), &options).unwrap();
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    let mut nothing = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(5), silent.read_to_end(&mut nothing)).await;
    closed.expect("it is closed").ok();
}
