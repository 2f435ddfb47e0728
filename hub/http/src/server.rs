//! The listening sockets: TLS, places for connections, timeouts, and a stop that drains.
//!
//! `places` bounds the number of connections. `link` is one connection with its timeouts. `bounded` is the stream that observes
//! both. `carried` gives requests access to their connection.

mod bounded;
mod carried;
mod identified;
mod link;
mod places;
mod proxies;
mod socket_file;
mod tls;

use std::error::Error as _;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::SocketAddr as SocketFileAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use axum::Router;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Address, Handle};
use bindeledd_texts::{Listening, Pem, Said};
use hyper_util::rt::TokioTimer;
use tokio::task::JoinHandle;

pub use carried::Lasting;
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
    /// The address; port 0 chooses a free port.
    pub address: SocketAddr,
    /// Certificate and key. Without them the server speaks plain HTTP, which only addresses of this machine may do.
    pub tls: Option<TlsFiles>,
    /// The callers that the listener serves.
    pub role: ListenerRole,
    /// The reverse proxies whose statement of the client's address is trusted.
    pub trusted_proxies: Vec<TrustedProxy>,
    /// Maximum number of open connections. One more displaces a connection without a known caller.
    pub max_connections: usize,
    /// Maximum number of connections without a known caller for one address; for IPv6, for one network of 64 bits.
    pub max_per_address: usize,
    /// Maximum time that a connection without a known caller may spend without a complete request head, the handshake included.
    pub first_request: Duration,
    /// Maximum time to receive a request's head.
    pub header_timeout: Duration,
    /// Maximum time of a TLS handshake.
    pub handshake_timeout: Duration,
    /// Maximum time that a known caller's connection may be idle.
    pub idle_timeout: Duration,
    /// Maximum time in which the caller must take an answer, plus a second for each 16 KB.
    pub answer_timeout: Duration,
    /// Interval at which the certificate's files are checked for changes.
    pub reload_every: Duration,
}

impl ServerOptions {
    /// Makes the default options for an address.
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

/// Reason why a server did not start. `Display` is the English text.
#[derive(Debug)]
pub enum ServerError {
    /// A listener with plain HTTP was given an address that other machines can reach.
    PlainHttp(SocketAddr),
    /// The server can not listen on the address.
    Listen(SocketAddr, io::Error),
    /// The server can not listen on the Unix socket.
    SocketFile(PathBuf, io::Error),
    /// A file can not be read.
    File(PathBuf, io::Error),
    /// A file does not have the content that its configuration key needs.
    Pem {
        /// The file.
        path: PathBuf,
        /// The content that the file needs.
        what: Pem,
    },
    /// Certificate and key do not belong together, or TLS can not use them.
    Tls(rustls::Error),
}

impl ServerError {
    /// Returns the reason in words.
    #[must_use]
    pub fn words(&self) -> Listening {
        let shown = |path: &Path| path.display().to_string();
        match self {
            Self::PlainHttp(address) => Listening::PlainHttp {
                address: address.to_string(),
            },
            Self::Listen(address, _) => Listening::Failed {
                place: address.to_string(),
            },
            Self::SocketFile(path, _) => Listening::Failed { place: shown(path) },
            Self::File(path, _) => Listening::Unreadable { file: shown(path) },
            Self::Pem { path, what } => Listening::NoPem {
                file: shown(path),
                what: what.clone(),
            },
            Self::Tls(_) => Listening::PairUnusable,
        }
    }

    /// Returns the cause in words.
    #[must_use]
    pub fn cause(&self) -> Option<Said> {
        self.source().map(Said::of_error)
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words().fmt(f)
    }
}

impl std::error::Error for ServerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen(_, error) | Self::SocketFile(_, error) | Self::File(_, error) => Some(error),
            Self::Tls(error) => Some(error),
            Self::PlainHttp(_) | Self::Pem { .. } => None,
        }
    }
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
    /// The address on which the server listens. It has no meaning for a Unix socket.
    pub address: SocketAddr,
    closing: Closing,
    task: JoinHandle<io::Result<()>>,
    reload: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts to listen, and serves `router`.
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

    /// Starts to listen on a Unix socket that only its owner can use, without TLS, and serves `router`. The addresses and the TLS
    /// files of `options` are ignored.
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

    /// Completes when the server ends by itself, which it should not do.
    ///
    /// # Errors
    /// The reason why the server ended.
    pub async fn ended(&mut self) -> io::Result<()> {
        (&mut self.task).await.map_err(io::Error::other)?
    }

    /// Accepts no more connections, lets requests finish until `deadline`, and then closes the rest.
    pub async fn stop(self, deadline: Duration) {
        if let Some(reload) = &self.reload {
            reload.abort();
        }
        match &self.closing {
            Closing::Address(handle) => handle.graceful_shutdown(Some(deadline)),
            Closing::SocketFile(handle, path) => {
                handle.graceful_shutdown(Some(deadline));
                // If the socket file remains, the next start replaces it.
                let _ = std::fs::remove_file(path);
            }
        }
        // The handle closes every connection at the deadline. The extra time is for tasks that still run then.
        if let Ok(Ok(Err(error))) = tokio::time::timeout(deadline + Duration::from_secs(1), self.task).await {
            tracing::warn!(%error, "the server did not stop cleanly");
        }
    }
}

/// Sets the HTTP limits of a connection.
fn with_limits<A: Address>(mut server: axum_server::Server<A>, options: &ServerOptions) -> axum_server::Server<A> {
    let builder = server.http_builder();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(options.header_timeout)
        .max_buf_size(64 * 1024);
    // h2's own bounds end a connection that floods resets, settings or pings.
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
