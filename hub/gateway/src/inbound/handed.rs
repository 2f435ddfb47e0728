//! Answers on their way: their bytes count for the caller until they have been read.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::response::Response;
use http_body::{Frame, SizeHint};

use super::limits::{Entered, Held};

/// Answers of this size and more count. The connection takes smaller ones whole.
const COUNTS: usize = 64 * 1024;

/// A body in pieces, so that no more of it than one piece has left the count before it is read.
struct Pieces {
    rest: Bytes,
    _held: Held,
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let piece = self.rest.len().min(COUNTS);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

/// Counts an answer for the caller until it has been read, or its connection is gone. One that nobody reads thus holds none of the
/// places that are shared.
pub(super) async fn counted(entered: Option<&Entered>, response: Response) -> Response {
    let large = response.body().size_hint().lower() >= COUNTS as u64;
    let Some(entered) = entered.filter(|_| large) else {
        return response;
    };
    let (parts, body) = response.into_parts();
    // It lies in memory already; nothing is waited for.
    let rest = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut held = Held::default();
    held.add(entered, rest.len());
    Response::from_parts(parts, Body::new(Pieces { rest, _held: held }))
}
