//! The body of an outgoing request. When its bytes go to the socket, it checks whether the request may still begin.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Bytes, HttpBody};
use bindeledd_engine::ports::Start;
use bindeledd_texts::outbound::Unanswered;
use http_body::{Frame, SizeHint};

/// A body that the connection polls once it is open, so that head and body go to the socket together. Without a `start` the body
/// may go at any time, since it carries no participant's data.
pub(super) struct StartingBody {
    bytes: Option<Bytes>,
    start: Option<Start>,
}

impl StartingBody {
    pub(super) fn new(bytes: Bytes, start: Option<Start>) -> Self {
        let bytes = Some(bytes).filter(|b| !b.is_empty());
        Self { bytes, start }
    }
}

impl HttpBody for StartingBody {
    type Data = Bytes;
    type Error = TooLate;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(match self.bytes.take() {
            Some(bytes) if self.start.as_ref().is_none_or(Start::begin) => Some(Ok(Frame::data(bytes))),
            Some(_) => Some(Err(TooLate)),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |b| b.len() as u64))
    }
}

/// The error of a request that may no longer begin.
#[derive(Debug)]
pub(super) struct TooLate;

impl fmt::Display for TooLate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Unanswered::TooLate.fmt(f)
    }
}

impl std::error::Error for TooLate {}
