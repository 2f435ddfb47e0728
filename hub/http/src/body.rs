//! Reads the body of a request within its size limit, its time limit and its caller's share of bytes.

use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, header};
use tokio::time::timeout;

use crate::problem::Problem;

/// Maximum size of a body, and maximum time to read it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) bytes: usize,
    pub(crate) time: Duration,
}

/// Reads a body. `take` counts bytes for the caller, and refuses those above its share.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    bounds: Bounds,
    take: impl FnMut(usize) -> Result<(), Problem>,
) -> Result<Bytes, Problem> {
    let limit = bounds.bytes;
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::compressed());
    }
    if waits_for_leave(headers) && announced(headers).is_some_and(|bytes| bytes > limit) {
        return Err(Problem::too_large(limit));
    }
    match timeout(bounds.time, collect(body, limit, take)).await {
        Ok(Collected::Whole(bytes)) => Ok(bytes),
        Ok(Collected::TooLarge) => Err(Problem::too_large(limit)),
        Ok(Collected::Refused(problem)) => Err(problem),
        Ok(Collected::Broken) | Err(_) => Err(Problem::slow_body()),
    }
}

/// Returns whether the caller sends its body only after the server asks for it (`Expect: 100-continue`). The server asks when it
/// reads the body, so that it can refuse such a caller before anything is sent.
pub(crate) fn waits_for_leave(headers: &HeaderMap) -> bool {
    let mut expected = headers.get_all(header::EXPECT).iter();
    expected.any(|value| value.as_bytes().trim_ascii().eq_ignore_ascii_case(b"100-continue"))
}

/// Length of the body, as the caller announces it.
fn announced(headers: &HeaderMap) -> Option<usize> {
    let length = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?;
    length
        .trim()
        .parse::<u64>()
        .ok()
        .map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX))
}

/// The result of reading a body.
enum Collected {
    Whole(Bytes),
    TooLarge,
    Refused(Problem),
    Broken,
}

/// Number of bytes past the limit or the caller's share that are read and discarded before the answer. If the connection closed
/// while the caller still sends, the caller would not read the reason for the refusal.
const READ_ON: usize = 32 * 1024 * 1024;

/// Reads and discards the rest of a body. Returns whether its end came.
pub(crate) async fn read_on(mut body: Body) -> bool {
    let mut size = 0_usize;
    loop {
        match std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            None => return true,
            Some(Err(_)) => return false,
            Some(Ok(frame)) => {
                size = size.saturating_add(frame.data_ref().map_or(0, Bytes::len));
                if size > READ_ON {
                    return false;
                }
            }
        }
    }
}

/// Room reserved for a body before its first byte has come. It is small, since a caller can announce any length.
const AT_FIRST: usize = 64 * 1024;

async fn collect(mut body: Body, limit: usize, mut take: impl FnMut(usize) -> Result<(), Problem>) -> Collected {
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(expected.min(limit).min(AT_FIRST));
    let (mut size, mut refused) = (0_usize, None);
    let over = |refused: Option<Problem>| refused.map_or(Collected::TooLarge, Collected::Refused);
    loop {
        let frame = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
        match frame.map(|frame| frame.map(http_body::Frame::into_data)) {
            None | Some(Err(_)) if size > limit || refused.is_some() => return over(refused),
            None => return Collected::Whole(bytes.into()),
            Some(Err(_)) => return Collected::Broken,
            // The hub needs nothing from a request's trailers.
            Some(Ok(Err(_))) => {}
            Some(Ok(Ok(data))) => {
                size = size.saturating_add(data.len());
                if size > limit.saturating_add(READ_ON) {
                    return over(refused);
                }
                if size > limit || refused.is_some() {
                    bytes = Vec::new();
                } else if let Err(problem) = take(data.len()) {
                    refused = Some(problem);
                } else {
                    bytes.extend_from_slice(&data);
                }
            }
        }
    }
}
