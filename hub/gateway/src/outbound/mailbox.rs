//! Requests to mailboxes from which the hub fetches, and their event streams. Origin, credential and time limits are those of a
//! delivery. The requests carry no participant's data.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Bytes;
use bindeledd_core::contract::{Request, Response};
use bindeledd_core::{Endpoint, EndpointAddress};
use bindeledd_engine::ports::{Events, SendError, SendFailure};
use bindeledd_texts::outbound::Unanswered;
use tokio::time::{Instant, timeout, timeout_at};

use super::exchange::Exchange;
use super::failure::transient;
use super::{HttpCourier, request};

/// Maximum size of a fetched document: room for 5 MB in base64, inside JSON.
const LARGEST_DOCUMENT: usize = 8 * 1024 * 1024;
/// Time without any data, keep-alives included, after which a stream counts as dead.
const SILENCE: Duration = Duration::from_secs(300);

impl HttpCourier {
    /// Sends a request and reads its response.
    pub(super) async fn ask_mailbox(
        &self,
        request: Request,
        endpoint: &Endpoint,
        address: &EndpointAddress,
    ) -> Result<Response, SendError> {
        let deadline = Instant::now() + Duration::from_secs(endpoint.limits.timeout_seconds.into());
        let response = self.respond(request, endpoint, address, deadline).await?;
        self.read_by(deadline, response, address, LARGEST_DOCUMENT).await
    }

    /// Opens an event stream.
    pub(super) async fn stream(
        &self,
        request: Request,
        endpoint: &Endpoint,
        address: &EndpointAddress,
    ) -> Result<EventStream, SendError> {
        let deadline = Instant::now() + Duration::from_secs(endpoint.limits.timeout_seconds.into());
        let response = self.respond(request, endpoint, address, deadline).await?;
        let media_type = response.headers().get(reqwest::header::CONTENT_TYPE);
        let is_stream = media_type.is_some_and(|t| {
            let essence = t.as_bytes().split(|b| *b == b';').next().unwrap_or_default();
            essence.trim_ascii().eq_ignore_ascii_case(b"text/event-stream")
        });
        if !response.status().is_success() || !is_stream {
            let status = response.status().as_u16().into();
            return Err(transient(
                address,
                SendFailure::BrokenAnswer,
                Unanswered::NoEvents { status },
            ));
        }
        Ok(EventStream {
            response: Mutex::new(response),
            line: Line::default(),
            waiting: 0,
        })
    }

    /// Sends a request with the endpoint's credential, and returns the head of the response.
    async fn respond(
        &self,
        wanted: Request,
        endpoint: &Endpoint,
        address: &EndpointAddress,
        deadline: Instant,
    ) -> Result<reqwest::Response, SendError> {
        let client = self.client(endpoint).await?;
        let exchange = Exchange {
            client: &client,
            around: &self.around,
            method: request::method(wanted.method),
            url: request::url(address, &wanted.path, self.allow_http_loopback)?,
            headers: request::headers(&wanted.headers)?,
            body: Bytes::from(wanted.body),
        };
        timeout_at(deadline, exchange.run(None))
            .await
            .map_err(|_| transient(address, SendFailure::NoAnswer, Unanswered::NoAnswer))?
            .map_err(|why| why.told(address))
    }
}

/// A `text/event-stream`. The hub only notices that an event came, and ignores its content.
pub(super) struct EventStream {
    /// The lock never waits, since only the stream's owner reaches the response.
    response: Mutex<reqwest::Response>,
    line: Line,
    waiting: usize,
}

#[async_trait]
impl Events for EventStream {
    async fn next(&mut self) -> Option<()> {
        while self.waiting == 0 {
            let response = self.response.get_mut().unwrap_or_else(PoisonError::into_inner);
            let chunk = timeout(SILENCE, response.chunk()).await.ok()?.ok()??;
            self.waiting = self.line.events(&chunk);
        }
        // One fetch finds the documents of all events that have come.
        self.waiting = 0;
        Some(())
    }
}

/// Counts events. A blank line after at least one line of data ends an event.
#[derive(Debug, Default)]
struct Line {
    begins_with: Vec<u8>,
    has_data: bool,
}

impl Line {
    fn events(&mut self, chunk: &[u8]) -> usize {
        let mut events = 0;
        for byte in chunk.iter().filter(|b| **b != b'\r') {
            if *byte != b'\n' {
                if self.begins_with.len() < 5 {
                    self.begins_with.push(*byte);
                }
                continue;
            }
            if self.begins_with.is_empty() {
                events += usize::from(std::mem::take(&mut self.has_data));
            }
            self.has_data |= self.begins_with.starts_with(b"data");
            self.begins_with.clear();
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_data_and_a_blank_line_however_it_is_cut() {
        let stream = b": alive\n\nevent: new\ndata: {}\n\n\ndata:1\r\ndata:2\r\n\r\nid: 7\n\ndata: cut";
        for cut in 1..stream.len() {
            let mut line = Line::default();
            let events: usize = stream.chunks(cut).map(|chunk| line.events(chunk)).sum();
            assert_eq!(events, 2, "in chunks of {cut}");
        }
    }
}
