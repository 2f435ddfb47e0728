//! Requests, responses, and what they mean.

use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny};

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
}

/// An id in the receiver's world; see the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The scheme of the id, such as `msgid`.
    pub scheme: String,
    /// The id.
    pub value: String,
}

impl Reference {
    /// A reference.
    pub fn new(scheme: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            scheme: scheme.into(),
            value: value.into(),
        }
    }
}

/// A request to send. `Debug` shows its size and nothing of its content.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, relative to the endpoint's address, beginning with `/`.
    pub path: String,
    /// Headers; the hub drops those that are not on its list.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The credential slot.
    pub credential: Option<String>,
    /// Ids that the document carries, stored before it is sent.
    pub references: Vec<Reference>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("bytes", &self.body.len())
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl Request {
    /// A POST of a body of `media_type`.
    pub fn post(path: impl Into<String>, media_type: &str, body: Vec<u8>) -> Self {
        Self {
            method: Method::Post,
            path: path.into(),
            headers: vec![("content-type".into(), media_type.into())],
            body,
            credential: None,
            references: Vec::new(),
        }
    }
}

/// The response to a request. `Debug` shows its status and size and nothing of its content.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    /// The seconds of a `Retry-After` header, where it is a number.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        self.header("retry-after").and_then(|v| v.trim().parse().ok())
    }

    /// Its body as JSON, where it is that and has no member twice.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        crate::json::read(&self.body).ok()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.body.trim_ascii().is_empty()
    }

    /// Whether something between answered in the system's place: a page for people, a redirect, a proxy that changed the
    /// answer or asks who is calling. It says nothing of what was sent, whatever its status.
    #[must_use]
    pub fn is_in_between(&self) -> bool {
        matches!(self.status, 203 | 300..=399 | 407 | 511) || self.is_page()
    }

    /// A page is known by its media type, or by how it begins: some say that theirs is JSON.
    fn is_page(&self) -> bool {
        let media_type = self.header("content-type").unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        let named = ["text/html", "application/xhtml+xml"];
        let body = self
            .body
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(&self.body)
            .trim_ascii_start();
        let begins = |with: &str| {
            let start = body.get(..with.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
        };
        named.iter().any(|name| essence.eq_ignore_ascii_case(name))
            || ["<!doctype html", "<html", "<head", "<body", "<script"]
                .into_iter()
                .any(begins)
    }

    /// Whether it says that all went well in no words at all: an empty 200, or bytes that are neither JSON nor XML.
    #[must_use]
    pub fn is_wordless(&self) -> bool {
        let is_xml = || self.body.trim_ascii_start().starts_with(b"<");
        match self.status {
            201 | 202 | 204 if self.is_blank() => false,
            200..=299 => self.is_blank() || !(is_xml() || self.json::<IgnoredAny>().is_some()),
            _ => false,
        }
    }

    /// The meaning of a plain HTTP endpoint's status: 200 with an answer, 201, 202 and 204 delivered, 408, 425, 429 and 5xx
    /// later, every other one refused. An empty 200 is later too, and so is an answer of something in between.
    #[must_use]
    pub fn settle_by_status(&self) -> Settlement {
        let later = Settlement::RetryAfter(self.retry_after());
        match self.status {
            _ if self.is_in_between() => later,
            200 if self.is_blank() => later,
            200 | 201 | 202 | 204 => Settlement::Delivered,
            408 | 425 | 429 | 200..=299 | 500..=599 => later,
            status => Settlement::Refused(Refusal::new(
                "http-status",
                format!("Mottakerens system svarte {status} og tar ikke imot meldingen."),
            )),
        }
    }

    /// The same for an endpoint that answers in JSON, or in a status alone: anything else with a success is not its word.
    #[must_use]
    pub fn settle_json(&self) -> Settlement {
        match self.status {
            200..=299 if !self.is_blank() && self.json::<IgnoredAny>().is_none() => {
                Settlement::RetryAfter(self.retry_after())
            }
            _ => self.settle_by_status(),
        }
    }
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// A stable code of the adapter's own, such as `diagnosis` or `is-a-record`.
    pub code: String,
    /// The reason and the remedy, in plain Norwegian, without personal data.
    pub text: String,
    /// The answer that the sender's system understands, where the format has one.
    pub answer: Option<Request>,
}

impl Refusal {
    /// A refusal without an answer of its own.
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
            answer: None,
        }
    }
}

/// The meaning of a response for the delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The receiver has it.
    Delivered,
    /// Handed over; a receipt settles it.
    AwaitingReceipt(Vec<Reference>),
    /// Not now; after so many seconds if the receiver said.
    RetryAfter(Option<u32>),
    /// The receiver will not have it.
    Refused(Refusal),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, media_type: &str, body: &str) -> Response {
        Response {
            status,
            headers: vec![
                ("Content-Type".into(), media_type.into()),
                ("retry-after".into(), "7".into()),
            ],
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn what_something_between_answers_says_nothing_whatever_its_status() {
        let pages = [
            ("text/html; charset=utf-8", "Logg inn"),
            ("Application/XHTML+xml", "x"),
            ("application/json", "\u{feff} \n<!DOCTYPE html><title>Wi-Fi</title>"),
            ("", "<HTML><body>OK"),
        ];
        for (media_type, body) in pages {
            for status in [200, 201, 202, 204, 400, 403, 404, 410, 413, 422] {
                let page = response(status, media_type, body);
                assert!(page.is_in_between(), "{status} {body}");
                assert_eq!(
                    page.settle_by_status(),
                    Settlement::RetryAfter(Some(7)),
                    "{status} {body}"
                );
                assert_eq!(page.settle_json(), Settlement::RetryAfter(Some(7)), "{status} {body}");
            }
        }
        for status in [203, 301, 302, 303, 307, 308, 407, 511] {
            let answer = response(status, "application/json", "{}");
            assert_eq!(answer.settle_by_status(), Settlement::RetryAfter(Some(7)), "{status}");
        }
    }

    #[test]
    fn a_success_without_a_word_is_a_success_only_where_the_status_says_that_there_is_none() {
        for status in [201, 202, 204] {
            assert_eq!(
                response(status, "", "").settle_json(),
                Settlement::Delivered,
                "{status}"
            );
        }
        for (status, body) in [(200, ""), (200, " \r\n"), (205, ""), (206, "{}"), (299, "")] {
            assert_eq!(
                response(status, "", body).settle_json(),
                Settlement::RetryAfter(Some(7)),
                "{status}"
            );
        }
        assert_eq!(
            response(200, "application/json", "{}").settle_json(),
            Settlement::Delivered
        );
        assert_eq!(
            response(200, "text/plain", "OK").settle_by_status(),
            Settlement::Delivered
        );
        for status in [200, 201, 202] {
            let garbage = response(status, "application/json", "{\"mottatt\": ");
            assert_eq!(garbage.settle_json(), Settlement::RetryAfter(Some(7)), "{status}");
            assert!(garbage.is_wordless());
        }
        assert!(matches!(
            response(422, "application/json", "{}").settle_json(),
            Settlement::Refused(_)
        ));
        assert!(response(200, "", "").is_wordless() && !response(204, "", "").is_wordless());
    }
}
