//! The moment at which a request's first byte is on its way.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Bytes, HttpBody};
use bindeledd_engine::ports::Begun;
use http_body::{Frame, SizeHint};

/// Whether a request has begun. It begins, or is abandoned, once.
#[derive(Debug, Clone)]
pub(super) struct Start(Arc<Mutex<Phase>>);

#[derive(Debug)]
enum Phase {
    NotYet(Begun),
    Begun,
    Abandoned,
}

impl Start {
    pub(super) fn new(begun: Begun) -> Self {
        Self(Arc::new(Mutex::new(Phase::NotYet(begun))))
    }

    /// Begins, and tells who waits for it; `false` where it was abandoned before.
    pub(super) fn begin(&self) -> bool {
        let mut phase = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *phase, Phase::Begun) {
            Phase::NotYet(begun) => {
                // Nobody has to be listening any more.
                let _ = begun.send(());
                true
            }
            Phase::Begun => true,
            Phase::Abandoned => {
                *phase = Phase::Abandoned;
                false
            }
        }
    }

    /// Makes sure that it never begins; `false` where it has.
    pub(super) fn abandon(&self) -> bool {
        let mut phase = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *phase {
            Phase::NotYet(_) | Phase::Abandoned => {
                *phase = Phase::Abandoned;
                true
            }
            Phase::Begun => false,
        }
    }
}

/// A body that the connection asks for when it is there and the request's head is written: that is the beginning.
pub(super) struct StartingBody {
    bytes: Option<Bytes>,
    start: Start,
}

impl StartingBody {
    pub(super) fn new(bytes: Bytes, start: Start) -> Self {
        let bytes = Some(bytes).filter(|b| !b.is_empty());
        Self { bytes, start }
    }
}

impl HttpBody for StartingBody {
    type Data = Bytes;
    type Error = Abandoned;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(match self.bytes.take() {
            Some(bytes) if self.start.begin() => Some(Ok(Frame::data(bytes))),
            Some(_) => Some(Err(Abandoned)),
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

/// The request was given up before it began.
#[derive(Debug, thiserror::Error)]
#[error("the request was given up before it began")]
pub(super) struct Abandoned;
