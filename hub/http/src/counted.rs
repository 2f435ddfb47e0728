//! Answers on their way: their bytes count for the caller until they have been read.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::Error;
use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use http_body::{Frame, SizeHint};

use crate::limits::{Entered, Held};

/// Answers of this size and more count. The connection takes smaller ones whole.
const COUNTS: usize = 64 * 1024;

/// A body in pieces, so that no more of it than one piece has left the count before it is read. The body itself is asked when
/// the connection takes the first piece, and no earlier: it may have something to say about that.
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

/// Counts an answer for the caller until it has been read, or its connection is gone. One that nobody reads thus holds none of the
/// places that are shared.
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
