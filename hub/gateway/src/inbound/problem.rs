//! Errors as callers see them: RFC 9457, with a code that has a page.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bindeledd_core::contract::Request;
use bindeledd_core::{InputCode, InputError};
use bindeledd_engine::EngineError;
use bindeledd_engine::ports::{AdapterFault, OverBudget, StoreError, WasDone};
use serde_json::{Map, Value};

use super::api::{document_json, flags_json};
use crate::certificate::NotGood;

const PAGES: &str = "https://bindeledd.example/errors/";

/// Every code that a caller may be answered with, and its title.
pub(crate) const TITLES: [(&str, &str); 56] = [
    ("BL-1001", "The document can not be read"),
    ("BL-1002", "A field is missing"),
    ("BL-1003", "A field is not known"),
    ("BL-1004", "A field is not right"),
    ("BL-1005", "A code is not known"),
    ("BL-1006", "It has what is never sent"),
    ("BL-1007", "A free text has what does not belong in it"),
    ("BL-1101", "Nobody is known by that key"),
    ("BL-1102", "Not yours to ask for"),
    ("BL-1103", "Too large"),
    ("BL-1104", "An unknown party is named"),
    ("BL-1105", "Too many requests"),
    ("BL-1106", "The reference was used before"),
    ("BL-1107", "There is no such thing"),
    ("BL-1108", "It clashes with what is there"),
    ("BL-1109", "The hub is busy"),
    ("BL-1110", "The request did not come in time"),
    ("BL-1111", "The answer took too long"),
    ("BL-1112", "The body is compressed"),
    ("BL-1113", "The token is not taken"),
    ("BL-1114", "Nobody is known by that certificate"),
    ("BL-1115", "The token can not be checked"),
    ("BL-1120", "The operator has a listener of its own"),
    ("BL-1121", "The certificate is not good any longer"),
    ("BL-1122", "More than one party could be meant"),
    ("BL-1123", "The proof can not be told from an earlier one"),
    ("BL-1130", "Too many bytes under way"),
    ("BL-1131", "Not ready"),
    ("BL-1132", "Too much is stored"),
    ("BL-1133", "Too many messages go to nobody"),
    ("BL-1160", "Nothing would be corrected"),
    ("BL-2010", "The consent is dated ahead"),
    ("BL-2011", "The consent was erased"),
    ("BL-2020", "No evidence of the sender's word"),
    ("BL-3001", "The adapter is not configured"),
    ("BL-3002", "The adapter stopped with a fault"),
    ("BL-3003", "The adapter went over its limit"),
    ("BL-3004", "The adapter broke its contract"),
    ("BL-3005", "The adapter was set aside"),
    ("BL-3006", "Every place for adapters is taken"),
    ("BL-3020", "Documents of this sender wait"),
    ("BL-3030", "The adapter read what it does not declare"),
    ("BL-3101", "The adapter refused the document"),
    ("BL-4007", "Nothing to acknowledge"),
    ("BL-4030", "The machine's clock is not right"),
    ("BL-4033", "It is not with a person"),
    ("BL-5001", "The store is full"),
    ("BL-5002", "The store is not available"),
    ("BL-5003", "The store is damaged"),
    ("BL-5020", "The audit log is not what was written"),
    ("BL-5021", "A participant's ledger is not what was registered"),
    ("BL-5034", "It was done, and is not witnessed yet"),
    ("BL-5035", "It may have been done"),
    ("BL-5036", "It was done, and something is still on its way"),
    ("BL-6017", "The master key can not be changed now"),
    ("BL-6022", "The party is suspended"),
];

/// An answer that says what went wrong.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    what_to_do: Option<&'static str>,
    more: Map<String, Value>,
    retry_after: Option<u32>,
    challenge: &'static str,
}

/// How a caller without a key may show who it is.
const CHALLENGE: &str = "Bearer realm=\"bindeledd\"";

/// Why a signed token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenFault {
    Unreadable,
    UnknownIssuer,
    Signature,
    Expired,
    NotYet,
    Audience,
    NobodyKnown,
    Age,
    NoOrigin,
    NoProof,
    NotBound,
    OtherCertificate,
    Proof,
    ProofTime,
    ProofSeen,
}

