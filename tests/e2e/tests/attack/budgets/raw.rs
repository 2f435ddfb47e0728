//! Connections written by hand, for behaviour that an HTTP client does not have.

use std::sync::Arc;

use bindeledd_e2e::World;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub(super) type Line = TlsStream<TcpStream>;

fn config(world: &World) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    let pem = std::fs::read(world.hub.dir().join("tls/hub.crt")).unwrap();
    roots.add(CertificateDer::from_pem_slice(&pem).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Opens an HTTP/1.1 connection.
pub(super) async fn connect(world: &World) -> Line {
    let port: u16 = world.hub.address().rsplit(':').next().unwrap().parse().unwrap();
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config(world)))
        .connect(name, stream)
        .await
        .unwrap()
}

/// Makes an HTTP/2 client with tiny windows, which accept almost nothing of an answer until it is read.
pub(super) fn narrow_client(world: &World) -> reqwest::Client {
    let mut config = config(world);
    config.alpn_protocols = vec![b"h2".to_vec()];
    reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .http2_initial_stream_window_size(16 * 1024)
        .http2_initial_connection_window_size(64 * 1024)
        .no_proxy()
        .build()
        .unwrap()
}

/// Makes a request's head. With a length, it announces a body that may never be sent.
pub(super) fn head(world: &World, method: &str, path: &str, key: &str, length: Option<usize>) -> String {
    let host = world.hub.address().trim_start_matches("https://");
    let body = length.map_or(String::new(), |n| {
        format!("content-type: application/json\r\ncontent-length: {n}\r\n")
    });
    format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n{body}\r\n")
}

pub(super) async fn write(line: &mut Line, bytes: &[u8]) {
    // A connection that was refused at once may be closed already.
    let _ = line.write_all(bytes).await;
    let _ = line.flush().await;
}
