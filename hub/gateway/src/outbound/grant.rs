//! One request for a token: its endpoint, its content, and the meaning of the answer.

use std::fmt;

use bindeledd_core::json;
use bindeledd_http::jose::SigningKey;
use bindeledd_texts::Said;
use bindeledd_texts::outbound::Unanswered;
use jiff::{SignedDuration, Timestamp};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::credential::{Grant, Surroundings, TokenSource};
use super::dpop::Proofs;
use super::failure::cause;
use super::token_error::TokenError;
use super::{request, retry_after};

/// Maximum size of metadata and of a token endpoint's answer, which usually have a few KB.
const LARGEST_ANSWER: usize = 256 * 1024;

/// Lifetime of an assertion: just long enough for clocks that differ a little.
const ASSERTION_SECONDS: i64 = 30;
/// Lifetime of a signed request. Maskinporten accepts up to 120 seconds.
const SIGNED_REQUEST_SECONDS: i64 = 100;

/// A token as the issuer gave it.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) token: String,
    /// The lifetime that the endpoint states; `None` if it states none that can be read.
    pub(super) seconds: Option<i64>,
}

#[derive(Serialize)]
struct Assertion<'a> {
    iss: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumer_org: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a str>,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    token_endpoint: String,
}

/// The current proof of the hub's identity to the issuer.
#[derive(Debug, Clone)]
pub(super) enum Proof {
    Key(SigningKey),
    Secret(String),
}

/// The asking side of a token request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'a> {
    pub(super) source: &'a TokenSource,
    pub(super) proof: &'a Proof,
    pub(super) proofs: Option<&'a Proofs>,
    pub(super) around: &'a Surroundings,
}

/// Reads the token endpoint from the issuer's metadata.
pub(super) async fn discover(
    http: &reqwest::Client,
    source: &TokenSource,
    allow_http: bool,
) -> Result<Url, TokenError> {
    let place = match source.grant {
        Grant::ClientCredentials => "openid-configuration",
        Grant::SignedRequest { .. } => "oauth-authorization-server",
    };
    let address = format!("{}/.well-known/{place}", source.issuer.trim_end_matches('/'));
    let unreadable = |cause| TokenError::away(Unanswered::MetadataUnreadable { cause });
    let url = Url::parse(&address).map_err(|_| TokenError::away(Unanswered::MetadataAddress))?;
    let response = http.get(url).send().await.map_err(|error| unreadable(cause(&error)))?;
    let status = response.status();
    let body = small(response).await.map_err(|unread| {
        TokenError::away(match unread {
            Unread::TooLarge => Unanswered::MetadataTooLarge,
            Unread::BrokeOff(cause) => Unanswered::MetadataBrokeOff { cause },
        })
    })?;
    if !status.is_success() {
        return Err(unreadable(format!("status {}", status.as_u16()).into()));
    }
    let metadata: Metadata = json::read(&body).map_err(|_| TokenError::away(Unanswered::MetadataUnclear))?;
    if metadata.issuer.trim_end_matches('/') != source.issuer.trim_end_matches('/') {
        return Err(TokenError::away(Unanswered::MetadataOther));
    }
    let endpoint = token_endpoint(&metadata.token_endpoint, allow_http);
    endpoint.ok_or_else(|| TokenError::away(Unanswered::MetadataNotHttps))
}

/// Parses the address of a token endpoint; `None` if the hub may not connect to it.
pub(super) fn token_endpoint(raw: &str, allow_http: bool) -> Option<Url> {
    Url::parse(raw)
        .ok()
        .filter(|url| request::is_reachable(url, allow_http))
}

/// Asks the token endpoint for a token.
pub(super) async fn ask(asker: &Asker<'_>, http: &reqwest::Client, url: &Url) -> Result<Given, TokenError> {
    // A second attempt is for a server that wants its nonce in the proof.
    let mut again = true;
    let mut given_nonce: Option<String> = None;
    loop {
        let now = asker.around.clock.now();
        let mut building = http.post(url.clone()).form(&form(asker, now)?);
        let nonce = given_nonce.take();
        let nonce = nonce.or_else(|| asker.proofs.and_then(|proofs| proofs.nonce(url)));
        if let Some(proofs) = asker.proofs {
            let proof = proofs.proof("POST", url, (None, nonce.as_deref()), now, &*asker.around.entropy);
            building = building.header("dpop", proof.ok_or_else(unsigned)?);
        }
        let response = building.send().await;
        let response = response.map_err(|error| {
            let cause = cause(&error);
            TokenError::away(Unanswered::TokenEndpoint { cause })
        })?;
        let fresh_nonce = asker
            .proofs
            .and_then(|proofs| proofs.keep_nonce(url, response.headers(), nonce.as_deref()));
        let status = response.status().as_u16();
        let wait = retry_after::seconds(response.headers(), asker.around.clock.now());
        let wait = wait.map(|seconds| SignedDuration::from_secs(i64::from(seconds).clamp(1, 300)));
        let body = small(response).await.map_err(|unread| {
            TokenError::away(match unread {
                Unread::TooLarge => Unanswered::TokenAnswerTooLarge,
                Unread::BrokeOff(cause) => Unanswered::TokenAnswerBrokeOff { cause },
            })
        })?;
        let error = match status {
            200..=299 => return given(&body),
            _ => error_code(&body),
        };
        match error.as_deref() {
            Some("use_dpop_nonce") if again && fresh_nonce.is_some() => {
                again = false;
                given_nonce = fresh_nonce;
            }
            Some(
                code @ ("invalid_client"
                | "unauthorized_client"
                | "invalid_grant"
                | "invalid_scope"
                | "invalid_target"
                | "unsupported_grant_type"
                | "invalid_request"
                | "invalid_dpop_proof"),
            ) if status < 500 && status != 429 => return Err(TokenError::refused(code.to_owned())),
            Some(code) => {
                let (status, code) = (status.into(), code.to_owned());
                return Err(TokenError::away(Unanswered::TokenAnsweredCode { status, code }).after(wait));
            }
            None if status == 401 => return Err(TokenError::refused("status 401".to_owned())),
            None => {
                let status = status.into();
                return Err(TokenError::away(Unanswered::TokenAnswered { status }).after(wait));
            }
        }
    }
}

