//! A server with TLS or plain HTTP that can leave requests unanswered, stop, and start again on the same port.

use std::convert::Infallible;
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tower_service::Service;

use crate::Problem;
use crate::judged::Answer;

/// Makes a response of an answer.
pub(crate) fn respond(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() =
        axum::http::StatusCode::from_u16(answer.status).unwrap_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR);
    let media_type = axum::http::HeaderValue::from_static(answer.media_type);
    response
        .headers_mut()
        .insert(axum::http::header::CONTENT_TYPE, media_type);
    response
}

/// A mark on a response that must never be sent; the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unanswered;

/// The error that closes a connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("closed without an answer, as told")]
pub(crate) struct Closed;

/// A router whose handlers can close the connection by answering [`Unanswered`].
#[derive(Clone)]
struct Breakable(Router);

impl Service<SocketAddr> for Breakable {
    type Response = Self;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: SocketAddr) -> Self::Future {
        std::future::ready(Ok(self.clone()))
    }
}

impl<B> Service<axum::http::Request<B>> for Breakable
where
    Router: Service<axum::http::Request<B>, Response = Response, Error = Infallible, Future: Send + 'static>,
{
    type Response = Response<Body>;
    type Error = Closed;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Closed>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Closed>> {
        <Router as Service<axum::http::Request<B>>>::poll_ready(&mut self.0, cx).map_err(|e| match e {})
    }

    fn call(&mut self, request: axum::http::Request<B>) -> Self::Future {
        let answering = self.0.call(request);
        Box::pin(async move {
            let response = answering.await.unwrap_or_else(|e| match e {});
            if response.extensions().get::<Unanswered>().is_some() {
                Err(Closed)
            } else {
                Ok(response)
            }
        })
    }
}

/// A server that can stop and start again.
pub(crate) struct Listening {
    router: Router,
    tls: Option<RustlsConfig>,
    address: SocketAddr,
    up: Mutex<Option<Handle<SocketAddr>>>,
}

impl Listening {
    /// Starts to listen on `address`; port 0 chooses a free port.
    pub(crate) fn start(
        address: SocketAddr,
        router: Router,
        tls: Option<Arc<rustls::ServerConfig>>,
    ) -> Result<Self, Problem> {
        let listener = bind(address)?;
        let address = listener.local_addr().map_err(|e| Problem::new(e.to_string()))?;
        let tls = tls.map(RustlsConfig::from_config);
        let listening = Self {
            router,
            tls,
            address,
            up: Mutex::new(None),
        };
        listening.serve(listener)?;
        Ok(listening)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    fn handle(&self) -> std::sync::MutexGuard<'_, Option<Handle<SocketAddr>>> {
        self.up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, listener: TcpListener) -> Result<(), Problem> {
        let handle = Handle::new();
        let service = Breakable(self.router.clone());
        let server = axum_server::from_tcp(listener)
            .map_err(|e| Problem::new(e.to_string()))?
            .handle(handle.clone());
        match &self.tls {
            Some(config) => {
                let server = server.acceptor(axum_server::tls_rustls::RustlsAcceptor::new(config.clone()));
                tokio::spawn(async move { server.serve(service).await });
            }
            None => {
                tokio::spawn(async move { server.serve(service).await });
            }
        }
        *self.handle() = Some(handle);
        Ok(())
    }

    /// Stops listening and closes every connection.
    pub(crate) fn go_down(&self) {
        if let Some(handle) = self.handle().take() {
            handle.shutdown();
        }
    }

    /// Listens again on the same port, which the old listener may hold for a moment.
    pub(crate) async fn come_up(&self) -> Result<(), Problem> {
        if self.handle().is_some() {
            return Ok(());
        }
        let mut tries = 0;
        loop {
            match bind(self.address) {
                Ok(listener) => return self.serve(listener),
                Err(problem) if tries >= 100 => return Err(problem),
                Err(_) => tries += 1,
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

fn bind(address: SocketAddr) -> Result<TcpListener, Problem> {
    let listener = TcpListener::bind(address).map_err(|e| Problem::new(format!("cannot listen on {address}: {e}")))?;
    listener
        .set_nonblocking(true)
        .map_err(|e| Problem::new(e.to_string()))?;
    Ok(listener)
}

/// Makes a response that is never sent.
pub(crate) fn unanswered() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Unanswered);
    response
}

/// The parts of a request that a handler gets.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) method: axum::http::Method,
    /// The path, without the query.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: axum::body::Bytes,
}

impl Incoming {
    /// Reads a whole request; `None` if its body is larger than `limit`, or is cut off.
    pub(crate) async fn read(request: Request, limit: usize) -> Option<Self> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, limit).await.ok()?;
        Some(Self {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body,
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns the media type in lower case, without parameters.
    pub(crate) fn media_type(&self) -> String {
        let raw = self.header("content-type").unwrap_or_default();
        raw.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}
