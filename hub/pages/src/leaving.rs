//! A page with content that begins to leave only while the hub may release it.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use bindeledd_engine::Leave;
use http_body::{Frame, SizeHint};

/// Makes the body of a page. If the permission is over when the connection asks for the page, the body fails; the person
/// loads the page again, and the hub decides anew.
pub(crate) fn body(html: String, leave: Leave) -> Body {
    Body::new(Leaving {
        bytes: Some(html.into()),
        leave,
    })
}

struct Leaving {
    bytes: Option<Bytes>,
    leave: Leave,
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(match self.bytes.take() {
            Some(bytes) if self.leave.begin() => Some(Ok(Frame::data(bytes))),
            Some(_) => Some(Err(std::io::Error::other("the page took too long; load it again"))),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