fn unsigned() -> TokenError {
    TokenError::refused(Unanswered::DoesNotSign)
}

fn form(asker: &Asker<'_>, now: Timestamp) -> Result<Vec<(&'static str, String)>, TokenError> {
    let source = asker.source;
    let mut form = Vec::new();
    match (&source.grant, asker.proof) {
        (Grant::SignedRequest { consumer_org }, Proof::Key(key)) => {
            let claims = Assertion {
                scope: Some(&source.scope),
                consumer_org: consumer_org.as_deref(),
                resource: source.resource.as_deref(),
                sub: None,
                ..assertion(source, asker.around, now, SIGNED_REQUEST_SECONDS)
            };
            form.push(("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned()));
            form.push(("assertion", key.sign("JWT", &claims).ok_or_else(unsigned)?));
            return Ok(form);
        }
        (Grant::ClientCredentials, Proof::Key(key)) => {
            let assertion = client_assertion(source, key, "client-authentication+jwt", asker.around);
            form.extend(assertion.ok_or_else(unsigned)?);
        }
        (Grant::ClientCredentials | Grant::SignedRequest { .. }, Proof::Secret(secret)) => {
            form.push(("client_secret", secret.clone()));
        }
    }
    form.push(("grant_type", "client_credentials".to_owned()));
    form.push(("client_id", source.client_id.clone()));
    form.push(("scope", source.scope.clone()));
    form.extend(source.resource.iter().map(|resource| ("resource", resource.clone())));
    Ok(form)
}

/// Returns the fields of a form by which a client shows itself with its key (`private_key_jwt`). `None` if the key does not sign.
pub(super) fn client_assertion(
    source: &TokenSource,
    key: &SigningKey,
    typ: &str,
    around: &Surroundings,
) -> Option<[(&'static str, String); 2]> {
    let claims = assertion(source, around, around.clock.now(), ASSERTION_SECONDS);
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    Some([
        ("client_assertion_type", kind.to_owned()),
        ("client_assertion", key.sign(typ, &claims)?),
    ])
}

fn assertion<'a>(source: &'a TokenSource, around: &Surroundings, now: Timestamp, seconds: i64) -> Assertion<'a> {
    Assertion {
        iss: &source.client_id,
        sub: Some(&source.client_id),
        aud: &source.issuer,
        iat: now.as_second(),
        exp: now.as_second() + seconds,
        jti: around.entropy.uuid_v4().to_string(),
        scope: None,
        consumer_org: None,
        resource: None,
    }
}

/// Reads the token endpoint's answer. [`super::token`] bounds a false lifetime.
fn given(body: &[u8]) -> Result<Given, TokenError> {
    let unclear = || TokenError::away(Unanswered::NoToken);
    let answer = json::parse(body).map_err(|_| unclear())?;
    let token = answer.get("access_token").and_then(Value::as_str).unwrap_or_default();
    let legal = |b: u8| b.is_ascii_graphic();
    if token.is_empty() || !token.bytes().all(legal) {
        return Err(unclear());
    }
    let seconds = answer.get("expires_in").and_then(|told| match told {
        Value::Number(n) => n.as_i64().or_else(|| n.as_u64().map(|_| i64::MAX)),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    });
    Ok(Given {
        token: token.to_owned(),
        seconds,
    })
}

/// Returns the code of an OAuth error, if the answer is one. No other part of the answer is ever reported.
pub(super) fn error_code(body: &[u8]) -> Option<String> {
    let answer = json::parse(body).ok()?;
    let code = answer.get("error")?.as_str()?;
    let plain = code.len() <= 64 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    plain.then(|| code.to_owned())
}

/// Reason why an answer was not read to its end. `Display` is for the log.
#[derive(Debug)]
pub(super) enum Unread {
    TooLarge,
    BrokeOff(Said),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("is too large"),
            Self::BrokeOff(cause) => write!(f, "broke off: {cause}"),
        }
    }
}

pub(super) async fn small(mut response: reqwest::Response) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > LARGEST_ANSWER => return Err(Unread::TooLarge),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(error) => return Err(Unread::BrokeOff(cause(&error))),
        }
    }
}
