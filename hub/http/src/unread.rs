//! Answers that are sent before the request was read to its end.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, Version, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use tokio::time::timeout;

use crate::body::{read_on, waits_for_leave};

/// Maximum time for reading on after the answer is known.
const READ_ON_WITHIN: Duration = Duration::from_secs(1);

/// Reads on a body that nobody read, before its answer is sent. Many clients send their whole body before they read the answer; to
/// such a client a closed connection looks like a fault of the network.
///
/// If the rest does not come soon, the answer announces that the connection closes. A client that is not told would send its next
/// request over the connection and lose that request.
pub(crate) async fn close(request: Request, next: Next) -> Response {
    if request.version() >= Version::HTTP_2 || request.body().is_end_stream() {
        return next.run(request).await;
    }
    // Such a client sends nothing before the hub asks for it, and reading would ask.
    let sends_unasked = !waits_for_leave(request.headers());
    let state = Arc::new(Mutex::new(Unread::InUse));
    let request = request.map(|body| {
        Body::new(Watched {
            body,
            state: Arc::clone(&state),
        })
    });
    let mut response = next.run(request).await;
    let left = std::mem::replace(
        &mut *state.lock().unwrap_or_else(PoisonError::into_inner),
        Unread::InUse,
    );
    let is_read = match left {
        Unread::Read => true,
        Unread::Left(body) if sends_unasked => timeout(READ_ON_WITHIN, read_on(body)).await.unwrap_or(false),
        Unread::Left(_) | Unread::InUse => false,
    };
    if !is_read {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

/// What became of a request's body.
enum Unread {
    /// Nobody has dropped the body yet.
    InUse,
    /// All of it was read.
    Read,
    /// It was dropped before its end.
    Left(Body),
}

/// A body that records when all of it was read, and leaves the rest if it is dropped before.
struct Watched {
    body: Body,
    state: Arc<Mutex<Unread>>,
}

impl Watched {
    fn set(&self, now: Unread) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let is_in_use = matches!(
            *self.state.lock().unwrap_or_else(PoisonError::into_inner),
            Unread::InUse
        );
        if is_in_use {
            let rest = std::mem::take(&mut self.body);
            self.set(Unread::Left(rest));
        }
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let frame = std::task::ready!(Pin::new(&mut this.body).poll_frame(cx));
        if frame.is_none() || this.body.is_end_stream() {
            this.set(Unread::Read);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
