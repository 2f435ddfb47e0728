//! Errors as callers see them: RFC 9457, with a code that has a page.

mod body;
mod codes;
mod engine;
mod token;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bindeledd_core::{InputCode, InputError};
use bindeledd_engine::ports::WasDone;
use bindeledd_texts::{Lang, title};

use crate::certificate::NotGood;
use body::Members;
pub use body::ProblemJson;
pub use codes::{CODES, Listed, listed_code};
pub(crate) use token::TokenFault;

const PAGES: &str = "https://bindeledd.example/errors/";

/// An error answer (RFC 9457).
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    what_to_do: Option<&'static str>,
    members: Box<Members>,
    retry_after: Option<u32>,
    challenge: &'static str,
}

/// The `WWW-Authenticate` challenge for a caller without a credential.
const CHALLENGE: &str = "Bearer realm=\"bindeledd\"";

impl Problem {
    /// Makes a problem with this code.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            what_to_do: None,
            members: Box::default(),
            retry_after: None,
            challenge: CHALLENGE,
        }
    }

    /// Returns the status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Adds advice for the caller.
    #[must_use]
    pub const fn what_to_do(mut self, what: &'static str) -> Self {
        self.what_to_do = Some(what);
        self
    }

    /// Adds the number of seconds after which the caller may retry.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Adds whether the command was carried out.
    #[must_use]
    pub fn done(mut self, done: WasDone) -> Self {
        self.members.done = Some(done.code());
        self
    }

    /// Adds the place of the fault in the request.
    fn at(mut self, path: impl Into<String>) -> Self {
        self.members.path = Some(path.into());
        self
    }

    /// Adds the value that was expected at the place of the fault.
    fn expected(mut self, expected: impl Into<String>) -> Self {
        self.members.expected = Some(expected.into());
        self
    }

    /// No caller has the shown credential, or the request has none.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "BL-1101",
            "the request has no key, or one that nobody has",
        )
        .what_to_do("send the party's key as `Authorization: Bearer <key>`")
    }

    /// The operator's key is switched off in the configuration.
    pub(crate) fn operator_key_off() -> Self {
        let detail = "this hub does not take the operator's key: it is switched off";
        Self::new(StatusCode::UNAUTHORIZED, "BL-1116", detail).what_to_do(
            "sign in to the console; or set `api.operator_key = true` in the configuration, and start the hub again",
        )
    }

    /// The party is suspended; the operator lets none of its requests in.
    pub(crate) fn suspended() -> Self {
        let detail = "the hub's operator has suspended this party";
        Self::new(StatusCode::FORBIDDEN, "BL-6022", detail)
            .what_to_do("nothing was done: ask the operator, who suspends a party whose key may be in the wrong hands")
    }

    /// The certificate is valid, but identifies no party.
    pub(crate) fn unknown_certificate() -> Self {
        let detail = "the certificate is good, and configuration does not say which party it is";
        Self::new(StatusCode::UNAUTHORIZED, "BL-1114", detail)
            .what_to_do("ask the operator to add it as a client, or send the party's key")
    }

    /// The certificate was valid when the connection began, and no longer is.
    pub(crate) fn certificate_over(why: NotGood) -> Self {
        let detail = match why {
            NotGood::Time => "the certificate's time is over, or has not come",
            NotGood::Authority => {
                "no authority that this hub trusts vouches for the certificate now, or it was revoked"
            }
        };
        Self::new(StatusCode::UNAUTHORIZED, "BL-1121", detail)
            .what_to_do("connect anew with a certificate that is good, or send the party's key")
    }

    /// The credential identifies more than one party.
    pub(crate) fn ambiguous(detail: &'static str, what_to_do: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "BL-1122", detail).what_to_do(what_to_do)
    }

    /// Several parties have the name in the credential.
    pub(crate) fn shared_name() -> Self {
        Self::ambiguous(
            "several parties have the organisation number that was shown, and none of them is part of another",
            "ask the operator to say which party is part of which, or come with the party's key",
        )
    }

    /// The proof was made before the hub started, or in a period whose proofs are no longer remembered.
    pub(crate) fn proof_too_early() -> Self {
        let detail =
            "the hub has just started, or its clock was changed: a proof of this moment could have been shown before";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "BL-1123", detail)
            .what_to_do("nothing was done: send it again with a new proof, after as long as Retry-After says")
            .retry_after(15)
    }

    /// The operator's routes are not on the parties' listener.
    pub(crate) fn operators_listener() -> Self {
        let detail = "this is for the operator, who has a listener of its own at this hub";
        Self::new(StatusCode::FORBIDDEN, "BL-1120", detail)
            .what_to_do("ask on the operator's listener: `operator_listen.address` in the configuration")
    }

    /// The issuer's keys can not be fetched, so the token can not be checked.
    pub(crate) fn no_issuer_keys() -> Self {
        let detail = "the keys of the token's issuer can not be fetched";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "BL-1115", detail)
            .what_to_do("nothing was done: send it again in a moment, or tell the operator")
            .done(WasDone::No)
            .retry_after(30)
    }

    /// The caller is known, but may not use the route.
    #[must_use]
    pub fn forbidden(who_may: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "BL-1102", who_may)
            .what_to_do("use the key of the party itself, or ask the operator")
    }

    /// The addressed thing does not exist.
    #[must_use]
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "BL-1107", what).what_to_do("check the id")
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let detail = format!("the body is larger than {} KB", limit / 1024);
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "BL-1103", detail)
            .what_to_do("send less at a time; attachments are left out, since the hub does not move them")
    }

    pub(crate) fn too_many(seconds: u32) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "BL-1105",
            "more requests than are allowed in this time",
        )
        .what_to_do("wait for as long as Retry-After says")
        .retry_after(seconds)
    }

    pub(crate) fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "BL-1109",
            "as many requests are under way as the hub takes at a time",
        )
        .what_to_do("nothing was done: send it again in a moment")
        .done(WasDone::No)
        .retry_after(1)
    }

    pub(crate) fn too_many_bytes() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "BL-1130",
            "as many bytes of this caller's are under way as one caller may have",
        )
        .what_to_do("nothing was done: read the answers that wait, and send fewer large documents at a time")
        .retry_after(1)
    }

    /// The hub accepts no work now.
    #[must_use]
    pub fn not_ready(why: &'static str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "BL-1131", why)
            .what_to_do("send to another hub, or wait; the operator looks at the log")
    }

    pub(crate) fn slow_body() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "BL-1110",
            "the body did not come in time, or broke off",
        )
        .what_to_do("nothing was done: send it again")
        .done(WasDone::No)
    }

    pub(crate) fn slow_answer() -> Self {
        Self::new(
            StatusCode::GATEWAY_TIMEOUT,
            "BL-1111",
            "the hub could not answer in time; it may have been done all the same",
        )
        .what_to_do("it may have been done, or not: look at what is there, or send the same again")
        .done(WasDone::Unknown)
    }

    /// The master key can not be changed now.
    #[must_use]
    pub fn key_not_changed(what: &str) -> Self {
        Self::new(StatusCode::CONFLICT, "BL-6017", what)
            .what_to_do("see the error's page; the hub goes on with the keys that it has")
    }

    pub(crate) fn compressed() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "BL-1112",
            "the body has a Content-Encoding",
        )
        .what_to_do("send the body as it is")
    }

    /// Makes the answer, with its texts in a language.
    #[must_use]
    pub fn into_answer(self, lang: Lang) -> Response {
        let body = ProblemJson {
            kind: format!("{PAGES}{}", self.code),
            title: listed_code(self.code)
                .map_or(title::UNKNOWN, |listed| listed.title)
                .text(lang),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail,
            what_to_do: self.what_to_do,
            members: *self.members,
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(self.challenge));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(Code(self.code));
        response
    }
}

/// The code of a problem, for the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code(pub(crate) &'static str);

impl From<InputError> for Problem {
    fn from(error: InputError) -> Self {
        let what = match error.code {
            InputCode::Unreadable => "correct the document and send it again",
            InputCode::Forbidden => "leave it out and send it again",
            InputCode::Missing | InputCode::Unknown | InputCode::Invalid | InputCode::UnknownCode => {
                "correct the field that is named and send it again"
            }
        };
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.code.code(), error.to_string())
            .what_to_do(what)
            .at(error.path)
            .expected(error.expected)
    }
}

/// An error with its causes, for the log.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    text
}
