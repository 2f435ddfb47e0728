//! Requests, responses, and what they mean.

use std::fmt;

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
    /// Whose ids these are, such as `msgid`.
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

/// What to send. It shows how much that is, and nothing of it.
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

/// What came back. It shows its status and how much it is, and nothing of it.
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

    /// What a plain HTTP endpoint's status means: 2xx delivered, 408, 425, 429 and 5xx later, every other one refused.
    #[must_use]
    pub fn settle_by_status(&self) -> Settlement {
        match self.status {
            200..=299 => Settlement::Delivered,
            408 | 425 | 429 | 500..=599 => Settlement::RetryAfter(self.retry_after()),
            status => Settlement::Refused(Refusal::new(
                "http-status",
                format!("Mottakerens system svarte {status} og tar ikke imot meldingen."),
            )),
        }
    }
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// A stable code of the adapter's own, such as `diagnosis` or `is-a-record`.
    pub code: String,
    /// What happened and what to do, in plain Norwegian, without personal data.
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

/// What a response means for the delivery.
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
