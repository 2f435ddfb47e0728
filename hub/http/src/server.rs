//! The listening sockets: TLS, places for connections, patience that ends, and a stop that drains.
//!
//! `places` bounds the connections, `link` is one connection with its patience, `bounded` the stream that keeps to both;
//! `carried` lets requests know their connection.

mod bounded;
mod carried;
mod identified;
mod link;
mod places;
mod proxies;
mod socket_file;
mod tls;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::SocketAddr as SocketFileAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Address, Handle};
use hyper_util::rt::TokioTimer;
use tokio::task::JoinHandle;

pub(crate) use link::Link;
pub use link::ListenerRole;
pub use proxies::TrustedProxy;
pub use tls::TlsFiles;

use crate::certificate::CurrentTrust;
use bounded::Bounded;
use identified::Identified;
use link::Patience;
use places::Bounds;

/// The listener's address and limits.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The address; port 0 takes any that is free.
    pub address: SocketAddr,
    /// Certificate and key; none for plain http, which only addresses of this machine may have.
    pub tls: Option<TlsFiles>,
    /// The callers that it is for.
    pub role: ListenerRole,
    /// Proxies that are trusted to say for whom they ask.
    pub trusted_proxies: Vec<TrustedProxy>,
    /// Greatest number of open connections. One more takes the place of one without a known caller.
    pub max_connections: usize,
    /// Greatest number for one address without a known caller; for IPv6 one network of 64 bits.
    pub max_per_address: usize,
    /// Longest time of a connection without a known caller and without a request, its handshake and its request's head included.
    pub first_request: Duration,
    /// Longest time of a request's head.
    pub header_timeout: Duration,
    /// Longest time of a TLS handshake.
    pub handshake_timeout: Duration,
    /// Longest time of a known caller's connection without a request.
    pub idle_timeout: Duration,
    /// Longest time that an answer waits to be taken, with a second more for each 16 KB.
    pub answer_timeout: Duration,
    /// Time between two looks at the certificate's files for a change.
    pub reload_every: Duration,
}

impl ServerOptions {
    /// The defaults for an address.
    #[must_use]
    pub const fn new(address: SocketAddr, tls: Option<TlsFiles>) -> Self {
        Self {
            address,
            tls,
            role: ListenerRole::Everybody,
            trusted_proxies: Vec::new(),
            max_connections: 1024,
            max_per_address: 256,
            first_request: Duration::from_secs(10),
            header_timeout: Duration::from_secs(10),
            handshake_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(90),
            answer_timeout: Duration::from_secs(30),
            reload_every: Duration::from_secs(10),
        }
    }

    fn bounded(&self) -> Bounded {
        let patience = Patience {
            first_request: self.first_request,
            idle: self.idle_timeout,
            answer: self.answer_timeout,
            write: self.answer_timeout,
        };
        let bounds = Bounds {
            all: self.max_connections.max(1),
            per_address: self.max_per_address.max(1),
        };
        Bounded::new(bounds, self.role, patience, self.trusted_proxies.clone().into())
    }
}

/// Reason why a server did not start.
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
    /// The Unix socket can not be listened on.
    #[error("can not listen on {}", .0.display())]
    SocketFile(PathBuf, #[source] io::Error),
    /// A file can not be read.
    #[error("can not read {}", .0.display())]
    File(PathBuf, #[source] io::Error),
    /// A file does not have the content that its key needs.
    #[error("{} is not a PEM {what}", .path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// The content that it needs.
        what: &'static str,
    },
    /// Certificate and key do not belong together, or TLS can not use them.
    #[error("the certificate and the key can not be used")]
    Tls(#[source] rustls::Error),
}

/// The handle that closes a server's connections.
#[derive(Debug)]
enum Closing {
    Address(Handle<SocketAddr>),
    SocketFile(Handle<SocketFileAddr>, PathBuf),
}

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    /// The address that it listens on; for a Unix socket it says little.
    pub address: SocketAddr,
    closing: Closing,
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
            .map(|files| tls::load(&files).map(|loaded| (files, loaded)))
            .transpose()?;
        let failed = |e| ServerError::Listen(options.address, e);
        let listener = TcpListener::bind(options.address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let handle = Handle::new();
        let server = axum_server::from_tcp(listener).map_err(failed)?.handle(handle.clone());
        let server = with_limits(server, options);
        let bounded = options.bounded();
        let service = router.into_make_service();
        let (task, reload) = match tls {
            None => (tokio::spawn(server.acceptor(bounded).serve(service)), None),
            Some((files, loaded)) => {
                let config = RustlsConfig::from_config(loaded.config);
                let trust = Arc::new(CurrentTrust::new(loaded.trust));
                let fresh = (config.clone(), Arc::clone(&trust), options.reload_every);
                let reload = tokio::spawn(tls::keep_fresh(files, loaded.seen, fresh.0, fresh.1, fresh.2));
                let acceptor = RustlsAcceptor::new(config)
                    .handshake_timeout(options.handshake_timeout)
                    .acceptor(bounded);
                let acceptor = Identified::new(acceptor, trust);
                (tokio::spawn(server.acceptor(acceptor).serve(service)), Some(reload))
            }
        };
        Ok(Self {
            address,
            closing: Closing::Address(handle),
            task,
            reload,
        })
    }

    /// Listens on a Unix socket that is its owner's alone, without TLS, and serves `router`. Of `options`, addresses and TLS
    /// mean nothing here.
    ///
    /// # Errors
    /// [`ServerError`].
    pub fn start_on_socket_file(router: Router, path: &Path, options: &ServerOptions) -> Result<Self, ServerError> {
        let failed = |e| ServerError::SocketFile(path.to_owned(), e);
        let listener = socket_file::bind(path).map_err(failed)?;
        let handle = Handle::new();
        let server = axum_server::from_unix(listener).map_err(failed)?.handle(handle.clone());
        let server = with_limits(server, options).acceptor(options.bounded());
        Ok(Self {
            address: options.address,
            closing: Closing::SocketFile(handle, path.to_owned()),
            task: tokio::spawn(server.serve(router.into_make_service())),
            reload: None,
        })
    }

    /// Completes when the server has ended by itself, which it should not.
    ///
    /// # Errors
    /// Reason why it ended.
    pub async fn ended(&mut self) -> io::Result<()> {
        (&mut self.task).await.map_err(io::Error::other)?
    }

    /// Takes no more connections, lets requests come to their end until `deadline`, and closes what is left.
    pub async fn stop(self, deadline: Duration) {
        if let Some(reload) = &self.reload {
            reload.abort();
        }
        match &self.closing {
            Closing::Address(handle) => handle.graceful_shutdown(Some(deadline)),
            Closing::SocketFile(handle, path) => {
                handle.graceful_shutdown(Some(deadline));
                // The next start replaces one that stays.
                let _ = std::fs::remove_file(path);
            }
        }
        // The handle closes everything at the deadline; the rest is for what then still runs.
        if let Ok(Ok(Err(error))) = tokio::time::timeout(deadline + Duration::from_secs(1), self.task).await {
            tracing::warn!(%error, "the server did not stop cleanly");
        }
    }
}

/// The limits of one connection on the level of HTTP.
fn with_limits<A: Address>(mut server: axum_server::Server<A>, options: &ServerOptions) -> axum_server::Server<A> {
    let builder = server.http_builder();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(options.header_timeout)
        .max_buf_size(64 * 1024);
    // Floods of resets, settings and pings end the connection by h2's own bounds.
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(128)
        .max_send_buf_size(64 * 1024)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(30))
        .max_header_list_size(32 * 1024);
    server
}

#[cfg(test)]
mod tests;
