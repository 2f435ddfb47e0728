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
use bindeledd_texts::problem::{Detail, Next};
use bindeledd_texts::{Lang, Text as _, title};

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
    detail: Box<Detail>,
    what_to_do: Option<Box<Next>>,
    members: Box<Members>,
    retry_after: Option<u32>,
    challenge: &'static str,
}

/// The `WWW-Authenticate` challenge for a caller without a credential.
const CHALLENGE: &str = "Bearer realm=\"bindeledd\"";

impl Problem {
    /// Makes a problem with this code.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<Detail>) -> Self {
        Self {
            status,
            code,
            detail: Box::new(detail.into()),
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
    pub fn what_to_do(mut self, what: impl Into<Next>) -> Self {
        self.what_to_do = Some(Box::new(what.into()));
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
        Self::new(StatusCode::UNAUTHORIZED, "BL-1101", Detail::NoKey).what_to_do(Next::SendKey)
    }

    /// The operator's key is switched off in the configuration.
    pub(crate) fn operator_key_off() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "BL-1116", Detail::OperatorKeyOff).what_to_do(Next::SignIn)
    }

    /// The party is suspended; the operator lets none of its requests in.
    #[must_use]
    pub fn suspended() -> Self {
        Self::new(StatusCode::FORBIDDEN, "BL-6022", Detail::Suspended).what_to_do(Next::AskAboutSuspension)
    }

    /// The certificate is valid, but identifies no party.
    pub(crate) fn unknown_certificate() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "BL-1114", Detail::UnknownCertificate).what_to_do(Next::AddClient)
    }

    /// The certificate was valid when the connection began, and no longer is.
    pub(crate) fn certificate_over(why: NotGood) -> Self {
        let detail = match why {
            NotGood::Time => Detail::CertificateTime,
            NotGood::Authority => Detail::CertificateAuthority,
        };
        Self::new(StatusCode::UNAUTHORIZED, "BL-1121", detail).what_to_do(Next::ConnectAnew)
    }

    /// The credential identifies more than one party.
    pub(crate) fn ambiguous(detail: Detail, what_to_do: Next) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "BL-1122", detail).what_to_do(what_to_do)
    }

    /// Several parties have the name in the credential.
    pub(crate) fn shared_name() -> Self {
        Self::ambiguous(Detail::SharedNumber, Next::SayPartOf)
    }

    /// The proof was made before the hub started, or in a period whose proofs are no longer remembered.
    pub(crate) fn proof_too_early() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "BL-1123", Detail::ProofTooEarly)
            .what_to_do(Next::NewProof)
            .retry_after(15)
    }

    /// The operator's routes are not on the parties' listener.
    pub(crate) fn operators_listener() -> Self {
        Self::new(StatusCode::FORBIDDEN, "BL-1120", Detail::OperatorsListener).what_to_do(Next::OperatorsListener)
    }

    /// The issuer's keys can not be fetched, so the token can not be checked.
    pub(crate) fn no_issuer_keys() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "BL-1115", Detail::NoIssuerKeys)
            .what_to_do(Next::AgainOrOperator)
            .done(WasDone::No)
            .retry_after(30)
    }

    /// The caller is known, but may not use the route.
    #[must_use]
    pub fn forbidden(who_may: impl Into<Detail>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "BL-1102", who_may).what_to_do(Next::OwnKey)
    }

    /// The addressed thing does not exist.
    #[must_use]
    pub fn not_found(what: impl Into<Detail>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "BL-1107", what).what_to_do(Next::CheckId)
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let kilobytes = u64::try_from(limit / 1024).unwrap_or(u64::MAX);
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "BL-1103", Detail::TooLarge { kilobytes }).what_to_do(Next::SendLess)
    }

    pub(crate) fn too_many(seconds: u32) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "BL-1105", Detail::TooMany)
            .what_to_do(Next::RetryAfter)
            .retry_after(seconds)
    }

    pub(crate) fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "BL-1109", Detail::Busy)
            .what_to_do(Next::AgainSoon)
            .done(WasDone::No)
            .retry_after(1)
    }

    pub(crate) fn too_many_bytes() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "BL-1130", Detail::TooManyBytes)
            .what_to_do(Next::ReadAnswers)
            .retry_after(1)
    }

    /// The hub accepts no work now.
    #[must_use]
    pub fn not_ready(why: Detail) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "BL-1131", why).what_to_do(Next::OtherHub)
    }

    pub(crate) fn slow_body() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "BL-1110", Detail::SlowBody)
            .what_to_do(Next::Again)
            .done(WasDone::No)
    }

    pub(crate) fn slow_answer() -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, "BL-1111", Detail::SlowAnswer)
            .what_to_do(Next::LookOrAgain)
            .done(WasDone::Unknown)
    }

    /// The master key can not be changed now.
    #[must_use]
    pub fn key_not_changed(what: impl Into<Detail>) -> Self {
        Self::new(StatusCode::CONFLICT, "BL-6017", what).what_to_do(Next::KeyPage)
    }

    pub(crate) fn compressed() -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BL-1112", Detail::Compressed).what_to_do(Next::AsItIs)
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
            detail: self.detail.text(lang),
            what_to_do: self.what_to_do.map(|next| next.text(lang)),
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
            InputCode::Unreadable => Next::CorrectDocument,
            InputCode::Forbidden => Next::LeaveOut,
            InputCode::Missing | InputCode::Unknown | InputCode::Invalid | InputCode::UnknownCode => Next::CorrectField,
        };
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.code.code(), &error)
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
