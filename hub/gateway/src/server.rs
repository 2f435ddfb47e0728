//! The listening socket: TLS, bounded connections, patience that ends, and a stop that drains.

mod bounded;
mod identified;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::task::JoinHandle;

use bounded::Bounded;
use identified::Identified;

/// Where and how to listen.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The address; port 0 takes any that is free.
    pub address: SocketAddr,
    /// Certificate and key; none for plain http, which only addresses of this machine may have.
    pub tls: Option<TlsFiles>,
    /// How many connections may be open at a time; one more is closed at once.
    pub max_connections: usize,
    /// How long a request's head may take, and how long a connection may lie idle between two requests.
    pub header_timeout: Duration,
    /// How long a TLS handshake may take.
    pub handshake_timeout: Duration,
    /// How long a connection may be without a byte in either direction.
    pub idle_timeout: Duration,
    /// How often the certificate's files are looked at for a change.
    pub reload_every: Duration,
}

impl ServerOptions {
    /// The defaults for an address.
    #[must_use]
    pub const fn new(address: SocketAddr, tls: Option<TlsFiles>) -> Self {
        Self {
            address,
            tls,
            max_connections: 1024,
            header_timeout: Duration::from_secs(15),
            handshake_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(90),
            reload_every: Duration::from_secs(10),
        }
    }
}

/// The files of a certificate, PEM.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The chain, the own certificate first.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// The authorities whose client certificates are taken; without any, no certificate is asked for.
    pub client_authorities: Vec<PathBuf>,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Plain http on an address that others reach.
    #[error(
        "{0} is not an address of this machine alone, so it needs a certificate and a key: plain http would show keys and messages"
    )]
    PlainHttp(SocketAddr),
    /// The address can not be listened on.
    #[error("can not listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    /// A file can not be read.
    #[error("can not read {}", .0.display())]
    File(PathBuf, #[source] io::Error),
    /// A file is not what it should be.
    #[error("{} is not a PEM {what}", .path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
    },
    /// Certificate and key do not belong together, or TLS can not use them.
    #[error("the certificate and the key can not be used")]
    Tls(#[source] rustls::Error),
}

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    /// Where.
    pub address: SocketAddr,
    handle: Handle<SocketAddr>,
    task: JoinHandle<io::Result<()>>,
    reload: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens, and serves `router`.
    ///
    /// # Errors
    /// [`ServerError`].
    pub fn start(router: Router, options: &ServerOptions) -> Result<Self, ServerError> {
        if options.tls.is_none() && !options.address.ip().is_loopback() {
            return Err(ServerError::PlainHttp(options.address));
        }
        let tls = options
            .tls
            .clone()
            .map(|files| load(&files).map(|(config, seen)| (files, config, seen)))
            .transpose()?;
        let failed = |e| ServerError::Listen(options.address, e);
        let listener = TcpListener::bind(options.address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let handle = Handle::new();
        let mut server = axum_server::from_tcp(listener).map_err(failed)?.handle(handle.clone());
        let builder = server.http_builder();
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(options.header_timeout)
            .max_buf_size(64 * 1024);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(128)
            .max_header_list_size(32 * 1024);
        let bounded = Bounded::new(options.max_connections, options.idle_timeout);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let (task, reload) = match tls {
            None => (tokio::spawn(server.acceptor(bounded).serve(service)), None),
            Some((files, config, seen)) => {
                let config = RustlsConfig::from_config(config);
                let reload = tokio::spawn(keep_fresh(files, seen, config.clone(), options.reload_every));
                let acceptor = RustlsAcceptor::new(config)
                    .handshake_timeout(options.handshake_timeout)
                    .acceptor(bounded);
                let acceptor = Identified(acceptor);
                (tokio::spawn(server.acceptor(acceptor).serve(service)), Some(reload))
            }
        };
        Ok(Self {
            address,
            handle,
            task,
            reload,
        })
    }

    /// Completes when the server has ended by itself, which it should not.
    ///
    /// # Errors
    /// Why it ended.
    pub async fn ended(&mut self) -> io::Result<()> {
        (&mut self.task).await.map_err(io::Error::other)?
    }

    /// Takes no more connections, lets requests come to their end until `deadline`, and closes what is left.
    pub async fn stop(self, deadline: Duration) {
        if let Some(reload) = &self.reload {
            reload.abort();
        }
        self.handle.graceful_shutdown(Some(deadline));
        // The handle closes everything at the deadline; the rest is for what then still runs.
        if let Ok(Ok(Err(error))) = tokio::time::timeout(deadline + Duration::from_secs(1), self.task).await {
            tracing::warn!(%error, "the server did not stop cleanly");
        }
    }
}

/// What the files held: certificate, key, and authorities.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    certificate: Vec<u8>,
    key: Vec<u8>,
    authorities: Vec<Vec<u8>>,
}

fn load(files: &TlsFiles) -> Result<(Arc<ServerConfig>, Seen), ServerError> {
    let read = |path: &PathBuf| std::fs::read(path).map_err(|e| ServerError::File(path.clone(), e));
    let seen = Seen {
        certificate: read(&files.certificate)?,
        key: read(&files.key)?,
        authorities: files.client_authorities.iter().map(read).collect::<Result<_, _>>()?,
    };
    Ok((configure(files, &seen)?, seen))
}

fn configure(files: &TlsFiles, seen: &Seen) -> Result<Arc<ServerConfig>, ServerError> {
    let no_certificate = |path: &PathBuf| ServerError::Pem {
        path: path.clone(),
        what: "certificate",
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&seen.certificate).collect();
    let chain = chain.ok().filter(|c| !c.is_empty());
    let chain = chain.ok_or_else(|| no_certificate(&files.certificate))?;
    let no_key = |_| ServerError::Pem {
        path: files.key.clone(),
        what: "private key",
    };
    let key = PrivateKeyDer::from_pem_slice(&seen.key).map_err(no_key)?;
    let mut authorities = RootCertStore::empty();
    for (path, pem) in files.client_authorities.iter().zip(&seen.authorities) {
        let before = authorities.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| no_certificate(path))?;
            authorities.add(certificate).map_err(|_| no_certificate(path))?;
        }
        if authorities.len() == before {
            return Err(no_certificate(path));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(ServerError::Tls)?;
    let builder = if authorities.is_empty() {
        builder.with_no_client_auth()
    } else {
        // Callers with a key show none; one that is shown and is not good ends the handshake.
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(authorities), provider)
            .allow_unauthenticated()
            .build();
        let verifier = verifier.map_err(|error| ServerError::Tls(rustls::Error::General(error.to_string())))?;
        builder.with_client_cert_verifier(verifier)
    };
    let mut config = builder.with_single_cert(chain, key).map_err(ServerError::Tls)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Takes a changed certificate into use for new connections. One that can not be used, as while its files are being
/// replaced, leaves the old one in place.
async fn keep_fresh(files: TlsFiles, mut seen: Seen, config: RustlsConfig, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let files = files.clone();
        let before = seen.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let fresh = load(&files);
            (fresh, before)
        });
        match looked.await {
            Ok((Ok((fresh, now)), before)) if now != before => {
                config.reload_from_config(fresh);
                seen = now;
                tracing::info!("the server's certificate has changed and is in use");
            }
            Ok((Ok(_), _)) => {}
            Ok((Err(error), _)) => tracing::warn!(%error, "the server's certificate stays as it is"),
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests;
