//! Answers under way: their bytes count for the caller until the caller has read them.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::Error;
use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use http_body::{Frame, SizeHint};

use crate::limits::{Entered, Held};

/// Minimum size of an answer that is counted. The connection takes a smaller answer whole.
const COUNTS: usize = 64 * 1024;

/// A body that is handed over in pieces. At most one piece has left the count before the caller has read it. The inner body is
/// first polled when the connection takes the first piece, since the inner body may report that moment.
struct Pieces {
    body: Option<Body>,
    piece: Bytes,
    _held: Held,
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        while self.piece.is_empty() {
            let Some(body) = &mut self.body else {
                return Poll::Ready(None);
            };
            let frame = ready!(Pin::new(&mut *body).poll_frame(cx));
            if body.is_end_stream() {
                self.body = None;
            }
            match frame.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => self.piece = data,
                Some(Ok(Err(trailers))) => return Poll::Ready(Some(Ok(trailers))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => self.body = None,
            }
        }
        let size = self.piece.len().min(COUNTS);
        Poll::Ready(Some(Ok(Frame::data(self.piece.split_to(size)))))
    }

    fn is_end_stream(&self) -> bool {
        self.piece.is_empty() && self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let piece = self.piece.len() as u64;
        let rest = self.body.as_ref().map_or(Some(0), |body| body.size_hint().exact());
        rest.map_or_else(SizeHint::default, |rest| SizeHint::with_exact(rest + piece))
    }
}

/// Counts an answer for the caller until the caller has read it or the connection is gone. An answer that is never read thus takes
/// none of the shared places.
pub(crate) fn counted(entered: Option<&Entered>, response: Response) -> Response {
    let size = usize::try_from(response.body().size_hint().lower()).unwrap_or(usize::MAX);
    let Some(entered) = entered.filter(|_| size >= COUNTS) else {
        return response;
    };
    let mut held = Held::default();
    held.add(entered, size);
    response.map(|body| {
        Body::new(Pieces {
            body: Some(body),
            piece: Bytes::new(),
            _held: held,
        })
    })
}