impl From<TokenFault> for Problem {
    fn from(fault: TokenFault) -> Self {
        let (detail, what_to_do) = match fault {
            TokenFault::Unreadable => (
                "it is neither a key of the hub's nor a signed token that can be read",
                "send the party's key, or a signed token (JWT) with exp, by an algorithm that is taken",
            ),
            TokenFault::UnknownIssuer => (
                "no issuer of that token is known",
                "ask the operator which issuers' tokens are taken",
            ),
            TokenFault::Signature => (
                "none of its issuer's keys signed the token",
                "fetch a new token; if that does not help, its issuer has changed keys in the last half minute, or it is forged",
            ),
            TokenFault::Expired => ("the token has expired", "fetch a new token and send the request again"),
            TokenFault::NotYet => (
                "the token is not good yet",
                "look at the clocks: the hub's and the issuer's are further apart than half a minute",
            ),
            TokenFault::Audience => (
                "the token is for somebody else",
                "ask the issuer for one with the hub's audience; the operator knows it",
            ),
            TokenFault::Age => (
                "the token is good for longer than this hub takes, or does not say since when",
                "fetch one that lasts shorter; it has to say iat and exp, and the operator knows for how long tokens may last",
            ),
            TokenFault::NoOrigin => (
                "the token is bound to a key, and the hub does not know its own address, which a proof has to name",
                "tell the operator: `origin` in the section [issuers.…] is missing; until then come with the party's key",
            ),
            TokenFault::NobodyKnown => (
                "the token is good, and names no party that the hub knows",
                "ask the operator to add the party, or to say which one the token is",
            ),
            TokenFault::NoProof => (
                "the token is bound to a key, and the request shows no proof of it",
                "send the token as `Authorization: DPoP <token>` with one proof in the header `DPoP`",
            ),
            TokenFault::NotBound => (
                "the token is shown as bound to a key, and is not",
                "send it as `Authorization: Bearer <token>`",
            ),
            TokenFault::OtherCertificate => (
                "the token is bound to another certificate than the connection's",
                "call with the certificate that the token was fetched with",
            ),
            TokenFault::Proof => (
                "the proof is not for this request, this token and this key",
                "make a proof for each request: htm, htu without query, ath, iat and a new jti",
            ),
            TokenFault::ProofTime => (
                "the proof is too old, or of the future",
                "make a proof for each request, and look at the clocks",
            ),
            TokenFault::ProofSeen => (
                "the proof was shown before",
                "make a proof with a new jti for each request, repeated ones too",
            ),
        };
        let challenge = match fault {
            TokenFault::NoProof | TokenFault::Proof | TokenFault::ProofTime | TokenFault::ProofSeen => {
                "DPoP error=\"invalid_dpop_proof\", algs=\"ES256 ES384 RS256 PS256\""
            }
            TokenFault::Unreadable
            | TokenFault::UnknownIssuer
            | TokenFault::Signature
            | TokenFault::Expired
            | TokenFault::NotYet
            | TokenFault::Audience
            | TokenFault::NobodyKnown
            | TokenFault::Age
            | TokenFault::NoOrigin
            | TokenFault::NotBound
            | TokenFault::OtherCertificate => "Bearer realm=\"bindeledd\", error=\"invalid_token\"",
        };
        let mut problem = Self::new(StatusCode::UNAUTHORIZED, "BL-1113", detail).what_to_do(what_to_do);
        problem.challenge = challenge;
        problem
    }
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            what_to_do: None,
            more: Map::new(),
            retry_after: None,
            challenge: CHALLENGE,
        }
    }

    pub(crate) const fn what_to_do(mut self, what: &'static str) -> Self {
        self.what_to_do = Some(what);
        self
    }

    const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// What is known of the command.
    fn done(self, done: WasDone) -> Self {
        self.with("done", done.code())
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// Nobody is known by the key, or there is none.
    pub(crate) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "BL-1101",
            "the request has no key, or one that nobody has",
        )
        .what_to_do("send the party's key as `Authorization: Bearer <key>`")
    }

    /// The caller is known, and the operator lets nothing in that shows itself as this party.
    pub(crate) fn suspended() -> Self {
        let detail = "the hub's operator has suspended this party";
        Self::new(StatusCode::FORBIDDEN, "BL-6022", detail)
            .what_to_do("nothing was done: ask the operator, who suspends a party whose key may be in the wrong hands")
    }

    /// The certificate is good, and nobody's.
    pub(crate) fn unknown_certificate() -> Self {
        let detail = "the certificate is good, and configuration does not say which party it is";
        Self::new(StatusCode::UNAUTHORIZED, "BL-1114", detail)
            .what_to_do("ask the operator to add it as a client, or send the party's key")
    }

    /// The certificate was good when the connection began, and is not now.
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

    /// What is shown could be one party or another.
    pub(crate) fn ambiguous(detail: &'static str, what_to_do: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "BL-1122", detail).what_to_do(what_to_do)
    }

    /// Several parties have the name that is shown.
    pub(crate) fn shared_name() -> Self {
        Self::ambiguous(
            "several parties have the organisation number that was shown, and none of them is part of another",
            "ask the operator to say which party is part of which, or come with the party's key",
        )
    }

    /// A proof from before the hub's start, or of a time that has been forgotten.
    pub(crate) fn proof_too_early() -> Self {
        let detail =
            "the hub has just started, or its clock was changed: a proof of this moment could have been shown before";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "BL-1123", detail)
            .what_to_do("nothing was done: send it again with a new proof, after as long as Retry-After says")
            .retry_after(15)
    }

    /// What is the operator's is not asked for on the parties' listener.
    pub(crate) fn operators_listener() -> Self {
        let detail = "this is for the operator, who has a listener of its own at this hub";
        Self::new(StatusCode::FORBIDDEN, "BL-1120", detail)
            .what_to_do("ask on the operator's listener: `operator_listen.address` in the configuration")
    }

    /// The issuer's keys can not be had, so nobody knows whose the token is.
    pub(crate) fn no_issuer_keys() -> Self {
        let detail = "the keys of the token's issuer can not be fetched";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "BL-1115", detail)
            .what_to_do("nothing was done: send it again in a moment, or tell the operator")
            .done(WasDone::No)
            .retry_after(30)
    }

    /// The caller is known, and this is not for it.
    pub(crate) fn forbidden(who_may: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "BL-1102", who_may)
            .what_to_do("use the key of the party itself, or ask the operator")
    }

    pub(crate) fn not_found(what: impl Into<String>) -> Self {
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

    pub(crate) fn not_ready(why: &'static str) -> Self {
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

    pub(crate) fn compressed() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "BL-1112",
            "the body has a Content-Encoding",
        )
        .what_to_do("send the body as it is")
    }

    fn title(&self) -> &'static str {
        TITLES
            .iter()
            .find(|(code, _)| *code == self.code)
            .map_or("It could not be done", |(_, title)| *title)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.insert("type".into(), format!("{PAGES}{}", self.code).into());
        body.insert("title".into(), self.title().into());
        body.insert("status".into(), self.status.as_u16().into());
        body.insert("code".into(), self.code.into());
        body.insert("detail".into(), self.detail.into());
        if let Some(what) = self.what_to_do {
            body.insert("whatToDo".into(), what.into());
        }
        body.extend(self.more);
        let mut response = (self.status, Value::Object(body).to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
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
            .with("path", error.path)
            .with("expected", error.expected)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        EngineError::Store(error).into()
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        let (code, what_to_do) = (error.code(), error.what_to_do());
        let was_done = error.was_done();
        let made = |status, detail: String| {
            let problem = Self::new(status, code, detail).what_to_do(what_to_do);
            match was_done {
                Some(done) => problem.done(done),
                None => problem,
            }
        };
        let detail = error.to_string();
        match error {
            EngineError::Input(error) => error.into(),
            EngineError::FreeText { flags, told, answer } => {
                let first = flags.first().map(|f| f.path.clone()).unwrap_or_default();
                let problem = made(StatusCode::UNPROCESSABLE_ENTITY, detail)
                    .with("path", first)
                    .with("flags", flags_json(&flags))
                    .with("told", told);
                match answer {
                    Some(answer) => problem.with("receipt", receipt(answer)),
                    None => problem,
                }
            }
            EngineError::UnknownParty { path, .. } => {
                made(StatusCode::UNPROCESSABLE_ENTITY, detail).with("path", path).with(
                    "expected",
                    "a party that the hub knows: its id, org:<organisation number> or her:<HER-id>",
                )
            }
            EngineError::CorrectsNothing => made(StatusCode::UNPROCESSABLE_ENTITY, detail).with("path", "supersedes"),
            EngineError::NotYetGiven => made(StatusCode::UNPROCESSABLE_ENTITY, detail).with("path", "givenAt"),
            EngineError::NoEvidence => made(StatusCode::UNPROCESSABLE_ENTITY, detail).with("path", "evidence"),
            EngineError::ReferenceTaken { .. } | EngineError::Conflict { .. } | EngineError::ErasedBefore => {
                made(StatusCode::CONFLICT, detail)
            }
            EngineError::Refused(refusal) => {
                let problem = made(StatusCode::UNPROCESSABLE_ENTITY, refusal.text).with("reasonCode", refusal.code);
                match refusal.answer {
                    Some(answer) => problem.with("receipt", receipt(answer)),
                    None => problem,
                }
            }
            EngineError::Adapter(fault) => {
                tracing::warn!(code, %fault, "an adapter failed on a document");
                let problem = made(adapter_status(&fault), detail);
                match fault {
                    AdapterFault::Resting { seconds, .. } => problem.retry_after(seconds),
                    fault => problem.retry_if(fault.is_transient()),
                }
            }
            EngineError::Store(StoreError::OverBudget(over)) => match over {
                OverBudget::Stored => made(StatusCode::INSUFFICIENT_STORAGE, detail),
                OverBudget::Nowhere { seconds } => made(StatusCode::TOO_MANY_REQUESTS, detail).retry_after(seconds),
            },
            EngineError::Store(store) => {
                tracing::error!(code, error = %chain(&store), "the store could not");
                let (status, words, seconds) = of_store(&store);
                let problem = made(status, words.into());
                match seconds {
                    Some(seconds) => problem.retry_after(seconds),
                    None => problem,
                }
            }
            EngineError::NotSettled { .. } => made(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(1),
            EngineError::Clock { .. } => made(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(30),
            EngineError::NotAllowed { .. } => made(StatusCode::FORBIDDEN, detail),
            EngineError::NotFound { .. } => made(StatusCode::NOT_FOUND, detail),
        }
    }
}

/// How a trouble of the store is answered: the status, the words, and after how many seconds to ask again.
const fn of_store(error: &StoreError) -> (StatusCode, &'static str, Option<u32>) {
    use StatusCode as S;
    match error {
        StoreError::Full => (S::INSUFFICIENT_STORAGE, "the store is full; nothing was done", None),
        StoreError::Away(_) => (S::SERVICE_UNAVAILABLE, "the store is not available", Some(1)),
        StoreError::Unwitnessed(_) => (
            S::SERVICE_UNAVAILABLE,
            "it was done, and the second place does not have it yet",
            Some(5),
        ),
        StoreError::Unknown(_) => (S::SERVICE_UNAVAILABLE, "the store broke off while it did it", Some(5)),
        StoreError::LogDiffers(_) => (
            S::SERVICE_UNAVAILABLE,
            "the audit log is not what the hub wrote; nothing is released until the operator has looked",
            None,
        ),
        StoreError::LedgerDiffers => (
            S::SERVICE_UNAVAILABLE,
            "what is on file about consent is not what was registered; nothing was changed",
            None,
        ),
        StoreError::OverBudget(_) | StoreError::Damaged(_) => (
            S::INTERNAL_SERVER_ERROR,
            "the store holds something that can not be read",
            None,
        ),
    }
}

impl Problem {
    const fn retry_if(self, transient: bool) -> Self {
        if transient { self.retry_after(5) } else { self }
    }
}

const fn adapter_status(fault: &AdapterFault) -> StatusCode {
    match fault {
        AdapterFault::Unknown(_) => StatusCode::INTERNAL_SERVER_ERROR,
        AdapterFault::Trapped { .. }
        | AdapterFault::Limit { .. }
        | AdapterFault::Broken { .. }
        | AdapterFault::ReadUndeclared { .. }
        | AdapterFault::WriteUndeclared { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        AdapterFault::Quarantined(_) | AdapterFault::Busy => StatusCode::SERVICE_UNAVAILABLE,
        AdapterFault::Resting { .. } => StatusCode::TOO_MANY_REQUESTS,
    }
}

/// The refusal in the sender's own format, for systems that take their receipt from the answer.
fn receipt(answer: Request) -> Value {
    let media_type = answer
        .headers
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let media_type = media_type.map_or_else(|| "application/octet-stream".into(), |(_, value)| value);
    let mut receipt = Map::new();
    receipt.insert("document".into(), document_json(&media_type, &answer.body));
    receipt.insert("mediaType".into(), media_type.into());
    Value::Object(receipt)
}

/// An error with its causes, for the log.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    text
}
