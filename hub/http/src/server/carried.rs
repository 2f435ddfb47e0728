//! Gives requests access to their connection. An answer counts as under way until the caller has taken it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use http_body::{Body as _, Frame, SizeHint};
use tower_service::Service;

use super::link::{Link, UnderWay};

/// Number of bytes that are handed over at a time. Below HTTP, at most this many wait for the caller.
const CHUNK: usize = 16 * 1024;

/// Extension of a response that goes on for a time, such as a stream of events. The caller's time to take it is longer by this.
#[derive(Debug, Clone, Copy)]
pub struct Lasting(pub Duration);

/// A service over one connection.
#[derive(Debug, Clone)]
pub(super) struct Carried<S> {
    service: S,
    link: Arc<Link>,
}

impl<S> Carried<S> {
    pub(super) const fn new(service: S, link: Arc<Link>) -> Self {
        Self { service, link }
    }
}

type Answering<E> = Pin<Box<dyn Future<Output = Result<Response<Body>, E>> + Send>>;

impl<S, B> Service<Request<B>> for Carried<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Answering<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let mut under_way = self.link.begin();
        request.extensions_mut().insert(Arc::clone(&self.link));
        let answering = self.service.call(request);
        Box::pin(async move {
            let response = answering.await?;
            let lasts = response.extensions().get::<Lasting>().map(|lasting| lasting.0);
            Ok(response.map(|body| {
                if body.is_end_stream() {
                    return body;
                }
                let size = body.size_hint();
                under_way.answered(size.upper().unwrap_or_else(|| size.lower()), lasts.unwrap_or_default());
                Body::new(Taken {
                    body,
                    rest: Bytes::new(),
                    _under_way: under_way,
                })
            }))
        })
    }
}

/// An answer's body, in chunks.
struct Taken {
    body: Body,
    /// The bytes that were taken from `body` but not yet handed over.
    rest: Bytes,
    _under_way: UnderWay,
}

impl http_body::Body for Taken {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        if this.rest.is_empty() {
            match std::task::ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => this.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                other => return Poll::Ready(other),
            }
        }
        let size = this.rest.len().min(CHUNK);
        Poll::Ready(Some(Ok(Frame::data(this.rest.split_to(size)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (hint, rest) = (self.body.size_hint(), self.rest.len() as u64);
        let mut own = SizeHint::new();
        own.set_lower(hint.lower() + rest);
        if let Some(upper) = hint.upper() {
            own.set_upper(upper + rest);
        }
        own
    }
}
