//! Answers of pages, and the troubles that a person can meet.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bindeledd_accounts::AccountsError;
use bindeledd_console::assets::Asset;
use bindeledd_engine::ports::StoreError;
use bindeledd_engine::{EngineError, Leave};
use bindeledd_http::server::Lasting;
use bindeledd_http::{Problem, listed_code};

use crate::leaving;
use crate::streams;

/// The policy of every page: own files alone, and no script in the markup.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; \
    trusted-types bindeledd";

/// The answer of a page.
pub(crate) enum Answer {
    /// A page.
    Page(StatusCode, String),
    /// A page that the browser leaves after some seconds, for another one.
    ForSeconds(String, u64, String),
    /// A page with the content of a delivery, which begins only while the hub may release it.
    Letter(StatusCode, String, Leave),
    /// Another page follows (303), so that going back or loading again repeats no act.
    See(String),
    /// Another page follows, and the browser forgets what it kept of this site. Cookies stay, since a person of the console may
    /// have one in the same browser.
    Leave(String),
    /// A stream of events.
    Stream(Body),
    /// An answer to a machine.
    Machine(StatusCode, &'static str),
    /// A file to keep.
    File {
        /// Name of the file.
        name: String,
        /// Media type.
        media_type: &'static str,
        /// Content.
        body: String,
    },
    /// A file of the pages, which never changes under its name.
    Asset(&'static Asset),
}

impl Answer {
    pub(crate) const fn page(html: String) -> Self {
        Self::Page(StatusCode::OK, html)
    }

    /// Makes the response, with the cookies to set.
    pub(crate) fn into_response(self, cookies: Vec<HeaderValue>) -> Response {
        let lasts = matches!(self, Self::Stream(_));
        let page = (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned());
        let (status, body, more) = match self {
            Self::Page(status, html) => (status, Body::from(html), vec![page]),
            Self::Letter(status, html, leave) => (status, leaving::body(html, leave), vec![page]),
            Self::Stream(body) => (
                StatusCode::OK,
                body,
                vec![
                    (header::CONTENT_TYPE, "text/event-stream".to_owned()),
                    // A proxy that gathers bytes would hold the events back.
                    (HeaderName::from_static("x-accel-buffering"), "no".to_owned()),
                ],
            ),
            Self::ForSeconds(html, seconds, then) => (
                StatusCode::OK,
                Body::from(html),
                vec![page, (header::REFRESH, format!("{seconds}; url={then}"))],
            ),
            Self::See(place) => (StatusCode::SEE_OTHER, Body::empty(), vec![(header::LOCATION, place)]),
            Self::Leave(place) => (
                StatusCode::SEE_OTHER,
                Body::empty(),
                vec![
                    (header::LOCATION, place),
                    (
                        HeaderName::from_static("clear-site-data"),
                        "\"cache\", \"storage\"".to_owned(),
                    ),
                ],
            ),
            Self::Machine(status, json) => (
                status,
                Body::from(json),
                vec![(header::CONTENT_TYPE, "application/json".to_owned())],
            ),
            Self::File { name, media_type, body } => (
                StatusCode::OK,
                Body::from(body),
                vec![
                    (header::CONTENT_TYPE, media_type.to_owned()),
                    (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
                ],
            ),
            Self::Asset(asset) => (
                StatusCode::OK,
                Body::from(asset.bytes.as_ref()),
                vec![
                    (header::CONTENT_TYPE, asset.media_type.to_owned()),
                    (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
                ],
            ),
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        if lasts {
            response.extensions_mut().insert(Lasting(streams::LONGEST));
        }
        let headers = response.headers_mut();
        for (name, value) in more {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        for cookie in cookies {
            headers.append(header::SET_COOKIE, cookie);
        }
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        response
    }
}

/// A trouble that has a page of its own.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Nothing has this address, or the person may not know that something has.
    NotFound,
    /// The person's roles do not suffice.
    NoRight,
    /// A one-time link was used, or is too old.
    LinkOver,
    /// Nobody is signed in, or the session is over.
    SignedOut,
    /// The form does not come from this session's page.
    StrangeForm,
    /// A sign-in at an issuer came to nothing.
    AtIssuer(IssuerTrouble),
    /// The store does not answer, or the hub is busy.
    Away,
    /// Another problem of the hub, with its code.
    Problem(Box<Problem>),
}

/// The reason why a sign-in at an issuer came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IssuerTrouble {
    /// The issuer does not answer.
    Away,
    /// The issuer refused, or the person gave up there.
    Refused,
    /// The answer is not that of a sign-in which this browser began.
    NotAccepted,
    /// No account has the identity.
    Unknown,
    /// The sign-in is weaker or older than the hub requires.
    TooWeak,
    /// Another account has the identity.
    Taken,
    /// The issuer did not tell who the person is.
    Unnamed,
}

impl IssuerTrouble {
    /// Returns the code, with a page in `docs/errors`.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Away => "BL-1206",
            Self::Refused => "BL-1207",
            Self::NotAccepted | Self::Unnamed => "BL-1208",
            Self::Unknown => "BL-1209",
            Self::TooWeak => "BL-1210",
            Self::Taken => "BL-1211",
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a page got no answer from the store");
        Self::Away
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Store(error) => error.into(),
            error => Problem::from(error).into(),
        }
    }
}

impl From<AccountsError> for Trouble {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::Store(error) => error.into(),
            AccountsError::Busy => Self::Away,
            AccountsError::UnknownAccount | AccountsError::UnknownParty => Self::NotFound,
            AccountsError::LinkOver => Self::LinkOver,
            error => {
                let code = error.code().unwrap_or("BL-5002");
                let status = listed_code(code).and_then(|listed| StatusCode::from_u16(listed.status).ok());
                let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                Problem::new(status, code, error.to_string()).into()
            }
        }
    }
}
