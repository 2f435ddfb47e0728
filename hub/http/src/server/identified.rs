//! Gives requests their connection's client certificate.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::http::Request;
use axum_server::accept::Accept;
use tokio_rustls::server::TlsStream;
use tower_service::Service;

use crate::certificate::{CurrentTrust, Shown};

/// Wraps an acceptor, and keeps the certificate of each connection.
#[derive(Debug, Clone)]
pub(super) struct Identified<A> {
    acceptor: A,
    trust: Arc<CurrentTrust>,
}

impl<A> Identified<A> {
    pub(super) const fn new(acceptor: A, trust: Arc<CurrentTrust>) -> Self {
        Self { acceptor, trust }
    }
}

type Accepting<St, Se> = Pin<Box<dyn Future<Output = io::Result<(St, Se)>> + Send>>;

impl<A, I, S, T> Accept<I, S> for Identified<A>
where
    A: Accept<I, S, Stream = TlsStream<T>>,
    A::Future: Send + 'static,
{
    type Stream = TlsStream<T>;
    type Service = WithCertificate<A::Service>;
    type Future = Accepting<Self::Stream, Self::Service>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let accepting = self.acceptor.accept(stream, service);
        let trust = Arc::clone(&self.trust);
        Box::pin(async move {
            let (stream, service) = accepting.await.inspect_err(tell)?;
            let chain = stream.get_ref().1.peer_certificates();
            let shown = chain.and_then(|chain| Shown::of(chain, trust)).map(Arc::new);
            Ok((stream, WithCertificate { service, shown }))
        })
    }
}

/// Logs a refused certificate. The caller sees only a TLS alert, and will ask the hub's operator for the reason.
fn tell(error: &io::Error) {
    let rustls = error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>());
    if let Some(rustls::Error::InvalidCertificate(why)) = rustls {
        tracing::info!(?why, "a client certificate was refused, so the connection was");
    }
}

/// A service whose requests carry the certificate of their connection.
#[derive(Debug, Clone)]
pub(super) struct WithCertificate<S> {
    service: S,
    shown: Option<Arc<Shown>>,
}

impl<S, B> Service<Request<B>> for WithCertificate<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if let Some(shown) = &self.shown {
            request.extensions_mut().insert(Arc::clone(shown));
        }
        self.service.call(request)
    }
}
