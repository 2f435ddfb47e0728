//! Meldingstjener v3's replacement for the list of unread messages: notifications from an offset, and a stream of notifications.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use http_body::Frame;
use serde_json::{Value, json};
use tokio::time::{Interval, interval};

use super::GpSystem;
use crate::judged::Answer;
use crate::serve::Incoming;

/// Reads HER-ids and an offset from a query. The offset is a message's position in the queue.
fn query(raw: &str) -> (Vec<u32>, usize) {
    let mut hers = Vec::new();
    let mut offset = 0;
    for (name, value) in raw.split('&').filter_map(|pair| pair.split_once('=')) {
        match name.to_ascii_lowercase().as_str() {
            "herids" => hers.extend(value.split(',').filter_map(|v| v.parse::<u32>().ok())),
            "offset" => offset = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    (hers, offset)
}

impl GpSystem {
    fn notifications_from(&self, hers: &[u32], offset: usize) -> Vec<Value> {
        let messages = self.messages();
        let queue = messages.queue.iter().enumerate().skip(offset);
        queue
            .filter(|(_, m)| hers.contains(&m.receiver_her))
            .map(|(place, m)| {
                json!({
                    "offset": place,
                    "messageId": m.id,
                    "receiverHerId": m.receiver_her,
                    "senderHerId": m.sender_her,
                    "isAppRec": m.is_app_rec,
                })
            })
            .take(100)
            .collect()
    }

    /// Answers `GET /notifications`.
    pub(super) fn notifications(&self, raw: &str) -> Answer {
        let (hers, offset) = query(raw);
        Answer::json(200, &json!({"notifications": self.notifications_from(&hers, offset)}))
    }

    /// Answers `GET /notifications/stream`; `None` for other requests.
    pub(crate) fn stream(self: &Arc<Self>, incoming: &Incoming) -> Option<Response> {
        let is_stream = incoming.method == "GET" && incoming.path.ends_with("/notifications/stream");
        if !is_stream || incoming.header("api-version") != Some("3") {
            return None;
        }
        let (hers, offset) = query(&incoming.query);
        let events = Events {
            system: Arc::clone(self),
            hers,
            offset,
            tick: interval(Duration::from_millis(20)),
        };
        let mut response = Response::new(Body::new(events));
        let media_type = axum::http::HeaderValue::from_static("text/event-stream");
        response
            .headers_mut()
            .insert(axum::http::header::CONTENT_TYPE, media_type);
        Some(response)
    }
}

/// The stream's body, which has an event for each notification as soon as it exists.
struct Events {
    system: Arc<GpSystem>,
    hers: Vec<u32>,
    offset: usize,
    tick: Interval,
}

impl http_body::Body for Events {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        loop {
            let fresh = self.system.notifications_from(&self.hers, self.offset);
            let newest = fresh
                .last()
                .and_then(|n| n["offset"].as_u64())
                .and_then(|n| usize::try_from(n).ok());
            if let Some(newest) = newest {
                self.offset = newest + 1;
                let text: String = fresh
                    .iter()
                    .map(|n| format!("event: notification\ndata: {n}\n\n"))
                    .collect();
                return Poll::Ready(Some(Ok(Frame::data(Bytes::from(text)))));
            }
            ready!(self.tick.poll_tick(cx));
        }
    }
}
