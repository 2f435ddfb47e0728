//! HTTP requests and responses, and the meaning of a response.

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

/// Id of a document in the receiver's world; see the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Scheme of the id, such as `msgid`.
    pub scheme: String,
    /// Value of the id.
    pub value: String,
}

impl Reference {
    /// Makes a reference.
    pub fn new(scheme: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            scheme: scheme.into(),
            value: value.into(),
        }
    }
}

/// A request to send. `Debug` prints its size, and nothing of its content.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Path relative to the endpoint's address, beginning with `/`.
    pub path: String,
    /// Headers. The hub drops those that are not on its list.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Credential slot of the endpoint; `None` if the request needs none.
    pub credential: Option<String>,
    /// Ids that the document carries. The hub stores them before it sends the request.
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
    /// Makes a POST with a body of `media_type`.
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

/// The response to a request. `Debug` prints its status and size, and nothing of its content.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Returns the value of a header.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// Returns a header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    /// Returns the seconds of a `Retry-After` header, if it is a number.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        self.header("retry-after").and_then(|v| v.trim().parse().ok())
    }

    /// Parses the body as JSON. `None` if the body is not JSON, or an object in it has a member twice.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        crate::json::read(&self.body).ok()
    }

    /// Returns true if the body is empty or blank.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.body.trim_ascii().is_empty()
    }

    /// Returns true if an intermediary answered instead of the system: with a page for people, with a redirect, or as a proxy that
    /// changed the answer or asks for credentials. Such a response says nothing about the request, whatever its status.
    #[must_use]
    pub fn is_in_between(&self) -> bool {
        matches!(self.status, 203 | 300..=399 | 407 | 511) || self.is_page()
    }

    /// Detects a page by its media type or its first bytes, since some servers declare their pages as JSON.
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

    /// Returns true for a success without a readable answer: an empty 200, or bytes that are neither JSON nor XML.
    #[must_use]
    pub fn is_wordless(&self) -> bool {
        let is_xml = || self.body.trim_ascii_start().starts_with(b"<");
        match self.status {
            201 | 202 | 204 if self.is_blank() => false,
            200..=299 => self.is_blank() || !(is_xml() || self.json::<IgnoredAny>().is_some()),
            _ => false,
        }
    }

    /// Translates the status of a plain HTTP endpoint. 200 with an answer, 201, 202 and 204 mean delivered; 408, 425,
    /// 429 and 5xx mean retry; every other status means refused. An empty 200 and an answer of an intermediary mean
    /// retry too.
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

    /// Translates the status of an endpoint that answers in JSON or with a status alone. A success with any other body
    /// did not come from the system itself, and means retry.
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
    /// Stable code of the adapter's own, such as `diagnosis` or `is-a-record`.
    pub code: String,
    /// Reason and remedy in plain Norwegian, without personal data.
    pub text: String,
    /// Answer that the sender's system understands, if the format has one.
    pub answer: Option<Request>,
}

impl Refusal {
    /// Makes a refusal without an answer of its own.
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
    /// The receiver has the document.
    Delivered,
    /// The document was handed over; a receipt with one of these ids settles the delivery.
    AwaitingReceipt(Vec<Reference>),
    /// A person has the document, and still has to act: for example to enter it in another system.
    WithPerson,
    /// The receiver can not take the request now. Retry after this many seconds, if the receiver named a time.
    RetryAfter(Option<u32>),
    /// The receiver refused the document for good.
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

    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Vector {
        status: u16,
        content_type: String,
        body: String,
        retry_after: Option<String>,
        by_status: String,
        by_json: String,
    }

    #[test]
    fn responses_settle_as_the_vectors_say() {
        let vectors: Vec<Vector> = serde_json::from_str(include_str!("../../../vectors/settle.json")).unwrap();
        let word = |settlement: Settlement| match settlement {
            Settlement::Delivered => "delivered".to_owned(),
            Settlement::RetryAfter(None) => "retry-after".to_owned(),
            Settlement::RetryAfter(Some(seconds)) => format!("retry-after:{seconds}"),
            Settlement::Refused(_) => "rejected".to_owned(),
            Settlement::AwaitingReceipt(_) | Settlement::WithPerson => unreachable!(),
        };
        for vector in vectors {
            let mut headers = vec![("content-type".to_owned(), vector.content_type)];
            headers.extend(vector.retry_after.map(|seconds| ("retry-after".to_owned(), seconds)));
            let response = Response {
                status: vector.status,
                headers,
                body: vector.body.clone().into_bytes(),
            };
            let told = format!("{} {}", vector.status, vector.body);
            assert_eq!(word(response.settle_by_status()), vector.by_status, "{told}");
            assert_eq!(word(response.settle_json()), vector.by_json, "{told}");
        }
    }
}
